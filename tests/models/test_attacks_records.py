"""Records of a model that a stranger made to harm, with the hash of the record put right."""

import json

import pytest

from stance.prediction.scorer import load_scorer
from stance.prediction.single import Single
from stance.storage.errors import ModelError


def names_in(fields, *names):
    fields["files"] |= dict.fromkeys(names, "0" * 64)


RECORDS = {
    "a path out of the folder": lambda fields: names_in(fields, "../../secret"),
    "a path from the root": lambda fields: names_in(fields, "/etc/hostname"),
    "control bytes in a name": lambda fields: names_in(fields, "a\x1b[2J"),
    "a zero byte in a name": lambda fields: names_in(fields, "a\0b"),
    "half a character in a name": lambda fields: names_in(fields, "\ud800"),
    "a hidden file": lambda fields: names_in(fields, ".bashrc"),
    "files without end": lambda fields: names_in(fields, *(f"f{n}" for n in range(200))),
    "labels that differ in case": lambda fields: fields.update(
        json.loads(json.dumps(fields).replace('"unsure"', '"FOR_AID"'))
    ),
    "a label of control bytes": lambda fields: fields.update(
        json.loads(json.dumps(fields).replace('"unsure"', json.dumps("un\x1b[31m")))
    ),
    "no probes": lambda fields: fields.update(probes=[]),
    "one probe": lambda fields: fields.update(probes=fields["probes"][:1]),
    "thresholds of zero": lambda fields: fields.update(thresholds=[0.0, 0.5, 0.5]),
    "thresholds below zero": lambda fields: fields.update(thresholds=[-1.0, 0.5, 0.5]),
    "a threshold less": lambda fields: fields.update(thresholds=[0.5, 0.5]),
    "thresholds of a word": lambda fields: fields.update(thresholds="abc"),
    "exclusive with thresholds": lambda fields: fields.update(exclusive=True),
    "a true number": lambda fields: fields.update(seed=True),
    "a scale that overflows": lambda fields: fields["calibration"].update(
        method="sigmoid", scales=[1e308] * 3, shifts=[0.0] * 3
    ),
    "a block more of characters": lambda fields: fields["blocks"].append(
        fields["blocks"][-1] | {"name": "near"}
    ),
    "calibrated for other labels": lambda fields: fields["calibration"].update(
        method="sigmoid", scales=[1.0] * 2, shifts=[0.0] * 2
    ),
    "exclusive, calibrated one by one": lambda fields: fields.update(
        exclusive=True,
        thresholds=None,
        calibration=fields["calibration"]
        | {"method": "sigmoid", "scales": [1.0] * 3, "shifts": [0.0] * 3},
    ),
    "a probability less": lambda fields: fields["probes"][0].update(probabilities=[0.5, 0.5]),
    "n-grams of one character": lambda fields: fields["blocks"][-1].update(ngram_range=[1, 3]),
    "no blocks": lambda fields: fields.update(blocks=[]),
    "a field more": lambda fields: fields.update(more=1),
    "a field more in a block": lambda fields: fields["blocks"][0].update(more=1),
    "another format": lambda fields: fields.update(format=4),
    "a format of a word": lambda fields: fields.update(format="3"),
    "a format that is true": lambda fields: fields.update(format=True),
}
# What says nothing of an answer, and which one sentence is therefore answered without.
NO_ANSWER = {
    *("a path out of the folder", "a path from the root", "control bytes in a name"),
    *("a zero byte in a name", "half a character in a name", "a hidden file"),
    *("files without end", "a true number"),
    # What then scores differently is noticed where a probe has it.
    *("calibrated for other labels", "exclusive, calibrated one by one"),
    "n-grams of one character",
}


@pytest.mark.parametrize("name", RECORDS)
def test_records_made_to_harm_are_refused_by_both_ways_to_load(forge, name):
    """With the hash of the record put right; told in one line without control bytes."""
    folder = forge(info=RECORDS[name])
    with pytest.raises(ModelError) as caught:
        load_scorer(folder)
    assert str(caught.value).isprintable()
    if name not in NO_ANSWER:
        with pytest.raises((ModelError, LookupError, ValueError, TypeError, AttributeError)):
            Single(folder)
