"""What comes back of a row that was written in a format and read again. Prints a table.

    python benchmarks/formats_table.py

docs/formats.md holds it; each cell is measured with a row that has every field.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from stance.annotation.formats.fields import canonical
from stance.annotation.formats.format import Format, Reading
from stance.annotation.formats.registry import FORMATS, OWN
from stance.cli.exporting import write
from stance.codebook.codebook import Codebook, Label
from stance.storage.jsonl import Fields
from stance.storage.rows import Row

NAMES = ("for_aid", "against aid")
CODEBOOK = Codebook(labels=tuple(Label(name=name) for name in NAMES))
TEXT = "🚢 Germany will send 14 tanks."
ROW: Fields = {
    "text": TEXT,
    "labels": ["against aid", "for_aid"],
    "id": "a1#3",
    "article_id": "a1",
    "sent_index": 3,
    "start": 210,
    "end": 210 + len(TEXT),
    "context_before": "Before.",
    "context_after": "After.",
    "title": "Tanks",
    "url": "https://example.org/a1",
    "outlet": "example.org",
    "published_at": "2026-01-02",
    "event": "tanks",
    "lang": "en",
    "target": "aid",
    "split": "train",
    "annotator": "ana",
    "annotated_at": "2026-01-05T10:00:00Z",
    "note": "sure",
    "shown": "random",
    "suggested": True,
    "actors": [{"text": "Germany", "start": 2, "end": 9, "role": "ACTOR", "id": "Q183"}],
    "meta": {"page": 4},
}
# Rows of the table, each of fields that live and die together.
GROUPS: dict[str, tuple[str, ...]] = {
    "text, character by character": ("text",),
    "labels under their names": ("labels",),
    "id": ("id",),
    "article_id": ("article_id",),
    "start, end in the article": ("start", "end"),
    "title, outlet, published_at": ("title", "outlet", "published_at"),
    "sent_index, contexts, url, event, lang, target": (
        "sent_index",
        "context_before",
        "context_after",
        "url",
        "event",
        "lang",
        "target",
    ),
    "split": ("split",),
    "annotators apart": ("annotator",),
    "annotated_at, note, shown, suggested": ("annotated_at", "note", "shown", "suggested"),
    "actors (spans)": ("actors",),
    "ids of actors": ("actor ids",),
    "other fields (meta)": ("meta",),
}
ANSWERS = ("reject", "ignore")


def read_back(form: Format, rows: list[Fields], folder: Path) -> list[Fields]:
    """The rows in canonical form after they were written and read."""
    path = folder / f"{form.name}{form.endings[-1] if form.name == 'doccano' else form.endings[0]}"
    write(path, form, rows, CODEBOOK, force=True)
    assert form.read is not None
    found = []
    for row in form.read(path, Reading(labels=NAMES)):
        assert isinstance(row, Row), row
        fields = dict(row.fields)
        labels = fields.pop("labels", None) or fields.pop("label", None) or ()
        labels = labels.split("|") if isinstance(labels, str) else labels
        found.append(canonical({**fields, "labels": sorted(labels)}))
    return found


def survivors(form: Format, folder: Path) -> set[str]:
    """The fields of the row that come back as they were, and the answers that are told apart."""
    odd = {**ROW, "id": "a1#4", "text": f"{TEXT}\t\n;\"'"}
    (found,) = read_back(form, [ROW], folder)
    texts = [row["text"] for row in read_back(form, [odd], folder)]
    kept = {name for name in ROW if found.get(name) == ROW[name]}
    kept -= set() if texts == [odd["text"]] else {"text"}
    for one in found.get("actors", ()):
        with_id = one.pop("id", "") == "Q183"
        kept |= {"actor ids"} if with_id else set()
        kept |= {"actors"} if one["start"] == 2 and one["text"] == "Germany" else set()
    return kept | {answer for answer in ANSWERS if answer in form.answers}


def table(formats: Sequence[Format], folder: Path) -> str:
    """Markdown: a row a group of fields, a column a format."""
    kept = {form.name: survivors(form, folder) for form in formats}
    lines = [f"| | {' | '.join(kept)} |", "|---" * (len(kept) + 1) + "|"]
    groups = GROUPS | {f"answer {answer}": (answer,) for answer in ANSWERS}
    for what, names in groups.items():
        cells = [
            "yes" if found.issuperset(names) else "some" if found & {*names} else "–"
            for found in kept.values()
        ]
        lines.append(f"| {what} | {' | '.join(cells)} |")
    return "\n".join(lines)


def measured() -> str:
    """The table of all formats that are read and written."""
    formats = [one for one in FORMATS if one.read and (one.write or one in OWN)]
    with tempfile.TemporaryDirectory() as folder:
        return table(formats, Path(folder))


if __name__ == "__main__":
    print(measured())
