"""The report as JSON: the keys of scikit-learn, numbers unrounded, any text inside."""

import json
from dataclasses import replace

from stance.evaluation.intervals import Estimate
from stance.evaluation.render_json import to_dict, to_json


def test_the_keys_are_those_of_classification_report(report):
    """Who reads scikit-learn's dictionary can read this one."""
    from sklearn.metrics import classification_report

    target = [[1, 0], [0, 1], [1, 1]]
    names = [label.name for label in report.labels]
    right = classification_report(target, target, target_names=names, output_dict=True)
    found = to_dict(report)["classification_report"]
    for name in (*names, "micro avg", "macro avg"):
        assert set(right[name]) <= set(found[name]), name


def test_accuracy_has_its_usual_name_where_labels_exclude(report, exclusive_report):
    """`accuracy` with one label a sentence, `subset_accuracy` otherwise, never both."""
    assert {"accuracy", "subset_accuracy"} & set(to_dict(exclusive_report)) == {"accuracy"}
    assert {"accuracy", "subset_accuracy"} & set(to_dict(report)) == {"subset_accuracy"}


def test_numbers_are_not_rounded(report):
    """The JSON holds the numbers themselves; rounding is for people."""
    exact = replace(report, hamming_loss=Estimate(1 / 3, 1 / 7, 2 / 3))
    found = json.loads(to_json(exact))
    assert found["hamming_loss"] == 1 / 3
    assert found["hamming_loss_interval"] == [1 / 7, 2 / 3]


def test_any_text_comes_back(hostile_report, hostile):
    """Texts are in the JSON as they are, whatever they hold."""
    found = json.loads(to_json(hostile_report))
    assert found["codebook"] == hostile
    assert [one["text"] for one in found["mistakes"]] == [hostile] * 2
    assert found == json.loads(json.dumps(to_dict(hostile_report)))
