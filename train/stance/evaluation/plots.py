"""Pictures of the report as SVG, drawn by matplotlib: vector, no script, readable in print."""

import io
import warnings
from collections.abc import Sequence
from typing import Any

from stance.evaluation.curves import Calibration, Coverage, PrecisionRecall
from stance.evaluation.learning_curve import SHARES, LearningCurve
from stance.evaluation.report import Confusion

# Told apart in light and dark and by most eyes (Okabe & Ito 2008).
LINE_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
# Stands for the colour of the page's text, which differs between light and dark.
_TEXT = "#010203"


def confusion_svg(confusion: Confusion, wide: bool) -> str:
    """The table as a picture: rows are what is right, shades are shares of a row."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    n_rows, n_columns = len(confusion.rows), len(confusion.columns)
    size = (1.5 + 0.95 * n_columns, 0.9 + 0.62 * n_rows) if wide else (3.3, 2.0)
    figure = Figure(figsize=size, layout="constrained")
    FigureCanvasSVG(figure)
    axes = figure.add_subplot()
    shares = [[n / max(1, sum(row)) for n in row] for row in confusion.counts]
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for row, counts in enumerate(confusion.counts):
        for column, n in enumerate(counts):
            colour = "white" if shares[row][column] > 0.55 else "#10243e"
            axes.text(column, row, f"{n:,}", ha="center", va="center", color=colour, fontsize=10)
    _label_axes(axes, confusion)
    return _svg(figure)


def curves_svg(curves: Sequence[PrecisionRecall]) -> str:
    """Precision over recall, a line a label, a dot at the threshold that is used."""
    figure, axes = _square("recall", "precision")
    for number, one in enumerate(curves):
        if one.chosen is None and not one.recall:
            continue
        colour = LINE_COLOURS[number % len(LINE_COLOURS)]
        axes.plot(one.recall, one.precision, color=colour, label=_plain(one.label), linewidth=1.6)
        if one.chosen is not None:
            axes.plot(*one.chosen, "o", color=colour, markersize=7)
    return _with_legend(figure, axes)


def calibration_svg(calibrations: Sequence[Calibration]) -> str:
    """The share that carries a label over its probability; on the diagonal they agree."""
    figure, axes = _square("probability", "share that carries the label")
    axes.plot([0, 1], [0, 1], color=_TEXT, linewidth=0.8, linestyle=":")
    for number, one in enumerate(calibrations):
        colour = LINE_COLOURS[number % len(LINE_COLOURS)]
        axes.plot(
            one.probability,
            one.share,
            "o-",
            color=colour,
            label=_plain(one.label),
            linewidth=1.4,
            markersize=4,
        )
    return _with_legend(figure, axes)


def coverage_svg(coverage: Coverage) -> str:
    """The share answered wholly right over the share answered, the surest first."""
    figure, axes = _square("share of sentences answered", "of them wholly right")
    axes.plot(coverage.coverage, coverage.accuracy, color=LINE_COLOURS[0], linewidth=1.6)
    return _svg(figure)


def learning_curve_svg(curve: LearningCurve) -> str:
    """Scores over what was trained on, a line a label, the mean dashed; bands are intervals."""
    figure, axes = _square("share of the articles trained on", "average precision")
    figure.set_size_inches(5.4, 4.2)
    shares = [100 * share for share in SHARES]
    for number, line in enumerate(curve.lines):
        is_mean = number == len(curve.lines) - 1
        colour = _TEXT if is_mean else LINE_COLOURS[number % len(LINE_COLOURS)]
        values = [one.value for one in line.scores]
        low = [one.value if one.low is None else one.low for one in line.scores]
        high = [one.value if one.high is None else one.high for one in line.scores]
        axes.fill_between(shares, low, high, color=colour, alpha=0.12, linewidth=0)
        axes.plot(
            shares,
            values,
            "o--" if is_mean else "o-",
            color=colour,
            label=_plain(line.name),
            linewidth=1.6,
            markersize=4,
        )
    axes.set(xlim=(0, 103), xticks=shares)
    axes.set_xticklabels([f"{share:g} %" for share in shares])
    return _with_legend(figure, axes)


def _square(across: str, upwards: str) -> tuple[Any, Any]:
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=(3.9, 3.6), layout="constrained")
    FigureCanvasSVG(figure)
    axes = figure.add_subplot()
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    axes.set_xlabel(across, color=_TEXT, fontsize=9)
    axes.set_ylabel(upwards, color=_TEXT, fontsize=9)
    axes.tick_params(colors=_TEXT, labelsize=8)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("bottom", "left"):
        axes.spines[side].set_color(_TEXT)
    return figure, axes


def _with_legend(figure: Any, axes: Any) -> str:
    if axes.get_legend_handles_labels()[0]:
        axes.legend(fontsize=8, frameon=False, labelcolor=_TEXT)
    return _svg(figure)


def _plain(name: str) -> str:
    """The name as matplotlib shows it: no mathematics, and not hidden as a name with _ would be."""
    return name.replace("$", r"\$").lstrip("_") or name


def _label_axes(axes: Any, confusion: Confusion) -> None:
    # Text of data may hold $, which matplotlib would read as mathematics.
    rows, columns = (
        [name.replace("$", r"\$") for name in names]
        for names in (confusion.rows, confusion.columns)
    )
    axes.set_xticks(range(len(columns)), columns, fontsize=9, color=_TEXT)
    axes.set_yticks(range(len(rows)), rows, fontsize=9, color=_TEXT)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    if len(columns) > 2:
        axes.tick_params(axis="x", rotation=20)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _svg(figure: Any) -> str:
    import matplotlib as mpl

    stream = io.StringIO()
    with (
        mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "stance"}),
        warnings.catch_warnings(),
    ):
        # Text is drawn by the reader's browser, which has the letters of more scripts.
        warnings.filterwarnings("ignore", "Glyph .* missing from font")
        figure.savefig(stream, format="svg", transparent=True, metadata={"Date": None})
    picture = stream.getvalue()
    return picture[picture.index("<svg") :].replace(_TEXT, "currentColor")
