"""From probabilities to decisions: thresholds, abstaining, and the reasons told with them."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stance.learning.arrays import Array
from stance.learning.thresholds import assign, shifted_thresholds
from stance.prediction.abstain import reasons_of
from stance.prediction.explain import explain
from stance.prediction.scorer import Scored, Scorer
from stance.storage.errors import ConfigError, InputError, n_of, nearest, printable
from stance.storage.jsonl import Fields
from stance.storage.refusals import summed_up

log = logging.getLogger(__name__)

LIKE = "like:"
LEAST_TEXTS = 100  # with 60 the estimated shares gained nothing


@dataclass(frozen=True)
class Thresholds:
    """What decides on labels: one threshold a label, and the least probability of the winner
    where labels exclude each other (0 when any will do).
    """

    per_label: Array | None
    least: float = 0.0


def thresholds_of(
    scorer: Scorer,
    overrides: Iterable[str] = (),
    text_key: str = "text",
    encoding: str | None = None,
) -> Thresholds:
    """The model's thresholds with the user's in their place: `0.4` for all, `label=0.4` for one,
    `like:FILE` those for texts like the file's (`learning.thresholds.shifted_thresholds`).

    Raises ConfigError for an unknown label or a number that is no probability, and InputError for
    a file with too few texts.
    """
    info = scorer.info
    values = list(info.thresholds or [0.0] * len(info.labels))
    least = 0.0
    for override in overrides:
        if override.startswith(LIKE):
            values = _like(scorer, override.removeprefix(LIKE), text_key, encoding)
            continue
        name, equals, number = override.rpartition("=")
        value = _probability(number)
        if not equals:
            values, least = [value] * len(values), value
        elif info.exclusive:
            raise ConfigError("with exclusive labels there is one threshold: --threshold 0.5")
        elif name not in info.labels:
            raise ConfigError(
                f'--threshold: unknown label "{printable(name)}".{nearest(name, info.labels)} '
                f"Labels: {', '.join(info.labels)}."
            )
        else:
            values[info.labels.index(name)] = value
    return Thresholds(None if info.exclusive else np.array(values), least)


def _like(scorer: Scorer, argument: str, text_key: str, encoding: str | None) -> list[float]:
    """The thresholds for texts like those of the file."""
    from stance.corpus.targets import targeted
    from stance.prediction.inputs import usable_rows

    info = scorer.info
    if info.exclusive:
        raise ConfigError(f"with exclusive labels the largest wins; {LIKE}FILE is for others.")
    if not argument or not Path(argument).exists():
        raise InputError(f"--threshold {LIKE}{printable(argument)}: no such file.")
    refused: list[str] = []
    rows = usable_rows(argument, None, refused, text_key, encoding)
    texts = [targeted(text, fields.get("target")) for _, text, fields in rows]
    if refused:
        log.warning("--threshold %s: %s", LIKE, summed_up(refused, 3))
    if len(texts) < LEAST_TEXTS:
        raise InputError(
            f"{printable(argument)}: {n_of(len(texts), 'text')}; fewer than {LEAST_TEXTS} do not "
            "tell how frequent labels are. Name a larger file, or write --threshold 0.5."
        )
    shares = np.array([info.data.counts[name] for name in info.labels]) / info.data.n_sentences
    return [float(one) for one in shifted_thresholds(scorer.score(texts).probabilities, shares)]


def _probability(number: str) -> float:
    try:
        value = float(number)
    except ValueError:
        value = -1.0
    if not 0 < value < 1:
        raise ConfigError(
            f'--threshold: "{printable(number)}" is no number between 0 and 1. '
            "Write --threshold 0.4 or --threshold label=0.4."
        )
    return value


def decide(scorer: Scorer, thresholds: Thresholds, scored: Scored) -> tuple[Array, list[str]]:
    """Which labels each row gets, bool (n_rows, n_labels), and why one gets none on purpose.

    A reason is "" where the model decided; the others are those of `prediction.abstain`.
    """
    given = assign(scored.probabilities, thresholds.per_label, scorer.info.none_allowed)
    reasons = reasons_of(scorer.info, scored, given, thresholds.least)
    given[reasons != ""] = False
    return given, reasons.tolist()


def explanation(scorer: Scorer, text: str, n_parts: int) -> Fields:
    """For each label its intercept, its logit, and the n-grams that move it most.

    A part has the n-gram, what it adds to the logit, and its places in the text (code points, end
    exclusive). `others` is what all n-grams that are not listed add together, so that intercept,
    parts and others make up the logit.
    """
    found = explain(scorer, text)
    told = {}
    for column, label in enumerate(scorer.info.labels):
        strongest = found.strongest(column, n_parts)
        logit, intercept = float(found.logits[column]), float(found.intercept[column])
        told[label] = {
            "logit": logit,
            "intercept": intercept,
            "parts": [
                {
                    "ngram": part.term,
                    "added": float(part.added[column]),
                    "spans": [list(span) for span in part.spans],
                }
                for part in strongest
            ],
            "others": logit - intercept - sum(float(part.added[column]) for part in strongest),
        }
    return told
