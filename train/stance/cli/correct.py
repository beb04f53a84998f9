"""`stance correct`."""

from typing import TYPE_CHECKING, Annotated

import typer

from stance.cli.console import echo, talk
from stance.cli.errors import handled
from stance.cli.options import ProjectOption

if TYPE_CHECKING:
    from stance.annotation.corrections import Correction
    from stance.codebook.codebook import Codebook
    from stance.storage.project import Project

NO_LABEL = "none"


@handled
def correct(
    sentence: Annotated[str, typer.Argument(help="Sentence id, as the table of `who` shows it.")],
    labels: Annotated[str, typer.Argument(help="Right labels, joined by | or a comma; or none.")],
    by: Annotated[str, typer.Option("--by", help="Your name.")],
    holder: Annotated[str, typer.Option(help="Who holds the stance: an actor, or nobody.")] = "",
    note: Annotated[str, typer.Option(help="Why, for those who read it later.")] = "",
    sha256: Annotated[
        str, typer.Option("--sha256", help="Hash of a sentence that is not in the project.")
    ] = "",
    project: ProjectOption = None,
) -> None:
    """Correct a sentence that `stance who` has wrong.

    The ledger data/corrections.jsonl is only added to. `who` shows the corrected labels from the
    next run on, and the next training learns from them; a sentence of a test article is corrected
    for display alone, so that tests stay honest.
    """
    from stance.annotation.corrections import Correction, append_corrections
    from stance.annotation.store import check_annotator, now
    from stance.codebook.codebook import read_codebook
    from stance.storage.project import require_project

    found = require_project(project)
    check_annotator(by)
    given = _labels(labels, read_codebook(found.codebook))
    correction = Correction(
        sentence_id=sentence,
        sentence_sha256=_sha256(found, sentence, sha256),
        labels=given,
        annotator=by,
        annotated_at=now(),
        note=note,
        holder=_holder(found, holder),
    )
    append_corrections(found, [correction])
    echo(f"{sentence}: {', '.join(given) or 'no label'} (corrected by {by})")
    talk(_use(found, correction))


def _labels(written: str, codebook: "Codebook") -> tuple[str, ...]:
    from stance.storage.errors import ConfigError

    is_none = written.strip().casefold() == NO_LABEL and NO_LABEL not in codebook.names
    try:
        return codebook.checked([] if is_none else written.replace(",", "|").split("|"))
    except ValueError as error:
        raise ConfigError(f"{error}.") from error


def _holder(project: "Project", name: str) -> str:
    """The actor's id; `nobody` and "" as they are. Raises ConfigError for an unknown name."""
    from stance.actors.gazetteer import read_gazetteer
    from stance.actors.selection import row_key
    from stance.annotation.corrections import NOBODY

    if name in ("", NOBODY):
        return name
    return row_key(name, read_gazetteer(project.actors), option="--holder")


def _sha256(project: "Project", sentence: str, given: str) -> str:
    import re

    from stance.corpus.store import read_corpus
    from stance.storage.errors import InputError, nearest, printable

    if given:
        if not re.fullmatch("[0-9a-f]{64}", given):
            raise InputError("--sha256: not a SHA-256 (64 digits 0 to f). Copy it from who.html.")
        return given
    known = read_corpus(project).sentences
    if sentence not in known:
        raise InputError(
            f"{printable(sentence)}: no such sentence in the project.{nearest(sentence, [*known])} "
            "For one from other files copy the command from who.html, which has --sha256."
        )
    return known[sentence].sha256


def _use(project: "Project", correction: "Correction") -> str:
    """What the correction will be used for, in a sentence."""
    from stance.corpus.store import read_corpus
    from stance.learning.split import TEST, read_split

    sentence = read_corpus(project).sentences.get(correction.sentence_id)
    if sentence is None or sentence.sha256 != correction.sentence_sha256:
        return "In force in `who`. Not trained on: the sentence is not in the project (ingest it)."
    if read_split(project).get(sentence.article_id) == TEST:
        return "In force in `who`. Neither trained on nor scored: it is in a test article."
    return "In force in `who`; the next training learns from it."
