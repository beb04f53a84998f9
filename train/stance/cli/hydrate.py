"""`stance hydrate`."""

from pathlib import Path
from typing import Annotated

import typer

from stance.cli.console import echo, echo_json, working
from stance.cli.errors import handled, tell
from stance.cli.options import JsonOption, ProjectOption

FoldersArgument = Annotated[
    list[Path], typer.Argument(help="Where your texts are: folders or files.")
]
StandOffOption = Annotated[
    list[Path],
    typer.Option("--from", help="Stand-off files (default: data/stand-off/*.jsonl)."),
]


@handled
def hydrate(
    folders: FoldersArgument,
    stand_off: StandOffOption = [],
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find the texts of stand-off annotations in your own files, by hash.

    A sentence that moved, or whose white space, quotes or Unicode form changed, is found all the
    same; one with changed words only in its own article, and this is told. What is missing is
    named. The texts stay in data/hydrated/, which is not for sharing.
    """
    from stance.annotation.gold import check_answers
    from stance.annotation.hydrate import hydrate as restore
    from stance.annotation.library import read_library
    from stance.annotation.standoff import read_stand_off
    from stance.codebook.codebook import read_codebook
    from stance.storage.errors import InputError, listed
    from stance.storage.project import require_project

    found = require_project(project)
    for path in (*folders, *stand_off):
        if not path.exists():
            raise InputError(f"{path}: not there. Check the path.")
    records = read_stand_off(stand_off or sorted(found.stand_off.glob("*.jsonl")))
    check_answers(records, read_codebook(found.codebook))
    with working("hydrating") as progress:
        progress("reading your texts")
        library = read_library(folders)
        progress(f"finding {len(records):,} sentences")
        done = restore(found, records, library)
    if as_json:
        echo_json({**vars(done), "n_found": done.n_found})
    else:
        ways = ", ".join(f"{n:,} {how}" for how, n in sorted(done.how.items())) or "none"
        echo(f"found {done.n_found:,} of {done.n_sentences:,} sentences ({ways})")
    if done.told:
        tell(f"note: {listed(done.told, 3)}")
    if done.alike:
        tell(f"note: found with changed words, check them: {listed(done.alike, 3)}")
    if done.missing:
        lines = [f"missing: {name}, {len(ids):,} sentences" for name, ids in done.missing.items()]
        tell(listed(lines))
        if not done.n_found:
            tell(f"none of the texts is among the {done.n_files:,} files. Is it the right folder?")
        raise typer.Exit(1)
