"""How a block sees the words of a text."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.corpus.names import masked
from stance.corpus.targets import TargetedText, target_key
from stance.learning.config import Features
from stance.learning.pipeline import rewriting_of
from stance.learning.views import Rewriting, WordView

NEGATED = WordView(window=4)
CLASSES = {"troops": "men~", "soldiers": "men~", "send": "go~", "never": "no~"}


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
        (WordView(classes=CLASSES), "no~ go~ men~ men~"),
        (
            WordView(classes=CLASSES, keep_others=True),
            "other~ no~ go~ other~ men~ other~ men~",
        ),
        (WordView(2, CLASSES), "no~ not_go~ men~ men~"),
        (
            WordView(3, CLASSES, keep_others=True),
            "other~ no~ not_go~ not_other~ not_men~ other~ men~",
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


@pytest.mark.parametrize(
    ("text", "target", "right"),
    [
        ("Ban  nuclear\npower now", "Nuclear Power", "ban  targetent now"),
        ("The EU's deal: a eu b.", "EU", "the targetent's deal: a targetent b."),
        ("Europe, neurons", "EU", "europe, neurons"),
        ("A+ (no A+B)", "a+", "targetent (no a+b)"),
        ("No target", " ", "no target"),
        ("US and France", "France", "someland and targetent"),
    ],
)
def test_one_word_stands_where_a_text_names_its_target(text, target, right):
    """Whole words in any case; the target is no name that is masked."""
    rewriting = Rewriting(names=(("US", "Someland"), ("France", "Someland")), mark_target=True)
    assert rewriting(TargetedText(text, target)) == right


def test_near_words_are_told_by_their_side():
    """Two words on each side; between two mentions a word stands behind the first."""
    view = WordView(reach=2)
    text = "yesterday many people praised targetent for her quick answer to targetent too"
    assert " ".join(view(text)) == (
        "before_people before_praised targetent after_for after_her before_answer before_to "
        "targetent after_too"
    )
    assert " ".join(view("targetent aa targetent bb")) == "targetent after_aa targetent after_bb"
    assert view("nobody is named") == []
    found = WordView(classes=CLASSES, reach=2)("send the targetent soldiers never")
    assert found == ["before_go~", "targetent", "after_men~", "after_no~"]


def test_contractions_hold_a_negation():
    """Both kinds of apostrophe, upper and lower case."""
    assert Rewriting(contractions=True)("Won't, CAN’T don't") == "wo not, ca not do not"
    assert Rewriting()("Won't") == "won't"


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("#StandWithUkraine now", "hashtag_standwithukraine stand with ukraine now"),
        ("so @JaneDoe_7, #NATOSummit2024!", "so mention_janedoe_7 , hashtag_natosummit2024 "
         "nato summit2024 !"),
        ("#aid_now a#b # @", "hashtag_aid_now aid now a#b # @"),
    ],
)  # fmt: skip
def test_hashtags_are_one_word_and_its_parts(text, right):
    """A hashtag is told from a plain word, and its words are found all the same."""
    assert Rewriting(hashtags=True)(text).split() == right.split()


def test_names_are_masked_before_case_is_lost():
    """Whole names as they are written, the longest first; "us" is no country."""
    names = (("US", "Someland"), ("South Korea", "Someland"), ("South", "x"), ("Xi", "Someone"))
    found = Rewriting(names=names)("Xi told US and us: South Koreans, South Korea's Taxi, USA")
    assert found == "someone told someland and us: x koreans, someland's taxi, usa"
    assert (
        rewriting_of(Features(mask_names=True))("Macron on France")
        == masked("Macron on France").lower()
    )


@given(
    st.lists(st.sampled_from([*"abn't’ İΣ#@N._", "n't", "US", "#Aß", "@İa", "ﬁ"])).map("".join),
    st.booleans(),
    st.booleans(),
    st.sampled_from([(), (("US", "Someland"), ("Σ", "İİ"))]),
    st.sampled_from(["", "us", "#Aß", "n't İ"]),
)
def test_every_character_of_a_rewritten_text_has_a_source(
    text, contractions, hashtags, names, target
):
    """The traced text is the rewritten one, and sources stand in order within the text."""
    rewriting = Rewriting(contractions, hashtags, names, bool(target))
    text = TargetedText(text, target)
    found, spans = rewriting.traced(text)
    assert found == rewriting(text)
    assert len(found) == len(spans)
    assert spans == sorted(spans)
    assert all(0 <= start < end <= len(text) for start, end in spans)


def test_views_and_texts_can_be_pickled():
    """A pipeline is written with its views, and a text keeps its target on the way to a worker."""
    for value in (NEGATED, WordView(classes=CLASSES), Rewriting(True, True, (("a", "b"),), True)):
        assert pickle.loads(pickle.dumps(value)) == value
    text = pickle.loads(pickle.dumps(TargetedText("a text", "a target")))
    assert (text, text.target) == ("a text", "a target")
