"""The report as one HTML file: no script, no network, every text from data escaped."""

from stance.evaluation.plots import confusion_svg
from stance.evaluation.report import Report, headline, percent
from stance.evaluation.tables import (
    SCORE_COLUMNS,
    baseline_columns,
    baseline_rows,
    score_rows,
    whole_rows,
)
from stance.storage.errors import printable


def to_html(report: Report) -> str:
    """The report as a page that stands alone."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("stance.evaluation"), autoescape=True, undefined=StrictUndefined
    )
    environment.filters["percent"] = percent
    environment.filters["words"] = lambda text: printable(text, 3000)
    # The only unescaped parts: pictures in which matplotlib has escaped every text.
    pictures = [
        (one.name, Markup(confusion_svg(one, wide=report.exclusive)))  # noqa: S704
        for one in report.confusions
    ]
    return environment.get_template("report.html").render(
        report=report,
        headline=headline(report),
        score_columns=SCORE_COLUMNS,
        score_rows=score_rows(report),
        whole_rows=whole_rows(report),
        baseline_columns=baseline_columns(report),
        baseline_rows=baseline_rows(report),
        pictures=pictures,
        # A two-by-two picture says in its own words what a row is.
        n_labels=len(report.labels),
    )
