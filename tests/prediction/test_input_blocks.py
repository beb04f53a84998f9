"""What each block of the input says of itself: its source, its place, how much was read."""

import io

import pytest

from stance.prediction.inputs import input_blocks, n_input_bytes, stdin_blocks, usable_rows
from stance.storage.block_rows import rows_of
from stance.storage.rows import RefusedRow, Row


class Pieces(io.RawIOBase):
    """A slow pipe: one piece a read."""

    def __init__(self, *pieces):
        self.left = list(pieces)

    def read1(self, size):
        return self.left.pop(0) if self.left else b""


def test_bytes_are_counted_over_all_files(tmp_path):
    """Those of the files before it come first; each block names its file."""
    files = [tmp_path / "a.jsonl", tmp_path / "b.txt", tmp_path / "c.jsonl"]
    for file in files:
        file.write_bytes(b'{"text": "x y"}\n' if file.suffix == ".jsonl" else b"We wait here.")
    arguments = [str(file) for file in files]
    blocks = list(input_blocks([*arguments, "a sentence"], ["one", "two"], None))
    assert [(one.source, one.n_read) for one in blocks] == [
        (arguments[0], 16),
        (arguments[1], 16),  # within an article nobody counts
        (arguments[2], 16 + 13 + 16),
        ("", 0),
        ("--text", 0),
    ]
    assert blocks[-1].content == [Row(1, {"text": "one"}), Row(2, {"text": "two"})]
    assert n_input_bytes([arguments[0], arguments[2]]) == 32


def test_nothing_is_known_of_an_empty_file(tmp_path):
    """Progress cannot be told of no bytes, nor of a file that is not there."""
    (tmp_path / "a.csv").touch()
    assert n_input_bytes([str(tmp_path / "a.csv")]) is None
    assert n_input_bytes([str(tmp_path / "b.csv")]) is None


def test_a_sentence_of_an_article_has_its_place(tmp_path):
    """Counted from 0 in its fields as in the corpus, from 1 where rows are told."""
    path = tmp_path / "talk.txt"
    path.write_text("---\ntitle: Ships\nevent: e1\n---\nThe mayor spoke. Nobody answered.")
    (block,) = input_blocks([str(path)], [], None, text_key="sentence")
    assert [row.number for row in block.content] == [1, 2]
    assert block.content[1].fields == {
        "id": "talk#1",
        "sentence": "Nobody answered.",
        "article_id": "talk",
        "sent_index": 1,
        "start": 17,
        "end": 33,
        "title": "Ships",
        "event": "e1",
    }


def test_an_article_of_another_encoding_may_be_named(tmp_path):
    """Also below a folder, where what cannot be read is told last."""
    (tmp_path / "a.txt").write_bytes("Das Café öffnet.".encode("cp1252"))
    (tmp_path / "b.txt").write_bytes(b" ")
    good, bad = input_blocks([str(tmp_path)], [], None, encoding="cp1252")
    assert [row.fields["text"] for row in good.content] == ["Das Café öffnet."]
    (row,) = bad.content
    assert (row.number, row.reason) == (0, f"{tmp_path / 'b.txt'}: has no text.")
    assert (good.source, bad.source) == (str(tmp_path / "a.txt"), str(tmp_path))


def test_blank_texts_are_counted_and_blank_lines_are_none(tmp_path, caplog):
    """A line between paragraphs is no row; a row without words is one."""
    assert len(list(usable_rows("-", io.BytesIO(b"one two\n\nthree\n"), []))) == 2
    assert caplog.messages == []
    path = tmp_path / "rows.csv"
    path.write_text('text\n" "\nx y\n')
    found = list(usable_rows(str(path), None, []))
    assert found == [(3, "x y", {"text": "x y"})]
    assert caplog.messages == [f"{path}: 1 blank text passed over"]


@pytest.mark.parametrize("encoding", [None, "utf8", "utf-8-sig"])
def test_a_mark_of_utf_8_is_no_word(encoding):
    """However it arrives; it may be named, too."""
    for pieces in ([b"\xef\xbb\xbfone\n"], [b"\xef", b"\xbb\xbf", b"one\n"], [b"one\n"]):
        (block,) = input_blocks(["-"], [], Pieces(*pieces), encoding=encoding)
        assert (block.kind, block.content, block.source) == ("lines", b"one\n", "stdin")


@pytest.mark.parametrize("word", [b"x\n", b"{\n", b"\xef\n"])
def test_the_shortest_line_is_answered_at_once(word):
    """Only what may be the beginning of a mark waits for the rest of it."""
    pieces = Pieces(word, b"two\n")
    assert next(stdin_blocks(pieces)).content == word
    assert pieces.left == [b"two\n"]


def test_white_space_without_end_is_not_held(monkeypatch):
    """After so much of it the lines are sentences."""
    monkeypatch.setattr("stance.prediction.inputs._MAX_BLANK", 4)
    pieces = Pieces(b"\n\n", b"\n\n", b"\n", b'{"text": "x"}\n')
    blocks = list(stdin_blocks(pieces))
    assert {one.kind for one in blocks} == {"lines"}
    assert [row.number for one in blocks for row in rows_of(one)] == [1, 2, 3, 4, 5, 6]


def test_a_stream_may_be_read_in_full_blocks():
    """What is not live fills each block; nobody waits for the answer."""
    lines = b"one two\n" * 100_000
    live = list(stdin_blocks(Pieces(lines[:8], lines[8:])))
    full = list(stdin_blocks(io.BytesIO(lines), live=False))
    assert [one.waits for one in live] == [True, True]
    assert {one.waits for one in full} == {False}
    assert len(full) > 2
    assert b"".join(one.content for one in full) == lines


def test_a_refused_row_is_told_with_its_source(tmp_path):
    """Each with the file that it stands in."""
    (tmp_path / "rows.jsonl").write_text('{"text": 7}\n')
    refused = []
    assert list(usable_rows(str(tmp_path / "rows.jsonl"), None, refused)) == []
    assert [(one.file, one.line) for one in refused] == [(str(tmp_path / "rows.jsonl"), 1)]
    (block,) = input_blocks(["a sentence"], [], None)
    assert not any(isinstance(row, RefusedRow) for row in block.content)
