"""How a block sees the words of a text."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.learning.views import Rewriting, TargetedText, WordView, target_key

NEGATED = WordView(window=4)
CLASSES = {"troops": 3, "soldiers": 3, "send": 7, "never": 9}


def test_four_words_behind_a_negation_are_marked():
    """A second negation opens the window anew; the negations themselves stay as they are."""
    found = NEGATED("we will not send any troops or never mind tanks and guns at all there now")
    assert " ".join(found) == (
        "we will not not_send not_any not_troops not_or never not_mind not_tanks not_and not_guns "
        "at all there now"
    )


@pytest.mark.parametrize(
    ("view", "right"),
    [
        (WordView(classes=CLASSES), "class9 class7 class3 class3"),
        (
            WordView(classes=CLASSES, keep_others=True),
            "class_of_others class9 class7 class_of_others class3 class_of_others class3",
        ),
        (WordView(2, CLASSES), "class9 not_class7 class3 class3"),
        (
            WordView(3, CLASSES, keep_others=True),
            "class_of_others class9 not_class7 not_class_of_others not_class3 "
            "class_of_others class3",
        ),
    ],
)
def test_words_become_their_classes(view, right):
    """The window counts words of the text, those without a class too."""
    assert view("they never send many troops only soldiers") == right.split()


def test_words_are_crossed_with_the_target():
    """Each word stands behind its row's target; a row without target has none."""
    view = WordView(crossed=True)
    text = Rewriting()(TargetedText("Ban it now", "Nuclear  Power"))
    assert view(text) == ["nuclear_power¦ban", "nuclear_power¦it", "nuclear_power¦now"]
    assert view("ban it now") == []
    assert target_key(" Climate\tChange ") == "climate_change"


def test_contractions_hold_a_negation():
    """Both kinds of apostrophe, upper and lower case."""
    assert Rewriting(contractions=True)("Won't, CAN’T don't") == "wo not, ca not do not"
    assert Rewriting()("Won't") == "won't"


@given(st.text(st.sampled_from("abn't’ İΣ#@N.")), st.booleans())
def test_every_character_of_a_rewritten_text_has_a_source(text, contractions):
    """The traced text is the rewritten one, and sources stand in order within the text."""
    rewriting = Rewriting(contractions=contractions)
    found, starts, ends = rewriting.traced(text)
    assert found == rewriting(text)
    assert len(found) == len(starts) == len(ends)
    assert starts == sorted(starts)
    assert all(0 <= start < end <= len(text) for start, end in zip(starts, ends, strict=True))


def test_views_and_texts_can_be_pickled():
    """A pipeline is written with its views, and a text keeps its target on the way to a worker."""
    for value in (NEGATED, WordView(classes=CLASSES), Rewriting(contractions=True)):
        assert pickle.loads(pickle.dumps(value)) == value
    text = pickle.loads(pickle.dumps(TargetedText("a text", "a target")))
    assert (text, text.target) == ("a text", "a target")
