"""What stands on two sides of a split is found, told once, and stops training."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.learning.leakage import mixed_groups, mixed_sentences, refuse_leaks
from stance.storage.errors import DataError

LONG = "A convoy of forty lorries waited three nights at the frontier for its papers"


def sides(**named):
    return {f"rows.csv:{name}": side for name, side in named.items()}


@pytest.mark.parametrize(
    ("other", "kind"),
    [(LONG, "exact"), (f" “{LONG.upper()}”", ""), (LONG.upper(), "levelled"), (LONG + "s", "near")],
)
def test_how_alike_the_two_are_is_told(small, other, kind):
    """To the letter, but for case and spaces, or but for a few letters."""
    rows = [small.example("r1", LONG), small.example("r2", other)]
    (told,) = mixed_sentences(rows, sides(r1="train", r2="test"))
    assert told.startswith(f"{kind or 'near'}: “")
    assert told.endswith("(train rows.csv:r1, test rows.csv:r2)")


def test_a_short_sentence_on_both_sides_is_a_leak(small):
    """The same short sentence in training and test is found as well."""
    rows = [small.example("r1", "We will pay."), small.example("r2", "We will pay.")]
    assert len(mixed_sentences(rows, sides(r1="train", r2="test"))) == 1


@pytest.mark.parametrize("side", ["train", "", "aside"])
def test_on_one_side_or_none_nothing_leaks(small, side):
    """Rows without a side, and those set aside, are neither trained on nor scored."""
    rows = [small.example("r1", LONG), small.example("r2", LONG)]
    assert mixed_sentences(rows, sides(r1="train", r2=side)) == []


def test_a_leak_is_told_once_and_shows_both_sides(small):
    """Ten copies in training and one in test are one leak, and the test row is named."""
    rows = [small.example(f"r{k}", LONG) for k in range(11)]
    by_place = sides(**{f"r{k}": "train" for k in range(10)}, r10="test")
    (told,) = mixed_sentences(rows, by_place)
    assert "test rows.csv:r10" in told


def test_articles_and_events_on_two_sides_are_found(small):
    """By article id, URL and event; a row's own id is no article."""
    rows = [
        small.example("r1", article_id="paper", event="vote", fields={"url": "u"}),
        small.example("r2", article_id="paper", fields={"url": "u"}),
        small.example("r3", article_id="other", event="vote"),
        small.example("r4"),
        small.example("r4", place="rows.csv:r5"),
    ]
    found = mixed_groups(rows, sides(r1="train", r2="test", r3="validation", r4="train", r5="test"))
    assert found == [
        "article_id paper: test 1, train 1",
        "url u: test 1, train 1",
        "event vote: train 1, validation 1",
    ]


def test_leaks_stop_unless_they_are_allowed(small, caplog):
    """The error names the option; with it the leaks are a note."""
    rows = [small.example("r1", LONG), small.example("r2", LONG)]
    by_place = sides(r1="train", r2="test")
    with pytest.raises(DataError, match=r"1 leak .*\n.*\n.*--allow-leakage"):
        refuse_leaks(rows, by_place)
    refuse_leaks(rows, by_place, is_allowed=True)
    assert "will be too good" in caplog.text


@given(st.lists(st.sampled_from(["train", "test", "", "validation"]), max_size=12), st.data())
def test_a_leak_needs_two_sides(small, chosen, data):
    """Whatever the sides, there is a leak exactly where one text has rows on two of them."""
    texts = data.draw(st.lists(st.sampled_from("abc"), min_size=12, max_size=12))
    rows = [small.example(f"r{k}", texts[k]) for k in range(len(chosen))]
    by_place = sides(**{f"r{k}": side for k, side in enumerate(chosen)})
    on = {
        text: {chosen[k] for k in range(len(chosen)) if texts[k] == text} - {""} for text in "abc"
    }
    expected = sum(len(found) > 1 for found in on.values())
    assert len(mixed_sentences(rows, by_place)) == expected
