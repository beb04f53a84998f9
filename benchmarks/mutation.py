"""How many small mistakes in the readers and stores the tests notice (mutation testing).

    python benchmarks/mutation.py                       every mutant of every module
    python benchmarks/mutation.py --sample 200          of a random sample, with an interval
    python benchmarks/mutation.py storage/rows          of these modules
    python benchmarks/mutation.py --write benchmarks/mutation_survivors.txt

Tools for this want another layout (mutmut 3 names modules after their folder, and ours is not
`src`), so this one is small and its own. The tests are collected once, and run once to see which
of them reach which line. Then each mutant has a process of its own, made by a fork: there the
function's code is exchanged in place, and the tests that reach the line run until one fails.
A mutant that makes them endless counts as noticed, one that no test reaches as not.
"""

import argparse
import importlib
import os
import random
import resource
import signal
import sys
import time
import types
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mutants import Mutant, mutants_of
from survivors import Tried, write_tried

ROOT = Path(__file__).parents[1]
# Each module with the tests that are for it.
TARGETS = {
    "storage/atomic": "storage/test_atomic_order.py storage/test_atomic.py",
    "storage/block_rows": "storage/test_block_rows.py storage/test_blocks.py",
    "storage/blocks": "storage/test_blocks.py storage/test_rows.py",
    "storage/compression": "storage/test_compression.py",
    "storage/errors": "storage/test_errors.py",
    "storage/json_items": "storage/test_json_items.py",
    "storage/jsonl": "storage/test_jsonl.py storage/test_json_scan.py storage/test_parsed.py",
    "storage/leftovers": "storage/test_leftovers.py",
    "storage/parquet": "storage/test_parquet.py",
    "storage/parsed": "storage/test_parsed.py storage/test_refusals.py",
    "storage/places": "storage/test_places.py",
    "storage/project": "storage/test_project.py",
    "storage/records": "storage/test_records.py storage/test_rows.py storage/test_blocks.py",
    "storage/refusals": "storage/test_refusals.py",
    "storage/row_files": "storage/test_compression.py storage/test_blocks.py storage/test_rows.py",
    "storage/rows": "storage/test_row_texts.py storage/test_rows.py",
    "storage/spreadsheet": "storage/test_spreadsheet.py",
    "storage/text": "storage/test_text.py storage/test_rows.py corpus/test_articles.py",
    "storage/toml": "storage/test_toml.py codebook",
    "corpus/articles": "corpus/test_articles.py corpus/test_store.py",
    "corpus/html": "corpus/test_html.py",
    "corpus/markdown": "corpus/test_markdown.py",
    "corpus/store": "corpus/test_store.py",
    "annotation/corrections": "annotation/test_corrections.py",
    "annotation/examples": "annotation/test_examples.py annotation/test_examples_labels.py",
    "annotation/standoff": "annotation/test_standoff.py",
    "annotation/store": "annotation/test_annotation_store.py annotation/test_gold.py",
    "codebook/codebook": "codebook",
    "prediction/inputs": "prediction/test_input_blocks.py prediction/test_inputs.py "
    "prediction/test_inputs_arguments.py",
    "models/champion": "models/test_champion.py models/test_registry_machine.py",
    "models/folder": "models/test_folder.py models/test_info.py",
    "models/info": "models/test_info.py",
    "models/mapped": "models/test_packing.py models/test_attacks.py models/test_attacks_arrays.py "
    "models/test_attacks_headers.py models/test_attacks_records.py",
    "models/packing": "models/test_packing.py models/test_packing_words.py",
    "models/registry": "models/test_registry.py models/test_registry_names.py "
    "models/test_registry_files.py models/test_registry_machine.py",
    "models/tables": "models/test_tables.py models/test_packing.py",
    "models/unpacking": "models/test_unpacking.py models/test_packing.py",
    "models/weights": "models/test_packing.py models/test_saving.py",
}
# A mutant is endless when a test takes this many seconds of CPU and three times its own.
PATIENCE = 4
MEMORY = 6 << 30
NOTICED, ENDLESS, SURVIVED, UNREACHED = "noticed", "endless", "survived", "not reached"


@dataclass
class Session:
    """The pytest plugin that takes over when the tests are collected."""

    modules: list[str]
    sample: int | None
    seed: int
    found: list[tuple[str, Mutant, str]]

    def pytest_sessionstart(self) -> None:
        """No search for the smallest example, and no deadline: a slow machine is no mistake."""
        from hypothesis import Phase, settings

        settings.register_profile(
            "mutation", max_examples=20, deadline=None, derandomize=True, database=None,
            phases=[Phase.explicit, Phase.generate],
        )  # fmt: skip
        settings.load_profile("mutation")

    def pytest_runtestloop(self, session: Any) -> bool:
        """Runs the tests once with coverage, then each mutant."""
        reached, seconds = _reached(session.items, self.modules)
        chosen = [
            (module, mutant)
            for module in self.modules
            for mutant in mutants_of(_path(module).read_text("utf-8"))
        ]
        if self.sample is not None and self.sample < len(chosen):
            chosen = random.Random(self.seed).sample(chosen, self.sample)
        print(f"{len(chosen):,} mutants, {len(session.items):,} tests", flush=True)
        for number, (module, mutant) in enumerate(chosen, start=1):
            items = [one for one in session.items if one in reached[module].get(mutant.line, ())]
            items.sort(key=lambda item: seconds[item])
            limits = {item: int(PATIENCE + 3 * seconds[item]) for item in items}
            what = _tried(module, mutant, limits) if items else UNREACHED
            self.found.append((module, mutant, what))
            if what in (SURVIVED, UNREACHED):
                print(f"{number:>5}  {what}: {_told(module, mutant)}", flush=True)
        return True


def _path(module: str) -> Path:
    return ROOT / "train" / "stance" / f"{module}.py"


def _told(module: str, mutant: Mutant) -> str:
    return f"{module}.py:{mutant.line} {mutant.function}: {mutant.what}"


def _reached(
    items: list[Any], modules: list[str]
) -> tuple[dict[str, dict[int, set[Any]]], dict[Any, float]]:
    """For each module and line the tests that reach it, and how long each test takes."""
    import coverage
    from _pytest.runner import runtestprotocol

    tracer = coverage.Coverage(
        data_file=None, include=[str(_path(module)) for module in modules], config_file=False
    )
    seconds: dict[Any, float] = {}
    by_id = {item.nodeid: item for item in items}
    tracer.start()
    for item, following in zip(items, [*items[1:], None], strict=True):
        tracer.switch_context(item.nodeid)
        started = time.process_time()
        reports = runtestprotocol(item, log=False, nextitem=following)
        seconds[item] = time.process_time() - started
        if any(one.failed for one in reports):
            sys.exit(f"{item.nodeid} fails as it is.")
    tracer.stop()
    data = tracer.get_data()
    reached = {
        module: {
            line: {by_id[name] for name in names if name in by_id}
            for line, names in data.contexts_by_lineno(str(_path(module))).items()
        }
        for module in modules
    }
    return reached, seconds


def _tried(module: str, mutant: Mutant, limits: dict[Any, int]) -> str:
    """What becomes of the mutant, in a process of its own; each test has so many seconds of CPU."""
    child = os.fork()
    if not child:
        code = 3
        try:
            code = _in_child(module, mutant, limits)
        finally:
            os._exit(code)
    # It may wait for something, too, which takes no CPU.
    ends = time.monotonic() + 120 + 7 * sum(limit - PATIENCE for limit in limits.values())
    while True:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            break
        if time.monotonic() > ends:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return ENDLESS
        time.sleep(0.01)
    if os.WIFSIGNALED(status):
        return ENDLESS
    return SURVIVED if os.WEXITSTATUS(status) == 0 else NOTICED


def _in_child(module: str, mutant: Mutant, limits: dict[Any, int]) -> int:
    from _pytest.runner import runtestprotocol

    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, 1)
    os.dup2(sink, 2)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    _exchange(module, mutant)
    items = list(limits)
    for item, following in zip(items, [*items[1:], None], strict=True):
        item._initrequest()
        ends = int(time.process_time()) + limits[item]
        resource.setrlimit(resource.RLIMIT_CPU, (ends, resource.RLIM_INFINITY))
        if any(one.failed for one in runtestprotocol(item, log=False, nextitem=following)):
            return 1
    return 0


def _exchange(module: str, mutant: Mutant) -> None:
    """Gives the living function the mutant's code: whoever has imported it has the mutant now."""
    name = "stance." + module.replace("/", ".")
    function: Any = importlib.import_module(name)
    for step in mutant.function.split("."):
        function = vars(function)[step] if isinstance(function, type) else getattr(function, step)
    function = _plain(function)
    whole = compile(mutant.tree, str(_path(module)), "exec")
    function.__code__ = _code_of(whole, mutant.function.split("."))


def _plain(function: Any) -> Any:
    """The function below properties, class methods, validators and other wrappers."""
    for _ in range(5):
        for inner in ("fget", "__wrapped__", "__func__", "wrapped"):
            if getattr(function, inner, None) is not None:
                function = getattr(function, inner)
                break
    return function


def _code_of(code: types.CodeType, names: list[str]) -> types.CodeType:
    for name in names:
        code = next(
            one for one in code.co_consts if isinstance(one, types.CodeType) and one.co_name == name
        )
    return code


def _interval(n_noticed: int, n: int) -> tuple[float, float]:
    """Wilson's 95 % interval of the share."""
    share, z = n_noticed / n, 1.96
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * (share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5 / (1 + z * z / n)
    return middle - half, middle + half


def _summed_up(found: list[tuple[str, Mutant, str]]) -> dict[str, Tried]:
    tried: dict[str, Tried] = {}
    for module in dict.fromkeys(module for module, _, _ in found):
        mine = [(mutant, what) for name, mutant, what in found if name == module]
        left = [mutant for mutant, what in mine if what not in (NOTICED, ENDLESS)]
        told = tuple(f"{one.function}: {one.what}" for one in left)
        tried[module] = Tried(len(mine), len(mine) - len(left), told)
    return tried


def main() -> None:
    """Prints the survivors and the score of each module and of all."""
    import pytest

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=", ".join(TARGETS))
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--write", type=Path, metavar="FILE", help="keep what it came to in FILE")
    options = parser.parse_args()
    modules = options.modules or list(TARGETS)
    named = {test for module in modules for test in TARGETS[module].split()}
    tests = [str(ROOT / "tests" / test) for test in sorted(named)]
    session = Session(modules, options.sample, options.seed, [])
    os.chdir(ROOT)
    plain = ["-o", "addopts=", "--import-mode=importlib", "-p", "no:cacheprovider"]
    pytest.main([*plain, "-p", "no:terminal", *tests], plugins=[session])
    if not session.found:
        sys.exit("no test could be collected.")
    tried = _summed_up(session.found)
    for module, one in tried.items():
        print(one.told(module))
    if options.write:
        write_tried(options.write, tried, list(TARGETS))
    n_all = len(session.found)
    n = sum(what in (NOTICED, ENDLESS) for _, _, what in session.found)
    low, high = _interval(n, n_all)
    told = f"{n:,} of {n_all:,} mutants noticed: {100 * n / n_all:.1f} %"
    print(f"{told} [{100 * low:.1f}, {100 * high:.1f}]")


if __name__ == "__main__":
    main()
