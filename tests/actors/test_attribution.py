"""Who holds a stance: sentences written for the purpose, one rule each."""

import pytest

from stance.actors.attribution import attribute
from stance.actors.gazetteer import Gazetteer, read_gazetteer

LABEL = ("helps",)


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return read_gazetteer(None)


def holders(gazetteer: Gazetteer, *sentences: str, **options: str) -> list[str | None]:
    """The actors who hold the last sentence's label."""
    labels = [()] * (len(sentences) - 1) + [LABEL]
    return [one.actor for one in attribute(sentences, labels, gazetteer, **options)[-1]]


def test_subject_holds(gazetteer: Gazetteer) -> None:
    assert holders(gazetteer, "Portugal will send four field kitchens to Ukraine.") == ["portugal"]


def test_adversary_never_holds(gazetteer: Gazetteer) -> None:
    assert holders(gazetteer, "Russia will support Ukraine, Moscow said.") == []


def test_author_holds_where_nobody_is_named(gazetteer: Gazetteer) -> None:
    found = attribute(["The shelves were full at last."], [LABEL], gazetteer)[0]
    assert [(one.how, one.actor, one.start) for one in found] == [("author", None, None)]


def test_unlabelled_sentences_have_no_holders(gazetteer: Gazetteer) -> None:
    assert attribute(["Norway will help."], [()], gazetteer) == [()]


def test_spans_are_the_words(gazetteer: Gazetteer) -> None:
    text = "Norway and Iceland will send help to Ukraine."
    for one in attribute([text], [LABEL], gazetteer)[0]:
        assert text[one.start : one.end] == one.text
