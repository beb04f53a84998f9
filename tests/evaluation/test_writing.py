"""The files of a report: all of them, whole, and none written over by accident."""

import csv
import json

import pytest

from stance.evaluation.evaluate import answer, evaluate
from stance.evaluation.writing import FILES, write_report
from stance.prediction.predict import thresholds_of


@pytest.fixture(params=["several", "exclusive"])
def written(request, models, tmp_path):
    """(folder, report, examples, answers) of a report that was written."""
    scorer, examples = models[request.param]
    limits = thresholds_of(scorer)
    report = evaluate(scorer, examples, limits, ["x"])
    answers = answer(scorer, examples, limits)
    write_report(tmp_path / "new" / "report", report, examples, answers)
    return tmp_path / "new" / "report", report, examples, answers


def test_all_files_are_there_and_nothing_else(written):
    """Page, text, JSON and predictions; no temporary file is left."""
    assert sorted(path.name for path in written[0].iterdir()) == sorted(FILES)


def test_predictions_stand_beside_the_right_answers(written):
    """One row a sentence in order, from which the scores can be computed again."""
    folder, report, examples, answers = written
    with (folder / "predictions.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["id"] for row in rows] == [one.id for one in examples]
    assert [row["labels"] for row in rows] == ["|".join(one.labels) for one in examples]
    is_right = [row["is_right"] == "true" for row in rows]
    assert is_right == [row["labels"] == row["predicted_labels"] for row in rows]
    assert sum(is_right) / len(rows) == pytest.approx(report.subset_accuracy.value)
    name = report.labels[0].name
    shares = [float(row[f"prob_{name}"]) for row in rows]
    assert shares == pytest.approx(answers.probabilities[:, 0].tolist(), abs=5e-7)


def test_a_failure_leaves_nothing(models, tmp_path):
    """The files come when all of them are on the disk."""
    scorer, examples = models["several"]
    limits = thresholds_of(scorer)
    report = evaluate(scorer, examples, limits, ["x"])
    answers = answer(scorer, examples, limits)
    with pytest.raises(ValueError, match="zip"):
        write_report(tmp_path, report, examples[:-1], answers)
    assert list(tmp_path.iterdir()) == []


def test_leftovers_of_a_killed_process_are_cleaned(models, tmp_path):
    """A temporary file of a process that is gone does not stay in the folder."""
    scorer, examples = models["several"]
    limits = thresholds_of(scorer)
    (tmp_path / ".stance-tmp-999999999-abc").write_text("half")
    report = evaluate(scorer, examples, limits, ["x"])
    write_report(tmp_path, report, examples, answer(scorer, examples, limits))
    assert json.loads((tmp_path / "report.json").read_text())["n_mistakes"] == report.n_mistakes
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(FILES)
