"""Projects that tests retrain: their makers, quick and weak settings, and what they hold after."""

import importlib.util
import json
from pathlib import Path

FAST = ("-S", "features.char.enabled=false", "-S", "thresholds.folds=2")
WEAK = ("-S", "thresholds.metric=fixed", "-S", "thresholds.value=0.999")


def small_data():
    path = Path(__file__).parent / "learning" / "small_data.py"
    spec = importlib.util.spec_from_file_location("small_data", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def write_jsonl(path, examples):
    rows = [
        {"id": one.id, "text": one.text, "labels": one.labels, "article_id": one.article_id}
        for one in examples
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def annotated(root, done, **kind):
    rows = write_jsonl(root / "rows.jsonl", small_data().examples(180, **kind))
    done("import", rows, "--project", root / "desk", "--codebook", "auto")
    return root / "desk"


def aliases(desk):
    return json.loads((desk / "models" / "aliases.json").read_text("utf-8"))


def events(desk):
    lines = (desk / "models" / "history.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]
