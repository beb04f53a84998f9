"""`stance export`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stance.cli.console import talk
from stance.cli.errors import handled
from stance.cli.options import ForceOption, ProjectOption, SpreadsheetOption

if TYPE_CHECKING:
    from stance.storage.project import Project


OutputArgument = Annotated[
    Path, typer.Argument(help="File to write: .jsonl, .csv, .parquet; .jsonld for stand-off.")
]
StandOffOption = Annotated[
    bool, typer.Option("--stand-off", help="Every answer without its text, to share.")
]
ArticleOption = Annotated[
    list[str], typer.Option("--article", help="Only this article's (default: all).")
]


@handled
def export(
    output: OutputArgument,
    stand_off: StandOffOption = False,
    article: ArticleOption = [],
    project: ProjectOption = None,
    force: ForceOption = False,
    spreadsheet_safe: SpreadsheetOption = False,
) -> None:
    """Write the project's labelled sentences as rows, or its annotations without the texts.

    Stand-off annotations are JSON lines (.jsonl) or W3C Web Annotations (.jsonld).
    """
    from stance.storage.errors import InputError, n_of
    from stance.storage.project import require_project

    found = require_project(project)
    if output.exists() and not force:
        raise InputError(f"{output}: exists already. Write over it with --force.")
    if stand_off:
        n_written = _write_stand_off(found, output, article)
    else:
        n_written = _write_rows(found, output, article, force, spreadsheet_safe)
    talk(f"wrote {n_of(n_written, 'row')} to {output}")


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


def _write_rows(
    project: "Project", output: Path, articles: list[str], force: bool, spreadsheet_safe: bool
) -> int:
    from stance.annotation.gold import project_examples
    from stance.codebook.codebook import read_codebook
    from stance.corpus.store import read_corpus
    from stance.learning.split import read_split
    from stance.prediction.outputs import check_output, writing
    from stance.storage.errors import DataError

    check_output(output, force)
    corpus = read_corpus(project)
    sides = read_split(project)
    examples = project_examples(project, read_codebook(project.codebook)).examples
    wanted = [one for one in examples if not articles or one.article_id in articles]
    if not wanted:
        raise DataError("no labelled sentence to export. Check the article ids.")
    with writing(output, spreadsheet_safe) as write:
        write(
            [
                {
                    "id": one.id,
                    "text": one.text,
                    "labels": list(one.labels),
                    "article_id": one.article_id,
                    "sent_index": corpus.sentences[one.id].sent_index,
                    "title": corpus.articles[one.article_id].title,
                    "url": corpus.articles[one.article_id].url,
                    "outlet": corpus.articles[one.article_id].outlet,
                    "published_at": corpus.articles[one.article_id].published_at,
                    "event": one.event,
                    "split": sides.get(one.article_id, ""),
                }
                for one in wanted
            ]
        )
    return len(wanted)
