"""`stance export`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stance.cli.console import talk
from stance.cli.errors import handled, tell_refused
from stance.cli.importing import QuestionOption
from stance.cli.options import (
    CodebookOption,
    EncodingOption,
    ForceOption,
    ProjectOption,
    SpreadsheetOption,
    TextKeyOption,
)

if TYPE_CHECKING:
    from stance.storage.project import Project


OutputArgument = Annotated[
    Path,
    typer.Argument(
        help="File to write: .csv, .jsonl, .parquet; .jsonld for stand-off; with --format what "
        "that format has (hf and potato: a folder)."
    ),
]
OutputFormatOption = Annotated[
    str, typer.Option("--format", help="Format to write (default: rows as the ending says).")
]
AnswersOption = Annotated[
    bool,
    typer.Option("--answers", help="Every annotator's answer (default: what they come to)."),
]
DataOption = Annotated[
    list[Path],
    typer.Option("--data", help="Rows of this file, in any format (default: the project's)."),
]
StandOffOption = Annotated[
    bool, typer.Option("--stand-off", help="Every answer without its text, to share.")
]
ArticleOption = Annotated[
    list[str], typer.Option("--article", help="Only this article's (default: all).")
]
DataFormatOption = Annotated[
    str, typer.Option("--data-format", help="Format of --data (default: what its content shows).")
]


@handled
def export(
    output: OutputArgument,
    as_format: OutputFormatOption = "",
    answers: AnswersOption = False,
    stand_off: StandOffOption = False,
    article: ArticleOption = [],
    data: DataOption = [],
    data_format: DataFormatOption = "",
    question: QuestionOption = "",
    codebook: CodebookOption = None,
    encoding: EncodingOption = None,
    text_key: TextKeyOption = "text",
    project: ProjectOption = None,
    force: ForceOption = False,
    spreadsheet_safe: SpreadsheetOption = False,
) -> None:
    """Write the project's labelled sentences as rows, or its annotations without the texts.

    Stand-off annotations are JSON lines (.jsonl) or W3C Web Annotations (.jsonld). Formats: csv,
    jsonl, parquet, json, hf, fasttext, label-studio, label-studio-min, label-studio-csv,
    label-studio-config, doccano, doccano-csv, prodigy, argilla, argilla-flat, potato, dna.
    """
    from stance.annotation.formats.format import Reading
    from stance.cli.exporting import check_place, format_for, rows_of_files, rows_of_project, write
    from stance.storage.errors import InputError, n_of, printable
    from stance.storage.project import require_project

    if stand_off:
        if as_format or answers or data:
            raise InputError("--stand-off goes with neither --format, --answers nor --data.")
        check_place(output, None, force)
        n_written = _write_stand_off(require_project(project), output, article)
    else:
        into = format_for(output, as_format)
        check_place(output, into, force)
        if data:
            reading = Reading(encoding, text_key, data_format, question)
            rows, labels, refused = rows_of_files(data, reading, codebook)
            tell_refused(refused)
        else:
            rows, labels = rows_of_project(require_project(project), answers, article, into)
        n_written = write(output, into, rows, labels, force, spreadsheet_safe)
    what = n_of(n_written, "row") if n_written else "the config"  # without rows nothing else is
    talk(f"wrote {what} to {printable(str(output))}")


def _write_stand_off(project: "Project", output: Path, articles: list[str]) -> int:
    import json

    from stance.annotation.standoff import export_stand_off, to_web_annotation
    from stance.codebook.codebook import read_codebook
    from stance.storage.atomic import write_file
    from stance.storage.errors import InputError

    if output.suffix not in (".jsonl", ".jsonld"):
        raise InputError(f"{output}: stand-off is .jsonl, or .jsonld for Web Annotations.")
    records = export_stand_off(project, read_codebook(project.codebook), articles)
    if output.suffix == ".jsonld":
        content = json.dumps([to_web_annotation(one) for one in records], indent=1)
    else:
        content = "\n".join(one.model_dump_json() for one in records)
    write_file(output, content + "\n")
    return len(records)
