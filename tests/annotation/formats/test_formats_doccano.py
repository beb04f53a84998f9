"""doccano: spans beside labels, its CSV, and the zip that has a file for each user."""

import json
import zipfile

import pytest

from stance.annotation.examples import read_labelled
from stance.annotation.formats.fields import annotator_name
from stance.annotation.formats.format import Reading
from stance.annotation.formats.registry import rows_in
from stance.storage.errors import InputError

TEXT = "👩‍🚀🚢 Germany will send 14 tanks."


def test_doccano_spans_are_no_labels_of_the_sentence(read):
    """`label` holds both: its shape says which."""
    with pytest.raises(InputError, match="spans of the text"):
        read("export.jsonl", {"text": TEXT, "label": [[5, 12, "ACTOR"]]})
    both = {"text": TEXT, "entities": [[5, 12, "ACTOR"]], "cats": ["for"]}
    (example,) = read("export.jsonl", both).examples
    assert example.labels == ("for",)
    assert example.fields["actors"][0]["text"] == "Germany"


def test_doccano_names_relations_by_their_fields(read_rows):
    """Spans as objects, as its projects with relations have them."""
    span = {"id": 1, "label": "ACTOR", "start_offset": 5, "end_offset": 12}
    (row,) = read_rows("a.jsonl", {"text": TEXT, "cats": ["for"], "entities": [span]}, "doccano")
    assert row["actors"] == [{"text": "Germany", "start": 5, "end": 12, "role": "ACTOR"}]


def test_doccano_csv_joins_by_a_hash_sign(read, answers):
    """Two labels in one cell; comments are a note."""
    found = read("export.csv", "id,text,label,Comments\r\n1,x,against#for,why\r\n2,y,,\r\n")
    assert answers(found) == [("", ("against", "for"), "accept"), ("", (), "accept")]
    assert found.examples[0].fields["note"] == "why"


def zipped(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_a_zip_has_one_file_for_each_user(tmp_path):
    """The name of the file is the user's; a name that is no file name of ours is changed."""
    line = json.dumps({"text": "x", "label": ["for"]})
    path = zipped(tmp_path / "e.zip", {"ana.jsonl": line, "b c.jsonl": line, "all.jsonl": line})
    found = {one.annotator for one in read_labelled([path]).examples}
    assert found == {"ana", annotator_name("b c"), ""}


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"../../evil.sh": "x"},
        {"a.exe": "x"},
        {f"{number}.jsonl": "" for number in range(1001)},
        {"a.jsonl": b"\0" * 60_000},
    ],
    ids=["empty", "elsewhere", "other", "many", "bomb"],
)
def test_a_bad_zip_is_refused_and_nothing_is_unpacked(tmp_path, members, monkeypatch):
    """It has a size that is allowed; no path in it is used."""
    monkeypatch.setattr("stance.annotation.formats.doccano._MAX_BYTES", 50_000)
    path = zipped(tmp_path / "e.zip", members)
    with pytest.raises(InputError):
        read_labelled([path])
    assert list(tmp_path.parent.rglob("evil.sh")) == []
    assert list(tmp_path.iterdir()) == [path]


def test_an_empty_zip_is_told(tmp_path):
    """As is one that holds less than it says, or more."""
    path = tmp_path / "e.zip"
    zipfile.ZipFile(path, "w").close()
    with pytest.raises(InputError, match=r"e\.zip: is neither JSON"):
        list(rows_in(path, Reading(as_format="doccano"))[1])
    with zipfile.ZipFile(path, "w") as archive:
        archive.mkdir("folder")
    with pytest.raises(InputError, match=r"e\.zip: is an empty zip"):
        list(rows_in(path, Reading(as_format="doccano"))[1])
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("ana.jsonl", json.dumps({"text": "x" * 99, "label": ["for"]}))
    whole = path.read_bytes()
    size = (129).to_bytes(4, "little")
    assert whole.count(size) == 4
    for other in (40, 4000):
        path.write_bytes(whole.replace(size, other.to_bytes(4, "little")))
        with pytest.raises(InputError, match=r"e\.zip: cannot be unpacked"):
            list(rows_in(path, Reading(as_format="doccano"))[1])


def test_doccano_keeps_annotators_apart_in_a_zip_only(tmp_path, export):
    """A row without an id has none there either."""
    rows = [{"text": TEXT, "labels": ["for"], "annotator": name} for name in ("ana", "ben")]
    with pytest.raises(InputError, match="doccano keeps 2 annotators apart as files of a zip"):
        export("doccano", tmp_path / "out.jsonl", rows)
    export("doccano", tmp_path / "out.jsonl", rows[:1])
    assert json.loads((tmp_path / "out.jsonl").read_text()) == {
        "text": TEXT, "label": ["for"], "Comments": [], "annotator": "ana",
    }  # fmt: skip
