"""Records of each tool that are out of the common: read, or refused with their place."""

import csv
import datetime
import json
import zipfile

import pytest

from stance.annotation.formats.fields import annotator_name, canonical
from stance.annotation.formats.folders import creating
from stance.annotation.formats.format import Reading, Writing
from stance.annotation.formats.label_studio_config import (
    Question,
    config_beside,
    read_config,
)
from stance.annotation.formats.registry import FORMATS, detected, rows_in
from stance.codebook.codebook import Codebook, Label
from stance.storage.errors import InputError
from stance.storage.rows import RefusedRow, Row

CODEBOOK = Codebook(name="aid", labels=(Label(name="for"), Label(name="against")))
TEXT = "Germany will send 14 tanks."
DNA = "statement_id;time;person;concept;start_position;stop_position;text;coder;document_id"


@pytest.fixture
def read(tmp_path):
    """Writes the content into a file and gives its rows: the fields, or why one is refused."""

    def read_content(name, content, form, **how):
        path = tmp_path / name
        if not isinstance(content, str | bytes):
            content = json.dumps(content)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        _, rows = rows_in(path, Reading(as_format=form, **how))
        return [row.reason if isinstance(row, RefusedRow) else row.fields for row in rows]

    return read_content


def write(form, path, rows, **how):
    named = next(one for one in FORMATS if one.name == form)
    named.write(path, Writing([canonical(row) for row in rows], CODEBOOK, **how))


def test_argilla_wants_names(read):
    """A response to another kind of question; kept answers that are none are passed over."""
    flat = {"id": "a", "text": "x", "stance.responses": [{"rank": 1}, 7, None]}
    told, *others = read("a.json", [flat], "argilla")
    assert "a response holds no labels. Name the right question with --question" in told
    assert others == []
    nested = {"fields": {"text": "x"}, "responses": {"q": [{"value": "for", "user_id": "u"}]}}
    for kept in ("[", 7, '{"a": 1}', "[1]"):
        (row,) = read("b.json", [{**nested, "metadata": {"answers": kept}}], "argilla")
        assert (row["labels"], row["annotator"]) == (["for"], "u")


def dna(*records, head=DNA):
    return "\n".join(";".join(f'"{one}"' for one in line.split(";")) for line in (head, *records))


def test_dna_without_a_place_is_a_sentence(read):
    """A line of another length, one without a number and one with a NUL are refused."""
    content = dna(
        "1;2026-01-02 10:00:00;Ada;for;;;x;ana;a",
        "2;2026-01-02;Ada;for",
        "3;2026-01-02;Ada;for;one;9;x;ana;a",
        "4;2026-01-02;Ada;for;0;9;x\0;ana;a",
    )
    short, nul, row, number = read("e.csv", content, "dna")
    assert row == {
        "text": "x",
        "labels": ["for"],
        "annotator": "ana",
        "article_id": "a",
        "published_at": "2026-01-02T10:00:00",
        "meta": {"person": "Ada"},
    }
    assert short == "4 fields where the header has 9"
    assert nul == "holds a NUL character"
    assert number.startswith("not a statement of DNA: invalid literal for int()")


def test_dna_with_a_quote_in_an_odd_place_is_damaged(read):
    """The line is named."""
    with pytest.raises(InputError, match=r"e\.csv: line 2: broken CSV: "):
        read("e.csv", dna() + '\n"1"x;"2"\n', "dna")


def test_doccano_names_relations_by_their_fields(read):
    """Spans as objects, as its projects with relations have them."""
    span = {"id": 1, "label": "ACTOR", "start_offset": 0, "end_offset": 7}
    (row,) = read("a.jsonl", {"text": TEXT, "cats": ["for"], "entities": [span]}, "doccano")
    assert row["actors"] == [{"text": "Germany", "start": 0, "end": 7, "role": "ACTOR"}]


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


def test_doccano_keeps_annotators_apart_in_a_zip_only(tmp_path, read):
    """A row without an id has none there either."""
    rows = [{"text": TEXT, "labels": ["for"], "annotator": name} for name in ("ana", "ben")]
    with pytest.raises(InputError, match="doccano keeps 2 annotators apart as files of a zip"):
        write("doccano", tmp_path / "out.jsonl", rows)
    write("doccano", tmp_path / "out.jsonl", rows[:1])
    assert json.loads((tmp_path / "out.jsonl").read_text()) == {
        "text": TEXT, "label": ["for"], "Comments": [], "annotator": "ana",
    }  # fmt: skip


def test_fasttext_passes_over_blank_lines(read):
    """And refuses bytes that are no text, by the number of the line."""
    bad, row = read("a.txt", b"\n \n__label__for \xff\n\n__label__for we help\n", "fasttext")
    assert "byte 0xFF at character 13" in bad
    assert row == {"text": "we help", "labels": ["for"]}


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


def test_a_folder_is_not_written_over(tmp_path):
    """Without the word for it not at all, and with it nothing but an export of that kind."""
    (tmp_path / "out").mkdir()
    with pytest.raises(InputError, match=r"out: exists already\. Write over it with --force"):
        creating(tmp_path / "out", False, lambda start: True).__enter__()
    with pytest.raises(InputError, match=r"out: is no export of this format"):
        creating(tmp_path / "out", True, lambda start: False).__enter__()
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"file: is no export of this format"):
        creating(tmp_path / "file", True, lambda start: True).__enter__()


def test_what_a_kill_left_aside_is_taken_away(tmp_path):
    """The old export of the run before, when this one's stands in its place."""
    (tmp_path / "out").mkdir()
    (tmp_path / ".out.before").mkdir()
    (tmp_path / ".out.before" / "older").touch()
    with creating(tmp_path / "out", True, lambda start: True) as made:
        (made / "new").touch()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["new"]


def data_set(folder, features, **columns):
    import datasets

    datasets.disable_progress_bars()
    datasets.Dataset.from_dict(columns, datasets.Features(features)).save_to_disk(folder)
    return folder


def test_a_data_set_has_columns_of_its_own(tmp_path):
    """A text of another name, moments, and objects of plain parts; pictures are not looked at."""
    from datasets import Features, Image, Value

    string = Value("string")
    features = Features(
        body=string,
        label=string,
        published_at=Value("date32"),
        about={"title": string, "pages": [Value("int64")]},
        shots={"front": Image()},
    )
    path = data_set(
        tmp_path / "d",
        features,
        body=["x"],
        label=["for"],
        published_at=[datetime.date(2026, 1, 2)],
        about=[{"title": "Ships", "pages": [1]}],
        shots=[{"front": None}],
    )
    (row,) = rows_in(path, Reading(as_format="hf", text_key="body"))[1]
    assert row == Row(
        1,
        {
            "label": "for",
            "published_at": "2026-01-02",
            "about": {"title": "Ships", "pages": [1]},
            "text": "x",
        },
    )


@pytest.mark.parametrize("split", ["../evil", "first half", ".", "..", "a/b", "/tmp/a", "x\n"])
def test_a_split_is_no_path(tmp_path, split):
    """Its name is that of a folder; where it cannot be, nothing is written."""
    row = {"text": TEXT, "labels": ["for"], "split": split}
    with pytest.raises(InputError, match=r"out: .* cannot be the name of a split"):
        write("hf", tmp_path / "in" / "out", [row])
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize("split", ["../secret/train", "link", "..", "", 7])
def test_a_data_set_names_only_parts_of_its_own(tmp_path, split):
    """No path in it is followed, and no link."""
    write("hf", tmp_path / "secret", [{"text": TEXT, "labels": ["for"]}])
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "link").symlink_to(tmp_path / "secret" / "train")
    (tmp_path / "set" / "dataset_dict.json").write_text(json.dumps({"splits": [split]}))
    with pytest.raises(InputError, match=r"dataset_dict\.json: names a file that is elsewhere"):
        list(rows_in(tmp_path / "set", Reading(as_format="hf"))[1])
    (tmp_path / "set" / "dataset_dict.json").write_text("{}")
    with pytest.raises(InputError, match=r"dataset_dict\.json: is damaged"):
        list(rows_in(tmp_path / "set", Reading(as_format="hf"))[1])


@pytest.mark.parametrize("name", ["../../evil", "/tmp/evil/abs", "..", "a/b", "a b"])
def test_an_annotator_is_no_path(tmp_path, name):
    """Where files are called after annotators, their names are made such."""
    row = {"text": TEXT, "labels": ["for"], "annotator": name, "id": "a"}
    write("potato", tmp_path / "in" / "out", [row])
    write("doccano", tmp_path / "in" / "out.zip", [row])
    assert [one.name for one in tmp_path.iterdir()] == ["in"]
    outputs = tmp_path / "in" / "out" / "annotation_output"
    (folder,) = (one for one in outputs.iterdir() if one.is_dir())
    assert folder.name == annotator_name(name)
    with zipfile.ZipFile(tmp_path / "in" / "out.zip") as archive:
        assert archive.namelist() == [f"{annotator_name(name)}.jsonl"]


def test_label_studio_tasks_may_have_no_number(read):
    """And answers without an e-mail address nobody whom it knows."""
    result = [{"from_name": "q", "type": "choices", "value": {"choices": ["for"]}}]
    task = {"data": {"text": TEXT}, "annotations": [{"completed_by": 1, "result": result}]}
    (row,) = read("a.json", [task], "label-studio")
    assert "id" not in row


def test_label_studio_knows_its_users_by_their_address(tmp_path):
    """Or by their number; other names stand where it does not look."""
    rows = [{"text": TEXT, "labels": ["for"], "annotator": one} for one in ("a@b.org", "7", "ana")]
    write("label-studio", tmp_path / "out.json", rows)
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


def test_label_studio_has_choices_in_several_forms(read):
    """None, one, several, as an object; other things are refused. A text may look like JSON."""
    base = {"annotation_id": 1, "annotator": 2, "text": "{not JSON"}
    given = [None, "for", {"choices": ["for", "against"]}, ["for"], {"choices": [1]}, [7]]
    rows = read("a.json", [{**base, "stance": one} for one in given], "label-studio-min")
    assert [one["labels"] for one in rows[:4]] == [[], ["for"], ["for", "against"], ["for"]]
    assert rows[4:] == ["not a row of Label Studio: the choices are no names"] * 2
    content = "annotation_id,annotator,text,stance,why\r\n1,2,x,for,{open\r\n"
    (row,) = read("a.csv", content, "label-studio-csv")
    assert (row["labels"], row["meta"]) == (["for"], {"why": "{open"})


def potato_project(tmp_path, **states):
    folder = tmp_path / "project"
    for name, state in states.items():
        (folder / "annotation_output" / name).mkdir(parents=True)
        (folder / "annotation_output" / name / "user_state.json").write_text(json.dumps(state))
    return folder


def test_potato_lists_have_the_chosen_as_value(read, tmp_path):
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


def test_potato_tables_have_a_column_for_each_label(read):
    """Called by question and label; of the others none is."""
    content = "instance_id,user_id,stance.for,stance.against,stance._x,note\r\na,ana,1,,7,hm\r\n"
    known = {"a": {"text": TEXT}}
    (row,) = read("a.csv", content, "potato", sentence_fields=known.get)
    assert (row["labels"], row["annotator"]) == (["for"], "ana")


def test_a_project_without_answers_is_told(tmp_path):
    """There is nothing to be read yet."""
    folder = tmp_path / "project"
    (folder / "annotation_output").mkdir(parents=True)
    with pytest.raises(InputError, match=r"project: nobody has answered in this project yet"):
        list(rows_in(folder, Reading(as_format="potato"))[1])


def test_prodigy_tells_the_moment_in_seconds(read):
    """Where no other field does."""
    record = {"text": TEXT, "answer": "accept", "accept": ["for"], "_timestamp": 1767607200}
    (row,) = read("a.jsonl", record, "prodigy")
    assert row["annotated_at"] == "2026-01-05T10:00:00Z"


def test_a_file_that_may_be_two_things_is_told(tmp_path):
    """With what it may be, and how to say which."""
    both = {"data": {"text": "x"}, "annotations": [], "fields": {"text": "x"}, "responses": {}}
    path = tmp_path / "a.json"
    path.write_text(json.dumps([both]))
    with pytest.raises(InputError, match=r"may be \S+ or \S+\. Say which: --format NAME"):
        detected(path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b'"open\n'),
        ("a.parquet", b"PAR1 and no more"),
        ("a.json", b"\xff\xfe\xff"),
        ("a.json", b"[{"),
        ("a.json", b"\xff\xfe\0\0[\0\0\0"),
    ],
)
def test_a_damaged_beginning_is_no_known_format(tmp_path, name, content):
    """One line, whatever is wrong with it."""
    path = tmp_path / name
    path.write_bytes(content)
    try:
        detected(path)
    except InputError as error:
        assert "\n" not in str(error)
    with pytest.raises(InputError, match=name.replace(".", r"\.")):
        list(rows_in(path, Reading())[1])


def test_rows_of_a_tool_may_be_packed_as_parquet(tmp_path):
    """Where the format is named; its columns are those of the tool."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": [TEXT], "label": [["for"]]}), path)
    (row,) = rows_in(path, Reading(as_format="doccano"))[1]
    assert row == Row(1, {"text": TEXT, "label": ["for"]})


def test_a_long_first_cell_is_a_cell(tmp_path):
    """Whatever limit another part of the program has set."""
    csv.field_size_limit(100)
    path = tmp_path / "a.csv"
    path.write_text("annotation_id,annotator,text,stance\n1,2," + "x" * 150_000 + ",for\n")
    assert detected(path).name == "label-studio-csv"


@pytest.mark.parametrize(
    "form",
    ["label-studio", "label-studio-min", "doccano", "prodigy", "argilla", "argilla-flat", "potato"],
)
def test_what_is_no_record_is_refused_by_its_number(read, form):
    """A number, a key that stands there twice, and an object of another kind."""
    refused = read("a.json", '[7, {"a": 1, "a": 2}, {"a": 1}]', form)
    assert refused[:2] == ['not an object. Write {"text": …}', 'the key "a" stands there twice']
    assert all(isinstance(one, str) for one in refused[2:])
