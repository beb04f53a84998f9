"""Label Studio: its annotators, questions, choices, and the labelling config of a stranger."""

import json

import pytest

from stance.annotation.formats.label_studio_config import Question, config_beside, read_config
from stance.storage.errors import InputError

TEXT = "👩‍🚀🚢 Germany will send 14 tanks."


def choice(*labels, name="stance"):
    return {
        "from_name": name,
        "to_name": "text",
        "type": "choices",
        "value": {"choices": list(labels)},
    }


def task(*annotations, **data):
    return {"id": 5, "data": {"text": TEXT, **data}, "annotations": list(annotations)}


def test_label_studio_keeps_annotators_apart_and_drops_the_cancelled(read, answers):
    """Numbers, e-mail addresses and objects name people; predictions are nobody's answer."""
    given = task(
        {"completed_by": 1, "result": [choice("for")]},
        {"completed_by": {"id": 2, "email": "b@example.org"}, "result": []},
        {"completed_by": 3, "was_cancelled": True, "result": [choice("for")]},
    )
    unanswered = {**task(), "id": 6, "predictions": [{"result": [choice("against")]}]}
    assert answers(read("export.json", [given, unanswered])) == [
        ("1", ("for",), "accept"),
        ("b@example.org", (), "accept"),
        ("3", ("for",), "ignore"),
        ("", (), "ignore"),
    ]


def test_two_questions_have_to_be_told_apart(read, answers):
    """The labels are those of the question that is named, or of one with a usual name."""
    given = [task({"completed_by": 1, "result": [choice("a", name="x"), choice("b", name="y")]})]
    with pytest.raises(InputError, match="several questions: x, y"):
        read("export.json", given)
    assert answers(read("export.json", given, question="y")) == [("1", ("b",), "accept")]
    with pytest.raises(InputError, match='no question "z"'):
        read("export.json", given, question="z")
    usual = [task({"completed_by": 1, "result": [choice("a", name="x"), choice("b")]})]
    assert answers(read("export.json", usual)) == [("1", ("b",), "accept")]


def test_label_studio_csv_has_one_choice_as_text_and_several_as_json(read, answers):
    """The two forms of its CSV, with columns of the task beside them."""
    rows = (
        "annotation_id,annotator,created_at,id,lead_time,stance,text,updated_at,url\r\n"
        '1,a@example.org,2026-01-02T10:00:00Z,7,4.2,for,"[1,2]",,http://example.org\r\n'
        '2,2,,7,,"{""choices"": [""for"", ""against""]}",x,,\r\n'
        "3,2,,8,,,y,,\r\n"
    )
    found = read("export.csv", rows)
    assert answers(found) == [
        ("a@example.org", ("for",), "accept"),
        ("2", ("for", "against"), "accept"),
        ("2", (), "accept"),
    ]
    assert found.examples[0].text == "[1,2]"
    assert found.examples[0].fields["url"] == "http://example.org"


def test_label_studio_has_choices_in_several_forms(read_rows):
    """None, one, several, as an object; other things are refused. A text may look like JSON."""
    base = {"annotation_id": 1, "annotator": 2, "text": "{not JSON"}
    given = [None, "for", {"choices": ["for", "against"]}, ["for"], {"choices": [1]}, [7]]
    rows = read_rows("a.json", [{**base, "stance": one} for one in given], "label-studio-min")
    assert [one["labels"] for one in rows[:4]] == [[], ["for"], ["for", "against"], ["for"]]
    assert rows[4:] == ["not a row of Label Studio: the choices are no names"] * 2
    content = "annotation_id,annotator,text,stance,why\r\n1,2,x,for,{open\r\n"
    (row,) = read_rows("a.csv", content, "label-studio-csv")
    assert (row["labels"], row["meta"]) == (["for"], {"why": "{open"})


def test_label_studio_tasks_may_have_no_number(read_rows):
    """And answers without an e-mail address nobody whom it knows."""
    result = [{"from_name": "q", "type": "choices", "value": {"choices": ["for"]}}]
    task = {"data": {"text": TEXT}, "annotations": [{"completed_by": 1, "result": result}]}
    (row,) = read_rows("a.json", [task], "label-studio")
    assert "id" not in row


def test_label_studio_knows_its_users_by_their_address(tmp_path, export):
    """Or by their number; other names stand where it does not look."""
    rows = [{"text": TEXT, "labels": ["for"], "annotator": one} for one in ("a@b.org", "7", "ana")]
    export("label-studio", tmp_path / "out.json", rows)
    (task,) = json.loads((tmp_path / "out.json").read_text())
    answers = task["annotations"]
    assert [one.get("completed_by") for one in answers] == [{"email": "a@b.org"}, 7, None]
    assert "sentence_id" not in task["data"]


def test_a_config_is_not_written_over(tmp_path):
    """It stands beside the export."""
    config = tmp_path / "out.label-config.xml"
    assert config_beside(tmp_path / "out.json", False) == config
    config.touch()
    assert config_beside(tmp_path / "out.json", True) == config
    with pytest.raises(InputError, match=r"out\.label-config\.xml: exists already\. Write over"):
        config_beside(tmp_path / "out.json", False)


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ("<!DOCTYPE a><View/>", "declares entities or is too long"),
        ("<View>" + " " * 2_000_000, "declares entities or is too long"),
        ("<View>", "is no XML"),
        ("", "is no XML"),
        ("<View/>", "has no <Choices> about a <Text>"),
        ('<View><Choices name="a" toName="t"/></View>', "has no <Choices> about a <Text>"),
    ],
)
def test_a_config_of_a_stranger_is_read_strictly(config, told):
    """Nothing in it is followed or unfolded."""
    with pytest.raises(InputError, match=f"the labelling config {told}"):
        read_config(config)


def test_a_config_has_questions():
    """Each set of choices, with the field that its text stands in; comments are passed over."""
    (question,) = read_config(
        '<View><!-- <b> --><Text name="t" value="$body"/>'
        '<Choices name="q" toName="t"><Choice value="for"/><Choice/></Choices></View>'
    )
    assert question == Question("q", "t", "body", ("for", ""))
