"""The loaders of models under coverage-guided fuzzing, every hash put right.

    python benchmarks/verify/fuzz_models.py [--count 100000] [--seconds S] [--seed N]

Four kinds of case: any bytes as the header of the weights' file, as the whole file, as the record;
and numbers put anywhere into sound arrays. Both ways to load look at each: a model or ModelError,
no other exception, no hang, and where both take it, the same answers. With atheris (the extra
`fuzz`) the coverage of the loaders guides what comes next; without it cases are drawn at random.
"""

import os
import random
import re
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from damaged_models import KINDS, damaged
from verify_models import Files, Place, files_of, put_right, small_model, with_record
from verify_tally import Budget, Tally, run_alone

from stance.models.folder import INFO, SCORER

HANGS = 1.0
MAX_LENGTH = 20_000
_GUIDED = ("stance.models.mapped", "stance.models.folder", "stance.models.info",
           "stance.models.unpacking", "stance.models.tables", "stance.prediction.single",
           "stance.prediction.plain", "stance.storage.jsonl")  # fmt: skip


class Target:
    """One case after the other: a byte that says which kind it is, and the rest."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._place = Place(files)
        content = files[SCORER]
        self._size = int.from_bytes(content[:8], "little")

    def seeds(self) -> list[bytes]:
        """A sound case of each kind."""
        scorer = self._files[SCORER]
        header = scorer[8 : 8 + self._size]
        edits = struct.pack("<IId", 1, 2, 0.5) * 4
        return [b"\0" + header, b"\1" + scorer, b"\2" + self._files[INFO], b"\3" + edits]

    def __call__(self, data: bytes) -> None:
        """Loads the case. Raises AssertionError for anything but a model or a refusal."""
        kind, rest = (data[0] % 4, data[1:]) if data else (1, b"")
        self._place.put(self._folder(kind, rest))
        start = time.process_time()
        whole, message = self._place.told()
        quick, why = self._place.told_quickly()
        taken = time.process_time() - start
        if taken > HANGS:
            raise AssertionError(f"took {taken:.1f} s")
        if "traceback" in (whole, quick):
            raise AssertionError(message if whole == "traceback" else why)
        if (whole, quick) == ("taken", "taken") and not self._place.is_quick_right():
            raise AssertionError("the two ways to load differ")

    def _folder(self, kind: int, rest: bytes) -> Files:
        scorer = self._files[SCORER]
        if kind == 2:
            return with_record(self._files, rest)
        if kind == 0:
            scorer = struct.pack("<Q", len(rest)) + rest + scorer[8 + self._size :]
        elif kind == 1:
            scorer = rest
        else:
            scorer = self._edited(rest)
        return put_right({**self._files, SCORER: scorer})

    def _edited(self, rest: bytes) -> bytes:
        """The arrays with numbers put somewhere: as 4 bytes, or as a float of 8."""
        content = bytearray(self._files[SCORER])
        begin, size = 8 + self._size, len(content) - 8 - self._size
        for which, place, value in struct.iter_unpack("<IId", rest[: len(rest) // 16 * 16]):
            at = begin + place % (size - 8)
            if which % 2:
                content[at : at + 8] = struct.pack("<d", value)
            else:
                content[at - at % 4 : at - at % 4 + 4] = struct.pack("<I", which)
        return bytes(content)


def inside(root: Path, count: int, seconds: float, seed: int) -> None:
    """Fuzzes in this process, which libFuzzer ends."""
    import atheris

    with atheris.instrument_imports(include=list(_GUIDED)):
        import stance.prediction.scorer
        import stance.prediction.single  # noqa: F401
    target = Target(files_of(root / "models" / "small"))
    seeds = root / "seeds"
    seeds.mkdir(exist_ok=True)
    for number, content in enumerate(target.seeds()):
        (seeds / str(number)).write_bytes(content)
    options = [f"-runs={count}", f"-seed={seed % 2**31 + 1}", f"-max_len={MAX_LENGTH}"]
    options += ["-print_final_stats=1", f"-artifact_prefix={root}/", "-verbosity=0"]
    options += [f"-max_total_time={max(1, int(seconds))}"] if seconds < 1e9 else []
    atheris.Setup([sys.argv[0], *options, str(seeds)], target)
    atheris.Fuzz()


def guided(root: Path, budget: Budget) -> Tally:
    """Fuzzes in a process of its own."""
    command = [sys.executable, __file__, "--inside", str(root), str(budget.count)]
    done = subprocess.run(
        [*command, str(budget.seconds), str(budget.seed)],
        capture_output=True, text=True, errors="replace", check=False,
    )  # fmt: skip
    found = re.search(r"number_of_executed_units:\s*(\d+)", done.stderr)
    count = int(found[1]) if found else 0
    if done.returncode == 0 and count:
        return Tally("fuzzed models", count, detail=("guided by coverage",))
    fault = [line for line in done.stderr.splitlines() if "Error" in line][:3]
    kept = next(iter(root.glob("crash-*")), None)
    case = kept.read_bytes()[:200].hex() if kept else "none kept"
    return Tally("fuzzed models", count, 0, 0, 1, (*fault, f"case: {case}"))


def unguided(root: Path, budget: Budget) -> Tally:
    """Fuzzes with cases drawn at random."""
    target = Target(files_of(root / "models" / "small"))
    draw, n_done, detail = random.Random(budget.seed), 0, []
    while budget.lasts(n_done):
        n_done += 1
        case = draw.choice(target.seeds())
        for _ in range(draw.randint(1, 4)):
            case = case[:1] + damaged(case[1:], draw.choice(KINDS), draw)
        try:
            target(case)
        except AssertionError as error:
            detail.append(f"{str(error)[-200:]}: {case[:100].hex()}")
    told = "without atheris: drawn at random"
    return Tally("fuzzed models", n_done, 0, 0, len(detail), (*detail, told))


def main(budget: Budget) -> Tally:
    """Fuzzes for as long as the budget lasts."""
    with tempfile.TemporaryDirectory() as name:
        small_model(Path(name))
        try:
            import atheris  # noqa: F401
        except ImportError:
            return unguided(Path(name), budget)
        return guided(Path(name), budget)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--inside"]:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123
        inside(Path(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5]))
    else:
        run_alone(main, 100_000)
