"""Labels of rows: made into a codebook, or checked against one."""

import logging

import pytest

from stance.annotation.examples import (
    Example,
    Labelled,
    accepted,
    codebook_of,
    refusal_of,
    with_codebook,
)
from stance.storage.errors import ConfigError, DataError


def labelled(small, *label_sets, is_single=False, answers=()):
    rows = [
        small.example(f"r{n}", f"Sentence number {n}.", labels, answer=answer)
        for n, (labels, answer) in enumerate(
            zip(label_sets, answers or ["accept"] * len(label_sets), strict=True)
        )
    ]
    return Labelled(tuple(rows), (), is_single)


def test_labels_that_differ_in_case_become_the_commonest_spelling(small, caplog):
    """Case does not make a new label; the commonest spelling stays and the joining is told."""
    data = labelled(small, ["For"], ["for"], ["for"], ["FOR", "Against"])
    with caplog.at_level(logging.WARNING):
        codebook, joined = codebook_of(data, "rows.csv")
    assert codebook.names == ("Against", "for")
    assert [one.labels for one in joined.examples] == [*[("for",)] * 3, ("for", "Against")]
    assert "FOR, For" in caplog.text


@pytest.mark.parametrize(
    ("label_sets", "is_single", "exclusive"),
    [
        ([["a"], ["b"]], False, True),
        ([["a"], ["a", "b"]], False, False),
        ([["a"], ["b"], []], False, False),
        ([["a"], ["b"], []], True, True),
    ],
)
def test_labels_exclude_each_other_when_every_row_has_one(small, label_sets, is_single, exclusive):
    """One label a row makes an exclusive codebook, which then wants a label in every row."""
    codebook, _ = codebook_of(labelled(small, *label_sets, is_single=is_single), "rows.csv")
    assert codebook.exclusive is exclusive
    assert codebook.none_allowed is not exclusive


@pytest.mark.parametrize("labels", [["a", "a"], ["a", "A"]])
def test_a_label_written_twice_in_a_row_is_one_label(small, labels):
    """A repeated label, also in another case, does not make the data multi-label."""
    codebook, _ = codebook_of(labelled(small, labels, ["b"], ["a"]), "rows.csv")
    assert codebook.exclusive


def test_a_rejected_answer_gives_no_label_to_the_codebook(small):
    """A label that was only rejected or ignored is none of the data's labels."""
    data = labelled(
        small, ["a"], ["b"], ["c"], ["d"], answers=["accept", "accept", "reject", "ignore"]
    )
    assert codebook_of(data, "rows.csv")[0].names == ("a", "b")


def test_labels_that_are_much_alike_are_told(small, caplog):
    """A slip of the pen that makes a label of its own is pointed out."""
    with caplog.at_level(logging.WARNING):
        codebook_of(labelled(small, ["against"], ["agianst"], ["unsure"]), "rows.csv")
    assert 'two labels are much alike: "agianst" and "against".' in caplog.text
    assert "unsure" not in caplog.text


def test_an_unknown_label_is_refused_with_the_nearest_and_the_choice(small):
    """A label the codebook lacks is refused with its row, a hint, and what there is."""
    data = labelled(small, ["unsure", "for_aid"], ["agianst_aid"], [])
    found = with_codebook(data, small.codebook())
    assert [one.labels for one in found.examples] == [("for_aid", "unsure"), ()]
    (told,) = found.refused
    assert told.startswith("rows.csv:r1: ")
    assert 'Did you mean "against_aid"?' in told
    assert "Labels: for_aid, against_aid, unsure" in told


def test_labels_must_fit_the_kind_of_codebook(small):
    """Two labels, or none, where one is wanted are refused row by row."""
    codebook = small.codebook(exclusive=True, none_allowed=False)
    found = with_codebook(labelled(small, ["unsure"], ["unsure", "for_aid"], []), codebook)
    assert [one.labels for one in found.examples] == [("unsure",)]
    assert len(found.refused) == 2


def test_a_codebook_that_fits_no_row_is_an_error(small):
    """When no row fits, the codebook is the wrong one, and this is said."""
    with pytest.raises(ConfigError, match="No row fits the codebook"):
        with_codebook(labelled(small, ["x"], ["y"]), small.codebook())


def test_only_accepted_answers_count(small):
    """A rejected or ignored answer is never a positive one, and nothing accepted is an error."""
    data = labelled(small, ["a"], ["a"], ["b"], answers=["reject", "accept", "ignore"])
    assert [one.id for one in accepted(data.examples)] == ["r1"]
    with pytest.raises(DataError, match="no accepted answer"):
        accepted([one for one in data.examples if one.id != "r1"])


def test_many_labels_that_are_alike_are_told_in_one_line(caplog):
    """The first pairs, and how many more there are."""
    words = ("harbour", "mountain", "ferries", "against", "committee")
    names = [f"{word}{end}" for word in words for end in ("", "s")]
    rows = [Example(f"r{n}", "T.", (name,), f"r{n}") for n, name in enumerate(names)]
    with caplog.at_level(logging.WARNING):
        codebook_of(Labelled(tuple(rows), (), True), "rows.csv")
    (record,) = caplog.records
    assert record.getMessage().endswith("(and 2 more such pairs).")


@pytest.mark.parametrize(("n_words", "more"), [(3, ""), (4, " (and 1 more such pairs)")])
def test_three_pairs_are_told_whole(caplog, n_words, more):
    """The fourth is counted."""
    words = ("harbour", "mountain", "ferries", "against")[:n_words]
    names = sorted(f"{word}{end}" for word in words for end in ("", "s"))
    rows = [Example(f"r{n}", "T.", (name,), f"r{n}") for n, name in enumerate(names)]
    codebook_of(Labelled(tuple(rows), (), True), "rows.csv")
    pairs = [f'"{word}s" and "{word}"' for word in sorted(words)[:3]]
    assert caplog.messages == [f"two labels are much alike: {', '.join(pairs)}{more}."]


def test_labels_in_another_case_are_told_in_order(small, caplog):
    """Of two spellings that are as common, the first in the alphabet stays."""
    codebook, _ = codebook_of(labelled(small, ["b"], ["B"], ["a"], ["A"]), "rows.csv")
    assert codebook.names == ("A", "B")
    assert caplog.messages == ["labels that differ only in case were joined: a, b"]


@pytest.mark.parametrize(
    ("place", "file", "line"),
    [
        ("a.csv:12", "a.csv", 12),
        ("C:/a.csv:1", "C:/a.csv", 1),
        ("a.csv", "a.csv", 0),
        ("a:b", "a:b", 0),
        ("a:٣", "a:٣", 0),
        ("a:0", "a:0", 0),
    ],
)
def test_a_refusal_stands_where_the_row_stood(place, file, line):
    """A place without a line is the place."""
    found = refusal_of(Example("r", "T.", (), "r", place=place, fields={"n": 1}), "no")
    assert (found.file, found.line, found.row) == (file, line, {"n": 1})


def test_a_codebook_that_fits_no_row_names_three_of_them(small):
    """And what can be done; the refusals are all there."""
    data = labelled(small, *[[f"x{n}"] for n in range(5)])
    with pytest.raises(ConfigError, match="--codebook auto") as caught:
        with_codebook(data, small.codebook())
    assert len(caught.value.refused) == 5
    assert "rows.csv:r0: " in str(caught.value)
