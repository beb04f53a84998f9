"""Pictures of the report as SVG, drawn by matplotlib: vector, no script, readable in print."""

import io
import warnings
from typing import Any

from stance.evaluation.report import Confusion

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
