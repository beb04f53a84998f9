"""What each tool makes of the file that `stance export` wrote for it; see formats_check.py."""

import importlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

DNA_HEADER = (
    '"statement_id";"time";"person";"organization";"concept";"agreement";"start_position";'
    '"stop_position";"text";"coder";"document_id";"document_title";"document_author";'
    '"document_source";"document_section";"document_type"'
)


class Expected:
    """What was written."""

    def __init__(self, folder: Path) -> None:
        told = json.loads((folder / "expected.json").read_text("utf-8"))
        self.labels: list[str] = told["labels"]
        self.rows: list[dict[str, Any]] = told["rows"]
        self.settled = [row for row in self.rows if row["annotator"] == "pass-a"]

    def by_id(self) -> dict[str, list[list[str]]]:
        """For each sentence its answers, sorted."""
        found: dict[str, list[list[str]]] = {}
        for row in self.rows:
            found.setdefault(row["id"], []).append(sorted(row["labels"]))
        return {name: sorted(given) for name, given in found.items()}


def label_studio(folder: Path, expected: Expected) -> str:
    """Its own converter makes JSON-MIN and CSV of the tasks; the config is one that it knows."""
    converter = importlib.import_module("label_studio_sdk.converter")
    interface = importlib.import_module("label_studio_sdk.label_interface")
    config = (folder / "ls.label-config.xml").read_text("utf-8")
    known = interface.LabelInterface(config)
    known.validate()
    tasks = json.loads((folder / "ls.json").read_text("utf-8"))
    assert all(known.validate_annotation(one) for task in tasks for one in task["annotations"])
    suggested = json.loads((folder / "suggested.json").read_text("utf-8"))
    assert all(known.validate_prediction(one) for one in suggested)
    out = folder / "converted"
    made = converter.Converter(config, str(folder))
    made.convert_to_json_min(str(folder / "ls.json"), str(out), is_dir=False)
    found: dict[str, list[list[str]]] = {}
    for row in json.loads((out / "result.json").read_text("utf-8")):
        given = row.get("stance", [])
        labels = given["choices"] if isinstance(given, dict) else [given] if given else []
        found.setdefault(row["sentence_id"], []).append(sorted(labels))
        for one in row.get("span", []):
            assert row["text"][one["start"] : one["end"]] == one["text"] == "Germany"
    assert {name: sorted(given) for name, given in found.items()} == expected.by_id()
    made.convert_to_csv(str(folder / "ls.json"), str(out), is_dir=False, sep=",")
    assert (out / "result.csv").stat().st_size > 0
    return (
        f"config valid, and by it {sum(map(len, found.values()))} annotations and the "
        f"{len(suggested)} suggestions of `stance serve`; the converter makes JSON-MIN of them"
    )


def label_studio_back(folder: Path, expected: Expected) -> str:
    """What its converter made of our tasks is read by us."""
    from stance.annotation.examples import read_labelled

    if not (folder / "converted").is_dir():
        raise FileNotFoundError("its converter is not here")
    for name in ("result.json", "result.csv"):
        found: dict[str, list[list[str]]] = {}
        for one in read_labelled([folder / "converted" / name]).examples:
            found.setdefault(one.id, []).append(sorted(one.labels))
        assert {key: sorted(given) for key, given in found.items()} == expected.by_id(), name
    return "its JSON-MIN and CSV of our tasks come back the same"


def argilla(folder: Path, expected: Expected) -> str:
    """Records are made of the dictionaries, and of the flat rows through a data set."""
    rg = importlib.import_module("argilla")
    given = json.loads((folder / "argilla.json").read_text("utf-8"))
    records = [rg.Record.from_dict(one) for one in given]
    found = {
        str(one.id): sorted(
            sorted([response.value] if isinstance(response.value, str) else response.value)
            for response in one.responses
        )
        for one in records
    }
    assert found == expected.by_id()
    assert [one.to_dict()["fields"] for one in records] == [one["fields"] for one in given]
    return f"{len(records)} records by Record.from_dict, responses of two users each"


def hugging_face(folder: Path, expected: Expected) -> str:
    """load_from_disk, and load_dataset of JSON lines, CSV and Parquet."""
    datasets = importlib.import_module("datasets")
    found = datasets.load_from_disk(str(folder / "hf"))
    parts = [row for part in found.values() for row in part]
    names = next(iter(found.values())).features["labels"].feature.names
    assert names == expected.labels and len(parts) == len(expected.rows)
    texts = sorted(row["text"] for row in parts)
    assert texts == sorted(row["text"] for row in expected.rows)
    for kind, file in (("json", "rows.jsonl"), ("csv", "rows.csv"), ("parquet", "rows.parquet")):
        path = str(folder / file)
        cache = str(folder / "cache")
        loaded = datasets.load_dataset(kind, data_files=path, split="train", cache_dir=cache)
        assert sorted(loaded["text"]) == texts, kind
    return f"{len(parts)} rows by load_from_disk with class names; JSON lines, CSV, Parquet too"


def fasttext(folder: Path, expected: Expected) -> str:
    """A classifier is trained on the file and knows the labels."""
    fast = importlib.import_module("fasttext")
    model = _trained(fast, str(folder / "train.txt"))
    assert {one.removeprefix("__label__") for one in model.labels} == set(expected.labels)
    n_lines = len((folder / "train.txt").read_bytes().split(b"\n")) - 1
    assert n_lines == len(expected.settled)
    return f"{n_lines} lines train a model with {len(model.labels)} labels"


def _trained(fast: Any, path: str) -> Any:
    """A small model; fastText now and then ends with a NaN, whatever the file is."""
    for attempt in range(3):
        try:
            return fast.train_supervised(path, epoch=1, verbose=0, thread=1, lr=0.01)
        except RuntimeError:
            if attempt == 2:
                raise
    return None


def doccano(folder: Path, expected: Expected) -> str:
    """Its own parser of JSON lines gives the texts and classes back."""
    parsers = importlib.import_module("backend.data_import.pipeline.parsers")
    parser = parsers.JSONLParser(encoding="utf-8")
    rows = list(parser.parse(str(folder / "doccano.jsonl")))
    assert not parser.errors and len(rows) == len(expected.settled)
    for row, wanted in zip(rows, expected.settled, strict=True):
        assert row["text"] == wanted["text"]
        assert row.get("cats", row.get("label")) == sorted(wanted["labels"])
    return f"{len(rows)} rows by its parser of JSON lines"


def potato(folder: Path, expected: Expected) -> str:
    """Potato loads each annotator's state, and its importers read our Label Studio tasks."""
    exporting = importlib.import_module("potato.export.cli")
    states = importlib.import_module("potato.user_state_management")
    output = folder / "potato" / "annotation_output"
    found: dict[str, list[list[str]]] = {}
    schemes = [{"name": "stance", "annotation_type": "multiselect"}]
    for one in exporting.load_annotations_from_output_dir(str(output), schemes, {}):
        labels = sorted(one["labels"].get("stance", {}))
        found.setdefault(one["instance_id"], []).append(labels)
    assert {name: sorted(given) for name, given in found.items()} == expected.by_id()
    for user in ("pass-a", "pass-b"):
        states.InMemoryUserState.load(str(output / user))
    tool = importlib.import_module("potato.importers.projects.label_studio")
    items = tool.LabelStudioImporter().parse_path(folder / "ls.json").items
    assert len(items) == len(found)
    return f"{sum(map(len, found.values()))} answers of two users, {len(items)} of our tasks"


def prodigy(folder: Path, expected: Expected) -> str:
    """Prodigy is not for free; Potato's importer of its files reads ours."""
    tool = importlib.import_module("potato.importers.text.prodigy_importer")
    found = tool.ProdigyImporter().parse_path(folder / "prodigy.jsonl")
    assert len(found.documents) == len(expected.rows)
    return f"{len(found.documents)} tasks by Potato's importer of Prodigy (the tool is not free)"


def dna(folder: Path, expected: Expected) -> str:
    """The header is DNA's, and every line has as many fields."""
    lines = (folder / "dna.csv").read_text("utf-8").splitlines()
    assert lines[0] == DNA_HEADER
    assert all(line.count('";"') == 15 for line in lines)
    return f"header equal to its exporter's; {len(lines) - 1} statements of 16 fields"


CHECKS: dict[str, Callable[[Path, Expected], str]] = {
    "label-studio": label_studio,
    "label-studio-min, -csv": label_studio_back,
    "argilla": argilla,
    "hf, jsonl, csv, parquet": hugging_face,
    "fasttext": fasttext,
    "doccano": doccano,
    "potato": potato,
    "prodigy": prodigy,
    "dna": dna,
}
