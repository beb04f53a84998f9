"""A path of fits over C: each optimum is the one that a fit alone reaches."""

import numpy as np
import pytest

from stance.learning.config import changed, read_config, with_c
from stance.learning.dataset import training_data
from stance.learning.fitting import counted, fit
from stance.learning.groups import folds
from stance.learning.path import path_logits
from stance.learning.solver import probabilities_of

FAST = (
    *(f"features.{name}.enabled=false" for name in ("char", "negated", "classes")),
    "features.negated_classes.enabled=false",
)


def data_of(small, exclusive=False, n=60):
    return training_data(
        small.examples(n, exclusive=exclusive), small.codebook(exclusive=exclusive)
    )


@pytest.mark.parametrize("n", [60, 90])
@pytest.mark.parametrize("exclusive", [False, True])
def test_a_path_gives_what_each_fit_alone_gives(small, exclusive, n):
    """Warm starts and counts that are shared change no probability by more than the tolerance."""
    data = data_of(small, exclusive, n)
    config = read_config(None, FAST).resolved(exclusive)
    rows = counted(config, exclusive, data.texts, data.targets, data.articles)
    held_out = folds(data.groups, data.targets, 3, seed=0)
    values = (0.3, 10.0, 100.0)
    for value, found in zip(values, path_logits(rows, held_out, values), strict=True):
        tight = changed(with_c(config, value), ["training.tol=1e-9"])
        alone = counted(tight, exclusive, data.texts, data.targets, data.articles)
        for fold in range(3):
            expected = fit(alone, held_out != fold).logits(held_out == fold)
            mine = probabilities_of(found[held_out == fold], exclusive)
            assert np.abs(mine - probabilities_of(expected, exclusive)).max() < 5e-6


def test_rows_without_a_fold_are_not_learnt_from(small):
    """What is set aside changes nothing: neither vocabulary, nor idf, nor coefficients."""
    data = data_of(small)
    config = read_config(None, FAST).resolved(False)
    held_out = folds(data.groups, data.targets, 3, seed=0)
    aside = np.arange(len(held_out)) % 5 == 0
    held_out[aside] = -1
    found = []
    for texts in (
        data.texts,
        [t * (not out) or "zebra" for t, out in zip(data.texts, aside, strict=True)],
    ):
        rows = counted(config, False, texts, data.targets, data.articles)
        found.append(path_logits(rows, held_out, (3.0,))[0][~aside])
    assert np.abs(found[0] - found[1]).max() < 1e-9
