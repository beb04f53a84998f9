"""The checks of labelled data: each finds its fault, and counts it right."""

import json

import pytest

from stance.annotation.examples import Labelled
from stance.annotation.importing import import_examples
from stance.annotation.store import append_annotations, read_annotations
from stance.learning.checks import FEW, check_examples, check_files, check_project
from stance.learning.split import TEST, TRAIN

LONG = "A convoy of forty lorries waited three nights at the frontier for its papers"

OTHER = "Nobody in the valley had asked whether the new bridge would carry a tank"


def counts(checks):
    return {one.name: one.count for one in checks}


def test_good_data_has_no_findings(small):
    """Rows with enough of every label, none twice, are without fault."""
    rows = small.examples(60)
    found = check_examples(rows, small.codebook(), {one.id: TRAIN for one in rows})
    assert set(counts(found).values()) == {0}
    assert all(one.example == "" for one in found)


def test_each_fault_is_counted_with_an_example(small):
    """Conflicts, duplicates, near-duplicates and leaks are counted apart; labels come by name."""
    rows = [
        small.example("r1", LONG, ["unsure"]),
        small.example("r2", LONG.upper(), ["for_aid"]),
        small.example("r3", LONG + "s", ["for_aid"]),
        small.example("r4", "We wait.", ["for_aid"]),
        small.example("r5", "We wait.", ["for_aid"]),
        small.example("r6", "we wait.", ["for_aid"]),
        small.example("r7", OTHER, ["unsure"]),
        small.example("r8", OTHER + "s", ["unsure"]),
    ]
    sides = {"r1": TRAIN, "r2": TRAIN, "r3": TEST, "r7": TRAIN, "r8": TRAIN}
    found = check_examples(rows, small.codebook(), sides)
    assert counts(found) == {
        "conflicting_labels": 1,
        "text_duplicates": 3,
        "near_duplicates": 3,
        "train_test_sample_mix": 1,
        "rare_labels": 3,
    }
    told = {one.name: one.example for one in found}
    assert "rows.csv:r1, rows.csv:r2" in told["conflicting_labels"]
    assert told["rare_labels"] == "for_aid 5, against_aid 0, unsure 3"
    assert {one.name for one in found if one.level == "error"} == {
        "conflicting_labels",
        "train_test_sample_mix",
    }


def test_a_short_sentence_on_both_sides_is_a_leak(small):
    """The same short sentence in training and test is found as well."""
    rows = [small.example("r1", "We will pay."), small.example("r2", "We will pay.")]
    found = check_examples(rows, small.codebook(), {"r1": TRAIN, "r2": TEST})
    assert counts(found)["train_test_sample_mix"] == 1


@pytest.mark.parametrize(("n", "rare"), [(FEW - 1, 1), (FEW, 0)])
def test_a_label_is_rare_below_ten_sentences(small, n, rare):
    """Ten sentences are enough for a label, nine are not."""
    rows = [small.example(f"r{k}", f"Text {k}.", ["for_aid"]) for k in range(n)]
    found = check_examples(rows, small.codebook(("for_aid",)), {})
    assert counts(found)["rare_labels"] == rare


def test_files_are_checked_with_the_column_split(tmp_path):
    """Refused rows are counted, and `split` says what is for training and what for testing."""
    path = tmp_path / "rows.jsonl"
    rows = [
        {"text": LONG, "label": "a", "split": "train"},
        {"text": LONG + "!", "label": "a", "split": "test"},
        {"text": "We wait.", "label": "b", "split": "train"},
        {"text": "Not this one.", "label": "b", "answer": "reject"},
        {"text": "", "label": "b"},
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    found = check_files([path], None)
    assert counts(found)["refused_rows"] == 1
    assert counts(found)["train_test_sample_mix"] == 1
    assert {one.name: one.example for one in found}["rare_labels"] == "a 2, b 1"


def test_a_project_is_checked_with_its_disputes(project, small):
    """Disputes, answers about changed sentences, and answers without text are counted."""
    from stance.codebook.codebook import to_toml

    project.codebook.write_text(to_toml(small.codebook()), encoding="utf-8")
    rows = Labelled(tuple(small.examples(12)), (), is_single=False)
    import_examples(project, rows, "ana")
    first, second, third, *_ = read_annotations(project)
    changes = [
        first.model_copy(update={"annotator": "ben", "labels": ("unsure",)}),
        second.model_copy(update={"annotator": "ben", "sentence_sha256": "0" * 64}),
        third.model_copy(update={"annotator": "ben", "sentence_id": "gone#0"}),
    ]
    append_annotations(project, changes)
    found = counts(check_project(project))
    assert found["disputed_sentences"] == int(first.labels != ("unsure",)) == 1
    assert found["annotations_of_changed_sentences"] == 1
    assert found["annotations_without_text"] == 1
