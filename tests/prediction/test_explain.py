"""Explanations: the parts add up to the logit, and stand where they say in the text."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stance.prediction.explain import explain

KINDS = {
    "several": (4, False, True),
    "one of several": (1, False, True),
    "exclusive": (3, True, False),
    "exclusive or none": (3, True, True),
}
BLOCKS = (((1, 2), (2, 5)), ((1, 3), None), (None, (2, 3)), (None, (4, 6)))
PIECES = (
    "The mayor", "tram", "TRAM", "welcomes the tram", "İpek", "İİ", "ΟΔΟΣ weekly", "\n", "\t ",
    " ", "  ", ".", "☂", "ß", "e\u0301", "\u200b", "\u3000", "\ud800", "Quay Street 12", "a",
)  # fmt: skip
any_text = st.lists(st.sampled_from(PIECES) | st.text(st.characters(), max_size=8), max_size=12)
any_text = any_text.map("".join)
a_kind, some_blocks = st.sampled_from(sorted(KINDS)), st.sampled_from(BLOCKS)


def scorer_of(fitted, kind, blocks):
    return fitted(KINDS[kind], *blocks, True)


def right_logits(pipeline, text):
    """What scikit-learn's own classifier says, one logit a class."""
    model, row = pipeline[-1], pipeline[:-1].transform([text])
    if hasattr(model, "estimators_"):
        return np.array([one.decision_function(row)[0] for one in model.estimators_])
    found = np.atleast_1d(model.decision_function(row)[0])
    return found


@settings(max_examples=300, deadline=None)
@given(a_kind, some_blocks, any_text)
@example("exclusive or none", BLOCKS[0], "")
@example("several", BLOCKS[0], "İpek welcomes the tram ΟΔΟΣ")
def test_the_parts_add_up_to_the_probability(fitted, kind, blocks, text):
    """Intercept and parts are the logits, and those give the model's probabilities."""
    _, scorer = scorer_of(fitted, kind, blocks)
    found = explain(scorer, text)
    logits = found.intercept + sum(part.added for part in found.parts)
    assert np.abs(found.logits - logits).max() <= 1e-9
    right = scorer.score([text]).probabilities[0]
    if scorer.info.exclusive:
        shares = np.exp(logits - logits.max())
        given_by_logits = (shares / shares.sum())[: len(right)]
    else:
        given_by_logits = 1 / (1 + np.exp(-logits))
    assert np.abs(given_by_logits - right).max() <= 1e-12
    for column in range(len(logits)):
        by_character = found.by_character(column)
        assert by_character.shape == (len(text),)
        assert abs(by_character.sum() - (logits - found.intercept)[column]) <= 1e-9


@pytest.mark.parametrize("kind", ["several", "exclusive"])
@pytest.mark.parametrize("blocks", BLOCKS)
def test_the_logits_are_those_of_scikit_learn(fitted, kind, blocks):
    """Not only the probabilities, which forgive a shift: the logits themselves."""
    pipeline, scorer = scorer_of(fitted, kind, blocks)
    for text in ("The mayor wants the tram plan dropped.", "", "İpek of the ferry tram tram"):
        found = explain(scorer, text).logits
        assert np.abs(found - right_logits(pipeline, text)).max() <= 1e-9


@settings(max_examples=200, deadline=None)
@given(a_kind, some_blocks, any_text)
def test_spans_point_at_the_ngram(fitted, kind, blocks, text):
    """Each place holds the n-gram in upper or lower case; one word apart only by what is no word.

    Lower-casing İ gives two characters, of which an n-gram can have one.
    """
    _, scorer = scorer_of(fitted, kind, blocks)
    for part in explain(scorer, text).parts:
        assert part.spans == tuple(sorted(part.spans))
        for start, end in part.spans:
            assert 0 <= start < end <= len(text)
            there = text[start:end]
            if "İ" in there:
                assert part.term.strip() in there.lower()
            elif part.block == "char":
                # Σ is lower-cased by its place in the word.
                assert there.lower().replace("ς", "σ") == part.term.strip().replace("ς", "σ")
            else:
                words = part.term.split(" ")
                assert there.lower().startswith(words[0].rstrip("ς"))
                assert there.lower().endswith(words[-1]) or words[-1].endswith("ς")


def test_every_place_of_an_ngram_is_told(fitted):
    """A word that comes three times is one part with three places; a part of a word is none."""
    _, scorer = scorer_of(fitted, "several", ((1, 2), None))
    found = explain(scorer, "Tram, TRAM and trams. tram")
    spans = {part.term: part.spans for part in found.parts}
    assert spans["tram"] == ((0, 4), (6, 10), (22, 26))
    assert "trams" not in spans


def test_places_behind_a_letter_that_grows(fitted):
    """İ becomes two characters in lower case; what stands behind it is found all the same."""
    _, scorer = scorer_of(fitted, "several", ((1, 2), None))
    text = "İİİ İ tram"
    (part,) = (part for part in explain(scorer, text).parts if part.term == "tram")
    assert [text[start:end] for start, end in part.spans] == ["tram"]


@settings(max_examples=200, deadline=None)
@given(a_kind, st.sampled_from(BLOCKS[2:]), any_text)
def test_words_add_up_where_no_ngram_crosses_them(fitted, kind, blocks, text):
    """With n-grams within words, the shares of the words are the logit without the intercept."""
    _, scorer = scorer_of(fitted, kind, blocks)
    found = explain(scorer, text)
    for column in range(len(found.logits)):
        words = found.by_word(column)
        assert [text[slice(*span)] for span, _ in words] == text.split()
        total = sum(share for _, share in words)
        assert abs(total - (found.logits - found.intercept)[column]) <= 1e-9


@settings(max_examples=50, deadline=None)
@given(any_text)
@example("The mayor wants the tram plan dropped.")
def test_words_add_up_for_every_ngram(fitted, text):
    """The shares of the words are the whole logit without the intercept, for word n-grams too."""
    _, scorer = scorer_of(fitted, "several", BLOCKS[0])
    found = explain(scorer, text)
    for column in range(len(found.logits)):
        total = sum(share for _, share in found.by_word(column))
        assert abs(total - (found.logits - found.intercept)[column]) <= 1e-9


def test_the_strongest_move_the_logit_most(fitted):
    """The strongest parts come first, for or against, and never more than there are."""
    _, scorer = scorer_of(fitted, "several", BLOCKS[0])
    found = explain(scorer, "The rowing club wants the tram plan dropped.")
    for column in range(4):
        sizes = [abs(part.added[column]) for part in found.strongest(column, 5)]
        everyone = sorted((abs(part.added[column]) for part in found.parts), reverse=True)
        assert sizes == everyone[:5]
        assert len(found.strongest(column, 10**6)) == len(found.parts)
    dropped = [part.term for part in found.strongest(1, 3) if part.added[1] > 0]
    assert any("drop" in term or "plan" in term for term in dropped)


def test_a_text_without_a_known_ngram_is_the_intercept(fitted):
    """Nothing known adds nothing: no part, and the logit of the intercept alone."""
    _, scorer = scorer_of(fitted, "several", ((1, 2), None))
    for text in ("", " ", "zzyzx qwrtp", "☂"):
        found = explain(scorer, text)
        assert found.parts == ()
        assert found.logits.tolist() == scorer.packed.intercept.tolist()
    found = explain(scorer, "tram")
    found.logits[:] = 0
    assert found.intercept.tolist() == scorer.packed.intercept.tolist(), "the model was changed"
