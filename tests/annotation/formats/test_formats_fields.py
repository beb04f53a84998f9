"""What all formats share: places of spans, names of annotators, and fields without a column."""

import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.annotation.formats.fields import actor, annotator_name, canonical
from stance.annotation.store import ANNOTATOR_PATTERN

TEXT = "👩‍🚀🚢 Germany will send 14 tanks."


@pytest.mark.parametrize(
    ("start", "end", "quoted"),
    [
        (5, 12, "Germany"),  # code points
        (8, 15, "Germany"),  # UTF-16 units, as a browser counts
        (5, 11, "Germany"),  # the last character instead of the one behind it
        (0, 7, "Germany"),  # somewhere else: the words are there once
    ],
)
def test_spans_are_where_their_words_are(start, end, quoted):
    """Whatever a tool counts in, the quoted words decide."""
    found = actor(TEXT, start, end, "ACTOR", quoted)
    assert TEXT[found["start"] : found["end"]] == "Germany"


@pytest.mark.parametrize("span", [(3, 3), (-1, 4), (0, 400), ("1", 4), (True, 4), (2, 4)])
def test_a_span_without_its_words_is_refused(span):
    """No offset is guessed."""
    with pytest.raises(ValueError, match="span"):
        actor(TEXT, *span, "ACTOR", "nowhere")


@given(st.text(max_size=30), st.data())
def test_utf16_offsets_come_back_as_code_points(text, data):
    """Any stretch of any text, counted as JavaScript counts."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    words = text[start:end]
    if not words:
        return

    def units(part):
        return len(part.encode("utf-16-le")) // 2

    found = actor(text, units(text[:start]), units(text[:end]), "ACTOR", words)
    assert text[found["start"] : found["end"]] == found["text"] == words


@given(st.text(max_size=80))
def test_any_name_becomes_that_of_a_file(name):
    """Names stay what they are where they can be, and different ones stay different."""
    found = annotator_name(name)
    assert found == "" if not name.strip() else ANNOTATOR_PATTERN.fullmatch(found)
    if ANNOTATOR_PATTERN.fullmatch(name):
        assert found == name


@pytest.mark.parametrize("name", ["../../evil", "/tmp/evil/abs", "..", "a/b", "a b"])
def test_an_annotator_is_no_path(tmp_path, name, export):
    """Where files are called after annotators, their names are made such."""
    row = {"text": TEXT, "labels": ["for"], "annotator": name, "id": "a"}
    export("potato", tmp_path / "in" / "out", [row])
    export("doccano", tmp_path / "in" / "out.zip", [row])
    assert [one.name for one in tmp_path.iterdir()] == ["in"]
    outputs = tmp_path / "in" / "out" / "annotation_output"
    (folder,) = (one for one in outputs.iterdir() if one.is_dir())
    assert folder.name == annotator_name(name)
    with zipfile.ZipFile(tmp_path / "in" / "out.zip") as archive:
        assert archive.namelist() == [f"{annotator_name(name)}.jsonl"]


@pytest.mark.parametrize(
    ("meta", "kept"),
    [
        ('{"a": 1}', {"a": 1, "x": 2}),
        ("{a", {"meta": "{a", "x": 2}),
        ([1], {"meta": [1], "x": 2}),
        (None, {"x": 2}),
    ],
)
def test_what_no_column_is_for_goes_into_one(meta, kept):
    """Beside what is there already, be it JSON or not."""
    assert canonical({"text": "x", "labels": [], "meta": meta, "x": 2})["meta"] == kept
