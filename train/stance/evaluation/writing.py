"""The report and the predictions behind it, as files in one folder."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from stance.annotation.examples import Example
from stance.evaluation.details import Answers
from stance.evaluation.render_card import to_card
from stance.evaluation.render_html import to_html
from stance.evaluation.render_json import to_json
from stance.evaluation.render_markdown import to_markdown
from stance.evaluation.report import Report
from stance.prediction.outputs import csv_text_of
from stance.storage.atomic import write_file, write_files
from stance.storage.text import encoded

FILES = ("report.html", "report.md", "report.json", "predictions.csv")


def write_report(
    folder: Path,
    report: Report,
    examples: Sequence[Example],
    answers: Answers,
    spreadsheet_safe: bool = False,
) -> None:
    """Writes all files or none, the JSON last; the CSV for spreadsheets, if that is wished."""
    contents: dict[str, str | Iterator[bytes]] = {
        "report.html": to_html(report),
        "report.md": to_markdown(report),
        "predictions.csv": _predictions(report, examples, answers, spreadsheet_safe),
        "report.json": to_json(report),
    }
    write_files(folder, contents)


def write_card(folder: Path, report: Report) -> None:
    """Writes the model card into the model's folder; what the model is does not change by it."""
    write_file(folder / "README.md", to_card(report))


def _predictions(
    report: Report, examples: Sequence[Example], answers: Answers, spreadsheet_safe: bool
) -> Iterator[bytes]:
    names = [label.name for label in report.labels]
    text_of = csv_text_of(spreadsheet_safe)
    for one, given, shares in zip(
        examples, answers.given, answers.probabilities.round(6).tolist(), strict=True
    ):
        predicted = [names[k] for k in np.flatnonzero(given)]
        row = {
            "id": one.id,
            "article_id": one.article_id,
            "text": one.text,
            "labels": list(one.labels),
            "predicted_labels": predicted,
            "is_right": predicted == list(one.labels),
        }
        row |= {f"prob_{name}": share for name, share in zip(names, shares, strict=True)}
        yield encoded(text_of([row | {"model_version": report.model_version}]))
