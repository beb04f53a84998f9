"""The checks of files and projects: each finds its fault, and counts it right."""

import json

import pytest

from stance.annotation.examples import Labelled
from stance.annotation.importing import import_examples
from stance.annotation.store import append_annotations, read_annotations
from stance.learning.checks import check_files, check_project, sides_of
from stance.storage.errors import ConfigError

LONG = "A convoy of forty lorries waited three nights at the frontier for its papers"


def counts(checks):
    return {one.name: one.count for one in checks}


def places(checks, name):
    return next(one.places for one in checks if one.name == name)


def written(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_files_are_checked_with_the_column_split(tmp_path):
    """Refused rows are counted, and `split` says what is for training and what for testing."""
    rows = [
        {"text": LONG, "label": "a", "split": "train"},
        {"text": LONG + "!", "label": "a", "split": "test"},
        {"text": "We wait.", "label": "b", "split": "train"},
        {"text": "Not this one.", "label": "b", "answer": "reject"},
        {"text": "", "label": "b"},
    ]
    found = check_files([written(tmp_path / "rows.jsonl", rows)], None)
    assert counts(found)["refused_rows"] == 1
    assert counts(found)["train_test_sample_mix"] == 1
    assert places(found, "rare_labels") == ("a 2", "b 1")


def test_files_named_train_and_test_are_the_sides(tmp_path):
    """Without a column `split` the names of the files say what is for training."""
    row = {"text": LONG, "label": "a"}
    files = [written(tmp_path / f"{name}.jsonl", [row]) for name in ("train", "Test", "more")]
    found = check_files(files, None)
    (place,) = places(found, "train_test_sample_mix")
    assert place.startswith("exact: ")
    assert "train.jsonl:1, test " in place


def test_a_split_goes_before_the_files_name(small):
    """A row in test.csv that says it is for training is."""
    rows = [small.example("r1", split="train", place="test.csv:2"), small.example("r2")]
    assert sides_of(rows) == {"test.csv:2": "train", "rows.csv:r2": ""}


def test_unknown_labels_are_counted_by_name_with_the_nearest(tmp_path, small):
    """Each unknown label comes once, with its count; its rows are not among the refused ones."""
    labels = ["for_aid", "for_add", "for_add", "peace"]
    rows = [{"text": f"{LONG} {n}", "labels": [name]} for n, name in enumerate(labels)]
    found = check_files([written(tmp_path / "rows.jsonl", rows)], small.codebook())
    assert counts(found)["unknown_labels"] == 3
    assert counts(found)["refused_rows"] == 0
    first, second = places(found, "unknown_labels")
    assert first.startswith('"for_add" 2 times, first in ')
    assert first.endswith('Did you mean "for_aid"?')
    assert second.startswith('"peace" 1 times')


def test_a_file_of_other_labels_only_is_a_mistake(tmp_path, small):
    """Where no row fits, the codebook is the wrong one, and this is said."""
    path = written(tmp_path / "rows.jsonl", [{"text": LONG, "label": "peace"}])
    with pytest.raises(ConfigError, match="No row fits the codebook"):
        check_files([path], small.codebook())


@pytest.fixture
def filled(project, small):
    """A project with twelve sentences that ana answered."""
    from stance.codebook.codebook import to_toml

    project.codebook.write_text(to_toml(small.codebook()), encoding="utf-8")
    import_examples(project, Labelled(tuple(small.examples(12)), (), is_single=False), "ana")
    return project


def test_a_project_is_checked_with_its_disputes(filled):
    """Disputes, answers about changed sentences, and answers without text are told with names."""
    first, second, third, *_ = read_annotations(filled)
    changes = [
        first.model_copy(update={"annotator": "ben", "labels": ("unsure",)}),
        second.model_copy(update={"annotator": "ben", "sentence_sha256": "0" * 64}),
        third.model_copy(update={"annotator": "ben", "sentence_id": "gone#0"}),
    ]
    append_annotations(filled, changes)
    found = check_project(filled)
    assert first.labels != ("unsure",)
    assert places(found, "disputed_sentences") == (first.sentence_id,)
    assert places(found, "annotations_of_changed_sentences") == (f"{second.sentence_id} (ben)",)
    assert places(found, "annotations_without_text") == ("gone#0 (ben)",)


def test_a_projects_unknown_label_does_not_end_the_check(filled):
    """It is a finding like others, with annotator and sentence."""
    first = read_annotations(filled)[0]
    append_annotations(filled, [first.model_copy(update={"labels": ("for_add",)})])
    (place,) = places(check_project(filled), "unknown_labels")
    assert place == (
        f'"for_add" 1 times, first in ana, {first.sentence_id}. Did you mean "for_aid"?'
    )


def test_a_sentence_that_is_not_at_its_offsets_is_found(project, tmp_path):
    """An article changed behind the project's back breaks the offsets of its sentences."""
    from stance.corpus.store import ingest

    (tmp_path / "a.txt").write_text("It rained for days. Nobody crossed the new bridge.", "utf-8")
    ingest(project, [tmp_path / "a.txt"])
    assert counts(check_project(project))["broken_offsets"] == 0
    text = project.articles.read_text("utf-8")
    project.articles.write_text(text.replace("It rained", "Well, it rained"), "utf-8")
    assert len(places(check_project(project), "broken_offsets")) == 2


def test_a_moment_that_is_none_is_found_in_every_file(filled):
    """In the answers of annotators, of whoever settles them, and of editors."""
    from stance.annotation.corrections import Correction, append_corrections
    from stance.annotation.store import append_gold

    one = read_annotations(filled)[0].model_copy(update={"annotated_at": "2024-02-31"})
    append_annotations(filled, [one.model_copy(update={"annotator": "ben", "answer": "ignore"})])
    append_gold(filled, [one.model_copy(update={"annotator": "eve"})])
    append_corrections(filled, [Correction(**one.model_dump() | {"annotator": "ed"})])
    assert places(check_project(filled), "unreadable_answer_dates") == tuple(
        f'{name}, {one.sentence_id}: "2024-02-31"' for name in ("ben", "eve", "ed")
    )
