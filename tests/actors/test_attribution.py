"""Who holds a stance: sentences and people invented for the purpose, one rule each."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.actors.attribution import Holder, attribute, weights
from stance.actors.gazetteer import Gazetteer, read_gazetteer

PEOPLE = """
format = 1
actors = [
  { name = "Ada Quist", country = "NO", roles = [{ title = "Prime Minister", since = "2023-01" }] },
  { name = "Bo Lind", country = "MT", roles = [{ title = "Foreign Minister", since = "2023-01" }] },
  { name = "Ivo Korn", country = "RU", roles = [{ title = "Minister", since = "2023-01" }] },
  { name = "Lena Moroz", country = "UA", roles = [{ title = "Minister", since = "2023-01" }] },
]
"""
WORDS = st.sampled_from(
    [
        "Norway",
        "Malta",
        "Ada",
        "Quist",
        "said",
        "that",
        "will",
        "send",
        "no",
        "aid",
        "to",
        "Ukraine",
        "Kremlin",
        "we",
        "he",
        "“",
        "”",
        ",",
        ".",
        "by",
    ]
)


@pytest.fixture(scope="session")
def gazetteer(tmp_path_factory: pytest.TempPathFactory) -> Gazetteer:
    path = tmp_path_factory.mktemp("actors") / "actors.toml"
    path.write_text(PEOPLE, "utf-8")
    return read_gazetteer(path)


def held(
    gazetteer: Gazetteer, *sentences: str, labels: tuple[str, ...] = ("helps",), **options: str
) -> tuple[Holder, ...]:
    """The holders of the last sentence."""
    given_labels = [()] * (len(sentences) - 1) + [labels]
    against = frozenset({"hinders"})
    return attribute(sentences, given_labels, gazetteer, against=against, **options)[-1]


@pytest.mark.parametrize(
    ("text", "actors", "how"),
    [
        ("Malta will send four field kitchens to Ukraine.", ["malta"], "subject"),
        ("Malta and Norway will send kitchens to Ukraine.", ["malta", "norway"], "subject"),
        ("The plan was welcomed by Malta.", ["malta"], "passive"),
        ("Kyiv thanked Malta for its help.", ["malta"], "thanked"),
        ("Norwegian Prime Minister Ada Quist promised more kitchens.", ["ada-quist"], "subject"),
        ("Ada Quist, the Norwegian prime minister, promised kitchens.", ["ada-quist"], "subject"),
        ("Prime Minister Ada Quist of Norway promised kitchens.", ["ada-quist"], "subject"),
        ("Norway’s envoy, Ada Quist, called the plan sound.", ["ada-quist"], "subject"),
        ("European leaders pledged more aid to Ukraine.", ["europe"], "subject"),
        ("Malta’s support for Ukraine is growing.", ["malta"], "possessive"),
        ("London will train more mechanics.", ["united-kingdom"], "subject"),
    ],
)
def test_a_rule_finds_the_holder(
    gazetteer: Gazetteer, text: str, actors: list[str], how: str
) -> None:
    found = held(gazetteer, text, date="2024-05-01")
    assert [one.actor for one in found] == actors
    assert {one.how for one in found} == {how}


@pytest.mark.parametrize(
    "text",
    [
        "Russia will support Ukraine, Moscow said.",
        "Ivo Korn said that he would send help to Ukraine.",
        "Lena Moroz asked for more kitchens.",
        "Ukraine will provide more help.",
    ],
)
def test_adversaries_and_ukraine_hold_nothing(gazetteer: Gazetteer, text: str) -> None:
    assert all(one.actor is None for one in held(gazetteer, text, date="2024-05-01"))


def test_opposite_labels_of_a_sentence_have_their_own_holders(gazetteer: Gazetteer) -> None:
    text = "Malta and Norway floated the idea, but no other country has committed soldiers."
    found = held(gazetteer, text, labels=("helps", "hinders"))
    assert [(one.label, one.actor or one.text) for one in found] == [
        ("helps", "malta"),
        ("helps", "norway"),
        ("hinders", "no other country"),
    ]


def test_he_is_the_person_named_before(gazetteer: Gazetteer) -> None:
    found = held(gazetteer, "Ada Quist spoke in Malta.", "She promised more kitchens.")
    assert [(one.actor, one.text, one.how) for one in found] == [("ada-quist", "She", "pronoun")]


def test_we_is_the_one_who_is_quoted(gazetteer: Gazetteer) -> None:
    found = held(gazetteer, "“We will support Ukraine,” Ada Quist said.")
    assert [one.actor for one in found] == ["ada-quist"]


def test_we_is_the_speaker_of_a_speech(gazetteer: Gazetteer) -> None:
    found = held(gazetteer, "We will support Ukraine.", speaker="Ada Quist")
    assert [(one.actor, one.text) for one in found] == [("ada-quist", "We")]


def test_a_speech_without_a_holder_is_the_speaker_s(gazetteer: Gazetteer) -> None:
    found = held(gazetteer, "Much was done.", speaker="Ada Quist")
    assert [(one.actor, one.how, one.start) for one in found] == [("ada-quist", "speaker", None)]


def test_an_office_is_who_was_named_with_it(gazetteer: Gazetteer) -> None:
    found = held(
        gazetteer,
        "Prime Minister Ada Quist met Foreign Minister Bo Lind.",
        "The foreign minister pledged kitchens.",
    )
    assert [one.actor for one in found] == ["bo-lind"]


def test_a_quotation_goes_on(gazetteer: Gazetteer) -> None:
    found = held(gazetteer, "“Much was done,” Ada Quist said.", "“More is on its way.”")
    assert [(one.actor, one.how) for one in found] == [("ada-quist", "quotation")]


def test_nobody_named_is_the_author(gazetteer: Gazetteer) -> None:
    found = held(gazetteer, "The shelves were full at last.")
    assert found == (Holder("helps", None, "", None, None, "author"),)


def test_sentences_without_labels_have_no_holders(gazetteer: Gazetteer) -> None:
    assert attribute(["Norway will help.", ""], [(), ()], gazetteer) == [(), ()]


@given(st.lists(st.lists(WORDS, max_size=14).map(" ".join), min_size=1, max_size=4))
def test_holders_are_words_of_the_sentence(gazetteer: Gazetteer, sentences: list[str]) -> None:
    """Spans hold; nobody of a camp without a stance is named; one answer for one input."""
    labels = [("helps", "hinders")] * len(sentences)
    found = attribute(sentences, labels, gazetteer, against=frozenset({"hinders"}))
    assert len(found) == len(sentences)
    for text, holders in zip(sentences, found, strict=True):
        for one in holders:
            assert one.start is None or text[one.start : one.end] == one.text
            assert one.actor is None or gazetteer.actors[one.actor].camp in ("ally", "other")
    assert found == attribute(sentences, labels, gazetteer, against=frozenset({"hinders"}))


def test_every_weight_is_a_rule_with_words() -> None:
    assert len(weights()) > 50 and all(name.strip() for name in weights())
