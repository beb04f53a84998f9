"""What is wrong with labelled data, before anything is learnt from it."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stance.annotation.examples import (
    Example,
    accepted,
    codebook_of,
    read_labelled,
    with_codebook,
)
from stance.annotation.gold import project_examples
from stance.codebook.codebook import Codebook, read_codebook
from stance.corpus.near_duplicates import duplicate_clusters
from stance.corpus.normalise import sentence_key
from stance.learning.split import TEST, TRAIN, read_split
from stance.storage.errors import printable
from stance.storage.project import Project

FEW = 10


@dataclass(frozen=True)
class Check:
    """One check: how many cases it found, how bad they are, and one of them."""

    name: str
    count: int
    level: str
    example: str = ""


def check_files(
    paths: Sequence[Path], codebook: Codebook | None, encoding: str | None = None
) -> list[Check]:
    """The checks of labelled row files; without a codebook the labels are taken from them."""
    labelled = read_labelled(paths, encoding)
    if codebook is None:
        codebook, labelled = codebook_of(labelled, paths[0].name)
    labelled = with_codebook(labelled, codebook)
    first = labelled.refused[0] if labelled.refused else ""
    refused = Check("refused_rows", len(labelled.refused), "error", first)
    examples = accepted(labelled.examples)
    return [refused, *check_examples(examples, codebook, {one.id: one.split for one in examples})]


def check_project(project: Project) -> list[Check]:
    """The checks of a project's settled annotations and of its split."""
    codebook = read_codebook(project.codebook)
    found = project_examples(project, codebook)
    sides = read_split(project)
    return [
        Check("disputed_sentences", found.n_disputed, "warning"),
        Check("annotations_of_changed_sentences", found.n_stale, "error"),
        Check("annotations_without_text", found.n_orphans, "warning"),
        *check_examples(
            found.examples,
            codebook,
            {one.id: sides.get(one.article_id, "") for one in found.examples},
        ),
    ]


def check_examples(
    examples: Sequence[Example], codebook: Codebook, sides: dict[str, str]
) -> list[Check]:
    """Conflicting labels, duplicates, rare labels, and sentences on both sides of a split."""
    by_key: dict[str, list[Example]] = defaultdict(list)
    for one in examples:
        by_key[sentence_key(one.text)].append(one)
    groups = list(by_key.values())
    conflicts = [group for group in groups if len({one.labels for one in group}) > 1]
    repeated = [group for group in groups if len(group) > 1]
    clusters: dict[int, list[Example]] = defaultdict(list)
    for cluster, one in zip(
        duplicate_clusters([one.text for one in examples]), examples, strict=True
    ):
        clusters[cluster].append(one)
    near = [group for group in clusters.values() if len(group) > 1]
    # Short sentences are in no cluster, but the same one on both sides is a leak all the same.
    leaks = [group for group in (*near, *repeated) if _is_on_both_sides(group, sides)]
    leaks = list({group[0].id: group for group in leaks}.values())
    counts = Counter(label for one in examples for label in one.labels)
    rare = [name for name in codebook.names if counts[name] < FEW]
    return [
        Check("conflicting_labels", len(conflicts), "error", _told(conflicts)),
        Check(
            "text_duplicates", sum(len(group) - 1 for group in repeated), "warning", _told(repeated)
        ),
        Check("near_duplicates", sum(len(group) - 1 for group in near), "warning", _told(near)),
        Check("train_test_sample_mix", len(leaks), "error", _told(leaks)),
        Check(
            "rare_labels",
            len(rare),
            "warning",
            ", ".join(f"{name} {counts[name]}" for name in rare),
        ),
    ]


def _is_on_both_sides(group: Sequence[Example], sides: dict[str, str]) -> bool:
    return {TRAIN, TEST} <= {sides.get(one.id, "") for one in group}


def _told(groups: Sequence[Sequence[Example]]) -> str:
    if not groups:
        return ""
    places = ", ".join(one.place or one.id for one in groups[0][:4])
    return f"“{printable(groups[0][0].text, 80)}” ({places})"
