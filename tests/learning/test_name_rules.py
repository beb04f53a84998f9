"""The rule by names: which countries' mere mention predicts a label."""

import numpy as np

from stance.learning.keywords import name_hits, pick_names

TEXTS = [
    "France spoke at noon.",
    "The French spoke at noon.",
    "Macron spoke in Paris.",
    "Hungary spoke at noon.",
    "Orbán spoke in Budapest.",
    "The Hungarian spoke at noon.",
    "Somebody spoke at noon.",
    "france spoke at noon.",
]
TARGETS = np.array([[1, 0]] * 3 + [[0, 1]] * 3 + [[0, 0]] * 2, dtype=np.int8)


def test_all_names_of_a_country_count_as_one():
    """Its name, adjective, capital and leader together make the three sentences needed."""
    found = pick_names(TEXTS, TARGETS, ("for", "against"))
    assert found == {"for": ("France",), "against": ("Hungary",)}


def test_what_is_said_plays_no_part():
    """A word that predicts the label perfectly is not picked unless it is a country's name."""
    texts = [f"{word} at noon" for word in ["yes"] * 5 + ["no"] * 5]
    targets = np.array([[1]] * 5 + [[0]] * 5, dtype=np.int8)
    assert pick_names(texts, targets, ("for",)) == {"for": ()}


def test_a_country_in_two_sentences_is_no_rule():
    """Like keywords, a country needs three sentences."""
    assert pick_names(TEXTS[1:], TARGETS[1:], ("for", "against")) == {
        "for": (),
        "against": ("Hungary",),
    }


def test_hits_by_hand():
    """Any name of a listed country is a hit, in its own spelling only."""
    picked = {"for": ("France", "Norway"), "against": ("Hungary",), "none": ()}
    texts = ["Paris and Budapest", "Oslo", "oslo", "", "the Norwegian"]
    assert name_hits(texts, picked).tolist() == [
        [True, True, False],
        [True, False, False],
        [False, False, False],
        [False, False, False],
        [True, False, False],
    ]
    assert name_hits([], picked).shape == (0, 3)


def test_a_picked_rule_finds_what_it_was_picked_on():
    """The rule picked on these sentences gives their labels again."""
    picked = pick_names(TEXTS, TARGETS, ("for", "against"))
    assert np.array_equal(name_hits(TEXTS, picked), TARGETS.astype(bool))
