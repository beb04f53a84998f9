"""What can be predicted: the same sentences give the same rows from any kind of input."""

import csv
import io
import json
import os

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from stance.prediction.answer import Answerer, Job
from stance.prediction.inputs import (
    check_argument,
    input_blocks,
    n_input_bytes,
    stdin_blocks,
    usable_rows,
)
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


def input_batches(arguments, texts, stdin):
    """The rows of what the arguments name, block by block."""
    return (list(rows_of(block)) for block in input_blocks(arguments, texts, stdin))


class Trickle(io.RawIOBase):
    """A stream that gives the pieces it was made of, one a read, as a slow pipe does."""

    def __init__(self, pieces):
        self._pieces = [piece for piece in pieces if piece]

    def read1(self, size):
        return self._pieces.pop(0) if self._pieces else b""


def all_rows(batches):
    return [row for batch in batches for row in batch]


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
def test_csv_jsonl_and_parquet_give_the_same_rows(several, tmp_path_factory, texts):
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
def test_lines_of_stdin_are_sentences(several, texts, data):
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
def test_any_bytes_from_stdin_are_rows_or_refused(start, pieces):
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
def test_a_broken_json_line_does_not_stop_the_others(line):
    """A line that begins like a file of another kind is refused, and the reading goes on."""
    content = b'{"text": "a"}\n' + line + b'\n{"text": "b"}\n'
    first, second, third = all_rows(stdin_batches(io.BytesIO(content)))
    assert (first, third) == (Row(1, {"text": "a"}), Row(3, {"text": "b"}))
    assert isinstance(second, RefusedRow)


def test_blank_lines_before_json_are_passed_over_however_they_arrive():
    """A blank line before the first object is no row, also when it arrives by itself."""
    pieces = [b"\n", b'{"text": "a"}\n']
    assert all_rows(stdin_batches(io.BytesIO(b"".join(pieces)))) == [Row(2, {"text": "a"})]
    assert all_rows(stdin_batches(Trickle(pieces))) == [Row(2, {"text": "a"})]


def test_a_line_of_stdin_that_is_not_utf8_is_refused():
    """The bad byte is named with its line; the lines around it are read."""
    first, second, third = all_rows(stdin_batches(io.BytesIO(b"one\ntw\xe9\nthree")))
    assert (first.fields, third.fields) == ({"text": "one"}, {"text": "three"})
    assert second == RefusedRow(2, "byte 0xE9 at offset 2 is not UTF-8")


def test_json_lines_of_stdin_keep_their_fields_and_numbers():
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


def test_a_line_without_end_is_refused(monkeypatch):
    """A line longer than any sentence is passed over instead of filling the memory."""
    monkeypatch.setattr("stance.storage.blocks.MAX_LINE", 10)
    pieces = [b"one\n" + b"x" * 30, b"x" * 30, b"x\ntwo\n", b"three"]
    first, long, *others = all_rows(stdin_batches(Trickle(pieces)))
    assert (first, others) == (
        Row(1, {"text": "one"}),
        [Row(3, {"text": "two"}), Row(4, {"text": "three"})],
    )
    assert (long.number, "longer than" in long.reason) == (2, True)


@pytest.mark.parametrize(
    "argument", ["missing.csv", "word", "no/such folder", "two words.txt", "../x", "a b/c d"]
)
def test_what_looks_like_a_path_and_is_not_there_is_an_error(argument):
    """A typing error in a file name is told, and never answered as if it were a text."""
    with pytest.raises(InputError, match=r"no such file.*use --text"):
        check_argument(argument)
    with pytest.raises(InputError, match="no such file"):
        list(input_batches(["The mayor wants it", argument], [], None))


def test_nothing_is_read_before_all_arguments_are_checked(tmp_path):
    """The mistake in the last argument is told before the first gives a row."""
    (tmp_path / "a.csv").write_text("text\nx\n")
    with pytest.raises(InputError, match=r"b\.csv: no such file"):
        next(input_batches([str(tmp_path / "a.csv"), str(tmp_path / "b.csv")], [], None))


@pytest.mark.parametrize("argument", ["The mayor wants it", "Is it dear? Yes!", "wort " * 100])
def test_a_sentence_is_a_row(argument):
    """An argument with spaces that looks like no path is a sentence."""
    assert list(input_batches([argument], [], None)) == [[Row(1, {"text": argument})]]


def test_an_empty_argument_is_an_error(tmp_path, monkeypatch):
    """An empty shell variable must not predict every article below the current folder."""
    (tmp_path / "a.txt").write_text("The mayor wants it.")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError):
        list(input_batches([""], [], None))


def test_order_of_arguments_and_texts(tmp_path):
    """Arguments come in their order, each file whole, then the texts."""
    (tmp_path / "z.csv").write_text("text\nfirst\nsecond\n")
    (tmp_path / "a.jsonl").write_text('{"text": "third"}\n')
    files = [str(tmp_path / "z.csv"), "-", str(tmp_path / "a.jsonl")]
    batches = input_batches(files, ["fourth", "word"], io.BytesIO(b"piped\n"))
    found = [row.fields["text"] for row in all_rows(batches)]
    assert found == ["first", "second", "piped", "third", "fourth", "word"]


def test_articles_are_split_into_sentences(tmp_path):
    """An article gives a row a sentence, with its place and what the file says of the article."""
    (tmp_path / "talk.txt").write_text("The mayor wants it. The club does not.")
    (tmp_path / "notes.docx").write_text("not read")
    rows = all_rows(input_batches([str(tmp_path)], [], None))
    assert [row.fields["text"] for row in rows] == ["The mayor wants it.", "The club does not."]
    assert [row.fields["id"] for row in rows] == ["talk#0", "talk#1"]
    assert [row.fields["article_id"] for row in rows] == ["talk"] * 2
    assert [(row.fields["start"], row.fields["end"]) for row in rows] == [(0, 19), (20, 38)]


def test_files_of_another_kind_are_refused(tmp_path):
    """A file that is neither article nor rows is named with what can be read."""
    (tmp_path / "table.xlsx").write_bytes(b"PK")
    with pytest.raises(InputError, match=r"neither an article .* nor a row file"):
        list(input_batches([str(tmp_path / "table.xlsx")], [], None))


def test_links_in_folders_are_refused(tmp_path):
    """A link in a folder may lead anywhere; it is named and not followed."""
    (tmp_path / "link.txt").symlink_to("/etc/hostname")
    (row,) = all_rows(input_batches([str(tmp_path)], [], None))
    assert isinstance(row, RefusedRow)
    assert "is a link" in row.reason


def test_one_bad_article_of_a_folder_is_refused_and_the_others_go_on(tmp_path):
    """Each block says which file it comes from, and so does the refusal."""
    (tmp_path / "bad.txt").write_bytes(b"The caf\xe9 likes it.")
    (tmp_path / "good.txt").write_text("The mayor spoke. Nobody answered.", encoding="utf-8")
    refused = []
    rows = list(usable_rows(str(tmp_path), None, refused))
    assert [text for _, text, _ in rows] == ["The mayor spoke.", "Nobody answered."]
    (told,) = refused
    assert told.startswith(f"{tmp_path / 'bad.txt'}: byte 0xE9 at offset 7")


def test_accepted_refused_and_blank_rows_are_all_rows(tmp_path, caplog):
    """Blank texts are no sentences; they are counted in a note."""
    lines = ['{"text": "a b"}', '{"text": " "}', "{}", '{"text": ""}', "", '{"text": 7}']
    (tmp_path / "rows.jsonl").write_text("\n".join(lines), encoding="utf-8")
    refused = []
    rows = list(usable_rows(str(tmp_path / "rows.jsonl"), None, refused))
    assert (len(rows), [one.line for one in refused]) == (1, [3, 6])
    assert "2 blank texts passed over" in caplog.text


def test_closed_stdin_is_told():
    """Without standard input the argument - is a mistake."""
    with pytest.raises(InputError, match="standard input is closed"):
        list(input_batches(["-"], [], None))


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


def test_a_value_without_a_form_in_python_names_its_file(tmp_path):
    """A moment beyond Python's calendar is found when the rows are made."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    moments = pa.array([2**62], pa.timestamp("us"))
    pq.write_table(pa.table({"text": ["a b"], "at": moments}), tmp_path / "far.parquet")
    with pytest.raises(InputError, match=r"far.parquet: cannot be read as Parquet \(date value"):
        list(usable_rows(str(tmp_path / "far.parquet"), None, []))


def test_bytes_are_counted_where_they_are_known(tmp_path):
    """Of row files alone; one that leads nowhere has none."""
    (tmp_path / "a.csv").write_bytes(b"text\nx\n")
    (tmp_path / "b.jsonl").symlink_to("nowhere")
    (tmp_path / "a.txt").write_bytes(b"The ferry waits.")
    assert n_input_bytes([str(tmp_path / "a.csv"), str(tmp_path / "b.jsonl")]) == 7
    assert n_input_bytes([str(tmp_path / "a.csv"), str(tmp_path / "a.txt")]) is None
    assert n_input_bytes([str(tmp_path / "b.jsonl")]) is None


def test_an_article_alone_is_read_or_refused(tmp_path):
    """One that is named stops everything: it is what was asked for."""
    (tmp_path / "a.txt").write_text("The mayor spoke. Nobody answered.", encoding="utf-8")
    assert len(list(usable_rows(str(tmp_path / "a.txt"), None, []))) == 2
    (tmp_path / "b.txt").write_text("... !!! ???", encoding="utf-8")
    with pytest.raises(InputError, match=r"b.txt: no sentences found"):
        list(usable_rows(str(tmp_path / "b.txt"), None, []))


@pytest.mark.parametrize("content", [b"", b"\xef\xbb", b"\xef\xbb\xbf", b" \n\n"])
def test_a_stream_without_a_word_ends(content):
    """Whatever it holds, it has no sentence that can be used, and the reading ends."""
    found = usable_rows("-", io.BytesIO(content), [])
    assert list(found) == []
