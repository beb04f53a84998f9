"""What arguments name: files, folders and sentences, in their order, or told as a mistake."""

import io

import pytest

from stance.prediction.inputs import check_argument, n_input_bytes, usable_rows
from stance.storage.errors import InputError
from stance.storage.rows import RefusedRow, Row


@pytest.mark.parametrize(
    "argument", ["missing.csv", "word", "no/such folder", "two words.txt", "../x", "a b/c d"]
)
def test_what_looks_like_a_path_and_is_not_there_is_an_error(argument, input_batches):
    """A typing error in a file name is told, and never answered as if it were a text."""
    with pytest.raises(InputError, match=r"no such file.*use --text"):
        check_argument(argument)
    with pytest.raises(InputError, match="no such file"):
        list(input_batches(["The mayor wants it", argument], [], None))


def test_nothing_is_read_before_all_arguments_are_checked(tmp_path, input_batches):
    """The mistake in the last argument is told before the first gives a row."""
    (tmp_path / "a.csv").write_text("text\nx\n")
    with pytest.raises(InputError, match=r"b\.csv: no such file"):
        next(input_batches([str(tmp_path / "a.csv"), str(tmp_path / "b.csv")], [], None))


@pytest.mark.parametrize("argument", ["The mayor wants it", "Is it dear? Yes!", "wort " * 100])
def test_a_sentence_is_a_row(argument, input_batches):
    """An argument with spaces that looks like no path is a sentence."""
    assert list(input_batches([argument], [], None)) == [[Row(1, {"text": argument})]]


def test_an_empty_argument_is_an_error(tmp_path, monkeypatch, input_batches):
    """An empty shell variable must not predict every article below the current folder."""
    (tmp_path / "a.txt").write_text("The mayor wants it.")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError):
        list(input_batches([""], [], None))


def test_order_of_arguments_and_texts(tmp_path, input_batches, all_rows):
    """Arguments come in their order, each file whole, then the texts."""
    (tmp_path / "z.csv").write_text("text\nfirst\nsecond\n")
    (tmp_path / "a.jsonl").write_text('{"text": "third"}\n')
    files = [str(tmp_path / "z.csv"), "-", str(tmp_path / "a.jsonl")]
    batches = input_batches(files, ["fourth", "word"], io.BytesIO(b"piped\n"))
    found = [row.fields["text"] for row in all_rows(batches)]
    assert found == ["first", "second", "piped", "third", "fourth", "word"]


def test_articles_are_split_into_sentences(tmp_path, input_batches, all_rows):
    """An article gives a row a sentence, with its place and what the file says of the article."""
    (tmp_path / "talk.txt").write_text("The mayor wants it. The club does not.")
    (tmp_path / "notes.docx").write_text("not read")
    rows = all_rows(input_batches([str(tmp_path)], [], None))
    assert [row.fields["text"] for row in rows] == ["The mayor wants it.", "The club does not."]
    assert [row.fields["id"] for row in rows] == ["talk#0", "talk#1"]
    assert [row.fields["article_id"] for row in rows] == ["talk"] * 2
    assert [(row.fields["start"], row.fields["end"]) for row in rows] == [(0, 19), (20, 38)]


def test_files_of_another_kind_are_refused(tmp_path, input_batches):
    """A file that is neither article nor rows is named with what can be read."""
    (tmp_path / "table.xlsx").write_bytes(b"PK")
    with pytest.raises(InputError, match=r"neither an article .* nor a row file"):
        list(input_batches([str(tmp_path / "table.xlsx")], [], None))


def test_links_in_folders_are_refused(tmp_path, input_batches, all_rows):
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


def test_closed_stdin_is_told(input_batches):
    """Without standard input the argument - is a mistake."""
    with pytest.raises(InputError, match="standard input is closed"):
        list(input_batches(["-"], [], None))


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
