"""The keyword baseline: the words whose presence predicts a label best."""

import re

import numpy as np
import pytest

from stance.learning.keywords import MAX_KEYWORDS, MIN_ROWS, keyword_hits, pick_keywords

TEXTS = [
    "Tents for the town",
    "tents and Lamps",
    "tents, again",
    "lamps for the town",
    "the town waits",
    "The town sleeps",
    "lamps at night",
]
TARGET = np.array([[1], [1], [1], [0], [0], [0], [1]], dtype=np.int8)


def f1(given_labels, target):
    hits = (given_labels & target).sum()
    return 2 * hits / (given_labels.sum() + target.sum())


def test_the_first_keyword_is_the_best_single_word(small):
    """No other word in three sentences or more reaches a higher F1 by itself."""
    rows = small.examples(60)
    texts = [one.text for one in rows]
    targets = np.array([[name in one.labels for name in small.NAMES] for one in rows])
    found = pick_keywords(texts, targets, small.NAMES)
    token_sets = [set(re.findall(r"\w\w+", text.lower())) for text in texts]
    words = {word for tokens in token_sets for word in tokens}
    words = {word for word in words if sum(word in one for one in token_sets) >= MIN_ROWS}
    for column, name in enumerate(small.NAMES):
        scores = {
            word: f1(np.array([word in one for one in token_sets]), targets[:, column])
            for word in words
        }
        assert scores[found[name][0]] == pytest.approx(max(scores.values()))
        assert set(found[name]) <= words


def test_each_further_keyword_raises_the_score(small):
    """A word is added only when all chosen words together then predict the label better."""
    rows = small.examples(60)
    texts = [one.text for one in rows]
    targets = np.array([[name in one.labels for name in small.NAMES] for one in rows])
    found = pick_keywords(texts, targets, small.NAMES)
    for column, name in enumerate(small.NAMES):
        assert 1 < len(found[name]) <= MAX_KEYWORDS
        scores = [
            f1(keyword_hits(texts, {name: found[name][:n]})[:, 0], targets[:, column])
            for n in range(1, len(found[name]) + 1)
        ]
        assert scores == sorted(set(scores))


def test_a_worked_example():
    """Of four sentences "tents" finds three; "lamps" adds the fourth, and one too many."""
    # tents alone: 2·3 / (3 + 4) = 0.857; with lamps: 2·4 / (5 + 4) = 0.889.
    assert pick_keywords(TEXTS, TARGET, ("aid",)) == {"aid": ("tents", "lamps")}
    # Where the last sentence is none, "tents" is perfect and nothing can be added.
    perfect = TARGET.copy()
    perfect[-1] = 0
    assert pick_keywords(TEXTS, perfect, ("aid",)) == {"aid": ("tents",)}


@pytest.mark.parametrize("texts", [["One day."] * 2, ["!", "?", "."], ["a b c"] * 5])
def test_without_a_word_in_three_sentences_there_are_no_keywords(texts):
    """Too few sentences, or none with a word, give no keywords and no error."""
    targets = np.ones((len(texts), 2), dtype=np.int8)
    assert pick_keywords(texts, targets, ("a", "b")) == {"a": (), "b": ()}


def test_hits_are_whole_words_in_any_case():
    """A keyword is found as a word, not as a part of one; no keywords reach nothing."""
    found = keyword_hits(
        ["TENTS!", "tentstown", "", "old lamps"], {"a": ("tents", "lamps"), "b": ()}
    )
    assert found.tolist() == [[True, False], [False, False], [False, False], [True, False]]
    assert keyword_hits([], {"a": ("x",)}).shape == (0, 1)
