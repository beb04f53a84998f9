"""Sentences that are nearly the same."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.corpus.near_duplicates import (
    MIN_CHARACTERS,
    SIMILARITY,
    Groups,
    duplicate_clusters,
    jaccard,
    shingles,
)
from strategies import any_strings

PLAN = "The harbour council voted on Monday for the plan to send three more ships to the north."
RAIN = "It rained on the roofs of the old town all night, and in the morning the streets were dry."


def test_equal_keys_are_duplicates():
    """Case, quotes and white space make no other sentence, wherever it stands."""
    assert duplicate_clusters([RAIN, PLAN, PLAN.upper(), f"  {PLAN}\n", RAIN]) == [0, 1, 1, 1, 0]


def test_a_few_changed_characters_make_a_duplicate():
    """A corrected word does not hide that it is the same sentence."""
    other = PLAN.replace("Monday", "Sunday")
    assert jaccard(PLAN.lower(), other.lower()) >= 0.8
    assert duplicate_clusters([PLAN, RAIN, other]) == [0, 1, 0]


def test_another_sentence_on_the_matter_is_none():
    """Sharing a subject and some words is not enough."""
    other = "The harbour council voted on Friday against any plan that could cost the town money."
    assert jaccard(PLAN.lower(), other.lower()) < 0.8
    assert duplicate_clusters([PLAN, other]) == [0, 1]


def test_the_exact_similarity_decides():
    """What only looks alike to the estimate is not joined: below the bar nothing is."""
    rng = random.Random(5)
    n_below = 0
    for _ in range(40):
        words = ["".join(rng.choices("aeioulmnrst", k=rng.randint(3, 9))) for _ in range(30)]
        one, other = " ".join(words), " ".join([*words[:25], "new", "words", "here"])
        n_below += jaccard(one, other) < 0.8
        joined = duplicate_clusters([one, other]) == [0, 0]
        assert not joined or jaccard(one, other) >= 0.8
    assert n_below > 5


def test_duplicates_of_duplicates_are_one_group():
    """A chain of small changes is one group, named by its first member."""
    steps = [PLAN, PLAN.replace("Monday", "Sunday"), PLAN.replace("Monday", "Sunday") + " Twice."]
    steps.append(steps[-1].replace("three", "seven"))
    assert jaccard(steps[0].lower(), steps[3].lower()) < 0.8
    assert duplicate_clusters([RAIN, *steps]) == [0, 1, 1, 1, 1]


def test_short_texts_duplicate_nothing():
    """A heading that many articles share does not join them."""
    short = "a" * (MIN_CHARACTERS - 1)
    assert duplicate_clusters([short, short, short + "a", short + "a"]) == [0, 1, 2, 2]


def test_nothing_has_no_duplicates():
    """An empty list has no groups."""
    assert duplicate_clusters([]) == []


def test_the_bar_can_be_moved():
    """What is alike enough depends on the similarity that is asked for."""
    other = PLAN.replace("Monday", "Sunday")
    assert duplicate_clusters([PLAN, other], similarity=0.99) == [0, 1]


@pytest.mark.parametrize(
    ("one", "other", "similarity"),
    [
        ("abcdef", "abcdef", 1.0),
        ("abcdef", "bcdefg", 1 / 3),
        ("abc", "abc", 1.0),
        ("abc", "abd", 0.0),
        ("", "", 1.0),
        ("aaaaaaaa", "aaaaa", 1.0),
    ],
)
def test_jaccard_counts_shared_shingles(one, other, similarity):
    """Shared different 5-grams over all different 5-grams; a shorter text is its own."""
    assert jaccard(one, other) == pytest.approx(similarity)


@given(any_strings, any_strings)
def test_jaccard_is_symmetric_and_within_bounds(one, other):
    """The similarity is the same both ways, 1 for equal texts, and lies from 0 to 1."""
    assert jaccard(one, other) == jaccard(other, one)
    assert 0 <= jaccard(one, other) <= 1
    assert jaccard(one, one) == 1
    assert all(len(shingle) <= 5 for shingle in shingles(one))


@settings(max_examples=100)
@given(st.lists(st.sampled_from([PLAN, RAIN]) | any_strings.map(lambda text: text * 2), max_size=8))
def test_groups_are_named_by_their_first_member(texts):
    """Every text has a first member at or before it that is its own, equal texts the same."""
    clusters = duplicate_clusters(texts)
    assert len(clusters) == len(texts)
    for position, first in enumerate(clusters):
        assert first <= position
        assert clusters[first] == first
    for known in (PLAN, RAIN):
        assert len({clusters[i] for i, text in enumerate(texts) if text == known}) <= 1


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=20))
def test_groups_are_what_can_be_reached(pairs):
    """Two members are in one group exactly when joins lead from one to the other."""
    groups = Groups()
    reached = {member: {member} for member in range(10)}
    for one, other in pairs:
        groups.join(one, other)
        union = reached[one] | reached[other]
        for member in union:
            reached[member] = union
    for one in range(10):
        for other in range(10):
            assert (groups.root(one) == groups.root(other)) is (other in reached[one])


def test_hardly_a_near_duplicate_is_missed():
    """Of pairs that differ by one word in many, at least 99 of 100 are found."""
    draw = random.Random(3)
    words = [
        f"{a}{b}" for a in ("mar", "tel", "ov", "sun", "kip") for b in ("ten", "ra", "lo", "x")
    ]
    texts, pairs = [], []
    while len(pairs) < 200:
        sentence = draw.choices(words, k=20)
        other = [*sentence]
        other[draw.randrange(20)] = "quite"
        one, two = " ".join(sentence), " ".join(other)
        if jaccard(one, two) >= SIMILARITY:
            pairs.append((len(texts), len(texts) + 1))
            texts += [one, two]
    clusters = duplicate_clusters(texts)
    assert sum(clusters[one] == clusters[two] for one, two in pairs) >= 198
