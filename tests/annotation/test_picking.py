"""How much a sentence is worth a look, by each strategy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from stance.annotation.picking import (
    PICKS,
    Pick,
    answers_of,
    read_pick,
    spread,
    word_vectors,
    worth,
)
from stance.codebook.codebook import Codebook, Label
from stance.storage.errors import ConfigError

LABELS = (Label(name="for"), Label(name="against"), Label(name="price"))
SEVERAL = Codebook(labels=LABELS)
ONE = Codebook(labels=LABELS, exclusive=True, none_allowed=False)
ONE_OR_NONE = Codebook(labels=LABELS, exclusive=True)
DOUBTS = ("least_confidence", "margin", "entropy")

rows = arrays(np.float64, (6, 3), elements=st.floats(0, 1))


@pytest.mark.parametrize("name", DOUBTS)
def test_the_sentence_nearest_a_coin_flip_is_worth_most(name):
    """Labels that may stand together: the probability that says nothing is one half."""
    p = np.array([[0.01, 0.02, 0.01], [0.01, 0.5, 0.02], [0.9, 0.05, 0.02]])
    assert worth(Pick(name), p, SEVERAL).argmax() == 1


@pytest.mark.parametrize("name", DOUBTS)
def test_of_exclusive_labels_the_even_choice_is_worth_most(name):
    """Labels that exclude each other: two or more that are alike."""
    p = np.array([[0.9, 0.05, 0.05], [0.34, 0.33, 0.33], [0.7, 0.2, 0.1]])
    assert worth(Pick(name), p, ONE).argmax() == 1


def test_margin_and_least_confidence_differ_in_what_they_look_at():
    """Two even labels have no margin, though a third way would leave more uncertain."""
    p = np.array([[0.5, 0.5, 0.0], [0.4, 0.3, 0.3]])
    assert worth(Pick("margin"), p, ONE).argmax() == 0
    assert worth(Pick("least_confidence"), p, ONE).argmax() == 1


def test_no_label_is_an_answer_where_it_is_allowed():
    """Three small probabilities are no doubt when "no label" has the rest."""
    p = np.array([[0.02, 0.02, 0.02], [0.02, 0.45, 0.02]])
    assert worth(Pick("entropy"), p, ONE_OR_NONE).argmax() == 1
    assert answers_of(p, ONE_OR_NONE)[0, 0].tolist() == pytest.approx([0.02, 0.02, 0.02, 0.94])


def test_the_entropy_of_several_labels_is_the_sum_of_theirs():
    """Labels are independent of each other given the sentence, as the model has them."""
    p = np.array([[0.5, 0.25, 0.0]])
    expected = np.log(2) + (0.25 * np.log(4) + 0.75 * np.log(4 / 3))
    assert worth(Pick("entropy"), p, SEVERAL)[0] == pytest.approx(expected)


@given(rows, st.sampled_from(DOUBTS), st.permutations(range(3)))
def test_worth_is_finite_and_blind_to_the_order_of_labels(p, name, order):
    """Every probability gets a number, and the codebook's order does not move it."""
    found = worth(Pick(name), p, SEVERAL)
    assert np.isfinite(found).all()
    assert np.allclose(found, worth(Pick(name), p[:, list(order)], SEVERAL))
    assert (worth(Pick(name), np.full((1, 3), 0.5), SEVERAL) >= found - 1e-9).all()


@given(rows)
def test_a_class_is_picked_by_its_own_probability(p):
    """class:LABEL looks at one column."""
    assert (worth(read_pick("class:price", SEVERAL), p, SEVERAL) == p[:, 2]).all()


@pytest.mark.parametrize("name", PICKS)
def test_every_strategy_is_known_by_its_name(name):
    """What the help lists can be asked for."""
    assert read_pick(name, SEVERAL) == Pick(name)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("entropie", 'unknown strategy "entropie". Did you mean "entropy"?'),
        ("class:prise", 'unknown label "prise". Did you mean "price"?'),
        ("class:", 'unknown label ""'),
        ("\x1b[2J", r"\x1b[2J"),
    ],
)
def test_a_wrong_strategy_is_told_with_the_right_one(written, message):
    """One line says what is known."""
    with pytest.raises(ConfigError) as told:
        read_pick(written, SEVERAL)
    assert message in str(told.value)


@given(st.integers(0, 12), st.integers(0, 2**32 - 1))
def test_spread_takes_no_row_twice(n, seed):
    """However often rows repeat each other."""
    vectors = np.eye(4)[[0, 0, 1, 2, 2, 3]]
    picked = spread(vectors, np.ones(6), n, np.random.default_rng(seed))
    assert len(set(picked.tolist())) == len(picked) == min(n, 4)
    assert len({int(vectors[row].argmax()) for row in picked}) == len(picked)


def test_spread_prefers_what_weighs_more():
    """Of rows that are equally far the doubtful ones go first, nearly always."""
    weights = np.array([1.0, 1.0, 1e-9, 1e-9])
    picked = spread(np.eye(4), weights, 2, np.random.default_rng(0))
    assert sorted(picked.tolist()) == [0, 1]


def test_word_vectors_are_those_of_scikit_learn():
    """The same TF-IDF on words, for texts with some and with none."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = ["The bridge, the Bridge!", "a folly of iron", "", "iron bridge Straße", "…"]
    reference = TfidfVectorizer(token_pattern=r"\w+", sublinear_tf=True, lowercase=False)
    expected = reference.fit_transform([text.casefold() for text in texts]).toarray()
    assert np.allclose(word_vectors(texts), expected, atol=1e-6)
    assert word_vectors([]).shape == (0, 0)
