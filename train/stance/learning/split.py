"""The sealed split of a project: which articles are for training and which for testing.

Articles of one event, and articles that share a near-duplicate sentence, lie on one side. An
article that has a side keeps it for ever; a new one joins the side of what it belongs to, and
otherwise the one that is short.

A correction was made because of what a model had said, so no test sentence is chosen or labelled
by one: in test articles the annotators' labels stand, and a sentence that only a correction labels
is left out there.
"""

import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import replace

from stance.annotation.examples import Example
from stance.corpus.sides import ASIDE, TEST, TRAIN, Sides, read_split
from stance.corpus.store import read_corpus
from stance.learning.groups import group_numbers
from stance.storage.atomic import locked, write_file
from stance.storage.project import Project

__all__ = [
    "ASIDE",
    "TEST",
    "TRAIN",
    "Sides",
    "as_annotated",
    "extend_split",
    "read_split",
    "split_corpus",
    "split_examples",
]

log = logging.getLogger(__name__)

TEST_SHARE = 0.2


def split_examples(project: Project, examples: Sequence[Example]) -> dict[str, list[Example]]:
    """The examples by side; articles without a side get one, which is written down."""
    sides = _sides_with(project, examples)
    found: dict[str, list[Example]] = {TRAIN: [], TEST: [], ASIDE: []}
    for one in examples:
        side = sides[one.article_id]
        kept = as_annotated(one) if side == TEST else one
        if kept is not None:
            found[side].append(kept)
    if found[ASIDE]:
        log.warning(
            "%s sentences were set aside: their articles belong to both sides of the split",
            f"{len(found[ASIDE]):,}",
        )
    return found


def split_corpus(project: Project) -> Sides:
    """The sides of all articles, labelled or not; those without one get one, which is written down.

    To be called before sentences are picked for labelling: a side that is decided afterwards could
    put sentences into the test set that a model's doubt had chosen.
    """
    corpus = read_corpus(project)
    known = read_split(project)
    if corpus.articles.keys() <= known.keys():
        return known
    events = {name: article.event for name, article in corpus.articles.items()}
    return _sides_with(
        project,
        [
            Example(one.id, one.text, (), one.article_id, events[one.article_id])
            for one in corpus.sentences.values()
        ],
    )


def _sides_with(project: Project, examples: Sequence[Example]) -> Sides:
    """What is written, extended by the articles of the examples."""
    with locked(project.split.parent / ".split.lock"):
        known = read_split(project)
        sides = extend_split(known, examples)
        if sides != known:
            content = json.dumps({"format": 1, "articles": sides}, indent=1, ensure_ascii=False)
            write_file(project.split, content + "\n")
    return sides


def as_annotated(example: Example) -> Example | None:
    """The example with the labels it had before an editor corrected it; None where it had none."""
    if "corrected_by" not in example.fields:
        return example
    before = example.fields["labels_before"]
    return None if before is None else replace(example, labels=before)


def extend_split(known: Sides, examples: Sequence[Example]) -> Sides:
    """The known sides and one for every other article of the examples.

    New groups are taken in the order of a hash of their first article, so that neither names nor
    the order of files decide; each goes to the test side while that is short of its share.
    """
    sides = dict(known)
    if all(one.article_id in known for one in examples):
        return sides
    numbers = group_numbers(
        [one.text for one in examples],
        [one.article_id for one in examples],
        [one.event for one in examples],
    )
    members: dict[int, list[Example]] = {}
    for one, number in zip(examples, numbers.tolist(), strict=True):
        members.setdefault(number, []).append(one)
    n_test = sum(1 for one in examples if known.get(one.article_id) == TEST)
    for group in sorted(members.values(), key=_hash_of_group):
        new = [one for one in group if one.article_id not in known]
        if not new:
            continue
        taken = {known[one.article_id] for one in group if one.article_id in known} - {ASIDE}
        side = taken.pop() if len(taken) == 1 else ASIDE if taken else ""
        if not side and all(as_annotated(one) is None for one in new):
            side = TRAIN
        if not side:
            room = TEST_SHARE * len(examples) - n_test
            side = TEST if len(new) <= 1.5 * room else TRAIN
        n_test += len(new) if side == TEST else 0
        sides |= {one.article_id: side for one in new}
    return sides


def _hash_of_group(group: Sequence[Example]) -> str:
    return hashlib.sha256(min(one.article_id for one in group).encode("utf-8")).hexdigest()
