"""Which rows must stay together: one article, one event, or nearly the same words."""

import warnings
from collections.abc import Sequence

import numpy as np

from stance.corpus.near_duplicates import Groups, duplicate_clusters
from stance.learning.arrays import Array


def group_numbers(texts: Sequence[str], article_ids: Sequence[str], events: Sequence[str]) -> Array:
    """For each row the number of its group, counted from 0 in order of appearance.

    Two rows are in one group when they share an article, an event that has a name, or are near
    duplicates, directly or through other rows. int64, shape (n_rows,).
    """
    groups = Groups()
    clusters = duplicate_clusters(texts)
    for row, (article, event, cluster) in enumerate(
        zip(article_ids, events, clusters, strict=True)
    ):
        groups.join(("article", article), ("row", row))
        groups.join(("article", article), ("row", cluster))
        if event:
            groups.join(("event", event), ("article", article))
    numbers: dict[object, int] = {}
    return np.array(
        [numbers.setdefault(groups.root(("row", row)), len(numbers)) for row in range(len(texts))],
        dtype=np.int64,
    )


def folds(groups: Array, targets: Array, n_folds: int, seed: int) -> Array:
    """For each row the number of the fold in which it is held out; groups are never cut.

    Rows are stratified by their rarest label. There are never more folds than groups, or than
    rows of the commonest label; where that leaves one, all rows are in fold 0. int64, (n_rows,).
    """
    from sklearn.model_selection import StratifiedGroupKFold

    strata = rarest_label(targets)
    n_folds = min(n_folds, len(np.unique(groups)), int(np.bincount(strata).max()))
    held_out = np.zeros(len(groups), dtype=np.int64)
    if n_folds < 2:
        return held_out
    splitter = StratifiedGroupKFold(n_folds, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        # A label with fewer rows than folds is missing from some: the scores say so.
        warnings.filterwarnings("ignore", "The least populated class in y has only")
        for number, (_, rows) in enumerate(splitter.split(strata, strata, groups)):
            held_out[rows] = number
    return held_out


def rarest_label(targets: Array) -> Array:
    """For each row the column of its rarest label, or the number of labels where it has none."""
    n_labels = targets.shape[1]
    frequency = np.where(targets > 0, targets.sum(axis=0), np.iinfo(np.int64).max)
    rarest: Array = frequency.argmin(axis=1)
    return np.where(targets.any(axis=1), rarest, n_labels)
