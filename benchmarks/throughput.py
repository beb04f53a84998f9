"""Sentences a second of the scorer, beside the scikit-learn pipeline of the same model.

    python benchmarks/throughput.py MODEL_FOLDER SENTENCES.jsonl [ROUNDS]

Both run in one process, in turns, on one thread; medians of CPU time over the rounds.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from threadpoolctl import threadpool_limits

from stance.prediction.scorer import load_scorer


def seconds(work: Callable[[], Any]) -> float:
    """CPU seconds of one run."""
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    """Prints the table."""
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    folder, rows = Path(sys.argv[1]), Path(sys.argv[2])
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    texts = [json.loads(line)["text"] for line in rows.read_text("utf-8").splitlines()]
    scorer = load_scorer(folder)
    # The folder was made on this machine by its user; a stranger's would not be loaded.
    pipeline = joblib.load(folder / "pipeline.joblib")
    with threadpool_limits(1):
        ours = scorer.score(texts).probabilities
        theirs = pipeline.predict_proba(texts)[:, : ours.shape[1]]
        times: dict[str, list[float]] = {"stance": [], "scikit-learn": []}
        for _ in range(rounds):
            times["stance"].append(seconds(lambda: scorer.score(texts)))
            times["scikit-learn"].append(seconds(lambda: pipeline.predict_proba(texts)))
    print(f"{len(texts):,} sentences, largest difference {np.abs(ours - theirs).max():.1e}")
    for name, runs in times.items():
        print(f"{name:14}{len(texts) / statistics.median(runs):12,.0f} sentences / CPU s")
    ratios = [b / a for a, b in zip(times["stance"], times["scikit-learn"], strict=True)]
    print(f"{'ratio':14}{statistics.median(ratios):12.1f}")


if __name__ == "__main__":
    main()
