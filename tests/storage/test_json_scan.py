"""The quick way to read JSON lines: the object, or nothing where the careful reader has to look."""

import datetime
import logging

import pytest

from stance.storage import jsonl as module
from stance.storage.errors import InputError
from stance.storage.jsonl import dump, first_twice, read_jsonl, scan_object, scan_objects


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("{}", {}),
        ('{"a": 1, "b": [true, null, "x"]}', {"a": 1, "b": [True, None, "x"]}),
        ('{"a": 1.5e3}', {"a": 1500.0}),
        ('{"a": {}}', {"a": {}}),
        ('{"a": {"b": 1}}', None),  # as many ends of keys as keys it has itself, or it is left
        ('{"a": 1, "a": 2}', None),
        ('{"a": "b\\":"}', None),
        ('{"a": 1} ', None),
        (' {"a": 1}', None),
        ("[1]", None),
        ("7", None),
        ("", None),
        ("{", None),
        ('{"a": NaN}', None),
        ('{"a": 1e999}', None),
        ('{"a": ' + "[" * 100_000, None),
        ('{"a": ' + "9" * 5000 + "}", None),
    ],
)
def test_a_line_is_an_object_or_left_to_the_careful_reader(line, value):
    """Only what cannot be read in two ways is taken."""
    assert scan_object(line) == value


@pytest.mark.parametrize(
    ("content", "objects"),
    [
        (b'{"a": 1}', [{"a": 1}]),
        (b'{"a": 1}\n{"b": "x"}\n{}', [{"a": 1}, {"b": "x"}, {}]),
        ('{"a": "é\\n\\"x\\\\"}'.encode(), [{"a": 'é\n"x\\'}]),
        (b'{"a": "x:"}', [{"a": "x:"}]),
        (b'{"a": ":"}', None),  # may be the end of a key
        (b'{"a": {"b": 1}}', None),  # keys within, which the careful way counts
        (b'{"a": 1}\n\n{"b": 2}', None),
        (b' {"a": 1}', None),
        (b'{"a": 1} ', None),
        (b'{"a": 1}\n[2]\n{"b": 2}', None),
        (b'{"a": [{"b": 1}\n{"c": 2}]}', None),
        (b'{"a": 1},{"b": 2}', None),
        (b'{"a": 1, "a": 2}', None),
        (b'{"a" : 1}', None),
        (b'{"a"\t: 1}', None),
        (b'{"a": NaN}', None),
        (b'{"a": 1', None),
        (b"{a}", None),
        (b"[1]", None),
        (b"", None),
    ],
)
def test_lines_are_objects_or_left_to_the_careful_reader(content, objects):
    """All of them in one go, or none."""
    assert scan_objects(content) == objects


@pytest.mark.parametrize(
    ("names", "twice"),
    [([], ""), (["a", "b"], ""), (["a", "b", "b", "a"], "b"), (["", ""], "")],
)
def test_the_first_name_that_comes_again(names, twice):
    """None is the empty string."""
    assert first_twice(names) == twice


def test_what_json_does_not_know_is_written_as_near_as_it_can_be():
    """Moments in ISO 8601, other things as text, numbers that are none as null."""
    row = {
        "at": datetime.datetime(2026, 1, 2, 10),
        "n": float("nan"),
        "l": (1.0, float("-inf"), "x"),
    }
    assert dump(row) == '{"at": "2026-01-02T10:00:00", "n": null, "l": [1.0, null, "x"]}'
    assert dump({"path": complex(1, 2)}) == '{"path": "(1+2j)"}'


def test_half_a_line_of_ours_is_told_with_its_number(tmp_path, caplog):
    """It is left out; in a file of others it is damage."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"a": 1}\n \n{"a"')
    with caplog.at_level(logging.WARNING):
        assert list(read_jsonl(path)) == [(1, {"a": 1})]
    assert caplog.messages == [f"{path}:3: half a line, cut off by a crash, is left out"]
    with pytest.raises(InputError, match=r"a\.jsonl:3: not JSON"):
        list(read_jsonl(path, is_ours=False))


@pytest.mark.parametrize("end", [b"\n", b""])
def test_a_line_of_ours_has_a_largest_length(tmp_path, monkeypatch, end):
    """With its end it may have as many bytes as that."""
    path = tmp_path / "a.jsonl"
    line = b'{"a": 1234567}' + end
    path.write_bytes(line)
    monkeypatch.setattr(module, "MAX_OWN_LINE", len(line))
    assert list(read_jsonl(path)) == [(1, {"a": 1234567})]
    monkeypatch.setattr(module, "MAX_OWN_LINE", len(line) - 1)
    with pytest.raises(InputError, match=r"a\.jsonl:1: the line is longer than 1\d bytes"):
        list(read_jsonl(path))
