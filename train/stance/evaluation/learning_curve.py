"""What more labelled sentences would bring: scores of models trained on parts of the articles.

Whole groups of articles are taken, each part lying within the next, and scored on folds that no
part has seen. An inverse power law, a - b * n^-c, is fitted to the scores (Figueroa et al. 2012,
doi:10.1186/1472-6947-12-8), once for every bootstrap draw, so that the forecast has an interval;
where the draws do not agree the answer is "cannot tell".
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from stance.evaluation.intervals import Estimate, tail_of
from stance.evaluation.metrics import average_precision, macro
from stance.learning.arrays import Array
from stance.learning.config import Config
from stance.learning.dataset import TrainingData
from stance.learning.groups import folds
from stance.learning.pipeline import probabilities
from stance.learning.training import fit_rows
from stance.storage.errors import DataError

SHARES = (0.125, 0.25, 0.5, 0.75, 1.0)
GAIN = 0.03
N_DRAWS = 400
FORECAST_TAIL = 0.1  # at either end: 80 % of the draws lie between
MAX_SPREAD = 10  # times: an interval that is wider says nothing
MIN_GROUPS = 10
MEAN = "mean"
_EXPONENTS = np.geomspace(0.05, 2, 60)


@dataclass(frozen=True)
class Forecast:
    """How many more sentences bring `GAIN`: `n_more` and its 80 % interval; None: cannot tell.

    `slope` is what the next hundred of them would add to the score.
    """

    n_more: float | None
    low: float | None
    high: float | None
    slope: float


@dataclass(frozen=True)
class Line:
    """The scores of one label (or the mean) by how many sentences with it were trained on."""

    name: str
    sizes: tuple[float, ...]
    scores: tuple[Estimate, ...]
    forecast: Forecast


@dataclass(frozen=True)
class LearningCurve:
    """One line for each label and one for their mean; scores are average precision, 0 to 1."""

    n_sentences: int
    n_repeats: int
    lines: tuple[Line, ...]


def learning_curve(
    data: TrainingData,
    config: Config,
    n_repeats: int = 3,
    progress: Callable[[str], None] = lambda step: None,
) -> LearningCurve:
    """The curve of the data. Raises DataError with fewer than `MIN_GROUPS` groups of articles."""
    groups = data.groups
    n_groups = len(np.unique(groups))
    if n_groups < MIN_GROUPS:
        raise DataError(f"{n_groups} groups of articles; a curve needs {MIN_GROUPS} at least.")
    config = config.resolved(data.codebook.exclusive)
    founds, counts = [], []
    for repeat in range(n_repeats):
        found, sizes = _repeat(data, config, repeat, progress, n_repeats)
        founds.append(found)
        counts.append(sizes)
    sizes = np.mean(counts, axis=0)
    progress("drawing intervals")
    points, draws = _scores(data, founds)
    tail = tail_of(n_groups)
    names = (*data.codebook.names, MEAN)
    return LearningCurve(
        len(data.dataset),
        n_repeats,
        tuple(
            Line(
                name,
                tuple(sizes[:, k].tolist()),
                tuple(
                    _estimate(points[step, k], draws[step, :, k], tail)
                    for step in range(len(SHARES))
                ),
                forecast(sizes[:, k], draws[:, :, k]),
            )
            for k, name in enumerate(names)
        ),
    )


def _repeat(
    data: TrainingData,
    config: Config,
    repeat: int,
    progress: Callable[[str], None],
    n_repeats: int,
) -> tuple[Array, Array]:
    """Out-of-fold probabilities by share, (n_shares, n_rows, n_labels), and what was trained on.

    The second has for each share the mean number of sentences with each label, and of all.
    """
    targets, seed = data.targets, config.seed + repeat
    held_out = folds(data.groups, targets, config.thresholds.folds, seed)
    # Each group's place in a random order: those up to a share of it are trained on.
    numbers = np.unique(data.groups)
    place = np.random.default_rng(seed).permutation(len(numbers))[
        np.searchsorted(numbers, data.groups)
    ] / len(numbers)
    n_folds = int(held_out.max()) + 1
    found = np.zeros((len(SHARES), *targets.shape))
    sizes = np.zeros((len(SHARES), targets.shape[1] + 1))
    for step, share in enumerate(SHARES):
        progress(f"repeat {repeat + 1} of {n_repeats}, {100 * share:.0f} % of the articles")
        for fold in range(n_folds):
            is_held_out = held_out == fold
            rows = ~is_held_out & (place < share)
            texts = [text for text, keep in zip(data.texts, is_held_out, strict=True) if keep]
            found[step, is_held_out] = _fitted(data, config, rows, texts)
            sizes[step] += [*(targets[rows] > 0).sum(axis=0), rows.sum()]
    return found, sizes / n_folds


def _fitted(data: TrainingData, config: Config, rows: Array, texts: list[str]) -> Array:
    """Probabilities of a model of these rows; those of a part with one answer only are that one."""
    import warnings

    answers = np.unique(data.targets[rows], axis=0)
    if len(answers) < 2:
        return np.tile(answers[0] if len(answers) else 0.0, (len(texts), 1)).astype(np.float64)
    with warnings.catch_warnings():
        # A part may lack a label, or have it everywhere.
        warnings.filterwarnings("ignore", "Label .* is present in all training examples")
        return probabilities(fit_rows(config, data, rows), texts, data.codebook)


def _scores(data: TrainingData, founds: list[Array]) -> tuple[Array, Array]:
    """Average precision of each label and their mean, by share: on the data, and in every draw.

    A draw takes groups of articles with replacement, and one of the repeats. Shapes
    (n_shares, n_labels + 1) and (n_shares, N_DRAWS, n_labels + 1).
    """
    targets = data.targets > 0
    _, number = np.unique(data.groups, return_inverse=True)
    n_groups = int(number.max()) + 1
    random = np.random.default_rng(0)
    times = random.multinomial(n_groups, np.full(n_groups, 1 / n_groups), size=N_DRAWS)
    weights = times[:, number].astype(np.float64)
    ones = np.ones((1, len(targets)))
    n_columns = targets.shape[1] + 1
    points = np.zeros((len(SHARES), n_columns))
    draws = np.zeros((len(SHARES), N_DRAWS, n_columns))
    for repeat, found in enumerate(founds):
        mine = slice(repeat, None, len(founds))
        for step in range(len(SHARES)):
            points[step] += _columns(targets, found[step], ones)[0] / len(founds)
            draws[step, mine] = _columns(targets, found[step], weights[mine])
    return points, draws


def _columns(targets: Array, found: Array, weights: Array) -> Array:
    """Average precision of each label and their mean, shape (n_draws, n_labels + 1)."""
    scores = [
        average_precision(targets[:, k], found[:, k], weights) for k in range(targets.shape[1])
    ]
    return np.asarray(np.nan_to_num(np.column_stack([*scores, macro(scores)])))


def _estimate(value: float, drawn: Array, tail: float) -> Estimate:
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return Estimate(float(value), float(low), float(high))


def forecast(sizes: Array, draws: Array, gain: float = GAIN) -> Forecast:
    """From scores of shape (n_sizes, n_draws), the last of which is of everything there is."""
    top, scale, exponent = _power_laws(sizes, draws)
    now = sizes[-1]
    missing = top - (top - scale * now**-exponent) - gain  # what is left to gain, but for `gain`
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        needed = np.where(missing > 0, (scale / missing) ** (1 / exponent), np.inf) - now
    slope = float(np.median(scale * (now**-exponent - (now + 100) ** -exponent)))
    low, middle, high = np.quantile(
        np.nan_to_num(needed, nan=np.inf, posinf=1e12), [FORECAST_TAIL, 0.5, 1 - FORECAST_TAIL]
    )
    if high >= 1e9 or high > MAX_SPREAD * max(low, 1.0):
        return Forecast(None, None, None, slope)
    return Forecast(float(middle), float(low), float(high), slope)


def _power_laws(sizes: Array, draws: Array) -> tuple[Array, Array, Array]:
    """Of each draw the best a, b and c of a - b * n^-c, with b not negative and a at most 1."""
    n_draws = draws.shape[1]
    best = np.full(n_draws, np.inf)
    found = np.zeros((3, n_draws))
    found[2] = _EXPONENTS[0]
    for exponent in _EXPONENTS:
        basis = np.maximum(sizes, 1.0) ** -exponent
        design = np.column_stack([np.ones_like(basis), -basis])
        (top, scale), *_ = np.linalg.lstsq(design, draws, rcond=None)
        # Where the best line breaks a bound, the best one on the bound stands in.
        over = top > 1
        scale = np.where(over, basis @ (1 - draws) / (basis @ basis), scale)
        top = np.where(over, 1.0, top)
        flat = scale < 0
        top, scale = np.where(flat, draws.mean(axis=0), top), np.where(flat, 0.0, scale)
        error = ((draws - (top - np.outer(basis, scale))) ** 2).sum(axis=0)
        is_better = error < best
        best = np.where(is_better, error, best)
        found[:, is_better] = np.vstack([top, scale, np.full(n_draws, exponent)])[:, is_better]
    return found[0], found[1], found[2]
