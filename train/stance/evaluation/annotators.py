"""How far the annotators agree, overall and label by label, with intervals over articles.

Overall, the answers are whole sets of labels. Alpha weighs how far two sets differ (MASI); the
other coefficients only ask whether they are the same. Where labels exclude each other an answer
is one label, and alpha is nominal.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stance.annotation.agreement import (
    MISSING,
    Codes,
    Measure,
    Sums,
    alpha_of_package,
    cohen_kappa,
    gwet_ac1,
    krippendorff_alpha,
    masi_distances,
    percent_agreement,
    to_codes,
)
from stance.annotation.judgements import Judged, Judgements, shared
from stance.codebook.codebook import Codebook
from stance.evaluation.intervals import Estimate, Score, estimates
from stance.storage.jsonl import Fields

MEASURES = ("percent", "kappa", "alpha", "ac1")
OVERALL = "overall"


@dataclass(frozen=True)
class Agreed:
    """How far some annotators agree about one label, or `overall` about whole answers.

    `n_given` counts the answers that give the label (overall: that give any), of `n_answers`. A
    coefficient is None where it is undefined, for the reason in `undefined`.
    """

    what: str
    annotators: tuple[str, ...]
    n_sentences: int
    n_answers: int
    n_given: int
    measures: dict[str, Estimate | None]
    undefined: str = ""

    def to_row(self) -> Fields:
        """One flat row: each measure with the ends of its interval, None where there is none."""
        row: Fields = {
            "what": self.what,
            "annotators": list(self.annotators),
            "n_sentences": self.n_sentences,
            "n_answers": self.n_answers,
            "n_given": self.n_given,
        }
        for name, found in self.measures.items():
            ends = (found.value, found.low, found.high) if found else (None, None, None)
            for which, value in zip(("", "_low", "_high"), ends, strict=True):
                row[name + which] = None if value is None else round(value, 6)
        return row | {"undefined": self.undefined}


@dataclass(frozen=True)
class Agreement:
    """All annotators together, then each two of them: overall first, then label by label."""

    annotators: tuple[str, ...]
    n_articles: int
    distance: str
    together: tuple[Agreed, ...]
    pairs: tuple[tuple[Agreed, ...], ...]
    disputes: tuple[Judged, ...]

    @property
    def n_settled(self) -> int:
        """How many of the disputes an adjudicator has decided."""
        return sum(one.is_settled for one in self.disputes)


def measure_agreement(judgements: Judgements, codebook: Codebook) -> Agreement:
    """The agreement of the annotators on the sentences that two or more of them answered.

    Raises DataError when there is no such sentence.
    """
    sentences = shared(judgements)
    annotators = tuple(sorted({name for one in sentences for name in one.labels}))
    found = []
    for pair in itertools.combinations(annotators, 2):
        common = [one for one in sentences if all(name in one.labels for name in pair)]
        if common and len(annotators) > 2:
            found.append(_all_of(common, pair, codebook))
    together = _all_of(sentences, annotators, codebook)
    return Agreement(
        annotators,
        len({one.article_id for one in sentences}),
        "nominal" if codebook.exclusive else "MASI",
        together,
        tuple(found) or (together,),
        tuple(one for one in sentences if one.is_disputed),
    )


def _all_of(
    sentences: Sequence[Judged], annotators: tuple[str, ...], codebook: Codebook
) -> tuple[Agreed, ...]:
    codes, kinds = to_codes([one.labels for one in sentences], annotators)
    articles = [one.article_id for one in sentences]
    far = None if codebook.exclusive else masi_distances(kinds)
    has_any = np.array([bool(kind) for kind in kinds])
    found = [_agreed(OVERALL, annotators, codes, has_any[codes], articles, far)]
    for label in codebook.names:
        has_label = np.array([label in kind for kind in kinds])[codes]
        of_label = np.where(codes == MISSING, MISSING, has_label)
        found.append(_agreed(label, annotators, of_label, has_label, articles))
    return tuple(found)


def _agreed(
    what: str,
    annotators: tuple[str, ...],
    codes: Codes,
    is_given: NDArray[np.bool_],
    articles: Sequence[str],
    far: Sums | None = None,
) -> Agreed:
    is_answer = codes != MISSING
    n_answers, n_given = int(is_answer.sum()), int((is_answer & is_given).sum())
    measures = {
        "percent": percent_agreement(codes),
        "kappa": cohen_kappa(codes),
        "alpha": krippendorff_alpha(codes, far),
        "ac1": gwet_ac1(codes),
    }
    found = _with_intervals(measures, articles)
    _take_point_of_package(found, codes, far)
    reason = ""
    if len(np.unique(codes[is_answer])) < 2:
        reason = "all answers are the same" if n_given else "nobody gave it"
    elif found["kappa"] is None:
        reason = "kappa: no two annotators vary on common sentences"
    return Agreed(what, annotators, len(codes), n_answers, n_given, found, undefined=reason)


def _with_intervals(
    measures: dict[str, Measure], articles: Sequence[str]
) -> dict[str, Estimate | None]:
    """Each measure's value and interval; None where it is undefined."""
    names, numbers = np.unique(np.array(articles, dtype=object).astype(str), return_inverse=True)

    def score(measure: Measure) -> Score:
        sums = np.zeros((len(names), measure.parts.shape[1]))
        np.add.at(sums, numbers, measure.parts)
        return lambda weights: measure.of_sums(weights @ sums)

    defined = {name: one for name, one in measures.items() if math.isfinite(one.value)}
    scores = {name: score(one) for name, one in defined.items()}
    found = estimates(scores, names.tolist()) if scores else {}
    return {name: found.get(name) for name in measures}


def _take_point_of_package(
    found: dict[str, Estimate | None], codes: Codes, far: Sums | None
) -> None:
    """Alpha itself is what the package `krippendorff` says; only its interval is drawn here."""
    if alpha := found["alpha"]:
        found["alpha"] = Estimate(alpha_of_package(codes, far), alpha.low, alpha.high)


def dispute_row(one: Judged, annotators: Sequence[str]) -> Fields:
    """The disputed sentence as a row, each annotator's labels and note in columns of their own."""
    row: Fields = {"id": one.id, "text": str(one.text), "article_id": one.article_id}
    for name in annotators:
        given = one.labels.get(name)
        row[f"labels_{name}"] = "(no answer)" if given is None else "|".join(given)
        row[f"note_{name}"] = one.notes.get(name, "")
    return row | {"settled": one.is_settled}


def to_fields(agreement: Agreement) -> Fields:
    """The agreement as one JSON object."""
    return {
        "annotators": list(agreement.annotators),
        "n_sentences": agreement.together[0].n_sentences,
        "n_articles": agreement.n_articles,
        "distance": agreement.distance,
        "together": [one.to_row() for one in agreement.together],
        "pairs": [one.to_row() for pair in agreement.pairs for one in pair],
        "n_disputes": len(agreement.disputes),
        "n_settled": agreement.n_settled,
        "disputes": [dispute_row(one, agreement.annotators) for one in agreement.disputes],
    }
