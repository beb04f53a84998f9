"""What can be predicted: the same sentences give the same rows from any kind of input."""

import csv
import io
import json
import os

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from stance.prediction.answer import Answerer, Job
from stance.prediction.inputs import input_blocks, stdin_blocks, usable_rows
from stance.prediction.predict import thresholds_of
from stance.storage.block_rows import rows_of
from stance.storage.blocks import Block
from stance.storage.errors import InputError, UsageError
from stance.storage.rows import RefusedRow, Row, batched

writable = st.characters(exclude_categories=("Cs",), exclude_characters="\0")
some_words = st.sampled_from(
    [
        "The mayor welcomes the tram",
        "wants, the tram",
        'says "no"',
        "quay\ttram",
        "ΟΔΟΣ İpek",
        "007",
    ]
)
any_text = st.one_of(some_words, st.text(writable, max_size=20))


class Trickle(io.RawIOBase):
    """A stream that gives the pieces it was made of, one a read, as a slow pipe does."""

    def __init__(self, pieces):
        self._pieces = [piece for piece in pieces if piece]

    def read1(self, size):
        return self._pieces.pop(0) if self._pieces else b""


def stdin_batches(stream):
    """The rows of each block as it arrives."""
    for block in stdin_blocks(stream):
        yield list(rows_of(block))


def answers(scorer, batches):
    """The predictions without what the input itself said."""
    answerer = Answerer(Job(None, thresholds_of(scorer)), scorer)
    rows = [row for batch in batches for row in answerer.answer(Block("rows", batch)).content]
    return [{k: v for k, v in row.items() if k not in ("id", "rest")} for row in rows]


@settings(max_examples=150, deadline=None)
@given(st.lists(any_text, min_size=1, max_size=6))
def test_csv_jsonl_and_parquet_give_the_same_rows(
    input_batches, all_rows, several, tmp_path_factory, texts
):
    """The same texts are the same rows and get the same predictions from every kind of file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder = tmp_path_factory.mktemp("same")
    rows = [{"id": f"{n:03}", "text": text, "rest": text[::-1]} for n, text in enumerate(texts, 1)]
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, ["id", "text", "rest"])
    writer.writeheader()
    writer.writerows(rows)
    (folder / "a.csv").write_text(stream.getvalue(), encoding="utf-8", newline="")
    lines = "".join(json.dumps(row, ensure_ascii=len(texts) % 2 == 0) + "\n" for row in rows)
    (folder / "a.jsonl").write_text(lines, encoding="utf-8", newline="")
    pq.write_table(pa.Table.from_pylist(rows), folder / "a.parquet")
    direct = answers(several, [[Row(n, {"text": text}) for n, text in enumerate(texts, 1)]])
    for name in ("a.csv", "a.jsonl", "a.parquet"):
        batches = list(input_batches([str(folder / name)], [], None))
        assert [row.fields for row in all_rows(batches)] == rows, name
        assert answers(several, batches) == direct, name
    assert answers(several, stdin_batches(io.BytesIO(lines.encode()))) == direct


@settings(max_examples=150, deadline=None)
@given(st.lists(any_text.filter(lambda text: "\n" not in text), min_size=1, max_size=6), st.data())
def test_lines_of_stdin_are_sentences(all_rows, several, texts, data):
    """Each line is one sentence, whatever pieces it arrives in and whether the last one ends."""
    assume(not texts[0].lstrip("\ufeff \t").startswith("{") and not texts[0].startswith("\ufeff"))
    assume(any(text.strip() for text in texts) and not any(text.endswith("\r") for text in texts))
    first = next(text for text in texts if text.strip())
    assume(not first.lstrip("\ufeff \t\r\v\f").startswith("{"))
    end = data.draw(st.sampled_from(["\n", "\r\n"]))
    content = (
        end.join(texts) + (end if data.draw(st.booleans()) or not texts[-1] else "")
    ).encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(content)), max_size=6)))
    pieces = [content[a:b] for a, b in zip([0, *cuts], [*cuts, len(content)], strict=True)]
    rows = all_rows(stdin_batches(Trickle(pieces)))
    assert rows == [Row(n, {"text": text}) for n, text in enumerate(texts, 1)]
    direct = answers(several, [[Row(1, {"text": text}) for text in texts]])
    assert answers(several, [rows]) == direct


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([b"x", b"{", b"\xff", b"\xef\xbb\xbf{"]),
    st.lists(st.one_of(st.binary(max_size=12), st.sampled_from([b"\n", b'"text":"y"}', b"a"]))),
)
def test_any_bytes_from_stdin_are_rows_or_refused(all_rows, start, pieces):
    """Rows in the order of the lines however they are cut, or InputError, and nothing else."""
    content = b"".join([start, *pieces])
    try:
        rows = all_rows(stdin_batches(io.BytesIO(content)))
    except InputError:
        return
    assert rows == all_rows(stdin_batches(Trickle([start, *pieces])))
    numbers = [row.number for row in rows]
    assert numbers == sorted(numbers)
    assert len(rows) <= content.count(b"\n") + 1
    assert all(isinstance(row, Row | RefusedRow) for row in rows)


@pytest.mark.parametrize("line", [b"PAR1", b"\xff\xfe\0\0", b"\xff\xfe\0"])
def test_a_broken_json_line_does_not_stop_the_others(line, all_rows):
    """A line that begins like a file of another kind is refused, and the reading goes on."""
    content = b'{"text": "a"}\n' + line + b'\n{"text": "b"}\n'
    first, second, third = all_rows(stdin_batches(io.BytesIO(content)))
    assert (first, third) == (Row(1, {"text": "a"}), Row(3, {"text": "b"}))
    assert isinstance(second, RefusedRow)


def test_blank_lines_before_json_are_passed_over_however_they_arrive(all_rows):
    """A blank line before the first object is no row, also when it arrives by itself."""
    pieces = [b"\n", b'{"text": "a"}\n']
    assert all_rows(stdin_batches(io.BytesIO(b"".join(pieces)))) == [Row(2, {"text": "a"})]
    assert all_rows(stdin_batches(Trickle(pieces))) == [Row(2, {"text": "a"})]


def test_a_line_of_stdin_that_is_not_utf8_is_refused(all_rows):
    """The bad byte is named with its line; the lines around it are read."""
    first, second, third = all_rows(stdin_batches(io.BytesIO(b"one\ntw\xe9\nthree")))
    assert (first.fields, third.fields) == ({"text": "one"}, {"text": "three"})
    assert second == RefusedRow(2, "byte 0xE9 at offset 2 is not UTF-8")


def test_json_lines_of_stdin_keep_their_fields_and_numbers(all_rows):
    """Objects are rows; a line that is none is refused under its own number."""
    content = b'\n{"text": "a", "id": 5}\nplain\n\n{"text": "b"}\n'
    first, second, third = all_rows(stdin_batches(io.BytesIO(content)))
    assert (first, third) == (Row(2, {"text": "a", "id": 5}), Row(5, {"text": "b"}))
    assert second.number == 3
    assert "not JSON" in second.reason


def test_a_slow_writer_is_answered_line_by_line():
    """A line that has arrived is given before the next one is read."""
    batches = stdin_batches(Trickle([b"one\n", b"two\n"]))
    assert next(batches) == [Row(1, {"text": "one"})]
    assert next(batches) == [Row(2, {"text": "two"})]


def test_a_line_without_end_is_refused(monkeypatch, all_rows):
    """A line longer than any sentence is passed over instead of filling the memory."""
    monkeypatch.setattr("stance.storage.blocks.MAX_LINE", 10)
    pieces = [b"one\n" + b"x" * 30, b"x" * 30, b"x\ntwo\n", b"three"]
    first, long, *others = all_rows(stdin_batches(Trickle(pieces)))
    assert (first, others) == (
        Row(1, {"text": "one"}),
        [Row(3, {"text": "two"}), Row(4, {"text": "three"})],
    )
    assert (long.number, "longer than" in long.reason) == (2, True)


def test_batches_have_a_size():
    """Full batches, then what is left."""
    assert list(batched(range(5), 2)) == [[0, 1], [2, 3], [4]]
    assert list(batched([], 2)) == []


def test_what_a_shell_hands_over_is_a_stream(tmp_path):
    """`<(…)` and /dev/stdin are read line by line; a pipe with a name of its own is refused."""
    reader, writer = os.pipe()
    os.write(writer, b"The mayor spoke.\n\xff\n")
    os.close(writer)
    refused = []
    try:
        rows = list(usable_rows(f"/dev/fd/{reader}", None, refused))
    finally:
        os.close(reader)
    assert [text for _, text, _ in rows] == ["The mayor spoke."]
    assert refused == [f"/dev/fd/{reader}:2: byte 0xFF at offset 0 is not UTF-8."]
    os.mkfifo(tmp_path / "pipe.jsonl")
    with pytest.raises(InputError, match="is not a regular file"):
        list(usable_rows(str(tmp_path / "pipe.jsonl"), None, []))


def test_a_stream_has_one_encoding():
    """Another one is not passed over in silence."""
    with pytest.raises(UsageError, match="stdin: a stream is read as UTF-8"):
        list(input_blocks(["-"], [], io.BytesIO(b"x"), encoding="cp1252"))
    assert list(input_blocks(["-"], [], io.BytesIO(b"x"), encoding="UTF8"))


@pytest.mark.parametrize("content", [b"", b"\xef\xbb", b"\xef\xbb\xbf", b" \n\n"])
def test_a_stream_without_a_word_ends(content):
    """Whatever it holds, it has no sentence that can be used, and the reading ends."""
    found = usable_rows("-", io.BytesIO(content), [])
    assert list(found) == []
