"""What training costs, beside a plain scikit-learn script, as it grows.

    STANCE_SHARED=… python benchmarks/training.py [SENTENCES…]     (default: 2000 10000)

The rows are drawn with repetition from the real sentences of the pool and labelled by a model, so
that every label has its share of the training file; they keep their articles. Both programs read
the same file, choose thresholds on five grouped folds and write a model; `stance train` does all it
always does (near-duplicates, calibration, keywords, probes, hashes) with the default blocks. The
plain script has words and characters only, a `Pipeline` fitted once a fold and once on everything,
and LogisticRegression as it comes (lbfgs). "stance, 2 blocks" is `stance train` with words and
characters, too. Memory is that of the largest process.
Prints CPU and wall seconds and peak memory of the whole programs; the exponent is that of CPU
seconds from the size before. Sizes from 100,000 on take minutes, and the plain script is then left
out, unless `--plain` is given.
"""

import json
import math
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

MORE = ("negated", "classes", "negated_classes")
PLAIN = """
import json, sys
import joblib, numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_recall_curve
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import MultiLabelBinarizer
rows = [json.loads(line) for line in open(sys.argv[1])]
texts = [row["text"] for row in rows]
y = MultiLabelBinarizer().fit_transform([row["labels"] for row in rows])
model = make_pipeline(
    make_union(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True),
    ),
    OneVsRestClassifier(LogisticRegression(C=10, class_weight="balanced")),
)
groups = [row["article_id"] for row in rows]
found = cross_val_predict(model, texts, y, groups=groups, cv=GroupKFold(5), method="predict_proba")
for k in range(y.shape[1]):
    precision, recall, limits = precision_recall_curve(y[:, k], found[:, k])
    limits[np.argmax(2 * precision * recall / np.maximum(precision + recall, 1e-9)) - 1]
joblib.dump(model.fit(texts, y), sys.argv[2])
"""


Rows = list[dict[str, Any]]


def pool(shared: Path, folder: Path, source: Path | None = None) -> Rows:
    """The sentences of the pool, or of another file; each label has its likeliest, in the share
    that it has in the training file.
    """
    data, model, scored = shared / "ukraine", folder / "teacher", folder / "pool.jsonl"
    stance("train", "--data", data / "train.jsonl", "--models", model, "--codebook", "auto")
    stance("predict", source or data / "pool.jsonl", "--model", model / "v1", "-o", scored)
    rows = read(scored)
    known = [row["labels"] for row in read(data / "train.jsonl")]
    labels: list[list[str]] = [[] for _ in rows]
    for name in sorted({name for one in known for name in one}):
        n_given = round(len(rows) * sum(name in one for one in known) / len(known))
        order = sorted(range(len(rows)), key=lambda place: -rows[place][f"prob_{name}"])
        for place in order[:n_given]:
            labels[place].append(name)
    return [
        {"text": row["text"], "labels": one, "article_id": row["article_id"]}
        for row, one in zip(rows, labels, strict=True)
    ]


def read(file: Path) -> Rows:
    """The rows of a JSONL file."""
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def stance(*arguments: object) -> None:
    """The command line, which must succeed."""
    command = [sys.executable, "-m", "stance", *map(str, arguments)]
    subprocess.run(command, check=True, capture_output=True)


def measured(command: list[str]) -> tuple[float, float, float]:
    """CPU seconds, wall seconds and peak memory (MB) of a program that must succeed."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    told = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(told)
    wall = time.perf_counter() - start
    return usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024


def drawn(rows: Rows, n: int) -> Rows:
    """So many rows, drawn with repetition; copies stay in their article, so in one fold."""
    draw = random.Random(n)
    return [{"id": f"r{number}", **draw.choice(rows)} for number in range(n)]


def main() -> None:
    """Prints one line a size and program."""
    shared = os.environ.get("STANCE_SHARED")
    if not shared:
        sys.exit("set STANCE_SHARED to the folder with the sentences")
    sizes = [int(one) for one in sys.argv[1:] if one != "--plain"] or [2000, 10_000]
    print(f"{os.cpu_count()} processors")
    print(
        f"{'sentences':>10} {'program':18}{'CPU s':>9}{'wall s':>9}{'MB':>8}"
        f"{'exponent':>10}{'ratio':>8}"
    )
    before: dict[str, tuple[int, float]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = pool(Path(shared), folder)
        plain = folder / "plain.py"
        plain.write_text(PLAIN, "utf-8")
        for n in sizes:
            file = folder / f"{n}.jsonl"
            lines = (json.dumps(row) + "\n" for row in drawn(rows, n))
            file.write_text("".join(lines), "utf-8")
            command = [sys.executable, "-m", "stance", "train", "--data", str(file)]
            programs = {
                "stance train": [*command, "--codebook", "auto", "--models", f"{folder}/m{n}"]
            }
            two = [f"features.{name}.enabled=false" for name in MORE]
            two += ["features.contractions=false"]
            programs["stance, 2 blocks"] = [
                *(*programs["stance train"][:-1], f"{folder}/two{n}"),
                *(part for setting in two for part in ("-S", setting)),
            ]
            if n < 100_000 or "--plain" in sys.argv:
                programs["scikit-learn"] = [sys.executable, str(plain), str(file), f"{folder}/p{n}"]
            ours = 0.0
            for program, arguments in programs.items():
                cpu, wall, memory = measured(arguments)
                last = before.get(program)
                grown = math.log(cpu / last[1]) / math.log(n / last[0]) if last else math.nan
                before[program] = (n, cpu)
                ratio = f"{cpu / ours:8.1f}" if ours else ""
                ours = ours or cpu
                told = (
                    f"{n:>10,} {program:18}{cpu:9.1f}{wall:9.1f}{memory:8.0f}{grown:10.2f}{ratio}"
                )
                print(told, flush=True)


if __name__ == "__main__":
    main()
