"""`stance ingest`."""

from pathlib import Path
from typing import Annotated

import typer

from stance.cli.console import echo, echo_json, talk
from stance.cli.errors import handled, tell
from stance.cli.options import EncodingOption, JsonOption, ProjectOption


@handled
def ingest(
    files: Annotated[list[Path], typer.Argument(help="Articles (.txt, .md, .html) or folders.")],
    project: ProjectOption = None,
    encoding: EncodingOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read articles, split them into sentences, and add them to the project.

    A file that was ingested before is passed over. One that cannot be read is named with the
    reason, the others go on, and the exit code is 1.
    """
    from stance.cli.projects import project_or_new
    from stance.corpus.store import ingest as ingest_files
    from stance.storage.errors import InputError, listed, n_of
    from stance.storage.text import encoding_of

    encoding_of(b"", encoding)
    for file in files:
        if not (file.exists() or file.is_symlink()):
            raise InputError(f"{file}: no such file. Check the path.")
    done = ingest_files(project_or_new(project), files, encoding)
    if as_json:
        echo_json(
            {
                "articles": done.n_articles,
                "sentences": done.n_sentences,
                "known": len(done.known),
                "refused": list(done.refused),
            }
        )
    else:
        echo(
            f"ingested {n_of(done.n_articles, 'article')}, {n_of(done.n_sentences, 'sentence')}; "
            f"{len(done.known):,} known already, {len(done.refused):,} refused"
        )
    for line in done.known if len(done.known) <= 3 else ():
        talk(line)
    if done.refused:
        tell(listed(done.refused))
        raise typer.Exit(1)
