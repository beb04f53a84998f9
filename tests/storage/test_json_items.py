"""JSON lists: item by item, and the place of the damage where there is one."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.storage import json_items as module
from stance.storage.errors import InputError
from stance.storage.json_items import json_rows
from stance.storage.rows import RefusedRow, Row
from strategies import json_objects


class Drops(io.RawIOBase):
    """A stream that hands over one byte at a time."""

    def __init__(self, content):
        self.content = iter(content)

    def readable(self):
        return True

    def readinto(self, buffer):
        found = next(self.content, None)
        if found is None:
            return 0
        buffer[0] = found
        return 1


def rows_of(content, encoding=None):
    return list(json_rows(io.BytesIO(content), encoding))


@given(st.lists(json_objects, max_size=4), st.sampled_from([None, 1, "\t"]), st.integers(12, 40))
def test_a_list_comes_back(objects, indent, size):
    """However it is set and however small the pieces in which it is read."""
    content = json.dumps(objects, indent=indent).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_CHUNK", size)
        found = rows_of(b" " + content + b"\n")
    assert found == [Row(number, one) for number, one in enumerate(objects, 1)]


def test_an_object_is_a_list_of_one():
    """With any white space round it."""
    assert rows_of(b'\r\n\t {"a": 1}\n \n') == [Row(1, {"a": 1})]


def test_items_come_before_the_list_is_read():
    """One item is held at a time, so that a list may be of any length."""
    stream = io.BufferedReader(Drops(b'[{"a": 1}, {"a": 2}, broken'), 1)
    rows = json_rows(stream)
    assert [next(rows), next(rows)] == [Row(1, {"a": 1}), Row(2, {"a": 2})]
    with pytest.raises(InputError, match="item 3: not JSON"):
        next(rows)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is no JSON list: it does not begin with ["),
        (b"7", "is no JSON list"),
        (b'{"a": 1} {"b": 2}', "goes on behind the first object. A list of objects has [ ] round"),
        (b'[{"a": 1}] x', "goes on behind the list. The file is damaged."),
        (b'[{"a": 1} {"b": 2}]', "item 2: no comma before it. The file is damaged."),
        (b'[{"a": 1},]', "item 2: not JSON: Expecting value. The file is damaged or cut off."),
        (b'[{"a": 1}', "item 2: no comma before it"),
        (b'[{"a": 1}, {"a"', "item 2: not JSON: Expecting ':' delimiter"),
        (b"[", "item 1: not JSON: Expecting value"),
        (b"[" * 100_000, "item 1: the nesting is too deep."),
        (b'[{"a": "\xe4"}]', "byte 0xE4 is not UTF-8. Name the right encoding"),
        ('[{"a": "ä'.encode()[:-1], "byte 0xC3 is not UTF-8"),
        (b'[{"a": "\0"}]', "item 1: not JSON: Invalid control character"),
        (b'["' + b"x" * 99, "item 1: not JSON: Unterminated string"),
    ],
)
def test_damage_is_told_with_its_place(content, told):
    """Nobody knows where the next item begins, so the reading ends."""
    with pytest.raises(InputError) as caught:
        rows_of(content)
    assert str(caught.value).startswith(told)


def test_an_item_is_refused_by_itself():
    """What is no object, has a key twice or a number that is none; the others go on."""
    *refused, row = rows_of(b'[7, {"a": 1, "a": 2}, {"a": NaN}, "x", {"a": 3}]')
    assert [one.number for one in refused] == [1, 2, 3, 4]
    assert all(isinstance(one, RefusedRow) for one in refused)
    assert refused[1].reason == 'the key "a" stands there twice'
    assert row == Row(5, {"a": 3})


@pytest.mark.parametrize("size", range(12, 24))
def test_what_is_wrong_may_be_the_end_of_a_piece(monkeypatch, size):
    """Numbers, escapes, words and characters of several bytes are cut at any place."""
    monkeypatch.setattr(module, "_CHUNK", size)
    item = {"a": [12345, -1.5e10, True, None, "é\n😀"], "b": {}}
    content = json.dumps([item, item]).encode() + b" "
    assert rows_of(content) == [Row(1, item), Row(2, item)]
    assert rows_of(json.dumps([item], ensure_ascii=False).encode("utf-8")) == [Row(1, item)]


def test_an_item_has_a_largest_length(monkeypatch):
    """Nothing without end gets into memory; an item of that length does."""
    monkeypatch.setattr(module, "_CHUNK", 4)
    monkeypatch.setattr(module, "MAX_ITEM", 40)
    whole = b'{"a": "' + b"x" * 31 + b'"}'
    assert len(whole) == 40
    assert rows_of(b"[" + whole + b"]") == [Row(1, {"a": "x" * 31})]
    with pytest.raises(InputError, match="item 1: longer than 40 characters"):
        rows_of(b'[{"a": "' + b"x" * 90 + b'"}]')


def test_the_encoding_may_be_named():
    """As in other files; a mark of UTF-16 names itself."""
    content = '[{"a": "ä"}]'
    expected = [Row(1, {"a": "ä"})]
    assert rows_of(content.encode("cp1252"), "cp1252") == expected
    assert rows_of(content.encode("utf-16")) == expected
    assert rows_of(b"\xef\xbb\xbf" + content.encode()) == expected


def test_what_is_wrong_is_told_before_the_rest_is_read(monkeypatch):
    """A file of any size that is broken in its first item is not read to its end."""
    monkeypatch.setattr(module, "_CHUNK", 8)
    drops = Drops(b"[{'a': 1}, " + b" " * 1000)
    with pytest.raises(InputError, match="item 1: not JSON: Expecting property name"):
        list(json_rows(io.BufferedReader(drops, 1)))
    assert len(list(drops.content)) > 900


@pytest.mark.parametrize("size", range(12, 24))
def test_a_number_is_read_to_its_end(monkeypatch, size):
    """At the end of a piece it may go on; as an item it is refused, once."""
    monkeypatch.setattr(module, "_CHUNK", size)
    refused, row = rows_of(b'[1234567890123456789, {"a": 1}]')
    assert (refused.number, row) == (1, Row(2, {"a": 1}))
