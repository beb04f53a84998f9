"""The search: folds as fitted one by one, nothing seen that it is scored on, and time kept."""

import json
import time

import pytest

from stance.learning.config import changed, read_config
from stance.learning.dataset import training_data
from stance.learning.training import train
from stance.learning.tuning import Search, autotune, check_metric, tuning_json
from stance.storage.errors import ConfigError

FAST = (
    *(f"features.{name}.enabled=false" for name in ("char", "negated", "classes")),
    "features.negated_classes.enabled=false",
    "thresholds.folds=3",
)


def data_of(small, exclusive=False, n=60):
    return training_data(
        small.examples(n, exclusive=exclusive), small.codebook(exclusive=exclusive)
    )


@pytest.mark.parametrize("metric", ["macro-f1", "ap", "f1:unsure"])
def test_the_search_keeps_what_scores_better(small, metric):
    """Each kept setting beat the one kept before it, and the config is the last of them."""
    tuned = autotune(data_of(small), read_config(None, FAST), 3, metric)
    kept = [one for one in tuned.trials if one.kept]
    assert [one.score for one in kept] == sorted(one.score for one in kept)
    assert max(one.score for one in tuned.trials) == kept[-1].score
    assert tuned.config.training.C == kept[-1].C
    assert 0 <= tuned.outer_score <= 1
    told = json.loads(tuning_json(tuned))
    assert len(told["trials"]) == len(tuned.trials)
    assert told["outer_score"] == tuned.outer_score


def test_time_is_kept(small):
    """With no time left only the path over C is walked, in every search."""
    start = time.monotonic()
    tuned = autotune(data_of(small), read_config(None, FAST), 0.001)
    assert [one.changes for one in tuned.trials] == [()]
    assert time.monotonic() - start < 20


def test_noise_gets_no_flattering_outer_score(small):
    """Labels drawn by lot: the search finds something that seems good, the outer score does not."""
    import random
    from dataclasses import replace

    draw = random.Random(4)
    rows = [
        replace(one, labels=("for_aid",) if draw.random() < 0.5 else ())
        for one in small.examples(90)
    ]
    data = training_data(rows, small.codebook(("for_aid",)))
    tuned = autotune(data, read_config(None, FAST), 4, "ap")
    assert max(one.score for one in tuned.trials) > 0.5
    assert tuned.outer_score < 0.68


def test_n_grams_are_counted_once_for_each_way(small):
    """Another C, weight or min_df counts nothing anew; another order of n-grams does."""
    search = Search(data_of(small), "ap")
    config = read_config(None, FAST).resolved(False)
    for changes in ((), ("training.C=3",), ("features.word.min_df=2",)):
        search.counted(changed(config, changes))
    assert len(search.counts) == 1
    search.counted(changed(config, ["features.word.ngram_range=[1,3]"]))
    assert len(search.counts) == 2
    search.counted(changed(config, ["features.mask_names=true"]))
    assert len(search.counts) == 3


def test_an_unknown_metric_is_told(small):
    """The nearest right name is told, and all of them."""
    with pytest.raises(ConfigError, match="f1:unsure"):
        check_metric("f1:unsur", small.codebook())


def test_what_was_tried_lies_beside_the_model(small, tmp_path):
    """The file is listed with its hash in the record of the model."""
    from stance.models.folder import hash_of
    from stance.models.saving import save

    data = data_of(small)
    tuned = autotune(data, read_config(None, FAST), 0.01)
    folder, info = save(train(data, tuned.config, tuning=tuned), tmp_path, None, "test")
    assert info.files["tuning.json"] == hash_of((folder / "tuning.json").read_bytes())
