"""From a model and labelled sentences to a report."""

from dataclasses import replace

import numpy as np
import pytest

from stance.corpus.normalise import short_hash
from stance.evaluation.evaluate import answer, evaluate, unseen
from stance.prediction.predict import Thresholds, thresholds_of
from stance.storage.errors import DataError


def shuffled(examples):
    """The examples with the labels of every fourth one moved on, so that some are wrong."""
    labels = [one.labels for one in examples]
    return [
        replace(one, labels=labels[(n + 1) % len(labels)]) if n % 4 == 0 else one
        for n, one in enumerate(examples)
    ]


@pytest.fixture(params=["several", "exclusive"])
def case(request, models):
    """(scorer, examples with mistakes, the report on them)."""
    scorer, examples = models[request.param]
    examples = shuffled(examples)
    return scorer, examples, evaluate(scorer, examples, thresholds_of(scorer), ["pears.csv"])


def test_the_scores_are_those_of_scikit_learn(case):
    """Precision, recall, F1 and their means are those of classification_report."""
    from sklearn.metrics import classification_report

    scorer, examples, report = case
    found = answer(scorer, examples, thresholds_of(scorer))
    right = classification_report(
        found.target.astype(int),
        found.given.astype(int),
        target_names=list(scorer.info.labels),
        output_dict=True,
        zero_division=0,
    )
    for label in report.labels:
        expected = right[label.name]
        assert label.precision.value == pytest.approx(expected["precision"])
        assert label.recall.value == pytest.approx(expected["recall"])
        assert label.f1.value == pytest.approx(expected["f1-score"])
        assert label.support == expected["support"]
    for name, average in (("micro avg", report.micro), ("macro avg", report.macro)):
        assert average.precision.value == pytest.approx(right[name]["precision"])
        assert average.recall.value == pytest.approx(right[name]["recall"])
        assert average.f1.value == pytest.approx(right[name]["f1-score"])


def test_the_other_scores_are_those_of_scikit_learn(case):
    """Average precision by label and in the mean, subset accuracy and Hamming loss, too."""
    from sklearn.metrics import accuracy_score, average_precision_score, hamming_loss

    scorer, examples, report = case
    found = answer(scorer, examples, thresholds_of(scorer))
    target, given = found.target.astype(int), found.given.astype(int)
    each = average_precision_score(target, found.probabilities, average=None)
    assert [one.average_precision.value for one in report.labels] == pytest.approx(each.tolist())
    assert report.macro_average_precision.value == pytest.approx(each.mean())
    assert report.subset_accuracy.value == pytest.approx(accuracy_score(target, given))
    assert report.hamming_loss.value == pytest.approx(hamming_loss(target, given))
    assert 0 < report.subset_accuracy.value < 1, "the example is no example"


def test_counts(case):
    """Sentences, articles, given labels and confusion tables count the same rows."""
    scorer, examples, report = case
    found = answer(scorer, examples, thresholds_of(scorer))
    assert (report.n_sentences, report.n_articles) == (len(examples), 6)
    assert [label.n_given for label in report.labels] == found.given.sum(axis=0).tolist()
    assert len(report.confusions) == (1 if report.exclusive else len(report.labels))
    for table in report.confusions:
        assert sum(map(sum, table.counts)) == len(examples)


def test_mistakes_are_the_wrong_answers_and_the_surest_first(case):
    """Every wrong sentence counts once; at most ten are shown, beginning with the surest."""
    scorer, examples, report = case
    found = answer(scorer, examples, thresholds_of(scorer))
    wrong = np.flatnonzero((found.target != found.given).any(axis=1))
    assert report.n_mistakes == len(wrong) > 0
    assert len(report.mistakes) == min(10, len(wrong))
    by_id = {one.id: (row, one) for row, one in enumerate(examples)}
    distances = []
    for one in report.mistakes:
        row, example = by_id[one.id]
        k = scorer.info.labels.index(one.label)
        assert one.text == example.text
        assert one.gold == example.labels
        assert one.given != one.gold
        assert one.label in set(one.given) ^ set(one.gold)
        assert one.kind == ("extra" if one.label in one.given else "missed")
        assert one.probability == found.probabilities[row, k]
        limit = 0.5 if one.threshold is None else one.threshold
        share = (one.probability - limit) / (1 - limit if one.kind == "extra" else -limit)
        distances.append(share)
    assert distances == sorted(distances, reverse=True)


def test_the_source_of_a_mistake(models):
    """It is the outlet where one is known, else the article; a lone row has none."""
    scorer, examples = models["several"]
    wrong = [replace(one, labels=("noise",)) for one in examples if not one.labels][:3]
    lone = replace(wrong[2], article_id=wrong[2].id, fields={})
    one, two = replace(wrong[0], fields={"outlet": "The Pear"}), replace(wrong[1], fields={})
    report = evaluate(scorer, [one, two, lone], thresholds_of(scorer), ["x"])
    sources = {mistake.id: mistake.source for mistake in report.mistakes}
    assert sources == {one.id: "The Pear", two.id: two.article_id, lone.id: ""}


def test_thresholds_decide(models):
    """With the user's thresholds the report counts the user's answers."""
    scorer, examples = models["several"]
    never = evaluate(scorer, examples, Thresholds(np.full(3, 1 - 1e-9)), ["x"])
    assert [label.n_given for label in never.labels] == [0, 0, 0]
    always = evaluate(scorer, examples, Thresholds(np.full(3, 1e-9)), ["x"])
    assert [label.n_given for label in always.labels] == [len(examples)] * 3


def test_the_order_of_the_examples_changes_nothing_but_the_intervals(case):
    """Point scores and the hash of the data are those of the set, not of its order."""
    scorer, examples, report = case
    turned = evaluate(scorer, examples[::-1], thresholds_of(scorer), ["pears.csv"])
    assert turned.data_sha256 == report.data_sha256
    assert [one.f1.value for one in turned.labels] == [one.f1.value for one in report.labels]
    assert turned.hamming_loss.value == report.hamming_loss.value


def test_the_hash_knows_texts_and_labels(models):
    """Another label or another text is another set of data."""
    scorer, examples = models["several"]
    hashes = {
        evaluate(scorer, data, thresholds_of(scorer), ["x"]).data_sha256
        for data in (
            examples[:4],
            [replace(examples[0], labels=("noise",)), *examples[1:4]],
            [replace(examples[0], text="other"), *examples[1:4]],
        )
    }
    assert len(hashes) == 3


def test_few_articles_are_told(models):
    """One article gives no interval and few give rough ones; the notes say so."""
    scorer, examples = models["several"]
    one = [example for example in examples if example.article_id == "a0"]
    report = evaluate(scorer, one, thresholds_of(scorer), ["x"], ["own note"])
    assert report.macro.f1.low is None
    assert report.notes[0] == "own note"
    assert "All sentences come from one article, so no interval can be given." in report.notes
    notes = evaluate(scorer, examples, thresholds_of(scorer), ["x"]).notes
    assert any(note.startswith("Only 6 articles") for note in notes)


def test_a_label_that_the_data_lacks_is_told(models):
    """Its recall is not defined: it counts as 0 in the macro F1, not in the macro AP."""
    scorer, examples = models["several"]
    without = [one for one in examples if "noise" not in one.labels]
    report = evaluate(scorer, without, thresholds_of(scorer), ["x"])
    assert any("no sentence with noise" in note for note in report.notes)
    values = [label.f1.value for label in report.labels]
    assert values[2] == 0
    assert report.macro.f1.value == pytest.approx(sum(values) / 3)
    aps = [label.average_precision.value for label in report.labels[:2]]
    assert report.macro_average_precision.value == pytest.approx(sum(aps) / 2)


def test_nothing_to_evaluate_is_told(models):
    """Without a sentence there is no report."""
    scorer, _ = models["several"]
    with pytest.raises(DataError, match="no labelled sentence"):
        evaluate(scorer, [], thresholds_of(scorer), ["x"])


def test_seen_sentences_are_known_again(models):
    """Case, quotes and white space do not hide a sentence that was trained on."""
    _, examples = models["several"]
    keys = frozenset({short_hash(examples[0].text), short_hash('He said "yes" to it.')})
    data = [
        replace(examples[0], text=f"  {examples[0].text.upper()} "),
        replace(examples[1], text="He said “yes”  to it."),
        examples[2],
    ]
    fresh, seen = unseen(data, keys)
    assert (fresh, seen) == ([data[2]], data[:2])
