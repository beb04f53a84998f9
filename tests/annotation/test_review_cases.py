"""Which cases there are to review: disputes, doubts, what agrees, and what has changed since."""

import pytest

from reviews import BOOK, TEXTS, doubt, line
from stance.annotation.cases import AUTO, accept_agreed, disputed_cases
from stance.annotation.cases import doubted_cases as of_doubts
from stance.annotation.doubts import Doubted
from stance.annotation.store import append_annotations, append_gold, read_gold
from stance.storage.errors import ConfigError, DataError


def test_two_annotators_or_all(desk):
    """With names only their answers are compared; the same set in another order is no dispute."""
    cases = disputed_cases(desk, BOOK, ["bo", "ana"])
    assert [one.sentence.id for one in cases.cases] == ["a0#0", "a0#2", "a1#2"]
    assert cases.n_agreed == 2
    everybody = disputed_cases(desk, BOOK, ()).cases
    assert [one.sentence.id for one in everybody] == ["a0#0", "a0#2", "a1#1", "a1#2"]
    assert [(one.labels, one.who) for one in everybody[1].options] == [
        ((), ("ana",)),
        (("yes", "no"), ("bo", "cy")),
    ]
    assert everybody[1].options[1].notes == ("bo: bo says", "cy: cy says")
    assert everybody[1].before == (TEXTS[0], TEXTS[1])
    assert everybody[1].article.title == "Talk 0"


def test_mistaken_names(desk):
    """Unknown, the same twice, or without a sentence in common."""
    with pytest.raises(ConfigError, match=r'called "anna" answered\. Did you mean "ana"\?'):
        disputed_cases(desk, BOOK, ["anna", "bo"])
    with pytest.raises(ConfigError, match="named twice"):
        disputed_cases(desk, BOOK, ["ana", "ana"])
    append_annotations(desk, [line(3, "dan", ["no"])])
    with pytest.raises(DataError, match="no sentence was answered by two"):
        disputed_cases(desk, BOOK, ["bo", "dan"])


def test_what_agrees_is_settled_without_asking(desk):
    """Each row says that it was written so, by whose command and who had agreed; once."""
    assert accept_agreed(desk, BOOK, ["ana", "bo"], "eve") == 2
    first, second = read_gold(desk)
    assert (first.sentence_id, first.labels, first.annotator) == ("a0#1", ("yes",), "eve")
    assert (first.shown, first.note) == (AUTO, "agreed: ana, bo")
    assert second.sentence_id == "a1#1"
    assert accept_agreed(desk, BOOK, ["ana", "bo"], "eve") == 0
    assert accept_agreed(desk, BOOK, [], "eve") == 0


def test_what_has_changed_since_is_told(desk):
    """Answers and doubts about other words, or about sentences that are not here."""
    append_annotations(
        desk,
        [line(0, "bo", ["no"], sentence_sha256="0" * 64), line(0, "cy", ["no"])],
    )
    cases = disputed_cases(desk, BOOK, ())
    assert cases.told == ("a0#0 (bo): the sentence has changed since.",)
    assert [option.who for option in cases.cases[0].options] == [("ana",), ("cy",)]
    append_gold(desk, [line(0, "eve", ["no"], sentence_sha256="0" * 64)])
    assert disputed_cases(desk, BOOK, ()).cases[0].decision is None
    found = of_doubts(
        desk, [doubt(0, text="Other words."), doubt(9 % 6), Doubted("b#1", *("",) * 4, 0)]
    )
    assert found.told == (
        "a0#0: the sentence has changed since.",
        "b#1: the sentence is not here.",
    )
    with pytest.raises(DataError, match="no doubt is about a sentence of this project, say a0#0"):
        of_doubts(desk, [doubt(0, text="Other words.")])
