"""JSON lines: what is accepted comes back, and what is ambiguous is refused."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stance.storage.errors import InputError
from stance.storage.jsonl import BadJsonError, dump, parse_object, read_jsonl, to_jsonl
from strategies import json_like, json_objects


@given(json_objects)
def test_an_object_comes_back(fields):
    """What is written as a line is read as the same object, on one line."""
    line = dump(fields)
    assert "\n" not in line
    assert parse_object(line) == fields


@given(st.lists(json_objects, max_size=5))
def test_a_file_comes_back(tmp_path_factory, rows):
    """Rows written as lines are read in order, with their line numbers."""
    path = tmp_path_factory.mktemp("jsonl") / "a.jsonl"
    path.write_text(to_jsonl(rows), encoding="utf-8", newline="")
    assert list(read_jsonl(path)) == list(enumerate(rows, start=1))


def test_text_is_written_as_it_is():
    """Letters of any alphabet stay readable in the file, and keys keep their order."""
    assert dump({"z": "čaj 漢", "a": 1}) == '{"z": "čaj 漢", "a": 1}'


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"a": 1, "a": 2}', 'the key "a" stands there twice'),
        ('{"x": {"b": 1, "b": 1}}', 'the key "b" stands there twice'),
        ('{"a": NaN}', "NaN is not JSON"),
        ('{"a": -Infinity}', "-Infinity is not JSON"),
        ('{"a": 1e400}', "the number 1e400 is too large"),
        ('{"a": -1e999}', "too large"),
        ('{"a": ' + "7" * 5000 + "}", "4300 digits"),
        ('{"a": ' + "[" * 100_000, "nesting is too deep"),
        ('{"a": ' * 100_000, "nesting is too deep"),
        ('{"a": "\\ud83d"}', "surrogate"),
        ('{"a": "\\uDE00 x"}', "surrogate"),
        ('{"\\udead": 1}', "surrogate"),
        ("[1, 2]", "not an object"),
        ('"text"', "not an object"),
        ("null", "not an object"),
        ('{"a": 1} {"b": 2}', "Extra data"),
        ("{'a': 1}", "not JSON"),
        ('{"a": "b', "not JSON"),
        ('{"a": "tab\there"}', "control character"),
        ("\ufeff{}", "BOM"),
        ("", "not JSON"),
    ],
)
def test_what_is_no_plain_object_is_refused(line, reason):
    """Each thing that two programs could read differently is refused with its reason."""
    with pytest.raises(BadJsonError, match=reason):
        parse_object(line)


def test_a_key_with_a_semicolon_is_named_whole():
    """The message names the key that stands there twice, whatever is in it."""
    with pytest.raises(BadJsonError, match='the key "a;b" stands there twice'):
        parse_object('{"a;b": 1, "a;b": 2}')


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ('{"a": "\\ud83d\\ude00"}', "😀"),
        ('{"a": "\\\\ud83d"}', "\\ud83d"),
        ('{"a": "\\u0041\\u00e9"}', "Aé"),
        ('{"a": 1e-400}', 0.0),
        ('{"a": ' + "7" * 400 + "}", int("7" * 400)),
        ('{"a": "007"}', "007"),
        ('{"a": [[[]]]}', [[[]]]),
    ],
)
def test_what_only_looks_wrong_is_read(line, value):
    """A whole surrogate pair, an escaped backslash, small and long numbers are all right."""
    assert parse_object(line) == {"a": value}


@given(json_like)
@example(b'{"a": "\\ud800"}')
@example(b"[" * 50_000)
def test_any_line_is_an_object_or_refused(content):
    """Whatever the line, the result is an object that can be written again, or BadJsonError."""
    line = content.decode("utf-8", "replace")
    try:
        fields = parse_object(line)
    except BadJsonError:
        return
    assert parse_object(dump(fields)) == fields
    dump(fields).encode("utf-8")


@given(st.one_of(json_like, st.binary(max_size=60)))
@example(b'{"a": 1}\n\xff\n')
def test_any_file_is_rows_or_an_input_error(tmp_path_factory, content):
    """Whatever the file, its rows are read or InputError names file and line."""
    path = tmp_path_factory.mktemp("jsonl") / "a.jsonl"
    path.write_bytes(content)
    try:
        rows = list(read_jsonl(path, is_ours=False))
    except InputError as error:
        number = int(str(error).removeprefix(f"{path}:").split(":")[0])
        assert 1 <= number <= content.count(b"\n") + 1
        return
    assert len(rows) == sum(1 for line in content.split(b"\n") if line.strip())


def test_the_bad_line_is_named(tmp_path):
    """The error has file and line; blank lines count as lines but are no rows."""
    path = tmp_path / "a.jsonl"
    path.write_text('{"n": 1}\n\n  \n{"n": 2}\n{"n": \n{"n": 3}\n')
    rows = read_jsonl(path)
    assert [next(rows), next(rows)] == [(1, {"n": 1}), (4, {"n": 2})]
    with pytest.raises(InputError, match=r"a\.jsonl:5: not JSON"):
        next(rows)


def test_a_line_that_is_not_utf_8_is_named(tmp_path):
    """A byte that is no UTF-8 is an InputError at its line."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"n": 1}\n{"n": "caf\xe9"}\n')
    with pytest.raises(InputError, match=r"a\.jsonl:2: .*0xe9"):
        list(read_jsonl(path))


def test_only_line_feeds_end_lines(tmp_path):
    """Separators that some programs take for line ends do not cut a text in two."""
    path = tmp_path / "a.jsonl"
    texts = ["one\u2028two", "one\x85two", "one\u2029two"]
    path.write_text("".join(f'{{"t": "{text}"}}\n' for text in texts), encoding="utf-8")
    assert [fields["t"] for _, fields in read_jsonl(path)] == texts


def test_what_json_does_not_know_is_written_near():
    """Numbers that are not finite become null, and dates ISO 8601, wherever they stand."""
    from datetime import date

    value = {"a": float("nan"), "b": [1.5, float("-inf")], "c": {"d": date(2025, 3, 9)}}
    assert dump(value) == '{"a": null, "b": [1.5, null], "c": {"d": "2025-03-09"}}'


def test_half_a_line_at_the_end_of_our_own_file(tmp_path, caplog):
    """What a crash cut off was never told as saved: it is left out, and this is told."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"n": 1}\n{"n": 2, "text": "\xc4')
    assert list(read_jsonl(path)) == [(1, {"n": 1})]
    assert f"{path}:2: half a line" in caplog.text
    with pytest.raises(InputError, match=r"a\.jsonl:2"):
        list(read_jsonl(path, is_ours=False))


@pytest.mark.parametrize("content", [b'{"n": 1}\n{"n": 2', b'{"n": 1}\n{"n": 2\n'])
def test_half_a_line_elsewhere_is_refused(tmp_path, content):
    """Only at the very end, and without its newline, can a crash have been at work."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(content + b'\n{"n": 3}\n')
    with pytest.raises(InputError, match=r"a\.jsonl:2"):
        list(read_jsonl(path))


def test_a_line_has_a_limit(tmp_path, monkeypatch):
    """A file that was filled with something else is not read into memory; the limit itself is."""
    from stance.storage import jsonl

    monkeypatch.setattr(jsonl, "MAX_OWN_LINE", 20)
    (tmp_path / "own.jsonl").write_bytes(b'{"a": "0123456789"}\n{"a": "01234567890"}\n')
    rows = read_jsonl(tmp_path / "own.jsonl")
    assert next(rows) == (1, {"a": "0123456789"})
    with pytest.raises(InputError, match=r"own.jsonl:2: the line is longer than 20 bytes"):
        next(rows)


def test_many_keys_are_compared_quickly():
    """The first that comes up again is named, however many there are."""
    keys = ",".join(f'"k{n}":{n}' for n in range(50_000))
    with pytest.raises(BadJsonError, match='the key "k49999" stands there twice'):
        parse_object(f'{{{keys},"k49999":1}}')
