"""The report as one HTML file: no script, no network, every text from data escaped."""

from stance.evaluation.plots import calibration_svg, confusion_svg, coverage_svg, curves_svg
from stance.evaluation.report import Report, headline, percent
from stance.evaluation.tables import (
    CALIBRATION_COLUMNS,
    KIND_COLUMNS,
    SCORE_COLUMNS,
    SLICE_COLUMNS,
    baseline_columns,
    baseline_rows,
    calibration_rows,
    kind_rows,
    name_rows,
    score_rows,
    slice_rows,
    whole_rows,
)
from stance.storage.errors import printable


def page(template: str, package: str = "stance.evaluation", **values: object) -> str:
    """The template with the values, every one of them escaped unless it is Markup.

    Templates of another package may extend those that lie here.
    """
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    places = dict.fromkeys((package, "stance.evaluation"))
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(place) for place in places]),
        autoescape=True,
        undefined=StrictUndefined,
    )
    environment.filters["percent"] = percent
    environment.filters["words"] = lambda text: printable(text, 3000)
    return environment.get_template(template).render(**values)


def to_html(report: Report) -> str:
    """The report as a page that stands alone."""
    from markupsafe import Markup

    # The only unescaped parts: pictures in which matplotlib has escaped every text.
    pictures = [
        (name, Markup(picture))  # noqa: S704
        for name, picture in _confusion_pictures(report)
    ]
    curves = [(name, Markup(picture)) for name, picture in _curve_pictures(report)]  # noqa: S704
    return page(
        "report.html",
        report=report,
        headline=headline(report),
        score_columns=SCORE_COLUMNS,
        score_rows=score_rows(report),
        whole_rows=whole_rows(report),
        baseline_columns=baseline_columns(report),
        baseline_rows=baseline_rows(report),
        pictures=pictures,
        curves=curves,
        kind_columns=KIND_COLUMNS,
        kind_rows=kind_rows(report),
        calibration_columns=CALIBRATION_COLUMNS,
        calibration_rows=calibration_rows(report),
        name_rows=name_rows(report),
        slice_columns=SLICE_COLUMNS,
        slice_rows=slice_rows(report),
        verdicts={"extra": "given", "missed": "missed", "right": "rightly answered"},
    )


def _confusion_pictures(report: Report) -> list[tuple[str, str]]:
    found = [(one.name, confusion_svg(one, wide=report.exclusive)) for one in report.confusions]
    if report.together is not None and len(report.labels) > 1:
        found.append((report.together.name, confusion_svg(report.together, wide=True)))
    return found


def _curve_pictures(report: Report) -> list[tuple[str, str]]:
    found = []
    if report.curves:
        found.append(("Precision and recall as the threshold falls", curves_svg(report.curves)))
    if report.calibrations:
        found.append(("What a probability is worth", calibration_svg(report.calibrations)))
    if report.coverage is not None:
        found.append(("When only the surest are answered", coverage_svg(report.coverage)))
    return found
