"""Exports as the tools write them, and the traps in them."""

import json
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.annotation.examples import read_labelled
from stance.annotation.formats.fields import actor, annotator_name
from stance.annotation.formats.format import Reading
from stance.annotation.formats.registry import detected, readable, rows_in
from stance.annotation.store import ANNOTATOR_PATTERN
from stance.storage.errors import InputError
from stance.storage.rows import Row

TEXT = "👩‍🚀🚢 Germany will send 14 tanks."


@pytest.fixture
def read(tmp_path):
    """Writes the content into a file and reads it: (annotator, labels, answer) of each example."""

    def read_content(name, content, **how):
        path = tmp_path / name
        if not isinstance(content, str | bytes):
            content = json.dumps(content)
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return read_labelled([path], reading=Reading(**how))

    return read_content


def answers(labelled):
    return [(one.annotator, one.labels, one.answer) for one in labelled.examples]


def choice(*labels, name="stance"):
    return {
        "from_name": name,
        "to_name": "text",
        "type": "choices",
        "value": {"choices": list(labels)},
    }


def task(*annotations, **data):
    return {"id": 5, "data": {"text": TEXT, **data}, "annotations": list(annotations)}


def test_label_studio_keeps_annotators_apart_and_drops_the_cancelled(read):
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


def test_two_questions_have_to_be_told_apart(read):
    """The labels are those of the question that is named, or of one with a usual name."""
    given = [task({"completed_by": 1, "result": [choice("a", name="x"), choice("b", name="y")]})]
    with pytest.raises(InputError, match="several questions: x, y"):
        read("export.json", given)
    assert answers(read("export.json", given, question="y")) == [("1", ("b",), "accept")]
    with pytest.raises(InputError, match='no question "z"'):
        read("export.json", given, question="z")
    usual = [task({"completed_by": 1, "result": [choice("a", name="x"), choice("b")]})]
    assert answers(read("export.json", usual)) == [("1", ("b",), "accept")]


def test_label_studio_csv_has_one_choice_as_text_and_several_as_json(read):
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


def test_doccano_spans_are_no_labels_of_the_sentence(read):
    """`label` holds both: its shape says which."""
    with pytest.raises(InputError, match="spans of the text"):
        read("export.jsonl", {"text": TEXT, "label": [[5, 12, "ACTOR"]]})
    both = {"text": TEXT, "entities": [[5, 12, "ACTOR"]], "cats": ["for"]}
    (example,) = read("export.jsonl", both).examples
    assert example.labels == ("for",)
    assert example.fields["actors"][0]["text"] == "Germany"


def test_doccano_csv_joins_by_a_hash_sign(read):
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


def data_set(folder, features, **columns):
    import datasets

    datasets.disable_progress_bars()
    datasets.Dataset.from_dict(columns, datasets.Features(features)).save_to_disk(folder)
    return folder


def test_a_data_set_without_names_is_refused(tmp_path):
    """Numbers of classes say nothing."""
    import datasets

    text, number = datasets.Value("string"), datasets.Value("int64")
    path = data_set(tmp_path / "d", {"text": text, "label": number}, text=["x"], label=[0])
    with pytest.raises(InputError, match="labels are int, not names"):
        read_labelled([path])
    named = datasets.ClassLabel(names=["for", "against"])
    path = data_set(
        tmp_path / "e", {"text": text, "label": named}, text=["x", "y"], label=[1, None]
    )
    assert answers(read_labelled([path])) == [("", ("against",), "accept"), ("", (), "accept")]


def test_nothing_that_a_data_set_names_is_opened(tmp_path, monkeypatch):
    """Neither pictures that are addresses nor files beside its own."""
    import datasets

    monkeypatch.setattr(datasets.Image, "decode_example", lambda *args: pytest.fail("opened"))
    (tmp_path / "x.png").touch()
    features = {"text": datasets.Value("string"), "label": datasets.ClassLabel(names=["for"])}
    picture = [{"path": str(tmp_path / "x.png"), "bytes": None}]
    path = data_set(
        tmp_path / "d",
        features | {"picture": datasets.Image()},
        text=["x"],
        label=["for"],
        picture=picture,
    )
    assert answers(read_labelled([path])) == [("", ("for",), "accept")]
    state = json.loads((path / "state.json").read_text())
    state["_data_files"][0]["filename"] = "../../secret.arrow"
    (path / "state.json").write_text(json.dumps(state))
    with pytest.raises(InputError, match="names a file that is elsewhere"):
        read_labelled([path])


@pytest.mark.parametrize("damage", ["state.json", "dataset_info.json", "data-00000-of-00001.arrow"])
@pytest.mark.parametrize("content", [b"", b"{}", b"[" * 50_000, b"\xff" * 9])
def test_a_damaged_data_set_is_one_error(tmp_path, damage, content):
    """No traceback, whatever stands in its files."""
    import datasets

    features = {"text": datasets.Value("string"), "label": datasets.ClassLabel(names=["for"])}
    path = data_set(tmp_path / "d", features, text=["x"], label=["for"])
    (path / damage).write_bytes(content)
    if (damage, content) == ("dataset_info.json", b"{}"):  # the names are in the other file, too
        assert answers(read_labelled([path])) == [("", ("for",), "accept")]
        return
    with pytest.raises(InputError):
        read_labelled([path], reading=Reading(as_format="hf"))


def prodigy(text, answer="accept", **fields):
    return json.dumps({"text": text, "answer": answer, "_input_hash": hash(text), **fields})


def test_prodigy_rejects_are_never_positive(read):
    """Single labels of one text and annotator are one answer, made of the accepted ones."""
    lines = [
        prodigy("one", label="for", _annotator_id="ds-ana", dataset="ds"),
        prodigy("one", label="unsure", _annotator_id="ds-ana", dataset="ds"),
        prodigy("one", "reject", label="against", _annotator_id="ds-ana", dataset="ds"),
        prodigy("two", "reject", label="for"),
        prodigy("three", "ignore", accept=["for"]),
        prodigy("four", accept=["for"], options=[{"id": "for"}, {"id": "against"}]),
        prodigy("five", accept=[1], options=[{"id": 1, "text": "for"}]),
    ]
    assert sorted(answers(read("out.jsonl", "\n".join(lines)))) == [
        ("", ("for",), "accept"),
        ("", ("for",), "accept"),
        ("", ("for",), "ignore"),
        ("", ("for",), "reject"),
        ("ana", ("for", "unsure"), "accept"),
    ]


def test_argilla_discards_drafts_and_suggestions(read):
    """Only submitted responses count; in the nested form there is no status."""
    flat = {
        "id": "a",
        "text": "x",
        "stance.responses": [["for"], ["against"], "for"],
        "stance.responses.users": ["u1", "u2", "u3"],
        "stance.responses.status": ["submitted", "discarded", "draft"],
        "stance.suggestion": "against",
    }
    assert answers(read("flat.jsonl", flat)) == [
        ("u1", ("for",), "accept"),
        ("u2", ("against",), "ignore"),
        ("u3", ("for",), "ignore"),
    ]
    nested = {"fields": {"text": "x"}, "responses": {"q": [{"value": "for", "user_id": "u1"}]}}
    assert answers(read("records.json", [nested])) == [("u1", ("for",), "accept")]


def test_potato_answers_find_their_texts(tmp_path):
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


def test_fasttext_labels_come_back_under_their_names(read):
    """With a codebook, hyphens are the spaces that they were."""
    found = read("train.txt", "__label__for-aid __label__b we help\nwe wait\n", labels=("for aid",))
    assert [(one.text, one.labels) for one in found.examples] == [
        ("we help", ("for aid", "b")),
        ("we wait", ()),
    ]


def test_dna_statements_of_one_stretch_are_one_row(read):
    """A concept that is denied is a rejected label, never a positive one."""
    header = (
        '"statement_id";"time";"person";"organization";"concept";"agreement";"start_position";'
        '"stop_position";"text";"coder";"document_id";"document_title";"document_author";'
        '"document_source";"document_section";"document_type"'
    )
    line = '"{}";"2026-01-02 00:00:00";"Ada";"";"{}";"{}";"{}";"9";"x, y";"ana";"a";"";"";"P";"";""'
    lines = [header, line.format(1, "for", 1, 0), line.format(2, "unsure", 1, 0)]
    found = read("events.csv", "\n".join([*lines, line.format(3, "for", 0, 4)]) + "\n")
    assert answers(found) == [
        ("ana", ("for", "unsure"), "accept"),
        ("ana", ("for",), "reject"),
    ]
    fields = found.examples[0].fields
    assert (fields["start"], fields["end"], fields["published_at"]) == (0, 9, "2026-01-02")


@given(st.text(max_size=80))
def test_any_name_becomes_that_of_a_file(name):
    """Names stay what they are where they can be, and different ones stay different."""
    found = annotator_name(name)
    assert found == "" if not name.strip() else ANNOTATOR_PATTERN.fullmatch(found)
    if ANNOTATOR_PATTERN.fullmatch(name):
        assert found == name


@pytest.mark.parametrize(
    "more",
    [
        {"entities": [], "Comments": []},
        {"accept": ["x"], "_view_id": "choice", "label": ["for"]},
        {"instance_id": "a", "user_id": "b"},
        {"data": {"text": "x"}, "fields": {"text": "x"}},
    ],
)
def test_rows_of_ours_stay_ours(tmp_path, more):
    """A row with text and labels is canonical, whatever else is in it."""
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps({"text": "x", "labels": ["for"], **more}))
    assert detected(path).name == "jsonl"


def test_what_is_no_known_format_is_told_in_one_line(tmp_path):
    """The line names what was tried."""
    path = tmp_path / "notes.txt"
    path.write_text("We met on Monday.\n")
    with pytest.raises(InputError, match=r"Tried: csv, jsonl, .*, dna\. Say which") as told:
        detected(path)
    assert "\n" not in str(told.value)
    with pytest.raises(InputError, match=r'no format "docano"\. Did you mean "doccano"'):
        rows_in(path, Reading(as_format="docano"))


DAMAGED = (
    b"[",
    b"[{}",
    b'[{"data":{"text":1},"annotations":[]}]',
    b'[{"data":{"text":"x"},"annotations":[7]}]',
    b'[{"data":{"text":"x"},"annotations":{"a":1}}]',
    b'{"text":"x","label":[1]}',
    b'{"text":"x","accept":7,"_view_id":"choice"}',
    b'{"fields":{"text":"x"},"responses":7}',
    b'{"instance_id":{},"user_id":[],"labels":7}',
    b"PK\x03\x04rubbish",
    b"\xff\xfe\x00",
    b"",
)


@pytest.mark.parametrize("form", readable(), ids=lambda form: form.name)
@pytest.mark.parametrize("content", DAMAGED)
def test_damaged_files_give_refusals_or_one_error(form, content, tmp_path):
    """Whatever is in a file, it is read, refused row by row, or refused as a whole."""
    path = tmp_path / "export"
    path.write_bytes(content)
    try:
        rows = list(rows_in(path, Reading(as_format=form.name))[1])
    except InputError:
        return
    assert all(isinstance(row, Row) is not hasattr(row, "reason") for row in rows)


_WORDS = (
    "text",
    "data",
    "annotations",
    "result",
    "value",
    "choices",
    "type",
    "from_name",
    "completed_by",
    "label",
    "labels",
    "cats",
    "entities",
    "Comments",
    "accept",
    "answer",
    "options",
    "spans",
    "meta",
    "_input_hash",
    "fields",
    "responses",
    "metadata",
    "stance",
    "stance.responses",
    "user_id",
    "instance_id",
    "instance_id_to_label_to_value",
    "annotator",
    "id",
    "annotation_id",
    "start",
    "end",
    "name",
    "schema",
)
_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.sampled_from(_WORDS),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_WORDS), inner, max_size=4)
    ),
    max_leaves=12,
)
_records = st.lists(st.dictionaries(st.sampled_from(_WORDS), _values, max_size=6), max_size=3)


@pytest.mark.parametrize("form", readable(), ids=lambda form: form.name)
def test_records_of_any_shape_are_read_or_refused(form, tmp_path):
    """Known words in any arrangement raise nothing but the one error."""

    @given(_records)
    def check(records):
        path = tmp_path / "export.json"
        path.write_text(json.dumps(records), "utf-8")
        try:
            rows = list(rows_in(path, Reading(as_format=form.name))[1])
        except InputError:
            return
        assert all(isinstance(row, Row) is not hasattr(row, "reason") for row in rows)

    check()
