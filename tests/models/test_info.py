"""The record of a model: consistent in itself, or refused; a forged one never crashes."""

import json

import numpy as np
import pytest
from pydantic import ValidationError

from stance.models.folder import INFO, INFO_HASH, hash_of, read_folder, read_info
from stance.models.info import VERSION_PATTERN, Info
from stance.prediction.scorer import load_scorer
from stance.storage.errors import ModelError


def test_a_record_comes_back_as_it_was_written(saved):
    """What stands in info.json is the record, byte by byte when it is written again."""
    written = (saved / INFO).read_text(encoding="utf-8")
    info = Info.model_validate_json(written)
    assert info.model_dump_json(indent=2) + "\n" == written
    assert read_info(saved) == info


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"format": 1}, "an older Stancedesk"),
        ({"format": 4}, "format"),
        ({"format": "1"}, "format"),
        ({"surprise": 1}, "surprise"),
        ({"labels": []}, "labels"),
        ({"labels": ["for_aid", "for_aid", "unsure"]}, "twice"),
        ({"labels": ["for_aid", "", "unsure"]}, "labels"),
        ({"labels": ["for_aid", "against_aid"]}, "as many thresholds"),
        ({"labels": ["for_aid", "against_aid", "other"]}, "keywords and majority"),
        ({"thresholds": None}, "thresholds belong"),
        ({"thresholds": [0.5, 0.5]}, "as many thresholds"),
        ({"thresholds": [0.5, 0.5, 1.5]}, "thresholds"),
        ({"thresholds": [0.5, 0.5, "0.5"]}, "thresholds"),
        ({"exclusive": True}, "thresholds belong"),
        ({"exclusive": 1}, "exclusive"),
        ({"blocks": []}, "blocks"),
        ({"probes": []}, "probes"),
        ({"majority": ["other"]}, "keywords and majority"),
        ({"files": {"a": "xyz"}}, "files"),
        ({"version": ""}, "version"),
        ({"seed": -1}, "seed"),
    ],
)
def test_a_record_that_contradicts_itself_is_refused(forge, changes, told):
    """Every field is of its kind and fits the others, or the folder is refused by that name."""
    with pytest.raises(ModelError) as caught:
        read_folder(forge(info=lambda fields: fields.update(changes)))
    assert told in str(caught.value)


@pytest.mark.parametrize("field", list(Info.model_fields))
def test_every_field_is_needed(forge, field):
    """A record that lacks a field is refused; no value is made up for it."""
    with pytest.raises(ModelError, match=r"info\.json"):
        read_folder(forge(info=lambda fields: fields.pop(field)))


@pytest.mark.parametrize(
    ("name", "is_version"),
    [
        ("v1", True),
        ("2024-05-01_final.2", True),
        ("x" * 64, True),
        ("x" * 65, False),
        ("", False),
        (".", False),
        ("..", False),
        (".hidden", False),
        ("-rf", False),
        ("a/b", False),
        ("a\\b", False),
        ("../v1", False),
        ("v1\n", False),
        ("v 1", False),
        ("é1", False),
        ("v1\0", False),
    ],
)
def test_names_of_versions(name, is_version):
    """A version is one plain folder name, which leads nowhere else."""
    assert bool(VERSION_PATTERN.fullmatch(name)) is is_version


@pytest.mark.parametrize("name", ["../v1", "a b", "v1\n", "x" * 65])
def test_a_record_has_no_other_version_name_than_a_folder(forge, name):
    """The version in a record is one that the registry could have given."""
    with pytest.raises(ModelError, match="version"):
        read_info(forge(info=lambda fields: fields.update(version=name)))


def flip_block(**changes):
    return lambda fields: fields["blocks"][0].update(changes)


FORGED = {
    "n_features too small": flip_block(n_features=1),
    "n_features too large": flip_block(n_features=99_999_999),
    "another analyser": flip_block(analyzer="char_wb"),
    "longer n-grams": flip_block(ngram_range=[1, 8]),
    "reversed n-grams": flip_block(ngram_range=[3, 1]),
    "the same block twice": lambda fields: fields.update(blocks=[fields["blocks"][0]] * 2),
    "blocks exchanged": lambda fields: fields["blocks"].reverse(),
    "one block less": lambda fields: fields["blocks"].pop(),
}


@pytest.mark.parametrize("change", list(FORGED))
def test_a_forged_block_is_refused_or_changes_nothing(forge, saved, change):
    """Another description of the same arrays is refused, unless it predicts the same."""
    folder = forge(info=FORGED[change])
    try:
        found = load_scorer(folder)
    except ModelError:
        return
    texts = ["A generous pledge to the village", "They refuse the budget", "", "Perhaps."]
    expected = load_scorer(saved).score(texts).probabilities
    assert np.abs(found.score(texts).probabilities - expected).max() < 1e-9


def test_other_numbers_with_right_hashes_are_refused_by_the_probes(forge):
    """A coefficient that was changed together with its hash does not pass the probe sentences."""

    def double(arrays):
        arrays["coefficients"][-40:] *= 2

    with pytest.raises(ModelError, match="probe sentences"):
        load_scorer(forge(arrays=double))


def test_a_class_beyond_the_labels_is_refused(forge):
    """Where labels do not exclude each other there is no class of its own for none."""

    def add_class(arrays):
        arrays["intercept"] = np.append(arrays["intercept"], 0.5)
        arrays["coefficients"] = arrays["coefficients"][:, [0, 1, 2, 2]]

    with pytest.raises(ModelError):
        load_scorer(forge(arrays=add_class))


@pytest.mark.parametrize(
    "names",
    [
        {},
        {"for_aid": ["France"]},
        {"for_aid": [], "against_aid": [], "unsure": [], "more": []},
        {"for_aid": "France", "against_aid": [], "unsure": []},
    ],
)
def test_every_label_has_its_list_of_countries(forge, names):
    """The rule that goes by names has a list for each label and for no other."""
    with pytest.raises(ModelError):
        read_info(forge(info=lambda fields: fields.update(names=names)))


def test_countries_of_the_list_are_accepted(forge):
    """A record may name any country of the list for a label."""
    names = {"for_aid": ["New Zealand"], "against_aid": ["United States", "France"], "unsure": []}
    info = read_info(forge(info=lambda fields: fields.update(names=names)))
    assert info.names["against_aid"] == ("United States", "France")


def test_a_key_twice_in_the_record_is_refused(copied):
    """Two readers could see two different thresholds: such a record is none."""
    text = (copied / INFO).read_text(encoding="utf-8").rstrip().removesuffix("}")
    doubled = text + ', "seed": 5}'
    (copied / INFO).write_text(doubled, encoding="utf-8")
    (copied / INFO_HASH).write_text(hash_of(doubled.encode()) + "\n", encoding="ascii")
    with pytest.raises(ModelError, match='"seed" stands there twice'):
        read_info(copied)


def test_a_record_cannot_be_changed(saved):
    """A record is frozen in memory, too."""
    info = read_info(saved)
    with pytest.raises(ValidationError, match="frozen"):
        info.seed = 5
    assert json.loads(info.model_dump_json())["seed"] == 0


def calibrated(method, **numbers):
    return {"calibration": {"method": method, **numbers}}


EXCLUSIVE = {"exclusive": True, "thresholds": None}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (calibrated("sigmoid", scales=[1.0] * 2, shifts=[0.0] * 2), "is of other labels"),
        (calibrated("sigmoid", scales=[1.0] * 3, shifts=[0.0, 1e6, -1e6]), ""),
        (calibrated("sigmoid", scales=[1.0] * 3, shifts=[0.0, 0.0, -1.01e6]), "beyond any that"),
        (calibrated("sigmoid", scales=[1.01e6, 1.0, 1.0], shifts=[0.0] * 3), "beyond any that"),
        (EXCLUSIVE | calibrated("temperature", scales=[1e6]), ""),
        (EXCLUSIVE | calibrated("none"), ""),
        (
            EXCLUSIVE | calibrated("sigmoid", scales=[1.0] * 3, shifts=[0.0] * 3),
            "exclusive labels have one temperature",
        ),
        ({"version": "a b"}, "a version has letters, digits and . _ - only"),
    ],
)
def test_numbers_of_a_calibration_are_bounded(forge, changes, told):
    """Of as many labels as the model has, and no larger than training makes them."""
    folder = forge(info=lambda fields: fields.update(changes))
    if not told:
        assert read_info(folder).exclusive is changes.get("exclusive", False)
        return
    with pytest.raises(ModelError, match=told):
        read_info(folder)


@pytest.mark.parametrize(
    ("words", "characters", "told"),
    [
        ({"ngram_range": [1, 1]}, {"ngram_range": [2, 2]}, ""),
        ({"ngram_range": [2, 1]}, {}, "n-grams have at least one length"),
        ({}, {"ngram_range": [1, 2]}, "n-grams of characters start at two"),
        ({"analyzer": "char_wb", "ngram_range": [2, 3]}, {}, "one block of characters at most"),
        ({"name": "char"}, {}, "a block stands there twice"),
    ],
)
def test_blocks_are_what_training_makes(forge, words, characters, told):
    """Each once, one of characters at most, with n-grams of some length."""

    def change(fields):
        by_name = {one["name"]: one for one in fields["blocks"]}
        by_name["word"].update(words)
        by_name["char"].update(characters)

    folder = forge(info=change)
    if not told:
        assert [one.ngram_range for one in read_info(folder).blocks] == [(1, 1), (2, 2)]
        return
    with pytest.raises(ModelError, match=told):
        read_info(folder)
