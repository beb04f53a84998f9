"""Kills a streaming `stance predict` again and again and continues it with --resume.

    python benchmarks/kill_predict.py [--kills 50] [--rows 300000] [--workers 1] [--name o.jsonl]

Each kill is -9, at a random moment of the run. In the end the output must be, to the last byte,
that of a run that nothing interrupted; how many rows were lost or doubled is counted.
"""

import argparse
import contextlib
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from predict_files import ROOT, made


def main() -> None:
    """Prints the counts; the exit code is 1 when anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--name", default="o.jsonl")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = made(folder, options.rows, "jsonl")
        command = [sys.executable, "-m", "stance", "--quiet", "predict", str(source)]
        command += ["--model", str(ROOT / "models" / "default")]
        command += ["--workers", str(options.workers), "--output"]
        whole, target = folder / f"whole-{options.name}", folder / options.name
        start = time.perf_counter()
        subprocess.run([*command, str(whole)], check=True)
        seconds = time.perf_counter() - start
        n_kept, n_whole, n_other = kill([*command, str(target), "--resume"], whole, target, options)
        print(f"{options.kills} kills, {options.rows:,} rows ({seconds:.1f} s uninterrupted)")
        print(f"{n_kept} times something was done since the kill before")
        print(f"{n_whole} outputs finished; {n_other} rows too many or too few in them")
    sys.exit(n_other > 0)


def kill(
    command: list[str], whole: Path, target: Path, options: argparse.Namespace
) -> tuple[int, int, int]:
    """Starts and kills; an output that is finished is compared, and begun again.

    Returns how often there was progress, how many were finished, and how many rows were wrong.
    """
    draw = random.Random(0)
    n_kept = n_whole = n_other = n_kills = 0
    reached = b""
    while n_kills < options.kills or not target.exists():
        if target.exists():
            n_whole, n_other = n_whole + 1, n_other + differing(whole, target)
            target.unlink()
        process = subprocess.Popen(command)
        limit = draw.uniform(0.2, 2.5) if n_kills < options.kills else None
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=limit)
        if process.poll() is not None:
            continue
        process.kill()
        process.wait()
        n_kills += 1
        records = [path.read_bytes() for path in target.parent.glob(".stance-part-*.json")]
        n_kept += bool(records) and records[0] != reached
        reached = records[0] if records else b""
    return n_kept, n_whole + 1, n_other + differing(whole, target)


def differing(whole: Path, target: Path) -> int:
    """How many rows the output has too many or too few; at least 1 when a byte is other."""
    expected, found = whole.read_bytes(), target.read_bytes()
    if expected == found:
        return 0
    wanted, lines = Counter(expected.split(b"\n")), Counter(found.split(b"\n"))
    return max(1, sum(((lines - wanted) + (wanted - lines)).values()))


if __name__ == "__main__":
    main()
