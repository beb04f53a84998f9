"""`stance who`."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from stance.cli.console import echo, echo_json, talk, working
from stance.cli.errors import handled, tell_refused
from stance.cli.options import (
    EncodingOption,
    ForceOption,
    JsonOption,
    ModelOption,
    ProjectOption,
    SpreadsheetOption,
    TextKeyOption,
    ThresholdOption,
)
from stance.cli.refused import RejectsOption

if TYPE_CHECKING:
    from stance.actors.sources import Sources
    from stance.actors.who import Desk, Who
    from stance.storage.project import Project

InputsArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="[INPUT]…",
        help="Articles (.txt, .md, .html), rows (.csv, .jsonl, .parquet), or - "
        "(default: the project's articles).",
    ),
]
ByOption = Annotated[
    Literal["actor", "country", "camp"], typer.Option("--by", help="What a row of the table is.")
]
LabelOption = Annotated[list[str], typer.Option("--label", help="Show this label only.")]
ActorOption = Annotated[
    list[str], typer.Option("--actor", help="Show this actor only: an id, a name or an alias.")
]
SinceOption = Annotated[str, typer.Option("--since", help="Articles from this date on.")]
UntilOption = Annotated[str, typer.Option("--until", help="Articles up to this date.")]
OutOption = Annotated[
    Path | None,
    typer.Option("--out", help="Folder for who.html, .csv, .json, .jsonl, .graphml, -dna.csv."),
]
GoldOption = Annotated[
    bool, typer.Option("--gold", help="Let labels that people gave count before the model's.")
]
UnknownOption = Annotated[
    bool, typer.Option("--unknown", help="List frequent names that nobody has entered.")
]
ChangesOption = Annotated[
    bool,
    typer.Option("--changes", help="Tell changed positions and contradictions; exit 3 if new."),
]
WithinOption = Annotated[
    int, typer.Option("--within", min=0, max=3650, help="Days between opposite statements.")
]
KnownOption = Annotated[
    Path | None,
    typer.Option("--known", help="File that remembers which changes were told before."),
]
EvidenceOption = Annotated[
    str, typer.Option("--evidence", help="Write the evidence for ACTOR or ACTOR:LABEL into --out.")
]
ErrorsOption = Annotated[
    list[Path],
    typer.Option(
        "--errors-from",
        help="Labelled rows that show how often the model errs (default: the test articles).",
    ),
]


@dataclass(frozen=True)
class Asked:
    """What the options ask for."""

    inputs: list[str]
    by: Literal["actor", "country", "camp"]
    labels: list[str]
    actors: list[str]
    since: str
    until: str
    out: Path | None
    gold: bool
    model: str | None
    threshold: list[str]
    encoding: str | None
    text_key: str
    force: bool
    unknown: bool
    as_json: bool
    changes: bool
    within: int
    known: Path | None
    evidence: str
    errors_from: list[Path]
    spreadsheet_safe: bool


@handled
def who(
    inputs: InputsArgument = [],
    by: ByOption = "actor",
    label: LabelOption = [],
    actor: ActorOption = [],
    since: SinceOption = "",
    until: UntilOption = "",
    out: OutOption = None,
    gold: GoldOption = False,
    unknown: UnknownOption = False,
    changes: ChangesOption = False,
    within: WithinOption = 30,
    known: KnownOption = None,
    evidence: EvidenceOption = "",
    errors_from: ErrorsOption = [],
    model: ModelOption = None,
    threshold: ThresholdOption = [],
    as_json: JsonOption = False,
    project: ProjectOption = None,
    encoding: EncodingOption = None,
    text_key: TextKeyOption = "text",
    rejects: RejectsOption = None,
    force: ForceOption = False,
    spreadsheet_safe: SpreadsheetOption = False,
) -> None:
    """Who takes which stance: a table of actors and labels, each cell with its sentences.

    A sentence printed by many outlets counts once. Editors' corrections (`stance correct`) count
    before the model, and with --gold so do annotators' labels.
    """
    asked = Asked(
        inputs, by, label, actor, since, until, out, gold, model, threshold, encoding, text_key,
        force, unknown, as_json, changes, within, known,
        evidence, errors_from, spreadsheet_safe,
    )  # fmt: skip
    _answer(asked, project)


def _answer(asked: Asked, project: Path | None) -> None:
    from stance.actors.selection import check_period, keep_period

    check_period(asked.since, asked.until)
    _check_options(asked)
    found, sources = _read(asked, project)
    told = keep_period(sources, asked.since, asked.until)
    if asked.unknown:
        _tell_unknown(sources, found, asked.as_json)
    else:
        result = _made(asked, sources, found)
        for note in (*told, *result.notes):
            talk(note)
        _tell(asked, result, found)


def _tell(asked: Asked, result: "Who", project: "Project | None") -> None:
    if asked.evidence:
        from stance.cli.who_evidence import tell_evidence

        assert asked.out is not None
        tell_evidence(
            result, asked.evidence, asked.out, project, asked.as_json, asked.spreadsheet_safe
        )
        return
    if asked.out is not None:
        _write(asked.out, result, asked.spreadsheet_safe)
    if asked.changes:
        from stance.cli.who_changes import tell_changes

        tell_changes(result, asked.within, asked.known, asked.as_json)
    elif asked.as_json:
        from stance.actors.records import table_fields

        echo_json(table_fields(result))
    else:
        from stance.cli.who_table import show

        show(result)


def _check_options(asked: Asked) -> None:
    """Raises UsageError before any work is done for options that do not go together, and
    InputError when the output cannot be written.
    """
    from stance.actors import evidence, writing
    from stance.storage.errors import UsageError
    from stance.storage.places import check_folder, check_writable

    wanted = {
        "--unknown": asked.unknown,
        "--changes": asked.changes,
        "--evidence": bool(asked.evidence),
    }
    named = [option for option, is_wanted in wanted.items() if is_wanted]
    if len(named) > 1:
        raise UsageError(f"{' and '.join(named)} are different questions. Ask one at a time.")
    if asked.known is not None and not asked.changes:
        raise UsageError("--known remembers what --changes told. Add --changes.")
    if asked.evidence and asked.out is None:
        raise UsageError("--evidence: name the folder for it with --out DIR.")
    if asked.out is not None:
        files = evidence.FILES if asked.evidence else writing.FILES
        check_folder(asked.out, asked.force, files)
    if asked.known is not None:
        check_writable(asked.known.parent)


def _read(asked: Asked, folder: Path | None) -> "tuple[Project | None, Sources]":
    """The project, if there is one, and the articles; refused rows are told."""
    from stance.actors.sources import corpus_sources, read_sources
    from stance.corpus.store import read_corpus
    from stance.storage.project import find_project, require_project

    found = find_project(folder) if asked.inputs else require_project(folder)
    if not asked.inputs:
        assert found is not None
        return found, corpus_sources(read_corpus(found))
    stdin = sys.stdin.buffer if sys.stdin is not None else None
    with working("reading"):
        sources = read_sources(asked.inputs, stdin, asked.text_key, asked.encoding)
    tell_refused(sources.refused)
    return found, sources


def _made(asked: Asked, sources: "Sources", project: "Project | None") -> "Who":
    from stance.actors.selection import chosen_labels, row_key
    from stance.actors.who import narrowed
    from stance.actors.who import who as make
    from stance.cli.who_evidence import named_claim

    desk = _desk(asked, project)
    if asked.evidence:  # an actor or label that nobody knows is told before the work
        named_claim(asked.evidence, tuple(desk.scorer.info.labels), desk.gazetteer, asked.by)
    of_model = desk.scorer.info.labels
    labels = chosen_labels(
        asked.labels,
        [one for one in of_model if one in desk.codebook.stances or one in asked.labels],
    )
    keys = [row_key(name, desk.gazetteer, asked.by) for name in asked.actors]
    with working("who") as step:
        return narrowed(make(sources, desk, asked.by, step), labels, keys)


def _desk(asked: Asked, project: "Project | None") -> "Desk":
    from dataclasses import replace

    from stance.actors.gazetteer import read_gazetteer
    from stance.actors.ladder import read_ladders
    from stance.actors.statements import Rules
    from stance.actors.who import Desk, answers, known_errors, meaning
    from stance.models.registry import find_model
    from stance.prediction.predict import thresholds_of
    from stance.prediction.scorer import load_scorer

    folder = find_model(asked.model, project.models if project else None)
    scorer = load_scorer(folder)
    own = project.actors if project else None
    codebook = meaning(scorer.info, project)
    rules = Rules(read_gazetteer(own), codebook, read_ladders(own))
    overrides = answers(project, codebook, asked.gold)
    limits = thresholds_of(scorer, asked.threshold, asked.text_key, asked.encoding)
    desk = Desk(folder, scorer, limits, rules, overrides)
    rates, note = known_errors(project, folder, desk, asked.errors_from)
    return replace(desk, rates=rates, rates_note=note)


def _write(folder: Path, result: "Who", spreadsheet_safe: bool) -> None:
    from stance.actors.writing import write_all

    write_all(folder, result, spreadsheet_safe)
    talk(f"Wrote {folder / 'who.html'} and the same as CSV, JSON, JSON lines, GraphML and DNA.")


def _tell_unknown(sources: "Sources", project: "Project | None", as_json: bool) -> None:
    from stance.actors.gazetteer import read_gazetteer
    from stance.actors.unknown import unknown_names
    from stance.cli.console import table

    own = project.actors if project else None
    sentences = ((one.id, text) for one in sources.articles.values() for text in one.texts)
    found = unknown_names(sentences, read_gazetteer(own))
    if as_json:
        echo_json([{"name": one.name, "n": one.count, "n_articles": one.articles} for one in found])
        return
    if not found:
        echo("No frequent name is missing.")
        return
    rows = [(one.name, f"{one.count:,}", f"{one.articles:,}", one.example[:60]) for one in found]
    table("Names that nobody has entered", ("name", "sentences", "articles", "for example"), rows)
    talk("Enter them in configs/actors.toml.")
