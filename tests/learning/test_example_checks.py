"""Conflicts, repetitions and rare labels among examples."""

import pytest

from stance.corpus.targets import TargetedText
from stance.learning.example_checks import FEW, FEW_IN_TEST, check_examples
from stance.learning.split import TEST, TRAIN

LONG = "A convoy of forty lorries waited three nights at the frontier for its papers"
OTHER = "Nobody in the valley had asked whether the new bridge would carry a tank"


def found_in(small, rows, sides=None, names=None):
    codebook = small.codebook(names) if names else small.codebook()
    by_place = {f"rows.csv:{name}": side for name, side in (sides or {}).items()}
    return {one.name: one for one in check_examples(rows, codebook, by_place)}


def test_good_data_has_no_findings(small):
    """Rows with enough of every label, none twice, are without fault; every check says so."""
    rows = small.examples(60)
    found = found_in(small, rows, {one.id: TRAIN for one in rows})
    found.pop("not_english")  # random words are no language
    assert {one.count for one in found.values()} == {0}
    assert all(one.places == () and one.advice for one in found.values())


def test_each_fault_is_counted_with_its_places(small):
    """Conflicts, repetitions, near-duplicates and leaks are counted apart."""
    rows = [
        small.example("r1", LONG, ["unsure"]),
        small.example("r2", LONG.upper(), ["for_aid"]),
        small.example("r3", LONG + "s", ["for_aid"]),
        small.example("r4", "We wait.", ["for_aid"]),
        small.example("r5", "We wait.", ["for_aid"]),
        small.example("r6", "we wait.", ["for_aid"]),
        small.example("r7", OTHER, ["unsure"]),
        small.example("r8", OTHER + "s", ["unsure"]),
    ]
    sides = {"r1": TRAIN, "r2": TRAIN, "r3": TEST, "r7": TRAIN, "r8": TRAIN}
    found = found_in(small, rows, sides)
    assert {name: one.count for name, one in found.items() if one.count} == {
        "conflicting_labels": 1,
        "text_duplicates": 3,
        "near_duplicates": 3,
        "train_test_sample_mix": 1,
        "rare_labels": 3,
        "rare_labels_in_test": 3,
    }
    assert "(rows.csv:r1, rows.csv:r2) for_aid or unsure" in found["conflicting_labels"].places[0]
    assert found["rare_labels"].places == ("for_aid 5", "against_aid 0", "unsure 3")
    errors = {name for name, one in found.items() if one.level == "error" and one.count}
    assert errors == {"conflicting_labels", "train_test_sample_mix"}


def test_one_sentence_about_two_targets_may_have_two_answers(small):
    """Only answers about the same target contradict each other."""
    rows = [
        small.example("r1", TargetedText(LONG, "the mayor"), ["unsure"]),
        small.example("r2", TargetedText(LONG, "the bridge"), ["for_aid"]),
    ]
    assert found_in(small, rows)["conflicting_labels"].count == 0
    rows.append(small.example("r3", TargetedText(LONG, "the mayor"), ["for_aid"]))
    assert found_in(small, rows)["conflicting_labels"].count == 1


@pytest.mark.parametrize(("n", "rare"), [(FEW - 1, 1), (FEW, 0)])
def test_a_label_is_rare_below_ten_sentences(small, n, rare):
    """Ten sentences are enough for a label, nine are not."""
    rows = [small.example(f"r{k}", f"Text {k}.", ["for_aid"]) for k in range(n)]
    assert found_in(small, rows, names=("for_aid",))["rare_labels"].count == rare


@pytest.mark.parametrize(("n", "rare"), [(FEW_IN_TEST - 1, 1), (FEW_IN_TEST, 0)])
def test_a_label_is_rare_in_test_below_five_sentences(small, n, rare):
    """Five test sentences are enough, four are not; without a test side nothing is asked."""
    rows = [small.example(f"r{k}", f"Text {k}.", ["for_aid"]) for k in range(12)]
    sides = {one.id: TEST if k < n else TRAIN for k, one in enumerate(rows)}
    assert found_in(small, rows, sides, ("for_aid",))["rare_labels_in_test"].count == rare
    assert found_in(small, rows, {}, ("for_aid",))["rare_labels_in_test"].count == 0
