"""What is wrong with labelled data, in files or in a project, before anything is learnt from it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from stance.annotation.corrections import read_corrections
from stance.annotation.examples import (
    Example,
    accepted,
    codebook_of,
    read_labelled,
    with_codebook,
)
from stance.annotation.gold import project_examples
from stance.annotation.store import Annotation, read_annotations, read_gold
from stance.codebook.codebook import Codebook, read_codebook
from stance.corpus.articles import is_date
from stance.corpus.store import broken_sentences
from stance.learning.example_checks import Check, check, check_examples
from stance.learning.split import TRAIN, read_split, split_examples
from stance.storage.errors import nearest, printable
from stance.storage.project import Project

SIDES = ("train", "validation", "test")


def check_files(
    paths: Sequence[Path],
    codebook: Codebook | None,
    encoding: str | None = None,
    text_key: str = "text",
    refused: list[str] | None = None,
) -> list[Check]:
    """The checks of labelled row files; without a codebook the labels are taken from them.

    Rows that cannot be used are added to `refused`.

    A row's side is its `split`, or where there is none the name of its file (train, validation,
    test).
    """
    labelled = read_labelled(paths, encoding, text_key)
    if codebook is None:
        codebook, labelled = codebook_of(labelled, paths[0].name)
    fitting = with_codebook(labelled, codebook)
    if refused is not None:
        refused += fitting.refused
    examples = accepted(fitting.examples)
    return [
        check(
            "refused_rows",
            "error",
            [one for one in fitting.refused if "unknown label" not in one],
            "Mend these rows, or take them out.",
        ),
        _unknown_labels([(one.place, one.labels) for one in labelled.examples], codebook),
        *check_examples(examples, codebook, sides_of(examples)),
    ]


def files_for_training(
    paths: Sequence[Path],
    codebook: Codebook | None,
    encoding: str | None = None,
    text_key: str = "text",
) -> tuple[list[Example], Codebook, tuple[str, ...]]:
    """The rows of the files that are on no side but training, their codebook, and the refused."""
    labelled = read_labelled(paths, encoding, text_key)
    if codebook is None:
        codebook, labelled = codebook_of(labelled, paths[0].name)
    fitting = with_codebook(labelled, codebook)
    examples = accepted(fitting.examples)
    sides = sides_of(examples)
    fit_on = [one for one in examples if sides[one.place] in ("", TRAIN)]
    return fit_on, codebook, fitting.refused


def project_for_training(project: Project) -> tuple[list[Example], Codebook]:
    """The settled sentences of the project's training articles, and its codebook."""
    codebook = read_codebook(project.codebook)
    return split_examples(project, project_examples(project, codebook).examples)[TRAIN], codebook


def sides_of(examples: Sequence[Example]) -> dict[str, str]:
    """For each row's place its side; empty where neither `split` nor the file's name says."""
    return {one.place: one.split or _side_of_file(one.place) for one in examples}


def _side_of_file(place: str) -> str:
    stem = Path(place.rpartition(":")[0]).stem.casefold()
    return stem if stem in SIDES else ""


def check_project(project: Project) -> list[Check]:
    """The checks of a project's settled annotations and of its split."""
    codebook = read_codebook(project.codebook)
    corrections = read_corrections(project).values()
    answers = [*read_annotations(project), *read_gold(project), *corrections]
    first = [
        _unknown_labels(
            [(f"{one.annotator}, {one.sentence_id}", one.labels) for one in answers], codebook
        ),
        check(
            "broken_offsets",
            "error",
            broken_sentences(project),
            "The article's text is not what it was. Restore it, or ingest it under another name.",
        ),
    ]
    if first[0].count:  # no answer can be settled before its labels are known
        return first
    found = project_examples(project, codebook)
    by_article = read_split(project)
    sides = {one.place: by_article.get(one.article_id, "") for one in found.examples}
    return [
        *first,
        check(
            "disputed_sentences",
            "warning",
            found.disputed,
            "Annotators differ: settle them with `stance review`; till then they are left out.",
        ),
        check(
            "annotations_of_changed_sentences",
            "error",
            found.stale,
            "The sentence's words changed after it was judged. Annotate it again.",
        ),
        check(
            "annotations_without_text",
            "warning",
            found.orphans,
            "Find the texts with `stance hydrate DIR`, or ingest the articles.",
        ),
        *check_examples(found.examples, codebook, sides),
        _unreadable_moments(answers),
    ]


def _unreadable_moments(answers: Iterable[Annotation]) -> Check:
    return check(
        "unreadable_answer_dates",
        "warning",
        [
            f'{one.annotator}, {one.sentence_id}: "{printable(one.annotated_at, 40)}"'
            for one in answers
            if not is_date(one.annotated_at)
        ],
        "Write the moment as 2024-05-01T12:00:00Z.",
    )


def _unknown_labels(rows: Iterable[tuple[str, Sequence[str]]], codebook: Codebook) -> Check:
    """Labels that the codebook does not know, each with how often and where it stands first."""
    places: dict[str, list[str]] = defaultdict(list)
    for place, labels in rows:
        for label in sorted({one.strip() for one in labels} - {"", *codebook.names}):
            places[label].append(place)
    told = [
        f'"{printable(label, 60)}" {len(where):,} times, first in {where[0]}.'
        f"{nearest(label, codebook.names)}"
        for label, where in places.items()
    ]
    return check(
        "unknown_labels",
        "error",
        told,
        f"Mend the spelling, or add the label to the codebook ({', '.join(codebook.names)}).",
        sum(map(len, places.values())),
    )
