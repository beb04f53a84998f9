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
        n_kills, n_kept = kill([*command, str(target), "--resume"], target, seconds, options.kills)
        subprocess.run([*command, str(target), "--resume"], check=True)
        expected, found = whole.read_bytes(), target.read_bytes()
        lines = Counter(found.split(b"\n")) if expected != found else Counter()
        n_other = sum((lines - Counter(expected.split(b"\n"))).values())
        print(f"{n_kills} kills over {options.rows:,} rows ({seconds:.1f} s uninterrupted)")
        print(f"{n_kept} times something was done since the kill before")
        print(f"output {'equal' if expected == found else 'DIFFERENT'}; {n_other} rows too many")
    sys.exit(expected != found)


def kill(command: list[str], target: Path, seconds: float, n_kills: int) -> tuple[int, int]:
    """Starts and kills until there were so many kills; returns them, and those after progress.

    The moments are such that the whole lasts about as long as all kills need.
    """
    draw = random.Random(0)
    done = n_kept = 0
    reached = b""
    while done < n_kills and not target.exists():
        process = subprocess.Popen(command)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=draw.uniform(0.2, min(seconds, 2.5)))
        if process.poll() is not None:
            break
        process.kill()
        process.wait()
        done += 1
        records = [path.read_bytes() for path in target.parent.glob(".stance-part-*.json")]
        n_kept += bool(records) and records[0] != reached
        reached = records[0] if records else b""
    return done, n_kept


if __name__ == "__main__":
    main()
