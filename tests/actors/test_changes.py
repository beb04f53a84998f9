"""Changed positions beyond chance, and statements that contradict each other."""

from datetime import date, timedelta

import numpy as np
import pytest

from stance.actors.attribution import Holder
from stance.actors.changes import find_changes, find_contradictions, holm
from stance.actors.corrected import Seen, shares
from stance.actors.sources import Source
from stance.actors.statements import Statement
from stance.actors.table import Cell, Line, Print, Table
from stance.codebook.codebook import Codebook, Label

LABELS = ("yes", "no", "maybe")
CODEBOOK = Codebook(
    labels=(
        Label(name="yes", polarity="for"),
        Label(name="no", polarity="against"),
        Label(name="maybe"),
    )
)
NO_SHARE = shares([Seen(np.zeros(1), np.zeros((1, 1), dtype=bool), np.zeros(1, bool))], None)[0][0]


def statement(day, label, name="", outlet="Post"):
    when = (date(2024, 1, 1) + timedelta(days=day)).isoformat()
    name = name or f"{label}-{day}"
    text = f"Sentence {name}."
    source = Source(name, outlet=outlet, published_at=when, ids=[f"{name}#0"], texts=[text])
    holder = Holder(label, "x", "X", 0, 1, "subject")
    return Print((Statement(source, 0, label, "x", holder, None, 0.9, "model", ""),))


def table(*rows):
    """A table of rows, each a list of (day, label)."""
    lines = []
    for number, said in enumerate(rows):
        cells = {
            label: Cell(
                label,
                tuple(statement(day, label, f"{number}-{n}") for n, (day, one) in enumerate(said)
                      if one == label),
                NO_SHARE,
                None,
            )
            for label in {one for _, one in said}
        }  # fmt: skip
        lines.append(Line(f"x{number}", f"X{number}", "person", "", "", 10, 10, cells))
    return Table("actor", LABELS, tuple(lines), (), None)


def turned(n, at):
    return [(day, "yes" if day < at else "no") for day in range(n)]


def test_a_turn_is_found_with_its_dates_and_an_exact_p_value():
    """Of the 7! orders of three and four articles, those with a cut as clean are few."""
    found = find_changes(table(turned(7, 3)), alpha=1.01)
    assert len(found) == 1
    one = found[0]
    assert (one.before.position, one.after.position) == ("yes", "no")
    assert (one.before.last, one.after.first) == ("2024-01-03", "2024-01-04")
    # 3! 4! orders keep yes before no, as many put no first; each is a cut as clean.
    assert one.p == pytest.approx(2 * 6 * 24 / 5040)


def test_a_long_turn_is_beyond_chance_and_a_mixture_is_not():
    """Forty articles that turn; forty that say both all along."""
    mixed = [(day, "yes" if day % 2 else "no") for day in range(40)]
    found = find_changes(table(turned(40, 20), mixed))
    assert [one.key for one in found] == ["x0"]
    assert found[0].p < 0.001 and found[0].n_looked_at == 2


def test_many_rows_make_a_change_less_sure():
    """The p-value of one row among twenty is twenty times as large."""
    alone = find_changes(table(turned(8, 4)), alpha=1.01)[0].p
    rows = [turned(8, 4), *([(day, "yes" if day % 2 else "no") for day in range(8)],) * 19]
    among = next(one for one in find_changes(table(*rows), alpha=1.01) if one.key == "x0").p
    assert among == pytest.approx(min(1, 20 * alone))


def test_without_dates_or_with_one_label_nothing_changed():
    """A position needs two labels and two articles on either side."""
    assert find_changes(table([(day, "yes") for day in range(10)])) == []
    assert find_changes(table(turned(3, 1)), alpha=1.01) == []


def test_opposite_statements_are_paired_closest_first():
    """Each statement is in one pair; a label without polarity is in none."""
    said = table([(0, "yes"), (4, "yes"), (5, "no"), (40, "no"), (41, "maybe")])
    found = find_contradictions(said, CODEBOOK, within=30)
    assert [(one.days, one.one.best.article.day) for one in found] == [(1, "2024-01-05")]
    assert [one.days for one in find_contradictions(said, CODEBOOK, within=40)] == [1]
    assert find_contradictions(said, CODEBOOK, within=0) == []


def test_the_same_find_has_the_same_identity_tomorrow():
    """So that it is told once."""
    said = table([(0, "yes"), (1, "no")])
    one, other = (find_contradictions(said, CODEBOOK, 30)[0] for _ in range(2))
    assert one.identity == other.identity


def test_holm_keeps_the_order_and_never_exceeds_one():
    """A larger p-value is never corrected to a smaller one."""
    assert holm([]) == []
    found = holm([0.6, 0.001, 0.04, 0.04])
    assert found == pytest.approx([0.6, 0.004, 0.12, 0.12])
