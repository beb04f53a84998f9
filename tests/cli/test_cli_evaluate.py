"""`stance evaluate`, as a user types it."""

import csv
import json
import random

import pytest

from stance.evaluation.writing import FILES


@pytest.fixture
def unseen(tmp_path):
    """Labelled sentences that the models were not trained on, two of them labelled wrongly."""
    path = tmp_path / "unseen.csv"
    lines = ["id,text,labels,article_id"]
    for n, person in enumerate(("A pilot", "The smith", "Our dentist", "Old Nan", "The mason")):
        lines.append(f"u{n}a,{person} praises the new bridge.,for_bridge,t{n}")
        lines.append(f"u{n}b,{person} asks what it will cost.,price,t{n}")
    lines += ["w1,A judge calls the bridge a folly.,price,t5", "w2,A judge sings today.,price,t5"]
    path.write_text("\n".join(lines) + "\n")
    return path


def test_a_report_of_unseen_sentences(unseen, model, tmp_path, done):
    """The folder holds the report, the last line of stdout names the page."""
    out = done("evaluate", "--data", unseen, "--model", model, "--out", "report")
    assert out.splitlines()[-1] == "report/report.html"
    assert sorted(path.name for path in (tmp_path / "report").iterdir()) == sorted(FILES)
    found = json.loads((tmp_path / "report" / "report.json").read_text())
    assert out.startswith(found["headline"])
    assert (found["data"]["n_sentences"], found["data"]["n_articles"]) == (12, 6)
    assert found["data"]["names"] == ["unseen.csv"]
    with (tmp_path / "report" / "predictions.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    share = sum(row["is_right"] == "true" for row in rows) / len(rows)
    assert found["subset_accuracy"] == pytest.approx(share)


def test_json_is_the_report(unseen, model, tmp_path, done):
    """With --json stdout is the same object as report.json, and where it lies."""
    shown = json.loads(done("evaluate", "--data", unseen, "--model", model, "--json"))
    path = shown.pop("path")
    assert path == f"reports/v1-{shown['data']['sha256'][:8]}"
    assert json.loads((tmp_path / path / "report.json").read_text()) == shown


def test_training_sentences_are_left_out_and_told(unseen, rows, model, tmp_path, run):
    """Sentences the model has seen do not make it look better, unless one insists."""
    with unseen.open("a") as stream:
        stream.write("s,RITA  mends a sail today.,,elsewhere\n")
    arguments = ("evaluate", "--data", unseen, "--model", model, "--json")
    result = run(*arguments)
    assert json.loads(result.stdout)["data"]["n_sentences"] == 12
    told = "1 of 13 sentences are in the training data of v1 and were left out."
    assert result.stderr.count(told) == 1
    assert told in json.loads(result.stdout)["notes"]
    kept = run(*arguments, "--keep-seen", "--out", "kept")
    assert json.loads(kept.stdout)["data"]["n_sentences"] == 13
    assert "the scores are too good" in kept.stderr


def test_only_training_sentences_is_a_mistake(one_label_model, fails, unchanged):
    """When all sentences were trained on there is nothing honest to say."""
    rows = one_label_model.parents[1] / "rows.csv"
    with unchanged():
        told = fails("evaluate", "--data", rows, "--model", one_label_model, "--out", "report")
    assert "24 of 24 sentences are in the training data of v1" in told
    assert "stance evaluate --keep-seen" in told


def test_the_test_articles_of_a_project(tmp_path, done):
    """Without --data the articles set aside are scored, of which none was trained on."""
    draw, project = random.Random(3), tmp_path / "project"
    lines = ["text,label,article_id"]
    for n in range(80):  # words of each sentence's own, so that none resembles another
        words = " ".join("".join(draw.choices("aeioumnrst", k=7)) for _ in range(6))
        lines.append(
            f"{words} {'praise' if n % 2 else 'folly'},{'for' if n % 2 else 'against'},a{n}"
        )
    (tmp_path / "many.csv").write_text("\n".join(lines) + "\n")
    done("import", "many.csv", "--project", project, "--codebook", "auto")
    done("train", "--project", project)
    found = json.loads(done("evaluate", "--project", project, "--json"))
    assert found["data"]["names"] == ["test articles of project"]
    status = json.loads(done("status", "--project", project, "--json"))
    assert found["data"]["n_sentences"] == status["test"] > 0
    assert found["path"].startswith(str(project / "reports"))
    assert not [note for note in found["notes"] if "training data" in note]


@pytest.mark.parametrize(("limit", "code"), [("0", 0), ("100", 3)])
def test_fail_under(unseen, model, run, limit, code):
    """A macro-F1 below the limit ends with 3, after the report was written."""
    arguments = ("--data", unseen, "--model", model, "--out", "report", "--fail-under", limit)
    result = run("evaluate", *arguments)
    assert result.exit_code == code
    assert ("stance: macro-F1 is" in result.stderr) == bool(code)
    assert "report/report.html" in result.stdout


def test_a_report_is_not_written_over_without_force(unseen, model, done, fails, unchanged):
    """The second run into the same folder needs --force."""
    arguments = ("evaluate", "--data", unseen, "--model", model, "--out", "report")
    done(*arguments)
    with unchanged():
        assert "holds report.html already. Write over it with --force." in fails(*arguments)
    done(*arguments, "--force")


def test_thresholds_decide(unseen, model, done):
    """The user's thresholds are those of the report."""
    arguments = ("evaluate", "--data", unseen, "--model", model, "--json", "--out")
    found = json.loads(done(*arguments, "never", "--threshold", "0.999999"))
    labels = found["classification_report"]
    assert [labels[name]["n_given"] for name in found["labels"]] == [0, 0, 0]
    found = json.loads(done(*arguments, "price", "--threshold", "price=0.000001"))
    assert found["classification_report"]["price"]["n_given"] == 12


def test_bad_rows_are_told_and_the_others_scored(unseen, model, run):
    """A label that the model does not know is named; the report is of the other rows."""
    with unseen.open("a") as stream:
        stream.write("x,The crew pays.,prcie,t9\n")
    result = run("evaluate", "--data", unseen, "--model", model, "--json")
    assert json.loads(result.stdout)["data"]["n_sentences"] == 12
    assert 'unseen.csv:14: unknown label "prcie". Did you mean "price"?' in result.stderr


def test_exclusive_labels(tmp_path, one_label_model, done):
    """With one label a sentence the report speaks of accuracy and shows one table."""
    (tmp_path / "x.csv").write_text(
        "text,label\nA pilot praises the new bridge.,for_bridge\nA judge asks the price.,price\n"
    )
    found = json.loads(done("evaluate", "--data", "x.csv", "--model", one_label_model, "--json"))
    assert found["accuracy"] == 1
    assert [table["name"] for table in found["confusions"]] == ["all labels"]


def test_what_is_shown_are_the_numbers_of_the_report(unseen, model, tmp_path, done):
    """The table on the terminal and the JSON agree."""
    out = done("evaluate", "--data", unseen, "--model", model, "--out", "report")
    found = json.loads((tmp_path / "report" / "report.json").read_text())
    scores = found["classification_report"]["for_bridge"]
    line = next(line for line in out.splitlines() if line.strip().startswith("for_bridge"))
    assert f" {100 * scores['precision']:.1f}" in line
    assert line.split()[-2:] == [str(scores["support"]), str(scores["n_given"])]


def test_the_default_folder_is_not_written_over_silently(unseen, model, done, fails):
    """Also a report in the default folder stays until --force says otherwise."""
    arguments = ("evaluate", "--data", unseen, "--model", model)
    done(*arguments)
    assert "holds report.html already" in fails(*arguments, "--threshold", "0.999999")
