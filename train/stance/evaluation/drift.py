"""Is new text still like the text a model was made for?

Three views: the shares of the labels that the model gives, the share of words it does not know,
and how well a classifier tells the two samples apart (Lopez-Paz & Oquab 2017, "Revisiting
classifier two-sample tests"), with the words by which it does. Each has an interval; an alarm is
raised only where the whole interval lies past its threshold, so that two equal samples alarm
hardly ever.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from stance.annotation.examples import Example
from stance.evaluation.intervals import Estimate, tail_of
from stance.learning.arrays import Array
from stance.learning.groups import group_numbers
from stance.prediction.predict import Thresholds, decide
from stance.prediction.scorer import Scorer
from stance.storage.errors import ConfigError, DataError, printable

MIN_ROWS = 20
MAX_ROWS = 5000  # of each sample, for the classifier
N_DRAWS = 1000
N_WORDS = 10
FOLDS = 5


@dataclass(frozen=True)
class Limits:
    """Past which an alarm is raised: the AUC, and the change of a share, both 0 to 1."""

    auc: float = 0.7
    share: float = 0.1


def limits_of(overrides: Sequence[str]) -> Limits:
    """The limits with the user's in their place: `auc=0.8`, `share=0.05`.

    Raises ConfigError for another name or a number that is not between 0 and 1.
    """
    names = [one.name for one in fields(Limits)]
    limits = Limits()
    for override in overrides:
        name, _, number = override.partition("=")
        try:
            value = float(number)
        except ValueError:
            value = -1.0
        if name not in names or not 0 <= value <= 1:
            raise ConfigError(
                f"--threshold {printable(override)}: write --threshold auc=0.7 or share=0.1, "
                "numbers from 0 to 1."
            )
        limits = replace(limits, **{name: value})
    return limits


@dataclass(frozen=True)
class Text:
    """One row: its words, and the article whose rows stay together."""

    text: str
    article_id: str


@dataclass(frozen=True)
class Shift:
    """One share in both samples, and their difference (new minus reference) with its interval.

    `corrected` is the difference once the model's error rates on the labelled reference are
    taken out (Rogan & Gladen 1978), None where these are not known or too poor to do so.
    """

    name: str
    reference: float
    new: float
    difference: Estimate
    corrected: Estimate | None = None
    is_alarm: bool = False


@dataclass(frozen=True)
class Drift:
    """Everything that differs; `auc` is None where there are too few articles to hold some out."""

    n_reference: int
    n_new: int
    labels: tuple[Shift, ...]
    out_of_vocabulary: Shift
    auc: Estimate | None
    auc_alarm: bool
    words_reference: tuple[str, ...]
    words_new: tuple[str, ...]

    @property
    def is_alarm(self) -> bool:
        """Whether anything lies past its threshold."""
        shares = (*self.labels, self.out_of_vocabulary)
        return self.auc_alarm or any(one.is_alarm for one in shares)


def drift(
    scorer: Scorer,
    reference: Sequence[Text],
    new: Sequence[Text],
    thresholds: Thresholds,
    limits: Limits,
    labelled: Sequence[Example] = (),
    seed: int = 0,
) -> Drift:
    """The two samples compared; `labelled` are labelled rows of the reference, where there are any.

    Raises DataError when a sample has fewer than `MIN_ROWS` rows.
    """
    for name, rows in (("reference", reference), ("new", new)):
        if len(rows) < MIN_ROWS:
            raise DataError(
                f"the {name} data has {len(rows)} rows; at least {MIN_ROWS} are needed."
            )
    answers = [_answers(scorer, rows, thresholds) for rows in (reference, new)]
    draws = [_draws(rows, seed + k) for k, rows in enumerate((reference, new))]
    rates = _error_rates(scorer, labelled, thresholds)
    labels = tuple(
        _shift(
            name,
            [answer[0][:, k] for answer in answers],
            draws,
            limits.share,
            None if rates is None else (rates[0][k], rates[1][k]),
        )
        for k, name in enumerate(scorer.info.labels)
    )
    unknown = _shift("unknown words", [answer[1] for answer in answers], draws, limits.share)
    auc, words = _told_apart(reference, new, seed)
    return Drift(
        n_reference=len(reference),
        n_new=len(new),
        labels=labels,
        out_of_vocabulary=unknown,
        auc=auc,
        auc_alarm=auc is not None and auc.low is not None and auc.low > limits.auc,
        words_reference=words[0],
        words_new=words[1],
    )


def _answers(scorer: Scorer, rows: Sequence[Text], thresholds: Thresholds) -> tuple[Array, Array]:
    """Which labels each row gets, and its share of unknown words."""
    scored = scorer.score([one.text for one in rows])
    given, _ = decide(scorer, thresholds, scored)
    return given.astype(float), np.asarray(scored.out_of_vocabulary)


def _draws(rows: Sequence[Text], seed: int) -> tuple[Array, Array, float]:
    """How often each article is drawn, the article of each row, and the tail of an interval."""
    _, number = np.unique([one.article_id for one in rows], return_inverse=True)
    n = int(number.max()) + 1
    random = np.random.default_rng(seed)
    times = random.multinomial(n, np.full(n, 1 / n), size=N_DRAWS).astype(np.float64)
    return times, number, tail_of(n) if n > 1 else 0.0


def _shift(
    name: str,
    values: Sequence[Array],
    draws: Sequence[tuple[Array, Array, float]],
    limit: float,
    rates: tuple[float, float] | None = None,
) -> Shift:
    """The means of the values in both samples; articles are what is drawn."""
    means = [float(value.mean()) for value in values]
    drawn = []
    for value, (times, number, _) in zip(values, draws, strict=True):
        sums = np.bincount(number, value, minlength=times.shape[1])
        sizes = np.bincount(number, minlength=times.shape[1])
        drawn.append((times @ sums) / (times @ sizes))
    tail = min(one[2] for one in draws)
    low, high = np.quantile(drawn[1] - drawn[0], [tail, 1 - tail])
    difference = Estimate(means[1] - means[0], float(low), float(high))
    corrected = None
    if rates is not None and (gain := rates[0] - rates[1]) > 0.1:
        # (share - false positive rate) / (recall - false positive rate): of a difference the
        # subtracted part falls away.
        corrected = Estimate(difference.value / gain, float(low) / gain, float(high) / gain)
    is_alarm = bool(low > limit or high < -limit)
    return Shift(name, means[0], means[1], difference, corrected, is_alarm)


def _error_rates(
    scorer: Scorer, labelled: Sequence[Example], thresholds: Thresholds
) -> tuple[Array, Array] | None:
    """Recall and false positive rate of each label on labelled rows; None without them."""
    if len(labelled) < MIN_ROWS:
        return None
    scored = scorer.score([one.text for one in labelled])
    given, _ = decide(scorer, thresholds, scored)
    target = np.array([[name in one.labels for name in scorer.info.labels] for one in labelled])
    recall = (given & target).sum(axis=0) / np.maximum(1, target.sum(axis=0))
    false = (given & ~target).sum(axis=0) / np.maximum(1, (~target).sum(axis=0))
    return recall, false


def _told_apart(
    reference: Sequence[Text], new: Sequence[Text], seed: int
) -> tuple[Estimate | None, tuple[tuple[str, ...], tuple[str, ...]]]:
    """The AUC of a classifier between the samples, cross-validated by article, and its words."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedGroupKFold
    from sklearn.pipeline import make_pipeline

    random = np.random.default_rng(seed)
    rows = [*_sample(reference, random), *_sample(new, random)]
    is_new = np.repeat([0, 1], [min(len(reference), MAX_ROWS), min(len(new), MAX_ROWS)])
    texts = [one.text for one in rows]
    groups = group_numbers(texts, [one.article_id for one in rows], [""] * len(rows))
    model = make_pipeline(
        TfidfVectorizer(min_df=2, sublinear_tf=True),
        LogisticRegression(class_weight="balanced", solver="newton-cg"),
    )
    found = np.full(len(rows), np.nan)
    by_side = [len(np.unique(groups[is_new == side])) for side in (0, 1)]
    if min(by_side) < FOLDS:
        return None, ((), ())
    splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    array = np.array(texts, dtype=object)
    try:
        for fit_on, held_out in splitter.split(array, is_new, groups):
            model.fit(array[fit_on], is_new[fit_on])
            found[held_out] = model.predict_proba(array[held_out])[:, 1]
        model.fit(array, is_new)
    except ValueError:  # no word occurs twice, or one sample's articles are all held out
        return None, ((), ())
    terms = model[0].get_feature_names_out()
    # What a word adds to the difference of the two mean scores, all of which is positive.
    features = model[0].transform(array)
    means = [np.asarray(features[is_new == side].mean(axis=0)).ravel() for side in (0, 1)]
    weights = model[1].coef_[0]
    order = np.argsort(np.sign(weights) * weights * (means[1] - means[0]), kind="stable")
    first, last = terms[order[:N_WORDS]].tolist(), terms[order[::-1][:N_WORDS]].tolist()
    return _auc(is_new, found, groups, random), (tuple(first), tuple(last))


def _sample(rows: Sequence[Text], random: np.random.Generator) -> list[Text]:
    if len(rows) <= MAX_ROWS:
        return list(rows)
    return [rows[k] for k in sorted(random.choice(len(rows), MAX_ROWS, replace=False).tolist())]


def _auc(is_new: Array, found: Array, groups: Array, random: np.random.Generator) -> Estimate:
    """The AUC with its interval from drawing groups of rows."""
    from sklearn.metrics import roc_auc_score

    value = float(roc_auc_score(is_new, found))
    _, number = np.unique(groups, return_inverse=True)
    n = int(number.max()) + 1
    drawn = []
    for _ in range(200):
        weights = random.multinomial(n, np.full(n, 1 / n))[number]
        if weights[is_new == 0].any() and weights[is_new == 1].any():
            drawn.append(roc_auc_score(is_new, found, sample_weight=weights))
    tail = tail_of(n)
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return Estimate(value, float(low), float(high))
