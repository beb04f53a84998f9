"""The mistakes a user can make and mend, one class each.

    StanceError
    ├── UsageError      options that do not go together
    ├── ProjectError    no project here, a name taken, a lock held
    ├── InputError      a file or a row that cannot be read
    ├── ConfigError     a training config or a codebook that cannot be used
    ├── DataError       readable data that cannot be learnt from or scored
    └── ModelError      a model folder that is missing, damaged or foreign

They are raised low with the whole sentence (where: what. What to do.) and caught once, in `cli`.
Everything else that is raised is a bug and keeps its traceback.
"""

import contextlib
from collections.abc import Iterator, Sequence


class StanceError(Exception):
    """A mistake told in one line: where, what, and what to do.

    `refused` are the rows that were refused before nothing was left to go on with.
    """

    def __init__(self, message: str = "", refused: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.refused = tuple(refused)


class UsageError(StanceError):
    """The options do not go together, or say nothing of what is to be done."""


class ProjectError(StanceError):
    """There is no project, or what was asked does not fit the one that is there."""


class InputError(StanceError):
    """A file or a row of input cannot be read as it should be."""


class ConfigError(StanceError):
    """A training config or a codebook cannot be used as it stands."""


class DataError(StanceError):
    """The data can be read, but not learnt from or scored."""


class ModelError(StanceError):
    """A model folder is missing, damaged, or not made by this tool."""


@contextlib.contextmanager
def naming(source: str) -> Iterator[None]:
    """Puts the name of the file in front of an InputError's message, where it lacks it."""
    try:
        yield
    except InputError as error:
        name = printable(source)
        if not source or str(error).startswith(name):
            raise
        raise InputError(f"{name}: {error}", error.refused) from error


def listed(faults: Sequence[str], limit: int = 8) -> str:
    r"""Faults one a line, the first `limit` of them, then how many more there are.

    >>> listed(["a", "b", "c"], limit=2)
    'a\nb\nand 1 more'
    """
    shown = list(faults[:limit])
    if len(faults) > limit:
        shown.append(f"and {len(faults) - limit} more")
    return "\n".join(shown)


def n_of(n: int, what: str) -> str:
    """The number with what is counted, as it is said.

    >>> n_of(1, "row"), n_of(1200, "row")
    ('1 row', '1,200 rows')
    """
    return f"{n:,} {what}" if n == 1 else f"{n:,} {what}s"


def nearest(word: str, choices: Sequence[str]) -> str:
    """A hint naming the choice most like the word, or an empty string where none is like it.

    >>> nearest("agianst", ["against", "favour"])
    ' Did you mean "against"?'
    """
    from difflib import get_close_matches

    found = get_close_matches(word.casefold(), [choice.casefold() for choice in choices], n=1)
    if not found:
        return ""
    match = next(choice for choice in choices if choice.casefold() == found[0])
    return f' Did you mean "{printable(match, 60)}"?'


def printable(text: str, limit: int = 200) -> str:
    r"""The text with every control character written as an escape, cut to `limit` characters.

    Names and texts from files reach terminals and logs only through this: a file may be called
    "\x1b[2J", and a bidirectional override would turn a message round.

    >>> printable("a\x1b[31mb\n")
    'a\\x1b[31mb\\n'
    """
    shown = "".join(char if char.isprintable() else _escape(char) for char in text[: limit + 1])
    return shown if len(text) <= limit else shown[:limit] + "…"


def _escape(char: str) -> str:
    if char in ("\u00a0", "\u202f", "\u3000"):  # spaces that str.isprintable() refuses
        return char
    return char.encode("unicode_escape").decode("ascii")
