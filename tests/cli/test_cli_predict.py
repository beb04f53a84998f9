"""`stance predict`, as a user types it."""

import csv
import json

import pytest

PRAISE = "The cook praises the new bridge today."
PRICE = "Rita asks what it will cost today."


@pytest.fixture
def mixed(tmp_path):
    """Rows with an id, labels of their own, a column of the user's, and a blank sentence."""
    path = tmp_path / "mixed.csv"
    path.write_text(
        f"id,note,text,labels\nb,=1+1,{PRICE},for_bridge|x\na,,{PRAISE},\nc,007, ,none\n",
        encoding="utf-8",
    )
    return path


def objects(text):
    return [json.loads(line) for line in text.splitlines()]


def read_csv(path):
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream, strict=True))


def test_a_sentence(model, done):
    """A sentence is answered on one line: labels, probabilities, id, text."""
    for arguments in ((PRAISE,), ("--text", PRAISE)):
        line = done("predict", *arguments, "--model", model)
        labels, shares, name, text = line.rstrip("\n").split("\t")
        assert (labels, name, text) == ("for_bridge", "", PRAISE)
        assert [one.split("=")[0] for one in shares.split()] == [
            "against_bridge",
            "for_bridge",
            "price",
        ]


def test_lines_without_a_label_say_why(model, done):
    """No label, a blank sentence and unknown words are told apart."""
    sentences = ["Rita mends a sail today.", " ", "zzyzx qwrtp"]
    texts = [part for sentence in sentences for part in ("--text", sentence)]
    out = done("predict", *texts, "--model", model)
    first = [line.split("\t")[0] for line in out.splitlines()]
    assert first == ["(no label)", "(blank)", "(no_known_words)"]


def test_one_line_a_row_whatever_the_text(model, done):
    """Line ends, tabs and escapes in a text cannot make more lines or columns."""
    out = done("predict", "--text", "a\nb\tc\x1b[31m\u2028d", "--model", model)
    assert out.count("\n") == 1
    assert out.count("\t") == 3
    assert out.endswith("a\\nb\\tc\\x1b[31m\\u2028d\n")


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_rows_keep_order_ids_columns_and_labels(model, mixed, tmp_path, done, suffix):
    """All columns come out as they went in, the user's labels too, with ours behind them."""
    done("predict", mixed, "--model", model, "-o", f"out.{suffix}")
    path = tmp_path / f"out.{suffix}"
    found = read_csv(path) if suffix == "csv" else objects(path.read_text(encoding="utf-8"))
    given = read_csv(mixed)
    assert [{name: row[name] for name in given[0]} for row in found] == given
    assert list(found[0])[:5] == ["id", "note", "text", "labels", "predicted_labels"]
    labels = [row["predicted_labels"] for row in found]
    assert labels == (
        ["price", "for_bridge", ""] if suffix == "csv" else [["price"], ["for_bridge"], []]
    )
    assert [row["abstained"] for row in found] == ["", "", "blank"]


def test_every_way_out_gives_the_same(model, mixed, tmp_path, done):
    """JSON on stdout and the files hold the same predictions."""
    import pyarrow.parquet as pq

    shown = objects(done("predict", mixed, "--model", model, "--json"))
    for suffix in ("csv", "jsonl", "parquet"):
        done("predict", mixed, "--model", model, "-o", f"o.{suffix}")
    assert objects((tmp_path / "o.jsonl").read_text(encoding="utf-8")) == shown
    assert pq.read_table(tmp_path / "o.parquet").to_pylist() == shown
    from_csv = read_csv(tmp_path / "o.csv")
    assert [float(row["prob_price"]) for row in from_csv] == [row["prob_price"] for row in shown]


@pytest.mark.parametrize("options", [(), ("-o", "out.parquet"), ("--json",)])
def test_parquet_without_the_column_is_a_mistake(model, tmp_path, fails, unchanged, options):
    """All rows of a block may be refused; nothing is written then."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"satz": ["The cook praises the new bridge."]}), tmp_path / "r.parquet")
    with unchanged():
        told = fails("predict", "r.parquet", "--model", model, *options)
    assert 'no "text" (found: satz). Name the column of the text with --text-key.' in told
    assert "no sentence found" in told


def test_every_way_in_gives_the_same(model, rows, tmp_path, done):
    """CSV, JSONL, Parquet and stdin, as objects or as lines, are answered alike."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    given = read_csv(rows)
    lines = "".join(json.dumps(row) + "\n" for row in given)
    (tmp_path / "rows.jsonl").write_text(lines)
    pq.write_table(pa.Table.from_pylist(given), tmp_path / "rows.parquet")
    arguments = ("--model", model, "--json")
    right = objects(done("predict", rows, *arguments))
    assert len(right) == 40
    assert objects(done("predict", "rows.jsonl", *arguments)) == right
    assert objects(done("predict", "rows.parquet", *arguments)) == right
    assert objects(done("predict", "-", *arguments, stdin=lines)) == right
    plain = "\r\n".join(row["text"] for row in given)
    found = objects(done("predict", "-", *arguments, stdin=plain))
    ours = [{k: v for k, v in row.items() if k not in given[0]} for row in right]
    assert [{k: v for k, v in row.items() if k != "text"} for row in found] == ours


def test_an_article_is_split(model, tmp_path, done):
    """Each sentence of an article is a row with its place in it."""
    (tmp_path / "talk.md").write_text(f"# Bridge\n\n{PRAISE} {PRICE}\n")
    found = objects(done("predict", "talk.md", "--model", model, "--json"))
    labelled = {row["text"]: row["predicted_labels"] for row in found}
    assert labelled[PRAISE] == ["for_bridge"]
    assert labelled[PRICE] == ["price"]
    assert {row["article_id"] for row in found} == {"talk"}


def test_bad_rows_are_told_and_the_others_predicted(model, tmp_path, run):
    """The good rows are written, the bad ones named, and the exit code is 1."""
    (tmp_path / "x.jsonl").write_text(f'{{"text": "{PRICE}"}}\n{{"text": 5}}\n[1]\n')
    result = run("predict", "x.jsonl", "--model", model, "-o", "o.jsonl")
    assert result.exit_code == 1
    assert [row["text"] for row in objects((tmp_path / "o.jsonl").read_text())] == [PRICE]
    lines = [line for line in result.stderr.splitlines() if line.startswith("stance: ")]
    assert lines[0] == 'stance: x.jsonl:2: "text" is int, not a string.'
    assert lines[1].startswith("stance: x.jsonl:3: not an object")
    assert lines[2] == "stance: 2 rows refused."


def test_thresholds_follow_the_texts_of_a_file(model, done, fails, tmp_path):
    """A file of the user's own texts sets the thresholds; what is no such file is told."""
    (tmp_path / "like.csv").write_text("said\n" + f"{PRAISE}\n{PRICE}\n" * 50, "utf-8")
    (tmp_path / "few.csv").write_text(f"said\n{PRAISE}\n", "utf-8")
    arguments = ("predict", "like.csv", "--model", model, "--json", "--text-key", "said")
    rows = objects(done(*arguments, "--threshold", "like:like.csv"))
    assert "for_bridge" in rows[0]["predicted_labels"]
    assert "price" in rows[1]["predicted_labels"]
    assert "1 text;" in fails(*arguments, "--threshold", "like:few.csv")
    assert "like:none.csv: no such file" in fails(*arguments, "--threshold", "like:none.csv")


def test_thresholds_decide(model, done):
    """A low threshold gives every label, a high one none; one label can have its own."""
    arguments = ("predict", "--text", PRICE, "--model", model, "--json", "--threshold")
    assert len(objects(done(*arguments, "0.000001"))[0]["predicted_labels"]) == 3
    assert objects(done(*arguments, "0.999999"))[0]["predicted_labels"] == []
    (row,) = objects(done(*arguments, "0.999999", "--threshold", "for_bridge=0.000001"))
    assert row["predicted_labels"] == ["for_bridge"]


def test_exclusive_labels(one_label_model, done, fails):
    """One label wins, or none below the user's threshold; labels have no threshold each."""
    arguments = ("predict", "--text", PRICE, "--model", one_label_model, "--json")
    assert objects(done(*arguments))[0]["predicted_labels"] == ["price"]
    (row,) = objects(done(*arguments, "--threshold", "0.999999"))
    assert (row["predicted_labels"], row["abstained"]) == ([], "low_probability")
    assert "there is one threshold" in fails(*arguments, "--threshold", "price=0.5")


def test_force_writes_over(model, mixed, tmp_path, done, fails, unchanged):
    """An output that is there is written over with --force, and not without."""
    (tmp_path / "o.csv").write_text("old")
    with unchanged():
        assert "--force" in fails("predict", mixed, "--model", model, "-o", "o.csv")
    done("predict", mixed, "--model", model, "-o", "o.csv", "--force")
    assert len(read_csv(tmp_path / "o.csv")) == 3


def test_a_file_that_breaks_off_leaves_no_output(model, tmp_path, fails, unchanged):
    """A quote that never closes stops the reading, and nothing is left of the output."""
    good = "".join(f"{PRICE}\n" for _ in range(1500))
    (tmp_path / "x.csv").write_text(f'text\n{good}"open\n')
    with unchanged():
        told = fails("predict", "x.csv", "--model", model, "-o", "o.csv")
    assert "line 1502: a quote opens here and is not closed" in told


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_without_a_row_nothing_is_written_over(model, tmp_path, fails, unchanged, suffix):
    """An empty input is a mistake: it must not replace an earlier output by an empty file."""
    (tmp_path / "none.csv").write_text("id,text\n")
    (tmp_path / f"o.{suffix}").write_text("earlier results")
    with unchanged():
        arguments = ("none.csv", "--model", model, "--force", "-o", f"o.{suffix}")
        assert "no sentence found" in fails("predict", *arguments)


def test_another_text_column(model, tmp_path, done):
    """--text-key names the column with the sentences; it keeps its name in the output."""
    (tmp_path / "x.csv").write_text(f"satz\n{PRICE}\n")
    (row,) = objects(done("predict", "x.csv", "--text-key", "satz", "--model", model, "--json"))
    assert (row["satz"], row["predicted_labels"], "text" in row) == (PRICE, ["price"], False)


def test_another_encoding(model, tmp_path, done):
    """--encoding reads files that are not UTF-8."""
    (tmp_path / "x.csv").write_bytes("text\nRita asks what it will cost — today\n".encode("cp1252"))
    arguments = ("x.csv", "--encoding", "cp1252", "--model", model, "--json")
    assert "—" in objects(done("predict", *arguments))[0]["text"]


def test_lines_of_stdin_with_another_text_column(model, done):
    """Plain lines are sentences also when --text-key is given."""
    out = done("predict", "-", "--text-key", "satz", "--model", model, "--json", stdin=PRICE)
    assert objects(out)[0]["predicted_labels"] == ["price"]
