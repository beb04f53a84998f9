"""The data to learn from: rows in a fixed order, labels by name, contradictions found."""

import logging
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.learning.dataset import build_dataset, training_data, without_conflicts
from stance.storage.errors import DataError


def test_rows_are_sorted_and_labels_keep_their_names(small):
    """Rows come in the order of their ids, labels as ClassLabel in the codebook's order."""
    rows = [
        small.example("b", "Second.", ["unsure"], event="vote", article_id="paper"),
        small.example("a", "Third.", ["for_aid", "unsure"]),
        small.example("a", "First.", []),
    ]
    found = build_dataset(rows, small.codebook())
    assert found["text"][:] == ["First.", "Third.", "Second."]
    assert found.features["labels"].feature.names == list(small.NAMES)
    assert found["labels"][:] == [[], [0, 2], [2]]
    assert (found["article_id"][2], found["event"][2]) == ("paper", "vote")


def test_targets_have_a_column_for_each_label(small):
    """The matrix has a one exactly where a row carries the label, rows in the dataset's order."""
    data = training_data(small.examples(24), small.codebook())
    by_id = {one.id: one for one in small.examples(24)}
    for identifier, text, row in zip(data.dataset["id"], data.texts, data.targets, strict=True):
        assert by_id[identifier].text == text
        given_names = [name for name, one in zip(small.NAMES, row, strict=True) if one]
        assert given_names == list(by_id[identifier].labels)
    assert data.counts() == {
        name: sum(name in one.labels for one in by_id.values()) for name in small.NAMES
    }


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False))
def test_shuffled_rows_are_the_same_data(small, draw):
    """The order of rows changes neither the hash nor the groups."""
    rows = small.examples(24)
    expected = training_data(rows, small.codebook())
    draw.shuffle(rows)
    found = training_data(rows, small.codebook())
    assert found.sha256 == expected.sha256
    assert found.groups.tolist() == expected.groups.tolist()


def test_rows_that_differ_only_in_their_article_are_the_same_data_in_any_order(small):
    """Rows of two files may share id and words: their order in the input changes nothing either."""
    rows = small.examples(24)
    rows += [
        small.example("article000#9", "Yes.", ["unsure"], article_id="article000"),
        small.example("article000#9", "Yes.", ["unsure"], article_id="another"),
    ]
    found = {training_data(one, small.codebook()).sha256 for one in (rows, rows[::-1])}
    assert len(found) == 1


@pytest.mark.parametrize("change", ["id", "text", "labels", "article"])
def test_another_row_is_other_data(small, change):
    """The hash covers ids, texts, labels, and which rows belong together."""
    rows = small.examples(24)
    changes = {
        "id": {"id": "article000#0x"},
        "text": {"text": rows[0].text + " Indeed."},
        "labels": {"labels": ("for_aid", "against_aid", "unsure")},
        "article": {"article_id": "elsewhere"},
    }
    other = [replace(rows[0], **changes[change]), *rows[1:]]
    codebook = small.codebook()
    assert training_data(other, codebook).sha256 != training_data(rows, codebook).sha256


def test_the_names_of_labels_are_part_of_the_data(small):
    """The same numbers under other names are other data."""
    rows = small.examples(24)
    renamed = [
        replace(one, labels=tuple(label.replace("unsure", "unclear") for label in one.labels))
        for one in rows
    ]
    names = ("for_aid", "against_aid", "unclear")
    one = training_data(rows, small.codebook())
    other = training_data(renamed, small.codebook(names))
    assert one.targets.tolist() == other.targets.tolist()
    assert one.sha256 != other.sha256


def test_a_few_conflicts_are_left_out_and_told(small, caplog):
    """Up to five in a hundred rows that contradict each other are left out, all of them."""
    rows = small.examples(58)
    rows += [
        small.example("x1", "We shall see.", ["unsure"]),
        small.example("x2", "WE shall  see.", ["for_aid"]),
    ]
    with caplog.at_level(logging.WARNING):
        kept = without_conflicts(rows)
    assert {one.id for one in rows} - {one.id for one in kept} == {"x1", "x2"}
    assert "rows.csv:x1 unsure, rows.csv:x2 for_aid" in caplog.text
    assert "2 rows were left out" in caplog.text


def test_equal_rows_are_no_conflict(small):
    """The same sentence twice with the same labels stays."""
    rows = [
        small.example("x1", "We help.", ["unsure"]),
        small.example("x2", "we help.", ["unsure"]),
    ]
    assert without_conflicts(rows) == rows


def test_many_conflicts_are_refused(small):
    """Data that contradicts itself in more than five of a hundred rows is no data to learn from."""
    rows = small.examples(30)
    rows += [small.example("x1", "We help.", []), small.example("x2", "We help.", ["unsure"])]
    with pytest.raises(DataError, match=r"rows\.csv:x1 no label, rows\.csv:x2 unsure"):
        without_conflicts(rows)


def test_the_limit_of_conflicts_is_five_in_a_hundred(small):
    """Two of forty rows are five in a hundred and pass; two of thirty-nine do not."""
    pair = [small.example("x1", "We help.", []), small.example("x2", "We help.", ["unsure"])]
    assert len(without_conflicts([*small.examples(38), *pair])) == 38
    with pytest.raises(DataError):
        without_conflicts([*small.examples(37), *pair])


@pytest.mark.parametrize(
    ("exclusive", "label_sets", "told"),
    [
        (True, [["for_aid"]] * 4, "only one class in 4 sentences"),
        (True, [[]] * 4, "only one class in 4 sentences"),
        (False, [["for_aid"]] * 4, 'all 4 sentences carry "for_aid"'),
        (False, [["for_aid"], [], [], []], 'the label "for_aid" has 1 of 4 sentences'),
        (False, [[], [], ["against_aid"]], 'the label "for_aid" has 0 of 3 sentences'),
        (True, [["for_aid"], ["for_aid"], ["against_aid"]], '"against_aid" has 1 of 3 sentences'),
        (True, [["for_aid"], [], []], 'the label "for_aid" has 1 of 3 sentences'),
    ],
)
def test_too_little_to_learn_from_is_refused(small, exclusive, label_sets, told):
    """One class only, or a label with fewer than two sentences, is refused with the counts."""
    rows = [
        small.example(f"r{number}", f"Text number {number}.", labels)
        for number, labels in enumerate(label_sets)
    ]
    with pytest.raises(DataError) as caught:
        training_data(rows, small.codebook(small.NAMES[:2], exclusive))
    assert told in str(caught.value)
    assert "for_aid " in str(caught.value)


def test_two_sentences_a_label_are_enough(small):
    """The least that can be learnt from is two sentences of each label."""
    rows = [
        small.example(f"r{number}", f"Text number {number}.", [small.NAMES[number % 2]])
        for number in range(4)
    ]
    data = training_data(rows, small.codebook(small.NAMES[:2], exclusive=True))
    assert data.counts() == {"for_aid": 2, "against_aid": 2}
