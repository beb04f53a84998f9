"""The table of agreement: overall and by label, all together and two by two, with intervals."""

import random

import pytest

from stance.annotation.judgements import Judged, Judgements
from stance.codebook.codebook import Codebook, Label
from stance.evaluation.annotators import dispute_row, measure_agreement, to_fields
from stance.storage.errors import DataError


def book(exclusive=False):
    return Codebook(
        exclusive=exclusive, labels=tuple(Label(name=name) for name in ("yes", "no", "never"))
    )


def judged(answers, per_article=2):
    """Sentences with these answers, `per_article` of them an article."""
    return Judgements(
        tuple(
            Judged(f"s{n}", f"Sentence {n}.", f"a{n // per_article}", dict(one))
            for n, one in enumerate(answers)
        )
    )


@pytest.fixture
def three():
    """Three annotators who mostly agree; the third answers every second sentence."""
    draw = random.Random(1)
    answers = []
    for n in range(60):
        right = draw.choice([(), ("yes",), ("no",), ("yes", "no")])
        one = {
            who: right if draw.random() < 0.8 else draw.choice([(), ("yes",)])
            for who in ("ana", "bo", "cy")
        }
        if n % 2:
            del one["cy"]
        answers.append(one)
    return judged(answers)


def test_overall_label_by_label_and_two_by_two(three):
    """Every measure lies within its interval; pairs count their common sentences only."""
    found = measure_agreement(three, book())
    assert [one.what for one in found.together] == ["overall", "yes", "no", "never"]
    assert found.distance == "MASI"
    for one in found.together[:3]:
        for measure in one.measures.values():
            assert measure.low <= measure.value <= measure.high
            assert measure.low < measure.high
    pairs = {one[0].annotators: one[0].n_sentences for one in found.pairs}
    assert pairs == {("ana", "bo"): 60, ("ana", "cy"): 30, ("bo", "cy"): 30}
    assert {one.id for one in found.disputes} == {
        one.id for one in three.sentences if len(set(one.labels.values())) > 1
    }


def test_a_pair_alone_is_what_it_is_among_others(three):
    """Taking two annotators out gives the same figures as their pair had."""
    among = measure_agreement(three, book())
    alone = measure_agreement(three.of(["ana", "cy"]), book())
    assert alone.together == next(one for one in among.pairs if one[0].annotators == ("ana", "cy"))
    assert alone.pairs == (alone.together,)


def test_what_is_undefined_is_told(three):
    """A label that nobody gave has no coefficient but the percentage."""
    never = measure_agreement(three, book()).together[3]
    assert never.undefined == "nobody gave it"
    assert never.measures["percent"].value == 1
    assert {never.measures[name] for name in ("kappa", "alpha", "ac1")} == {None}
    always = measure_agreement(judged([{"ana": ("yes",), "bo": ("yes",)}] * 4), book())
    assert (
        always.together[0].undefined == always.together[1].undefined == "all answers are the same"
    )
    row = always.together[0].to_row()
    assert (row["percent"], row["alpha"], row["alpha_low"]) == (1, None, None)


def test_one_article_has_no_interval():
    """There is nothing to resample; the values stand."""
    found = measure_agreement(
        judged([{"ana": ("yes",), "bo": ("yes",)}, {"ana": (), "bo": ("yes",)}], 9), book()
    )
    measures = found.together[0].measures.values()
    assert found.n_articles == 1
    assert all(one.low is one.high is None for one in measures if one)


def test_labels_that_exclude_each_other_are_nominal():
    """With one label an answer, MASI and nominal distance are the same thing."""
    answers = [
        {"ana": (a,), "bo": (b,)} for a, b in [("yes", "yes"), ("yes", "no"), ("no", "no")] * 3
    ]
    nominal, sets = (measure_agreement(judged(answers), book(one)) for one in (True, False))
    assert (nominal.distance, sets.distance) == ("nominal", "MASI")
    assert nominal.together == sets.together


def test_sets_that_share_a_label_disagree_less():
    """Alpha with MASI is higher when annotators differ by one of two labels."""
    near = [{"ana": ("yes", "no"), "bo": ("yes",)}, {"ana": (), "bo": ()}] * 4
    far = [{"ana": ("no",), "bo": ("yes",)}, {"ana": (), "bo": ()}] * 4
    values = [measure_agreement(judged(one), book()).together[0].measures for one in (near, far)]
    assert values[0]["alpha"].value > values[1]["alpha"].value
    assert values[0]["kappa"] == values[1]["kappa"]


def test_without_a_common_sentence_there_is_no_agreement():
    """The message says what to do."""
    with pytest.raises(DataError, match="Let a second one label the same sentences"):
        measure_agreement(judged([{"ana": ()}, {"bo": ()}]), book())


def test_the_json_has_every_figure(three):
    """All rows, the distance, and the disputes with a column for each annotator."""
    found = to_fields(measure_agreement(three, book()))
    assert len(found["together"]) == 4
    assert len(found["pairs"]) == 12
    assert found["n_disputes"] == len(found["disputes"])
    one = dispute_row(three.sentences[1], ["ana", "bo", "cy"])
    assert (one["labels_cy"], one["note_ana"], one["settled"]) == ("(no answer)", "", False)
