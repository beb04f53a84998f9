"""How often the classifier errs, measured on labelled sentences with the rules that `who` uses.

A unit is a sentence and an actor that it names (or that would hold a stance in it). The gold
labels and the model's are both given holders by the same rules; the rates compare the two, so
that they contain the classifier's mistakes and not those of the rules.
"""

from collections.abc import Sequence

import numpy as np

from stance.actors.corrected import Rates, rate_of
from stance.actors.decisions import Decisions, Overrides
from stance.actors.sources import Source
from stance.actors.statements import Found, Rules, find_statements
from stance.annotation.examples import Example
from stance.prediction.predict import Thresholds
from stance.prediction.scorer import Scorer

Unit = tuple[str, int, str]


def error_rates(
    articles: Sequence[Source],
    examples: Sequence[Example],
    scorer: Scorer,
    limits: Thresholds,
    rules: Rules,
) -> Rates:
    """The rates over the labelled sentences of the articles; the others are only context.

    The sentences must be such as the model has not learnt from.
    """
    gold = {one.id: one for one in examples}
    found = [
        find_statements(articles, Decisions(scorer, limits, overrides), rules)
        for overrides in (Overrides(), Overrides(gold=gold))
    ]
    labelled = {
        (article.id, index)
        for article in articles
        for index, name in enumerate(article.ids)
        if name in gold
    }
    labels = scorer.info.labels
    guessed, true = (_by_label(one, labels, labelled) for one in found)
    units = sorted(_named(found[0], labelled).union(*guessed, *true))
    number = {name: n for n, name in enumerate(dict.fromkeys(unit[0] for unit in units))}
    home = np.array([number[unit[0]] for unit in units], dtype=np.int64)
    sensitivity, false_alarm = [], []
    for given, right in zip(guessed, true, strict=True):
        is_given = np.array([unit in given for unit in units], dtype=bool)
        is_right = np.array([unit in right for unit in units], dtype=bool)
        sensitivity.append(rate_of(is_given[is_right], home[is_right]))
        false_alarm.append(rate_of(is_given[~is_right], home[~is_right]))
    return Rates(tuple(sensitivity), tuple(false_alarm))


def _by_label(
    found: Found, labels: Sequence[str], labelled: set[tuple[str, int]]
) -> list[set[Unit]]:
    held: dict[str, set[Unit]] = {label: set() for label in labels}
    for one in found.statements:
        if one.actor is not None and (one.article.id, one.index) in labelled:
            held[one.label].add((one.article.id, one.index, one.actor))
    return [held[label] for label in labels]


def _named(found: Found, labelled: set[tuple[str, int]]) -> set[Unit]:
    return {
        (article.id, index, name)
        for name, places in found.named.items()
        for article, index in places
        if (article.id, index) in labelled
    }
