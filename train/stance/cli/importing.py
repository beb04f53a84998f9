"""`stance import`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stance.cli.console import echo, echo_json
from stance.cli.errors import handled, tell, tell_refused
from stance.cli.options import (
    CodebookOption,
    EncodingOption,
    JsonOption,
    ProjectOption,
    TextKeyOption,
)
from stance.cli.refused import RejectsOption

if TYPE_CHECKING:
    from stance.annotation.importing import Imported

FilesArgument = Annotated[
    list[Path],
    typer.Argument(help="Labelled rows (.csv, .jsonl, .parquet), or the export of another tool."),
]
ByOption = Annotated[str, typer.Option(help="Annotator of rows that name none.")]
GoldOption = Annotated[
    bool, typer.Option("--gold", help="The answers are adjudicated: they decide.")
]
FormatOption = Annotated[
    str, typer.Option("--format", help="The files' format (default: what their content shows).")
]
QuestionOption = Annotated[
    str,
    typer.Option("--question", help="Which question of the files holds the labels."),
]


@handled
def import_(
    files: FilesArgument,
    project: ProjectOption = None,
    codebook: CodebookOption = None,
    by: ByOption = "import",
    gold: GoldOption = False,
    encoding: EncodingOption = None,
    text_key: TextKeyOption = "text",
    as_format: FormatOption = "",
    question: QuestionOption = "",
    rejects: RejectsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add labelled sentences to the project; only `text` and `labels` or `label` are needed.

    Exports of Label Studio, doccano, Prodigy, Argilla, Potato, Discourse Network Analyzer,
    fastText files and Hugging Face data sets are known by their content.
    Rows that cannot be used are named with the reason, the others are taken, and the exit code
    is 1. Importing the same rows again adds nothing.
    """
    from stance.annotation.examples import codebook_of, read_labelled, with_codebook
    from stance.annotation.exporting import with_sentences
    from stance.annotation.formats.format import Reading
    from stance.annotation.importing import import_examples
    from stance.annotation.store import check_annotator
    from stance.cli.projects import codebook_named, project_or_new
    from stance.storage.project import Project, find_project

    check_annotator(by)
    found = Project(project) if project else find_project()
    known = found if found and found.codebook.is_file() else None
    labels = codebook_named(None if known and codebook == "auto" else codebook, known)
    names = labels.names if labels else ()
    reading = Reading(as_format=as_format, question=question, labels=names)
    labelled = read_labelled(files, encoding, text_key, with_sentences(reading, known))
    if labels is None:
        labels, labelled = codebook_of(labelled, files[0].name)
        target = project_or_new(project, labels)
    else:
        target = project_or_new(project, labels if codebook else None)
    done = import_examples(target, with_codebook(labelled, labels), by, gold)
    _tell(done, as_json)
    if any(one.fields.get("actors") for one in labelled.examples):
        tell(
            "note: spans are not stored with answers; `stance export OUT --data FILE` carries them "
            "over to another format."
        )


def _tell(done: "Imported", as_json: bool) -> None:
    from stance.storage.errors import n_of

    if as_json:
        echo_json({**vars(done), "refused": list(done.refused)})
    else:
        echo(
            f"imported {n_of(done.n_taken, 'row')}: {n_of(done.n_annotations, 'new answer')}, "
            f"{n_of(done.n_sentences, 'new sentence')}; {done.n_same:,} known already, "
            f"{done.n_ignored:,} ignored, {len(done.refused):,} refused"
        )
    if done.n_duplicates:
        tell(f"note: {done.n_duplicates:,} rows repeat the sentence of another row.")
    if done.n_bad_dates:
        tell(
            f"note: {n_of(done.n_bad_dates, 'row')} with a date that is none; it was left out. "
            "Write YYYY-MM-DD."
        )
    if done.n_disputed:
        tell(f"note: annotators differ on {n_of(done.n_disputed, 'sentence')}; all answers stay.")
    tell_refused(done.refused)
