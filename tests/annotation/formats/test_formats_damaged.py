"""Damaged exports of every tool: read, refused row by row, or refused as a whole."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.annotation.formats.format import Reading
from stance.annotation.formats.registry import detected, readable, rows_in
from stance.storage.errors import InputError
from stance.storage.rows import Row

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


@pytest.mark.parametrize(
    "form",
    ["label-studio", "label-studio-min", "doccano", "prodigy", "argilla", "argilla-flat", "potato"],
)
def test_what_is_no_record_is_refused_by_its_number(read_rows, form):
    """A number, a key that stands there twice, and an object of another kind."""
    refused = read_rows("a.json", '[7, {"a": 1, "a": 2}, {"a": 1}]', form)
    assert refused[:2] == ['not an object. Write {"text": …}', 'the key "a" stands there twice']
    assert all(isinstance(one, str) for one in refused[2:])


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
