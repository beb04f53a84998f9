"""`stance evaluate`."""

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stance.cli.console import echo, echo_json, table, talk, working
from stance.cli.errors import handled, tell
from stance.cli.labelled import examples_for, without_seen
from stance.cli.options import (
    EncodingOption,
    ForceOption,
    JsonOption,
    ModelOption,
    ProjectOption,
    SpreadsheetOption,
    TestDataOption,
    TextKeyOption,
    ThresholdOption,
)
from stance.cli.refused import RejectsOption

if TYPE_CHECKING:
    from stance.annotation.examples import Example
    from stance.evaluation.report import Report
    from stance.prediction.scorer import Scorer
    from stance.storage.project import Project


OutOption = Annotated[
    Path | None,
    typer.Option("--out", help="Folder for the report (default: reports/MODEL-DATA)."),
]
BesideOption = Annotated[
    str | None,
    typer.Option("--beside", help="An earlier model: is this one better on the same sentences?"),
]
CardOption = Annotated[
    bool, typer.Option("--card", help="Write the model card (README.md) into the model folder.")
]
KeepSeenOption = Annotated[
    bool, typer.Option("--keep-seen", help="Score sentences the model was trained on, too.")
]
FailUnderOption = Annotated[
    float | None,
    typer.Option("--fail-under", help="Exit with 3 when macro-F1 is below (0 to 100)."),
]


@handled
def evaluate(
    data: TestDataOption = [],
    model: ModelOption = None,
    out: OutOption = None,
    threshold: ThresholdOption = [],
    keep_seen: KeepSeenOption = False,
    fail_under: FailUnderOption = None,
    card: CardOption = False,
    beside: BesideOption = None,
    project: ProjectOption = None,
    encoding: EncodingOption = None,
    text_key: TextKeyOption = "text",
    rejects: RejectsOption = None,
    force: ForceOption = False,
    as_json: JsonOption = False,
    spreadsheet_safe: SpreadsheetOption = False,
) -> None:
    """Score a model on labelled sentences and write report.html, .md, .json and predictions.csv.

    Sentences that the model was trained on are left out and counted.
    """
    from stance.evaluation import evaluate as scoring
    from stance.evaluation.looks import with_look
    from stance.evaluation.writing import FILES, write_card, write_report
    from stance.models.registry import find_model
    from stance.prediction.predict import thresholds_of
    from stance.prediction.scorer import load_scorer
    from stance.storage.places import check_folder
    from stance.storage.project import find_project, require_project

    found = find_project(project) if data else require_project(project)
    check_folder(out or _reports(found), force or out is None, FILES)
    folder = find_model(model, found.models if found else None)
    with working("evaluating") as progress:
        scorer = load_scorer(folder)
        limits = thresholds_of(scorer, threshold, text_key, encoding)
        sealed, names = examples_for(data, found, scorer, encoding, text_key)
        examples, notes = without_seen(sealed, folder, scorer, keep_seen)
        progress(f"scoring {len(examples):,} sentences")
        found_answers = scoring.answer(scorer, examples, limits)
        how = _made_by(folder, scorer)
        report = scoring.evaluate(scorer, examples, limits, names, notes, how, found_answers)
        report = _beside(report, beside, found, scorer, examples)
        check_folder(target := out or _default_folder(found, report), force, FILES)
        report = report if data or found is None else with_look(found, report, sealed)
        write_report(target, report, examples, found_answers, spreadsheet_safe)
    if card:
        write_card(folder, report)
    _show(report, target, as_json)
    _check(report, fail_under)


def _beside(
    report: "Report",
    name: str | None,
    project: "Project | None",
    scorer: "Scorer",
    examples: "list[Example]",
) -> "Report":
    """The report with an earlier model's scores, where one is named.

    Sentences that the earlier one was trained on are left out of its scores.
    """
    from dataclasses import replace

    from stance.evaluation.compare import before_of
    from stance.models.registry import find_model
    from stance.prediction.scorer import load_scorer

    if name is None:
        return report
    earlier = find_model(name, project.models if project else None)
    old = load_scorer(earlier)
    unseen, notes = without_seen(examples, earlier, old, keep_seen=False)
    report = replace(report, notes=(*report.notes, *notes))
    return replace(report, before=before_of(old, scorer, unseen, old.info.version))


def _check(report: "Report", fail_under: float | None) -> None:
    if fail_under is not None and 100 * report.macro.f1.value < fail_under:
        tell(f"macro-F1 is {100 * report.macro.f1.value:.1f}, under {fail_under:g}.")
        raise typer.Exit(3)


def _made_by(folder: Path, scorer: "Scorer") -> list[tuple[str, str]]:
    """What is needed to do it again."""
    info = scorer.info
    return [
        ("Command", shlex.join(["stance", *sys.argv[1:]])),
        ("Model", f"{info.version}, weights {info.files['scorer.safetensors'][:16]}…"),
        ("Training data", info.data.sha256),
        ("Commit", info.commit or "–"),
    ]


def _reports(project: "Project | None") -> Path:
    return project.reports if project else Path("reports")


def _default_folder(project: "Project | None", report: "Report") -> Path:
    """Named by model and data: another model or other data never writes over it."""
    return _reports(project) / f"{report.model_version}-{report.data_sha256[:8]}"


def _show(report: "Report", folder: Path, as_json: bool) -> None:
    from stance.evaluation.render_json import to_dict
    from stance.evaluation.report import headline
    from stance.evaluation.tables import (
        SCORE_COLUMNS,
        baseline_columns,
        baseline_rows,
        score_rows,
        whole_rows,
    )

    for note in report.notes:
        talk(f"note: {note}")
    if as_json:
        echo_json({**to_dict(report), "path": str(folder)})
        return
    echo(headline(report) + "\n")
    table("Scores, with 95 % intervals over articles", SCORE_COLUMNS, score_rows(report))
    table("", ("whole answers", "score"), whole_rows(report))
    table("Beside simple rules", baseline_columns(report), baseline_rows(report))
    echo(str(folder / "report.html"))
