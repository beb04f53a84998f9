"""Potato: answers with and without their texts, in files, tables and projects."""

import json

import pytest

from stance.annotation.examples import read_labelled
from stance.annotation.formats.format import Reading
from stance.annotation.formats.registry import rows_in
from stance.storage.errors import InputError

TEXT = "Germany will send 14 tanks."


def test_potato_answers_find_their_texts(tmp_path, answers):
    """An export without texts takes them from the project's sentences, or says what is missing."""
    path = tmp_path / "annotations.jsonl"
    record = {"instance_id": "a#0", "user_id": "ana", "labels": {"stance": {"for": "for"}}}
    path.write_text(json.dumps(record))
    with pytest.raises(InputError, match='no text for "a#0"'):
        read_labelled([path])
    known = {"a#0": {"text": "x", "article_id": "a"}}
    found = read_labelled([path], reading=Reading(sentence_fields=known.get))
    assert answers(found) == [("ana", ("for",), "accept")]
    assert found.examples[0].article_id == "a"


def potato_project(tmp_path, **states):
    folder = tmp_path / "project"
    for name, state in states.items():
        (folder / "annotation_output" / name).mkdir(parents=True)
        (folder / "annotation_output" / name / "user_state.json").write_text(json.dumps(state))
    return folder


def test_potato_lists_have_the_chosen_as_value(tmp_path):
    """Of a list the value is the label; what was not chosen is none."""
    state = {
        "user_id": "ana",
        "instance_id_to_label_to_value": {
            "a": [
                [{"schema": "stance", "name": "select-one"}, "for"],
                [{"schema": "stance", "name": "against"}, "false"],
            ]
        },
    }
    folder = potato_project(tmp_path, ana=state)
    (folder / "data").mkdir()
    (folder / "data" / "notes.txt").write_text("not read")
    (folder / "data" / "more.json").mkdir()
    lines = [{"id": "a", "text": TEXT}, {"text": "of no name"}, {"id": [1], "text": "x"}]
    (folder / "data" / "d.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines))
    (row,) = rows_in(folder, Reading(as_format="potato"))[1]
    assert (row.fields["text"], row.fields["labels"]) == (TEXT, ["for"])


def test_potato_tables_have_a_column_for_each_label(read_rows):
    """Called by question and label; of the others none is."""
    content = "instance_id,user_id,stance.for,stance.against,stance._x,note\r\na,ana,1,,7,hm\r\n"
    known = {"a": {"text": TEXT}}
    (row,) = read_rows("a.csv", content, "potato", sentence_fields=known.get)
    assert (row["labels"], row["annotator"]) == (["for"], "ana")


def test_a_project_without_answers_is_told(tmp_path):
    """There is nothing to be read yet."""
    folder = tmp_path / "project"
    (folder / "annotation_output").mkdir(parents=True)
    with pytest.raises(InputError, match=r"project: nobody has answered in this project yet"):
        list(rows_in(folder, Reading(as_format="potato"))[1])
