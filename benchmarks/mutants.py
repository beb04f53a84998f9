"""Small mistakes for programs: each is one place of a function, changed as a slip would change it.

Operators are those of mutmut and Cosmic Ray: comparisons and their negation, and/or, arithmetic,
numbers, truth values, strings, conditions, returned values, and statements that are left out. What
is told to people (strings of a `raise` and f-strings) and default values stay as they are.
"""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE,
    ast.GtE: ast.Gt, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_COMPUTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult,
    ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr, ast.Mod: ast.Mult, ast.LShift: ast.RShift,
}  # fmt: skip
_UNTOUCHED = (ast.Raise, ast.JoinedStr, ast.arguments, ast.Import, ast.ImportFrom, ast.Assert)


@dataclass(frozen=True)
class Mutant:
    """One changed place: the function's name with its classes, the line, and what was done."""

    function: str
    line: int
    what: str
    tree: ast.Module


def mutants_of(source: str) -> Iterator[Mutant]:
    """Every mutant of the functions in the source, in the order of their places."""
    tree = ast.parse(source)
    for name, function in _functions(tree.body, ""):
        for place in _places(function):
            for number, (what, _) in enumerate(_changes(place)):
                changed = copy.deepcopy(tree)
                twin = _twin(tree, changed, place)
                _, change = _changes(twin)[number]
                change()
                line = getattr(place, "lineno", function.lineno)
                yield Mutant(name, line, what, ast.fix_missing_locations(changed))


def _functions(body: list[ast.stmt], prefix: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    for one in body:
        if isinstance(one, ast.FunctionDef):
            yield prefix + one.name, one
        elif isinstance(one, ast.ClassDef):
            yield from _functions(one.body, f"{prefix}{one.name}.")


def _places(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """The nodes of the body that may be changed."""
    waiting: list[ast.AST] = list(reversed(function.body))
    while waiting:
        node = waiting.pop()
        if isinstance(node, _UNTOUCHED) or _is_docstring(node):
            continue
        yield node
        kept = [one for one in ast.iter_child_nodes(node) if one is not _annotation(node)]
        waiting += reversed(kept)


def _annotation(node: ast.AST) -> ast.expr | None:
    """The type of a local variable, which nobody evaluates."""
    return node.annotation if isinstance(node, ast.AnnAssign) else None


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _twin(tree: ast.AST, other: ast.AST, wanted: ast.AST) -> ast.AST:
    """The node of the copied tree that stands where the wanted one stands."""
    return next(b for a, b in zip(ast.walk(tree), ast.walk(other), strict=True) if a is wanted)


def _changes(node: ast.AST) -> list[tuple[str, "_Change"]]:
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _COMPARED:
        new = _COMPARED[type(node.ops[0])]
        return [(f"{_sign(node.ops[0])} → {new.__name__}", _Change(node.ops, 0, new()))]
    if isinstance(node, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        return [(f"{_sign(node.op)} → {_sign(other)}", _Change(node, "op", other))]
    if isinstance(node, ast.BinOp) and type(node.op) in _COMPUTED:
        computed = _COMPUTED[type(node.op)]()
        return [(f"{_sign(node.op)} → {_sign(computed)}", _Change(node, "op", computed))]
    if isinstance(node, ast.Constant):
        return _constants(node)
    if isinstance(node, ast.If | ast.While | ast.IfExp):
        turned = ast.UnaryOp(ast.Not(), node.test)
        return [("condition turned round", _Change(node, "test", turned))]
    if isinstance(node, ast.Return) and node.value is not None:
        is_none = isinstance(node.value, ast.Constant) and node.value.value is None
        return [] if is_none else [("returns None", _Change(node, "value", ast.Constant(None)))]
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return [("call left out", _Change(node, "value", ast.Constant(None)))]
    if isinstance(node, ast.AugAssign) and type(node.op) in _COMPUTED:
        computed = _COMPUTED[type(node.op)]()
        return [(f"{_sign(node.op)}= → {_sign(computed)}=", _Change(node, "op", computed))]
    return []


def _constants(node: ast.Constant) -> list[tuple[str, "_Change"]]:
    value = node.value
    if isinstance(value, bool):
        return [(f"{value} → {not value}", _Change(node, "value", not value))]
    if isinstance(value, int):
        return [(f"{value} → {value + 1}", _Change(node, "value", value + 1))]
    if isinstance(value, str):
        return [(f"{value[:20]!r} → other string", _Change(node, "value", f"XX{value}"))]
    if isinstance(value, bytes):
        return [(f"{value[:20]!r} → other bytes", _Change(node, "value", b"XX" + value))]
    return []


@dataclass(frozen=True)
class _Change:
    """Puts a new value at a place of a node or list."""

    owner: object
    at: str | int
    value: object

    def __call__(self) -> None:
        if isinstance(self.owner, list) and isinstance(self.at, int):
            self.owner[self.at] = self.value
        else:
            setattr(self.owner, str(self.at), self.value)


def _sign(node: ast.AST) -> str:
    return type(node).__name__
