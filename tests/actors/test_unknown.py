"""Frequent names without an entry."""

from stance.actors.gazetteer import read_gazetteer
from stance.actors.unknown import unknown_names

GAZETTEER = read_gazetteer(None)


def test_a_frequent_name_is_listed_with_an_example() -> None:
    rows = [("a", "Mayor Ada Quist hesitated on Monday.")] * 2 + [("b", "So did Ada Quist.")]
    found = unknown_names(rows, GAZETTEER)
    assert [(one.name, one.count, one.articles) for one in found] == [("Ada Quist", 3, 2)]
    assert found[0].example == rows[0][1]


def test_known_names_first_words_and_rare_names_are_not() -> None:
    rows = [("a", "Bakers met Emmanuel Macron in Berlin on Monday.")] * 5
    rows += [("a", "Then Bo Lind came.")] * 2
    assert unknown_names(rows, GAZETTEER) == []


def test_a_word_in_small_letters_elsewhere_is_no_name() -> None:
    rows = [("a", "The Winter was long.")] * 3 + [("a", "It was winter.")]
    assert unknown_names(rows, GAZETTEER) == []
