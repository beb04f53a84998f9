"""Which sentences are prints of one: the same words within a week."""

from stance.actors.reprints import units
from stance.actors.sources import Source

SAID = "The premier will send two battalions to the western border in spring."


def article(name, text, date=""):
    return (Source(name, published_at=date, ids=[f"{name}#0"], texts=[text], starts=[None]), 0)


def groups(labelled, others=()):
    found = units(labelled, others)
    parts = {}
    for (name, _), number in found.items():
        parts.setdefault(number, set()).add(name)
    return [parts[number] for number in sorted(parts)]


def test_the_same_words_and_nearly_the_same_are_one():
    """Quotes, case and a word or two of difference do not make a new statement."""
    places = [
        article("a", SAID, "2024-05-01"),
        article("b", SAID.upper(), "2024-05-02"),
        article("c", SAID.replace("spring", "the spring"), "2024-05-03"),
        article(
            "d", "Quite another sentence about the budget of the northern towns.", "2024-05-01"
        ),
    ]
    assert groups(places) == [{"a", "b", "c"}, {"d"}]


def test_months_later_it_is_said_anew():
    """Eight days after the first print a new statement begins; without a date none does."""
    places = [
        article("a", SAID, "2024-05-01"),
        article("b", SAID, "2024-05-08"),
        article("c", SAID, "2024-05-09"),
        article("d", SAID),
    ]
    assert groups(places) == [{"a", "b"}, {"c", "d"}]


def test_short_sentences_are_never_reprints_of_another_article():
    """Somebody else says so each time."""
    places = [article("a", "He declined."), article("b", "He declined.")]
    assert groups(places) == [{"a"}, {"b"}]


def test_sentences_without_a_label_are_joined_by_equal_words_only():
    """They are many, so only what is quick to compare is compared."""
    others = [
        article("a", SAID, "2024-05-01"),
        article("b", SAID, "2024-05-02"),
        article("c", SAID.replace("spring", "the spring"), "2024-05-03"),
    ]
    assert groups([], others) == [{"a", "b"}, {"c"}]
