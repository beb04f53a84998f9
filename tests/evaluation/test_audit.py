"""The audit: names masked and exchanged, and parts of the data that are answered worse."""

from math import comb

import numpy as np
import pytest

from stance.annotation.examples import Example
from stance.corpus.names import exchanged, masked
from stance.evaluation.audit import MIN_SLICE, STEPS, audit_names, slices
from stance.evaluation.evaluate import answer, evaluate
from stance.prediction.predict import Thresholds, thresholds_of


def rows(n, right, **fields):
    """`n` sentences with the fields, of which the first `right` are answered rightly."""
    made = [Example(f"s{k}", "One two.", (), f"a{k}", fields=dict(fields)) for k in range(n)]
    return made, [k < right for k in range(n)]


def sliced(*groups):
    """The slices of the groups of sentences, by kind and value."""
    examples = [one for made, _ in groups for one in made]
    is_right = np.array([one for _, right in groups for one in right])
    return slices(examples, is_right)


def fisher(n_right, n, all_right, total):
    """The chance of so few right ones or fewer among n of the total, counted out."""
    ways = sum(
        comb(all_right, k) * comb(total - all_right, n - k)
        for k in range(max(0, n - (total - all_right)), n_right + 1)
    )
    return ways / comb(total, n)


def test_a_planted_bad_outlet_is_found():
    """The one outlet that is answered badly stands first, and nothing else is called worse."""
    good, fair = rows(40, 36, outlet="The Pear"), rows(40, 35, outlet="The Plum")
    bad = rows(15, 3, outlet="The Fog")
    found = sliced(good, fair, bad)
    assert (found[0].by, found[0].value, found[0].n_sentences) == ("outlet", "The Fog", 15)
    assert found[0].accuracy == pytest.approx(0.2)
    assert [one.value for one in found if one.is_worse] == ["The Fog"]
    assert {one.value for one in found} == {"The Pear", "The Plum", "The Fog"}


def test_p_values_by_hand():
    """Fisher's exact test against the rest, then Holm: the smallest times three, and so on."""
    groups = (("x", 20, 4), ("y", 40, 36), ("z", 20, 11))
    found = sliced(*(rows(n, right, outlet=name) for name, n, right in groups))
    raw = {name: fisher(right, n, 51, 80) for name, n, right in groups}
    assert raw["x"] < raw["z"] < raw["y"]
    first = 3 * raw["x"]
    second = max(first, min(1, 2 * raw["z"]))
    assert first < second < 1, "the example is no example"
    third = max(second, min(1, raw["y"]))
    p_values = {one.value: one.p_value for one in found}
    assert p_values == pytest.approx({"x": first, "z": second, "y": third})
    assert [one.value for one in found] == ["x", "z", "y"]


def test_corrected_p_values_keep_their_order():
    """A larger raw p-value never ends up smaller than a lesser one, and none is above 1."""
    groups = (("x", 20, 14), ("y", 20, 14), ("z", 20, 14), ("w", 20, 13))
    found = sliced(*(rows(n, right, outlet=name) for name, n, right in groups))
    assert all(0 <= one.p_value <= 1 for one in found)
    raw = [fisher(round(one.accuracy * 20), 20, 55, 80) for one in found]
    assert raw == sorted(raw)
    assert not any(one.is_worse for one in found)


@pytest.mark.parametrize(("n", "is_there"), [(MIN_SLICE - 1, False), (MIN_SLICE, True)])
def test_tiny_parts_are_left_out(n, is_there):
    """A part with fewer than ten sentences says nothing, and so does one without a rest."""
    found = sliced(rows(n, 0, outlet="The Fog"), rows(30, 30, outlet="The Pear"))
    assert ("The Fog" in {one.value for one in found}) == is_there
    assert ("The Pear" in {one.value for one in found}) == is_there  # its rest is The Fog


def test_sentences_of_which_nothing_is_known_are_no_rest():
    """An outlet is compared with other outlets, not with sentences from nowhere."""
    found = sliced(rows(20, 5, outlet="The Fog"), rows(50, 50), rows(20, 6, outlet="The Pear"))
    assert {one.value for one in found if one.by == "outlet"} == {"The Fog", "The Pear"}
    assert not any(one.is_worse for one in found)


def test_the_ways_to_cut_the_data():
    """By outlet, style, year, length in words, and number of holders; other kinds are ignored."""
    one_holder = {"holders": {"for": ["Ada"]}, "published_at": "2023-05-01", "style": "report"}
    many = {"holders": {"for": ["A", "B"], "no": ["C"]}, "published_at": "2024-05-01", "style": 7}
    short, _ = rows(10, 10, **one_holder)
    long = [Example(f"l{k}", "word " * 26, (), f"b{k}", fields=dict(many)) for k in range(10)]
    medium = [
        Example(f"m{k}", "word " * 13, (), f"c{k}", fields={"holders": []}) for k in range(10)
    ]
    found = slices([*short, *long, *medium], np.ones(30, dtype=bool))
    assert {(one.by, one.value) for one in found} == {
        *(("year", "2023"), ("year", "2024"), ("holders", "1"), ("holders", "3 or more")),
        *(("length", f"{n} words") for n in ("up to 12", "13–25", "over 25")),
    }


NAMED = (
    "Macron loves the night market today.",
    "The mayor of Oslo would close the market at ten.",
    "Nobody counts every drum.",
)


@pytest.mark.parametrize("kind", ["several", "exclusive"])
def test_the_audit_by_hand(models, kind):
    """Each share is what one gets by predicting the masked and the exchanged sentences."""
    from sklearn.metrics import f1_score

    scorer, _ = models[kind]
    limits = Thresholds(np.full(3, 0.5)) if kind == "several" else Thresholds(None)
    labels = [("for_market",), ("against_market",), ("noise",)]
    examples = [
        Example(f"s{n}", text, label, f"a{n}")
        for n, (text, label) in enumerate(zip(NAMED, labels, strict=True))
    ]
    found = answer(scorer, examples, limits)
    audit = audit_names(scorer, examples, limits, found.target, found.given)

    def given_for(change):
        changed = [Example("x", change(one.text), one.labels, "x") for one in examples]
        return answer(scorer, changed, limits).given

    without = given_for(masked)
    others = [given_for(lambda text, step=step: exchanged(text, step)) for step in STEPS]
    assert audit.n_named == 2
    assert audit.changed_when_masked == (without != found.given)[:2].any(axis=1).mean()
    expected = np.mean([(one != found.given)[:2].any(axis=1).mean() for one in others])
    assert audit.changed_when_exchanged == pytest.approx(expected)
    right = f1_score(found.target, without, average="macro", zero_division=0)
    assert audit.macro_f1_masked == pytest.approx(right)


def test_data_without_names_has_no_audit(models):
    """Where nobody is named nothing is said about names, neither good nor bad."""
    scorer, examples = models["several"]
    report = evaluate(scorer, examples, thresholds_of(scorer), ["x"])
    assert report.names is None
    assert not any("named" in warning for warning in report.warnings)
