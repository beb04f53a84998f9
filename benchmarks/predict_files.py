"""The whole of `stance predict` on large files, beside a plain scikit-learn script.

    python benchmarks/predict_files.py [--rows 1000000] [--kinds jsonl,csv,parquet] [--ten-million]

Sentences are halves of the project's own sentences (of the pool that STANCE_SHARED has, where it
is set) put together anew, so that hardly two are alike. The model is trained here, with the
default features, so that its scikit-learn pipeline is at hand. The script beside it is what one
would write: json.loads, predict_proba in chunks of 10,000, json.dumps; it runs on a tenth of the
rows. CPU seconds count all processes; a ratio is of rows per CPU second, in one run.
"""

import argparse
import contextlib
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
PLAIN = """
import json, sys
import joblib
pipeline = joblib.load(sys.argv[1])
names = sys.argv[4].split(",")
def write(rows, out):
    shares = pipeline.predict_proba([row["text"] for row in rows])
    for row, values in zip(rows, shares):
        row.update((name, round(float(value), 6)) for name, value in zip(names, values))
        out.write(json.dumps(row) + "\\n")
with open(sys.argv[2]) as stream, open(sys.argv[3], "w") as out:
    rows = []
    for line in stream:
        rows.append(json.loads(line))
        if len(rows) == 10000:
            write(rows, out)
            rows = []
    write(rows, out) if rows else None
"""


@dataclass(frozen=True)
class Cost:
    """What a command took: CPU and wall seconds, and the most memory of one process (MB)."""

    cpu: float
    wall: float
    memory: float


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--kinds", default="jsonl,csv,parquet")
    parser.add_argument("--ten-million", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = trained(folder)
        n_plain = max(1000, options.rows // 10)
        plain = plain_script(model, made(folder, n_plain, "jsonl"), folder)
        print(
            f"scikit-learn script: {n_plain / plain.cpu:,.0f} rows / CPU s, {plain.memory:.0f} MB"
        )
        print(f"{'input':10}{'rows':>12}{'processes':>11}{'CPU s':>8}{'wall s':>8}", end="")
        print(f"{'rows / CPU s':>14}{'x':>7}{'speed-up':>10}{'MB a process':>14}")
        for kind in options.kinds.split(","):
            sizes = [options.rows // 10, options.rows]
            if options.ten_million and kind == "jsonl":
                sizes.append(10 * options.rows)
            for n_rows in sizes:
                show(kind, n_rows, model, folder, n_plain / plain.cpu)


def show(kind: str, n_rows: int, model: Path, folder: Path, plain: float) -> None:
    """Prints what one file takes with one process and with two."""
    source = made(folder, n_rows, kind)
    alone = 0.0
    for n_workers in (1, 2):
        target = folder / f"out-{n_workers}.{kind}"
        command = [sys.executable, "-m", "stance", "--quiet", "predict", str(source)]
        command += ["--model", str(model), "-o", str(target), "--workers", str(n_workers)]
        cost = run(command)
        alone = alone or cost.wall
        print(
            f"{kind:10}{n_rows:12,}{n_workers:11}{cost.cpu:8.1f}{cost.wall:8.1f}"
            f"{n_rows / cost.cpu:14,.0f}{n_rows / cost.cpu / plain:7.1f}"
            f"{alone / cost.wall:10.2f}{cost.memory:14.0f}",
            flush=True,
        )
    outputs = [(folder / f"out-{n}.{kind}").read_bytes() for n in (1, 2)] if n_rows < 2e6 else []
    assert len(set(outputs)) <= 1, "two processes wrote other bytes"
    for path in (source, *folder.glob("out-*")):
        path.unlink()


def plain_script(model: Path, source: Path, folder: Path) -> Cost:
    """What the scikit-learn script takes for the rows, reading and writing included."""
    labels = json.loads((model / "info.json").read_text())["labels"]
    names = ",".join(f"prob_{label}" for label in labels)
    pipeline = str(model / "pipeline.joblib")
    return run([sys.executable, "-c", PLAIN, pipeline, str(source), str(folder / "plain"), names])


def run(command: list[str], source: Path | None = None, target: Path | None = None) -> Cost:
    """Runs the command, from a file and into one where these are named; raises when it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    peak = 0.0
    with contextlib.ExitStack() as files:
        stdin = files.enter_context(source.open("rb")) if source else None
        stdout = files.enter_context(target.open("wb")) if target else None
        environment = os.environ | {"OMP_NUM_THREADS": "1"}
        process = subprocess.Popen(command, stdin=stdin, stdout=stdout, env=environment)
        while process.poll() is None:
            peak = max(peak, *(memory_of(one) for one in family(process.pid)), 0.0)
            time.sleep(0.05)
    if process.returncode:
        sys.exit(f"failed: {' '.join(command)}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(cpu, time.perf_counter() - start, peak)


def family(process: int) -> list[int]:
    """The process and its children."""
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text()
    except OSError:
        return []
    return [process, *map(int, children.split())]


def memory_of(process: int) -> float:
    """The most memory that the process had so far, in MB; mapped files count."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0.0
    lines = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(lines[0].split()[1]) / 1024 if lines else 0.0


def sentences() -> list[list[str]]:
    """Words of the sentences that there are."""
    shared = os.environ.get("STANCE_SHARED")
    path = ROOT / "data" / "sentences.jsonl"
    if shared and (Path(shared) / "ukraine" / "pool.jsonl").exists():
        path = Path(shared) / "ukraine" / "pool.jsonl"
    with path.open(encoding="utf-8") as stream:
        return [json.loads(line)["text"].split() for line in stream]


def rows(n_rows: int) -> Iterator[dict[str, str]]:
    """So many rows; the same ones every time."""
    draw, known = random.Random(0), sentences()
    for number in range(n_rows):
        first, second = draw.choice(known), draw.choice(known)
        words = first[: len(first) // 2] + second[len(second) // 2 :]
        yield {"id": f"r{number}", "text": " ".join(words), "outlet": "example"}


def made(folder: Path, n_rows: int, kind: str) -> Path:
    """The file of so many rows."""
    path = folder / f"in-{n_rows}.{kind}"
    if kind == "jsonl":
        with path.open("w", encoding="utf-8") as stream:
            stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows(n_rows))
        return path
    from stance.prediction.outputs import writing
    from stance.storage.rows import batched

    with writing(path) as write:
        for batch in batched(rows(n_rows), 10_000):
            write(batch)
    return path


def trained(folder: Path) -> Path:
    """A model of the default features from the project's own sentences."""
    command = [sys.executable, "-m", "stance", "--quiet", "train", "--project", str(ROOT)]
    command += ["--models", str(folder / "models"), "--name", "bench"]
    subprocess.run(command, check=True, capture_output=True)
    return folder / "models" / "bench"


if __name__ == "__main__":
    main()
