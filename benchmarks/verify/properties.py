"""The 28 properties, each with as many random examples as are asked for.

    python benchmarks/verify/properties.py [--count 56000] [--seconds S] [--seed N]

Each property has its tests in the suite, where it is tried a few times at every change; here the
same tests run with `count / 28` examples (STANCE_PROPERTIES=7,22 names some only). A property
counts as many examples as its least tried test had. A failing example is a loss, and is printed to
be kept as an @example.
"""

import contextlib
import io
import os
import sys
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from verify_tally import Budget, Tally, run_alone

ROOT = Path(__file__).parents[2]
N_PROPERTIES = 28
LISTED = Path(__file__).with_name("properties.toml")


@dataclass(frozen=True)
class Property:
    """What a property says, and the tests that try it."""

    says: str
    tests: tuple[str, ...]


def properties() -> dict[int, Property]:
    """Every property by its number; of those named in STANCE_PROPERTIES ("7,22") only these."""
    tables = tomllib.loads(LISTED.read_text(encoding="utf-8"))
    wanted = os.environ.get("STANCE_PROPERTIES", "").replace(",", " ").split() or tables.keys()
    return {int(n): Property(tables[n]["says"], tuple(tables[n]["tests"])) for n in wanted}


class Counting:
    """A plugin of pytest: sets how many examples each test has, and counts them."""

    def __init__(self, n_examples: int) -> None:
        self.n_examples = n_examples
        self.counts: Counter[str] = Counter()
        self.failed: dict[str, str] = {}

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        """Puts the number in place of the test's own, and a counter around its body."""
        import hypothesis

        for item in items:
            handle = getattr(item.obj, "hypothesis", None)
            if handle is None:
                continue
            function = item.obj
            own = getattr(function, "_hypothesis_internal_use_settings", hypothesis.settings())
            wanted = hypothesis.settings(own, max_examples=self.n_examples, derandomize=False)
            function._hypothesis_internal_use_settings = wanted
            if not hasattr(handle.inner_test, "is_counted"):
                handle.inner_test = self._counted(handle.inner_test, _name(item.nodeid))

    def _counted(self, test: Any, name: str) -> Any:
        import functools

        @functools.wraps(test)
        def counted(*arguments: Any, **named: Any) -> Any:
            self.counts[name] += 1
            return test(*arguments, **named)

        vars(counted)["is_counted"] = True
        return counted

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Keeps what failed."""
        if report.failed:
            self.failed[_name(report.nodeid)] = str(report.longrepr)[-1500:]


def _name(node: str) -> str:
    return node.split("[")[0].removeprefix("tests/")


def tried(tests: Sequence[str], n_examples: int, seed: int) -> tuple[int, list[str]]:
    """Runs the tests; how many examples the least tried one had, and what failed."""
    import pytest

    os.environ["STANCE_EXAMPLES"] = str(n_examples)
    plugin = Counting(n_examples)
    options = ["-q", "-p", "no:cacheprovider", "-W", "ignore", f"--hypothesis-seed={seed}"]
    with contextlib.redirect_stdout(io.StringIO()):
        code = pytest.main([*options, *(f"tests/{one}" for one in tests)], plugins=[plugin])
    faults = [f"{name}: {told}" for name, told in plugin.failed.items()]
    if code and not faults:
        faults = [f"pytest ended with {code}"]
    # A state machine draws its own, and so does a test within a test.
    return min(plugin.counts[one] or n_examples for one in tests), faults


def main(budget: Budget) -> Tally:
    """Tries every property; tells how often each."""
    os.chdir(ROOT)
    sys.path[:0] = [str(ROOT / "train"), str(ROOT / "tests")]
    n_examples = max(1, budget.count // N_PROPERTIES)
    n_done, faults, table = 0, [], []
    for number, one in properties().items():
        if not one.tests or not budget.lasts(n_done):
            continue
        count, found = tried(one.tests, n_examples, budget.seed)
        n_done += count
        faults += [f"{number}: {fault}" for fault in found]
        table.append(f"{number:>2} {one.says:<45}{count:>8,}")
        print(table[-1], file=sys.stderr, flush=True)
    what = f"examples of {len(table)} properties"
    return Tally(what, n_done, lost=len(faults), detail=(*faults, *table))


if __name__ == "__main__":
    run_alone(main, N_PROPERTIES * 2000)
