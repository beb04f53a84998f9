"""Trainings of the same rows in processes of their own: one hash of all files.

    python benchmarks/verify/determinism.py [--count 20] [--seconds S] [--seed N]

Each has another hash seed of Python, one or two threads for the linear algebra, and its rows in
another order. Every file of the folder counts but `origin.json`, which says when it was made.
"""

import hashlib
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from verify_desk import rows, write
from verify_tally import Budget, Tally, run_alone

from stance.models.origin import ORIGIN

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def trained(root: Path, number: int, seed: int) -> tuple[str, str]:
    """Trains once; the hash of the folder, or "" with what was said instead."""
    draw = random.Random(f"{seed}-{number}")
    found = rows(80, seed)
    for place, row in enumerate(found):
        row["id"] = f"r{place}"
    folder = root / str(number)
    folder.mkdir()
    data = write(folder / "rows.jsonl", draw.sample(found, len(found)))
    threads = str(1 + number % 2)
    told = {"PYTHONHASHSEED": str(draw.getrandbits(31)), **dict.fromkeys(THREADS, threads)}
    command = ["-m", "stance", "--quiet", "train", "--data", data, "--codebook", "auto"]
    done = subprocess.run(
        [sys.executable, *command, "--name", "v1", "--models", str(folder / "models")],
        capture_output=True, text=True, check=False, env={**os.environ, **told},
    )  # fmt: skip
    if done.returncode:
        return "", done.stderr[-300:]
    digest = hashlib.sha256()
    for path in sorted((folder / "models" / "v1").iterdir()):
        if path.name != ORIGIN:
            digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest(), ""


def main(budget: Budget) -> Tally:
    """Trains, compares."""
    hashes: dict[str, int] = {}
    faults, n_done = [], 0
    with tempfile.TemporaryDirectory() as root:
        while budget.lasts(n_done) or n_done < 2:
            digest, fault = trained(Path(root), n_done, budget.seed)
            n_done += 1
            faults += [fault] if fault else []
            if digest:
                hashes[digest] = hashes.get(digest, 0) + 1
    told = [f"{n} trainings: {digest}" for digest, n in hashes.items()]
    lost = n_done - max(hashes.values(), default=0)
    return Tally("trainings of one hash", n_done, lost, 0, len(faults), (*faults, *told))


if __name__ == "__main__":
    run_alone(main, 20)
