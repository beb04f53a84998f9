"""The report and the predictions behind it, as files in one folder."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from stance.annotation.examples import Example
from stance.evaluation.details import Answers
from stance.evaluation.render_card import to_card
from stance.evaluation.render_html import to_html
from stance.evaluation.render_json import to_json
from stance.evaluation.render_markdown import to_markdown
from stance.evaluation.report import Report
from stance.prediction.outputs import writing
from stance.storage.atomic import clean_leftovers, write_file
from stance.storage.errors import InputError, printable

FILES = ("report.html", "report.md", "report.json", "predictions.csv")


def check_folder(folder: Path, force: bool) -> None:
    """Raises InputError when there is a report already, or no folder can be there."""
    name = printable(str(folder))
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{name}: is a file. Name a folder.")
    if not force and any((folder / file).exists() for file in FILES):
        raise InputError(f"{name}: holds a report already. Write over it with --force.")


def write_report(
    folder: Path, report: Report, examples: Sequence[Example], answers: Answers
) -> None:
    """Writes all files; each appears whole, the JSON last."""
    rendered = {"report.html": to_html(report), "report.md": to_markdown(report)}
    folder.mkdir(parents=True, exist_ok=True)
    clean_leftovers(folder)
    for file, text in rendered.items():
        write_file(folder / file, text)
    _write_predictions(folder / "predictions.csv", report, examples, answers)
    write_file(folder / "report.json", to_json(report))


def write_card(folder: Path, report: Report) -> None:
    """Writes the model card into the model's folder; what the model is does not change by it."""
    write_file(folder / "README.md", to_card(report))


def _write_predictions(
    path: Path, report: Report, examples: Sequence[Example], answers: Answers
) -> None:
    names = [label.name for label in report.labels]
    with writing(path) as write:
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
            write([row | {"model_version": report.model_version}])
