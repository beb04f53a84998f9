"""What tuning costs beside scikit-learn's GridSearchCV over the same grid, and that it is exact.

    STANCE_SHARED=… python benchmarks/tuning.py [SENTENCES] [--distinct]     (default: 20000)

Rows as in `training.py`, drawn with repetition from the pool; with `--distinct` no two are the same
(the sentences of every set that is there), which is more work. Word 1-2-grams, seven values of C,
five grouped folds, every label. GridSearchCV has a pipeline of TfidfVectorizer and one
LogisticRegression a label as it comes, and fits both anew for each C and fold. Prints CPU seconds
of one process, and the largest difference between a fold's average precision and F1 here and after
fitting that fold alone with newton-cg at a tolerance of 1e-9 (C = 1 and 100).
"""

import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from training import Rows, drawn, pool, read

from stance.learning.config import read_config
from stance.learning.fitting import counted
from stance.learning.path import path_logits

VALUES = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
SETTINGS = (
    *(f"features.{name}.enabled=false" for name in ("char", "negated", "classes")),
    "features.negated_classes.enabled=false",
    "features.contractions=false",
    "features.word.min_df=2",
)


def pipeline(**settings: Any) -> Any:
    """The plain pipeline of the same features."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.pipeline import make_pipeline

    return make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2),
        OneVsRestClassifier(LogisticRegression(class_weight="balanced", **settings)),
    )


def rows_of(n: int, shared: Path, is_distinct: bool) -> Rows:
    """So many labelled sentences."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if not is_distinct:
            return drawn(pool(shared, folder), n)
        articles: dict[str, str] = {}
        sets = ("ukraine", "benchmarks/gwsd", "benchmarks/newsmtsc_rw", "benchmarks/semeval2016t6")
        for file in sorted(file for one in sets for file in (shared / one).glob("*.jsonl")):
            for row in read(file):
                articles.setdefault(row["text"], row.get("article_id") or row["id"])
        source = folder / "distinct.jsonl"
        lines = (json.dumps({"text": t, "article_id": a}) + "\n" for t, a in articles.items())
        source.write_text("".join(lines), "utf-8")
        return random.Random(n).sample(pool(shared, folder, source), n)


def grid_seconds(texts: list[str], y: Any, splits: list[Any]) -> float:
    """CPU seconds of GridSearchCV over the values of C."""
    from sklearn.model_selection import GridSearchCV

    start = time.process_time()
    grid = {"onevsrestclassifier__estimator__C": list(VALUES)}
    GridSearchCV(pipeline(), grid, cv=splits, scoring="average_precision", refit=False).fit(
        texts, y
    )
    return time.process_time() - start


def print_differences(texts: list[str], y: Any, splits: list[Any], found: list[Any]) -> None:
    """How far a fold's scores are from those of an exact fit of that fold alone."""
    from sklearn.metrics import average_precision_score, f1_score

    scored: dict[str, Callable[[Any, Any], float]] = {
        "average precision": lambda y, z: average_precision_score(y, z, average="macro"),
        "F1": lambda y, z: f1_score(y, z > 0, average="macro", zero_division=0),
    }
    pairs: dict[str, list[tuple[float, float]]] = {name: [] for name in scored}
    for at in (VALUES.index(1.0), VALUES.index(100.0)):
        for train, test in splits:
            model = pipeline(C=VALUES[at], solver="newton-cg", tol=1e-9, max_iter=10_000)
            model.fit([texts[row] for row in train], y[train])
            expected = model.decision_function([texts[row] for row in test])
            for name, score in scored.items():
                pairs[name].append((score(y[test], found[at][test]), score(y[test], expected)))
    for name, both in pairs.items():
        worst = max(abs(here - there) for here, there in both)
        told = f"{min(both)[0]:.4f} to {max(both)[0]:.4f}"
        print(f"largest difference in a fold's macro {name} ({told}): {worst:.1e}")


def main() -> None:
    """Prints the seconds, their ratio and the differences."""
    from sklearn.model_selection import GroupKFold

    shared = os.environ.get("STANCE_SHARED")
    if not shared:
        sys.exit("set STANCE_SHARED to the folder with the sentences")
    n = next((int(one) for one in sys.argv[1:] if one != "--distinct"), 20_000)
    rows = rows_of(n, Path(shared), "--distinct" in sys.argv)
    texts = [str(row["text"]) for row in rows]
    names = sorted({label for row in rows for label in row["labels"]})
    y = np.array([[name in row["labels"] for name in names] for row in rows], dtype=np.int8)
    articles = [str(row["article_id"]) for row in rows]
    held_out = np.zeros(n, dtype=np.int64)
    splits = list(GroupKFold(5).split(texts, y, articles))
    for fold, (_, test) in enumerate(splits):
        held_out[test] = fold

    start = time.process_time()
    config = read_config(None, SETTINGS).resolved(exclusive=False)
    found = path_logits(counted(config, False, texts, y, articles), held_out, VALUES)
    ours = time.process_time() - start
    theirs = grid_seconds(texts, y, splits)
    print(
        f"{n:,} sentences ({len(set(texts)):,} different), {len(VALUES)} values of C, 5 folds, "
        f"{len(names)} labels, one process"
    )
    print(
        f"GridSearchCV {theirs:8.1f} CPU s\nhere         {ours:8.1f} CPU s\n"
        f"ratio        {theirs / ours:8.1f}"
    )
    print_differences(texts, y, splits, found)


if __name__ == "__main__":
    main()
