"""Newly labelled rows on their way into the project: what would spoil the test set or contradict
what is settled is set aside before anything is written.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from stance.annotation.examples import Example, Labelled, refusal_of
from stance.annotation.gold import project_examples
from stance.annotation.importing import Imported, import_examples
from stance.annotation.placing import article_name
from stance.codebook.codebook import Codebook
from stance.corpus.near_duplicates import duplicate_clusters
from stance.corpus.normalise import sentence_key
from stance.learning.split import TEST, split_examples
from stance.storage.project import Project
from stance.storage.refusals import Refusal


@dataclass(frozen=True)
class Arrived:
    """What came of the rows: those that are in now, and for each other one the reason."""

    imported: Imported
    set_aside: tuple[str, ...]

    @property
    def left(self) -> tuple[str, ...]:
        """Every row that is not in: set aside here, or refused as a row."""
        return (*self.set_aside, *self.imported.refused)


def take_in(project: Project, labelled: Labelled, codebook: Codebook) -> Arrived:
    """Imports the rows that fit, as `stance import` does.

    The articles that are there get their side of the split first, so that no new row decides
    which of them are for testing.
    """
    known = project_examples(project, codebook).examples
    sealed = split_examples(project, known)[TEST]
    kept, set_aside = sort_out(labelled.examples, known, sealed)
    imported = import_examples(project, replace(labelled, examples=tuple(kept)), "import")
    return Arrived(imported, tuple(set_aside))


def sort_out(
    rows: Sequence[Example], known: Sequence[Example], sealed: Sequence[Example]
) -> tuple[list[Example], list[Refusal]]:
    """The rows to take, and a reason for each that is not.

    `known` are the project's labelled sentences and `sealed` those of them that are for testing.
    A row is set aside when it gives a known sentence other labels, or repeats a test sentence
    (word for word or nearly) in an article that is not for testing: it would be trained on.
    """
    answers: dict[str, Example] = {sentence_key(one.text): one for one in known}
    repeats = _repeats(rows, sealed)
    kept: list[Example] = []
    reasons: list[Refusal] = []
    for number, row in enumerate(rows):
        settled = answers.get(sentence_key(row.text))
        if settled is not None and row.answer == "accept" and row.labels != settled.labels:
            reason = (
                f"labels {_told(row)} where {settled.id} has {_told(settled)}. "
                "To change a settled answer, use stance import"
            )
            reasons.append(refusal_of(row, reason))
        elif number in repeats:
            reasons.append(refusal_of(row, f"repeats the test sentence {repeats[number]}"))
        else:
            kept.append(row)
    return kept, reasons


def _repeats(rows: Sequence[Example], sealed: Sequence[Example]) -> dict[int, str]:
    """For each row that repeats a test sentence in an article not for testing: which one."""
    test_articles = {one.article_id for one in sealed}
    clusters = duplicate_clusters([*(one.text for one in sealed), *(one.text for one in rows)])
    of_cluster: dict[int, str] = {}
    of_key: dict[str, str] = {}
    for cluster, one in zip(clusters, sealed, strict=False):
        of_cluster.setdefault(cluster, one.id)
        of_key.setdefault(sentence_key(one.text), one.id)
    found: dict[int, str] = {}
    for number, (row, cluster) in enumerate(zip(rows, clusters[len(sealed) :], strict=True)):
        test_sentence = of_key.get(sentence_key(row.text)) or of_cluster.get(cluster)
        if test_sentence and article_name(row) not in test_articles:
            found[number] = test_sentence
    return found


def _told(example: Example) -> str:
    return "|".join(example.labels) or "(none)"
