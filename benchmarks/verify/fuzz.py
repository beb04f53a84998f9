"""Damaged and made-up bytes for every reader of input: a result, or the one declared error.

With atheris (the extra `fuzz`) the cases are guided by which branches they reach; without it they
are the seeds with bytes changed, cut and put together. Seeds are a few of the project's own and,
where STANCE_SHARED names it, the corpus of bad inputs. A case that takes more than a second of
processor time counts as wrong, too. What goes wrong is kept in a file that repeats it:

    python benchmarks/verify/fuzz.py --again csv FILE
"""

import argparse
import base64
import contextlib
import json
import logging
import os
import random
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from verify_tally import Budget, Tally, run_alone

COUNT = 1_000_000
SLOW = 1.0  # seconds of processor time
MAX_SEED = 20_000  # bytes; longer ones teach little and cost much
MAX_LENGTH = 2048
HERE = Path(__file__).parent
PIECES = (
    *(b"text", b"label", b"labels", b"|", b'"', b'""', b",", b"\n", b"\r", b"\r\n", b"\0", b"\xff"),
    *(b"\xef\xbb\xbf", b"\xff\xfe", b"PAR1", b"{", b"}", b"[", b"]", b":", b"\\u0000", b"\\ud800"),
    *(b"NaN", b"1e400", b"9" * 400, b"[" * 400, b"null", b"true", b"---\n", b"<", b">", b"&#0;"),
    *(
        b"<!--",
        b"<p>",
        b"\xc2\xa0",
        b"\xe2\x80\xa8",
        b"\xcc\x81" * 20,
        b"[[labels]]\n",
        b"= ",
        b"#",
    ),
)
OWN = {
    ".csv": b'id,text,labels\n1,"The mayor, she said, ""waits"".",a|b\n2,Nobody came.,\n',
    ".jsonl": b'{"id": "x", "text": "The mayor waits.", "labels": ["a"], "start": 0, "end": 4}\n',
    ".txt": "---\ntitle: Ferry\ndate: 2024-05-01\n---\nThe ferry waits. “Go!” she said.\n".encode(),
    ".md": b"# Ferry\n\n* The *ferry* waits.\n\n> [Go](http://x), she said.\n",
    ".html": b"<html><head><title>Ferry</title></head><body><article><p>The ferry waits at the "
    b"pier for the people of the island, who have come.</p></article></body></html>",
    ".toml": b'name = "x"\nexclusive = true\nseed = 1\n[[labels]]\nname = "a"\nkey = "1"\n'
    b'[training]\nC = 1.0\n[[actors]]\nname = "Ada Stone"\nkind = "person"\n',
}


def seeds_of(suffixes: tuple[str, ...]) -> list[bytes]:
    """What the cases are made of."""
    found = [content for suffix, content in OWN.items() if suffix in suffixes]
    found += _packed(suffixes)
    shared = os.environ.get("STANCE_SHARED")
    if shared:
        for path in sorted(Path(shared, "bad_inputs").iterdir()):
            if path.suffix in suffixes and path.stat().st_size <= MAX_SEED:
                found.append(path.read_bytes())
    return found or [b""]


def _packed(suffixes: tuple[str, ...]) -> list[bytes]:
    from stance.storage.compression import compress

    if ".gz" in suffixes or ".zst" in suffixes:
        name = ".jsonl" if ".gz" in suffixes else ".csv"
        return [compress(OWN[name], suffixes[0]), compress(OWN[name] * 50, suffixes[0]) * 2]
    if ".parquet" in suffixes:
        import io

        import pyarrow as pa
        import pyarrow.parquet as pq

        stream = io.BytesIO()
        table = pa.table(
            {"text": ["The mayor waits.", None, "x"], "n": [1, 2, 3], "label": ["a"] * 3}
        )
        pq.write_table(table, stream, write_page_checksum=True)
        return [stream.getvalue()]
    return []


def damaged(draw: random.Random, seeds: list[bytes]) -> bytes:
    """A seed with pieces changed, cut out, put in, or joined to another."""
    content = bytearray(draw.choice(seeds))
    for _ in range(draw.randint(1, 6)):
        place = draw.randint(0, len(content))
        size = draw.choice((1, 1, 2, 4, 8, 64))
        what = draw.randrange(6)
        if what == 0 and place < len(content):
            content[place] ^= 1 << draw.randrange(8)
        elif what == 1:
            del content[place : place + size]
        elif what == 2:
            content[place:place] = draw.choice(PIECES)
        elif what == 3:
            content[place:place] = draw.randbytes(size)
        elif what == 4:
            content[place:place] = content[max(0, place - size) : place]
        else:
            other = draw.choice(seeds)
            start = draw.randint(0, len(other))
            content[place:] = other[start : start + 512]
    return bytes(content[:MAX_LENGTH])


class Trial:
    """Runs cases through a target and keeps the first of each kind that goes wrong."""

    def __init__(self, name: str, kept: Path) -> None:
        from fuzz_targets import TARGETS

        self.target: Callable[[bytes], None] = TARGETS[name][0]
        self.name = name
        self.count = 0
        self._kept = kept
        self._kinds: set[str] = set()

    def __call__(self, content: bytes) -> None:
        """One case; nothing comes out of it."""
        from stance.storage.errors import StanceError

        self.count += 1
        before = time.process_time()
        try:
            self.target(content)
        except StanceError:
            pass
        except Exception as error:  # noqa: BLE001
            where = traceback.extract_tb(error.__traceback__)[-1]
            self._keep(
                f"{type(error).__name__} in {Path(where.filename).name}:{where.lineno}: {error}"[
                    :160
                ],
                content,
            )
        if time.process_time() - before > SLOW:
            self._keep("takes more than a second", content)

    def _keep(self, kind: str, content: bytes) -> None:
        key = kind.split(": ")[0]
        if key in self._kinds:
            return
        self._kinds.add(key)
        fault = {"target": self.name, "kind": kind, "input": base64.b64encode(content).decode()}
        with self._kept.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(fault) + "\n")


def _guided(trial: Trial, seeds: list[bytes], count: int, seconds: float, seed: int) -> None:
    """By coverage; the process ends with it."""
    import atheris

    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    for number, content in enumerate(seeds):
        (folder / f"{number:03}").write_bytes(content)
    arguments = [
        *("fuzz", f"-runs={count}", f"-seed={seed % 2**31 or 1}", f"-max_len={MAX_LENGTH}"),
        *("-verbosity=0", "-print_final_stats=1", "-timeout=120", "-rss_limit_mb=3000"),
        *(f"-max_total_time={max(1, round(min(seconds, 10**6)))}", f"-artifact_prefix={folder}/"),
        str(folder),
    ]
    atheris.Setup(arguments, trial)
    atheris.Fuzz()


def _plain(trial: Trial, seeds: list[bytes], count: int, seconds: float, seed: int) -> None:
    draw = random.Random(seed)
    budget = Budget(count, seconds, seed)
    for content in seeds[:count]:
        trial(content)
    while budget.lasts(trial.count):
        trial(damaged(draw, seeds))


def _child(name: str, count: int, seconds: float, seed: int, guided: bool, folder: Path) -> None:
    """One target in this process; its faults and its count are left in the folder."""
    logging.disable(logging.CRITICAL)
    tempfile.tempdir = str(folder)
    if guided:
        import atheris

        with atheris.instrument_imports(include=["stance", "fuzz_targets"]):
            import fuzz_targets
    else:
        import fuzz_targets
    trial = Trial(name, folder / "faults")
    run = _guided if guided else _plain
    run(trial, seeds_of(fuzz_targets.TARGETS[name][2]), count, seconds, seed)
    (folder / "count").write_text(str(trial.count), encoding="utf-8")


def _run(
    name: str, count: int, seconds: float, seed: int, guided: bool
) -> tuple[int, list[str], int]:
    """How many cases the target did, what went wrong, and how often the process died of one."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as scratch:
        folder = Path(scratch)
        command = [sys.executable, __file__, "--child", name, scratch, str(count), str(seconds)]
        command += [str(seed), str(int(guided))]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        n_done = _n_units(done.stderr) if guided else 0
        with contextlib.suppress(FileNotFoundError):
            n_done = int((folder / "count").read_text("utf-8"))
        wrong: list[str] = []
        with contextlib.suppress(FileNotFoundError):
            faults = (folder / "faults").read_text("utf-8").splitlines()
            wrong = [_told(json.loads(line)) for line in faults]
        died = done.returncode != 0
        if died:
            wrong.append(f"{name}: ended with {done.returncode}: {done.stderr[-300:].strip()}")
        return n_done, wrong, died


def _n_units(log: str) -> int:
    found = [line.split()[-1] for line in log.splitlines() if "number_of_executed_units" in line]
    return int(found[-1]) if found else 0


def _told(fault: dict[str, str]) -> str:
    """The fault in a line, with the file that repeats it."""
    content = base64.b64decode(fault["input"])
    path = Path(tempfile.gettempdir()) / f"stance-fuzz-{fault['target']}-{hash(content) % 10**8:08}"
    path.write_bytes(content)
    return f"{fault['target']}: {fault['kind']} ({path})"


def has_atheris() -> bool:
    """Whether cases can be guided by coverage."""
    from importlib.util import find_spec

    return find_spec("atheris") is not None


def main(budget: Budget, guided: bool | None = None) -> Tally:
    """All targets, each with its share of the cases."""
    from fuzz_targets import TARGETS

    guided = has_atheris() if guided is None else guided
    n_done = n_died = 0
    wrong: list[str] = []
    told: list[str] = []
    for number, (name, (_, share, _)) in enumerate(TARGETS.items()):
        wanted = max(1, budget.count * share // 1000)
        start = time.monotonic()
        found, faults, died = _run(
            name, wanted, budget.seconds * share / 1000, budget.seed + number, guided
        )
        n_done, n_died, wrong = n_done + found, n_died + died, wrong + faults
        told.append(f"{name} {found:,} in {time.monotonic() - start:,.0f} s")
    how = "guided by coverage" if guided else "not guided: atheris is not installed"
    detail = (*wrong, f"{how}; {', '.join(told)}")
    return Tally("fuzz cases", n_done, lost=n_died, tracebacks=len(wrong) - n_died, detail=detail)


def _again(name: str, path: Path) -> None:
    from fuzz_targets import TARGETS

    TARGETS[name][0](path.read_bytes())


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        name, scratch, count, seconds, seed, guided = sys.argv[2:]
        _child(name, int(count), float(seconds), int(seed), guided == "1", Path(scratch))
    elif sys.argv[1:2] == ["--again"]:
        parser = argparse.ArgumentParser()
        parser.add_argument("--again", nargs=2)
        _again(
            *(kind(one) for kind, one in zip((str, Path), parser.parse_args().again, strict=True))
        )
    else:
        run_alone(main, COUNT)
