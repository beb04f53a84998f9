"""Coefficients of agreement: equal to the libraries', and to worked examples of their authors."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.annotation.agreement import (
    MISSING,
    alpha_of_package,
    cohen_kappa,
    gwet_ac1,
    krippendorff_alpha,
    masi_distances,
    percent_agreement,
    to_codes,
)

# Krippendorff's example of four observers and twelve units, also cac.raw4raters in Gwet's irrCAC.
FOUR = np.array(
    [
        [1, 1, 0, 1],
        [2, 2, 3, 2],
        [3, 3, 3, 3],
        [3, 3, 3, 3],
        [2, 2, 2, 2],
        [1, 2, 3, 4],
        [4, 4, 4, 4],
        [1, 1, 2, 1],
        [2, 2, 2, 2],
        [0, 5, 5, 5],
        [0, 0, 1, 1],
        [0, 3, 0, 0],
    ]
) - np.int64(1)
# Two raters, 125 subjects: 118 yes/yes, 5 yes/no, 2 no/yes, 0 no/no.
PARADOX = np.array([[1, 1]] * 118 + [[1, 0]] * 5 + [[0, 1]] * 2)


@st.composite
def codes(draw, widths=(2, 3, 4), missing=True):
    """Answers of some annotators to some sentences, at least one of them answered twice."""
    n_kinds = draw(st.integers(1, 4))
    width = draw(st.sampled_from(widths))
    answer = st.integers(MISSING if missing else 0, n_kinds - 1)
    row = st.lists(answer, min_size=width, max_size=width)
    rows = draw(st.lists(row, min_size=1, max_size=12))
    return np.array([*rows, [0] * width], dtype=np.int64)


def same(ours, theirs):
    return math.isclose(ours, theirs, abs_tol=1e-9) or (math.isnan(ours) and math.isnan(theirs))


@given(codes())
def test_alpha_is_the_packages(found):
    """Nominal alpha by sums equals the package's, with answers missing, also where undefined."""
    import krippendorff

    ours = krippendorff_alpha(found).value
    assert same(ours, alpha_of_package(found))
    paired = found[(found != MISSING).sum(axis=1) > 1]
    if len(np.unique(paired[paired != MISSING])) > 1:
        values = np.where(paired == MISSING, np.nan, paired)
        assert same(ours, krippendorff.alpha(values.T, level_of_measurement="nominal"))
    else:
        assert math.isnan(ours)


@given(codes(), st.data())
def test_alpha_of_sets_is_the_packages(found, data):
    """With MASI distances, too: the package takes them as a metric of its own."""
    sets = st.lists(st.sampled_from("abcd"), max_size=3, unique=True)
    n_kinds = int(found.max()) + 1
    kinds = data.draw(st.lists(sets, min_size=n_kinds, max_size=n_kinds, unique_by=frozenset))
    far = masi_distances(kinds)
    assert same(krippendorff_alpha(found, far).value, alpha_of_package(found, far))


@pytest.mark.filterwarnings("ignore:invalid value")  # scikit-learn's own where it is undefined
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.UndefinedMetricWarning")
@given(codes(widths=(2,), missing=False))
def test_kappa_is_scikit_learns(found):
    """Cohen's kappa of two annotators, undefined where scikit-learn has NaN."""
    from sklearn.metrics import cohen_kappa_score

    ours = cohen_kappa(found).value
    if len(np.unique(found)) == 1:
        assert math.isnan(ours)
    else:
        assert same(ours, float(cohen_kappa_score(found[:, 0], found[:, 1])))


@given(codes(missing=False))
def test_kappa_of_more_is_the_mean_over_pairs(found):
    """Light's kappa; a pair whose answers are all one is left out of the mean."""
    pairs = [cohen_kappa(found[:, [i, k]]).value for k in range(found.shape[1]) for i in range(k)]
    defined = [one for one in pairs if not math.isnan(one)]
    mean = sum(defined) / len(defined) if defined else math.nan
    assert same(cohen_kappa(found).value, mean)


def test_ac1_of_gwets_examples():
    """The paradox that AC1 is made for (kappa below 0), and what Gwet's own irrCAC prints."""
    assert percent_agreement(PARADOX).value == pytest.approx(0.944)
    assert cohen_kappa(PARADOX).value == pytest.approx(-0.0234, abs=5e-5)
    assert gwet_ac1(PARADOX).value == pytest.approx(0.9408, abs=5e-5)
    assert percent_agreement(FOUR).value == pytest.approx(0.8181818, abs=5e-8)
    assert gwet_ac1(FOUR).value == pytest.approx(0.77544, abs=5e-6)
    assert krippendorff_alpha(FOUR).value == pytest.approx(0.74342, abs=5e-6)


@given(codes())
def test_ac1_is_what_its_definition_says(found):
    """Written out sentence by sentence, as in the paper."""
    rows = [[one for one in row if one != MISSING] for row in found.tolist()]
    rows = [row for row in rows if row]
    paired = [row for row in rows if len(row) > 1]
    kinds = sorted({one for row in rows for one in row})
    n_kinds = max(kinds) + 1
    ours = gwet_ac1(found).value
    if len(kinds) == 1:
        assert math.isnan(ours)
        return
    agreed = 0.0
    for row in paired:
        pairs = [a == b for i, a in enumerate(row) for k, b in enumerate(row) if i != k]
        agreed += sum(pairs) / len(pairs)
    shares = [sum(row.count(kind) / len(row) for row in rows) / len(rows) for kind in kinds]
    chance = sum(share * (1 - share) for share in shares) / (n_kinds - 1)
    assert ours == pytest.approx((agreed / len(paired) - chance) / (1 - chance))


@pytest.mark.parametrize("measure", [cohen_kappa, krippendorff_alpha, gwet_ac1])
def test_where_all_answers_are_one_nothing_is_claimed(measure):
    """Undefined, neither 1 nor 0; percent agreement stays what it is."""
    alike = np.zeros((9, 2), dtype=np.int64)
    assert math.isnan(measure(alike).value)
    assert percent_agreement(alike).value == 1


@pytest.mark.parametrize("measure", [percent_agreement, cohen_kappa, krippendorff_alpha, gwet_ac1])
@given(codes(), st.lists(st.integers(0, 3), min_size=13, max_size=13))
def test_weights_are_repeated_sentences(measure, found, times):
    """Weighing the sums of a sentence by n is having it n times: what resampling rests on."""
    times = np.array(times[: len(found)])
    one = measure(found)
    repeated = measure(np.repeat(found, times, axis=0))
    weighed = one.of_sums((times @ one.parts)[None, :])[0]
    if measure is gwet_ac1 and found.max() != np.repeat(found, times, axis=0).max(initial=-1):
        return  # the number of categories is that of all sentences, not of a draw
    if measure is cohen_kappa and not times.sum():
        return
    assert same(float(weighed), repeated.value)


def test_masi_follows_the_paper():
    """Equal, within, overlapping, apart; and no label is apart from any."""
    far = masi_distances([("a",), ("a", "b"), ("b", "c"), (), ("d",)])
    assert far[0].tolist() == pytest.approx([0, 1 - 1 / 2 * 2 / 3, 1, 1, 1])
    assert far[1, 2] == pytest.approx(1 - 1 / 3 * 1 / 3)
    assert (far == far.T).all() and (far.diagonal() == 0).all()


def test_codes_keep_who_answered_what():
    """A column for each annotator, MISSING where one did not answer."""
    found, kinds = to_codes([{"a": ("x",), "b": ()}, {"b": ("x",)}], ["a", "b"])
    assert kinds == [(), ("x",)]
    assert found.tolist() == [[1, 0], [MISSING, 1]]
