"""The ledger of corrections: what an editor said of a sentence, in force from the next command on.

`data/corrections.jsonl` is added to and never rewritten; the latest line about a sentence counts.
A correction is an answer like an annotator's, with two differences: it also says who holds the
stance, and since it was made because of what a model had said, no test set ever sees it.
"""

from collections.abc import Iterable

from stance.annotation.store import Annotation
from stance.corpus.store import read_records
from stance.storage.atomic import append_lines
from stance.storage.project import Project

NOBODY = "nobody"


class Correction(Annotation):
    """An editor's labels for one sentence, and the holder where that was wrong, too.

    `holder` is an actor's id, `nobody` where none of the actors holds it, "" to leave it.
    """

    holder: str = ""
    shown: str = "correction"


def append_corrections(project: Project, corrections: Iterable[Correction]) -> None:
    """Adds to the ledger and returns when the lines are on the disk."""
    append_lines(project.corrections, [one.model_dump_json() for one in corrections])


def read_corrections(project: Project) -> dict[str, Correction]:
    """The latest correction of each sentence, by sentence id, without those taken back.

    One is taken back by a line with the answer `ignore`. Raises InputError with file and line at
    the first line that is no correction.
    """
    latest_of = {one.sentence_id: one for one in read_records(project.corrections, Correction)}
    return {name: one for name, one in latest_of.items() if one.answer != "ignore"}
