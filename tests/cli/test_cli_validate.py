"""`stance validate` and the leaks that stop `stance train`, as a user types them."""

import json

import pytest


@pytest.fixture
def leaky(rows):
    """Rows with a column `split`, and one sentence on both of its sides."""
    header, *lines = rows.read_text("utf-8").splitlines()
    lines = [f"{line},train" for line in lines]
    lines.append(lines[1].replace("r01", "again").replace("talk-0", "late").removesuffix("train"))
    rows.write_text("\n".join([f"{header},split", *lines[:-1], lines[-1] + "test", ""]), "utf-8")
    return rows


def test_every_finding_says_where_and_what_to_do(leaky, run):
    """Level and name, what to do, and the places below it."""
    result = run("validate", "--data", leaky, "--codebook", "auto")
    assert result.exit_code == 3
    lines = result.stdout.splitlines()
    start = next(k for k, line in enumerate(lines) if line.startswith("error train_test_sample"))
    assert "Take them out of one side" in lines[start]
    assert lines[start + 1].startswith("  exact: “")
    assert lines[start + 1].endswith("rows.csv:42)")


def test_json_has_every_check_with_its_places(leaky, run):
    """Name, level, count, places and advice of every check, found or not."""
    result = run("validate", "--data", leaky, "--codebook", "auto", "--json")
    found = {one["name"]: one for one in json.loads(result.stdout)}
    assert all(set(one) == {"name", "level", "count", "places", "advice"} for one in found.values())
    assert found["train_test_sample_mix"]["count"] == 1
    assert found["future_dates"] | {"advice": ""} == {
        "name": "future_dates",
        "level": "warning",
        "count": 0,
        "places": [],
        "advice": "",
    }


def test_training_stops_at_leaks_unless_allowed(leaky, run, fails, tmp_path):
    """Nothing is written without the option; with it the leak is a note."""
    command = ("train", "--data", leaky, "--codebook", "auto", "--models", "new")
    told = fails(*command)
    assert told.splitlines()[0] == "1 leak between training and test:"
    assert "--allow-leakage" in told
    assert not (tmp_path / "new").exists()
    result = run(*command, "--allow-leakage")
    assert result.exit_code == 0
    assert "1 leak between training and test" in result.stderr


def test_an_unknown_label_in_a_project_is_a_finding(project, run):
    """The project's own files are checked before anything is made of them."""
    (file,) = (project / "data" / "annotations").glob("*.jsonl")
    text = file.read_text("utf-8").replace('"price"', '"prize"', 1)
    file.write_text(text, "utf-8")
    result = run("validate", "--project", project)
    assert result.exit_code == 3
    assert 'Did you mean "price"?' in result.stdout


def test_label_errors_are_listed_and_written_for_mending(tmp_path, run, done):
    """What is in doubt comes as a table, as JSON, and as rows that can be imported again."""
    verbs = {"praise": "praises", "blame": "curses", "price": "pays for"}
    lines = [
        f"{person}{place} {verbs[label]} the {place} today,{label}"
        for person in "ABCDEFGH"
        for place in ("bridge", "quay", "mill", "inn")
        for label in verbs
    ]
    lines[40] = lines[40].replace(",blame", ",price")
    assert lines[40].endswith("curses the quay today,price")
    (tmp_path / "rows.csv").write_text("\n".join(["text,label", *lines]), "utf-8")
    command = ("validate", "--label-errors", "--data", "rows.csv", "--codebook", "auto")
    assert " of 96 labels are in doubt" in done(*command)
    result = run(*command, "--strict", "--out", "doubts.csv", "--json")
    first, *_ = json.loads(result.stdout)
    assert result.exit_code == 3
    assert (first["labels"], first["suggested_labels"]) == (["price"], ["blame"])
    assert "exists already" in run(*command, "--out", "doubts.csv").stderr
    done("import", "doubts.csv", "--project", "new", "--codebook", "auto")


@pytest.mark.parametrize(
    "command", [("validate",), ("validate", "--label-errors"), ("train-curve", "--repeats", "1")]
)
def test_texts_may_stand_in_another_column(rows, fails, run, command):
    """The option that the message names is there."""
    rows.write_text(rows.read_text("utf-8").replace("id,text,", "id,satz,", 1), "utf-8")
    command = (*command, "--data", rows, "--codebook", "auto")
    assert "--text-key" in fails(*command)
    assert 'no "text"' not in run(*command, "--text-key", "satz").stderr


def test_out_is_for_label_errors(fails, rows):
    """Alone it would write nothing, and this is said."""
    assert "--label-errors" in fails("validate", "--data", rows, "--out", "x.csv", code=2)
