"""What the model looks at: n-grams with their weights, and sentences in shades."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stance.evaluation.words import LEVELS, N_TERMS, shaded, strongest_terms
from stance.prediction.explain import explain

KINDS = ("several", "exclusive")
PIECES = ("The butcher", "counts every drum", "loves the night market", " ", "\n", "İ", "<b>")
any_text = st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=10).map("".join)


@pytest.mark.parametrize("kind", KINDS)
def test_weights_and_counts_of_the_strongest(models, kind):
    """The weight is idf times coefficient; the count is the sentences that hold the n-gram."""
    scorer, examples = models[kind]
    texts = [one.text for one in examples[::2]] + ["Drum drum DRUM", "", "drummer"]
    packed, names = scorer.packed, scorer.names[0]
    held = [
        {part.term for part in explain(scorer, text).parts if part.block == "word"}
        for text in texts
    ]
    found = strongest_terms(scorer, texts)
    assert tuple(one.label for one in found) == scorer.info.labels
    for column, one in enumerate(found):
        weights = (packed.coefficients[:, column] * packed.idf)[: len(names)]
        in_order = sorted(weights.tolist(), reverse=True)
        assert [weight for _, weight, _ in one.speaks_for] == in_order[:N_TERMS]
        assert [weight for _, weight, _ in one.speaks_against] == in_order[::-1][:N_TERMS]
        for term, weight, count in (*one.speaks_for, *one.speaks_against):
            assert weight == weights[names.index(term)]
            assert count == sum(term in terms for terms in held)


def test_what_was_learnt_is_among_the_strongest(models):
    """The word that only one label's sentences have speaks for that label."""
    scorer, examples = models["several"]
    found = strongest_terms(scorer, [one.text for one in examples])
    terms = {one.label: [term for term, _, _ in one.speaks_for] for one in found}
    assert "drum" in terms["noise"]
    assert "loves" in terms["for_market"]
    assert "close" in terms["against_market"]


def test_no_sentence_gives_no_count(models):
    """Without a sentence the n-grams stand there with a count of 0."""
    scorer, _ = models["several"]
    for texts in ([], ["", "zzyzx"]):
        for one in strongest_terms(scorer, texts):
            assert {count for _, _, count in one.speaks_for} == {0}


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(KINDS), st.integers(0, 2), any_text)
@example("several", 0, "")
@example("several", 1, "\n The butcher\u3000")
def test_the_pieces_are_the_text(models, kind, column, text):
    """The pieces put together are the sentence, character by character; no piece is empty."""
    scorer, _ = models[kind]
    pieces, words = shaded(scorer, text, column)
    assert "".join(piece for piece, _ in pieces) == text
    assert all(piece for piece, _ in pieces)
    assert all(level in range(-LEVELS, LEVELS + 1) for _, level in pieces)
    assert all(level == 0 for piece, level in pieces if not piece.strip())
    shares = [share for _, share in explain(scorer, text).by_word(column)]
    if any(shares):
        # The strongest word has the darkest shade, on the side to which it moves the logit.
        strongest = max(shares, key=abs)
        assert (LEVELS if strongest > 0 else -LEVELS) in {level for _, level in pieces}
        signs = [level for piece, level in pieces if piece.strip()]
        assert all(level * share >= 0 for level, share in zip(signs, shares, strict=True))
    assert len(words) <= len(explain(scorer, text).parts)


def test_what_decided_is_told_with_its_share(models):
    """The strongest n-grams are told, the strongest first, with what they add to the logit."""
    scorer, _ = models["several"]
    text, column = "Miss Okonkwo counts every drum.", scorer.info.labels.index("noise")
    _, words = shaded(scorer, text, column)
    strongest = explain(scorer, text).strongest(column, len(words))
    assert list(words) == [f"“{part.term.strip()}” {part.added[column]:+.2f}" for part in strongest]
    sizes = [abs(float(word.split()[-1])) for word in words]
    assert sizes == sorted(sizes, reverse=True) != []


def test_words_that_add_nothing_are_not_shaded(models):
    """A word that the model has never seen has no shade."""
    scorer, _ = models["several"]
    assert shaded(scorer, "☂ ☂☂", 0) == ((("☂", 0), (" ", 0), ("☂☂", 0)), ())


def test_what_speaks_for_a_label_adds_to_it(tiny_scorer):
    """A list of what speaks for a label has no n-gram that speaks against it."""
    for one in strongest_terms(tiny_scorer, ["red fish"]):
        assert all(weight > 0 for _, weight, _ in one.speaks_for)
        assert all(weight < 0 for _, weight, _ in one.speaks_against)


@pytest.fixture(scope="module")
def tiny_scorer(tmp_path_factory):
    """A model that knows fewer n-grams than the report has room for."""
    from stance.annotation.examples import Example
    from stance.codebook.codebook import Codebook, Label
    from stance.learning.config import read_config
    from stance.learning.dataset import training_data
    from stance.learning.training import train
    from stance.models.saving import save
    from stance.prediction.scorer import load_scorer

    words = {"warm": ("red", "gold"), "cold": ("blue", "grey")}
    examples = [
        Example(f"s{n}", f"{words[label][n % 4 // 2]} fish", (label,), f"a{n}")
        for n, label in enumerate(("warm", "cold") * 12)
    ]
    codebook = Codebook(name="x", labels=tuple(Label(name=name) for name in words))
    config = read_config(None, ["features.char.enabled=false", "features.word.ngram_range=[1, 1]"])
    trained = train(training_data(examples, codebook), config)
    scorer = load_scorer(save(trained, tmp_path_factory.mktemp("tiny"), "tiny", "test")[0])
    assert len(scorer.names[0]) < N_TERMS
    assert np.isfinite(scorer.packed.intercept).all()
    return scorer
