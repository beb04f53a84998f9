"""The checks of labelled sentences, wherever they come from.

Each check has a name, a level (an error makes the data unusable or the scores untrue; a warning
wants a look), the places where it found something, and what to do about it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from stance.annotation.examples import Example
from stance.codebook.codebook import Codebook
from stance.corpus.near_duplicates import duplicate_clusters
from stance.corpus.normalise import sentence_key
from stance.corpus.targets import target_of
from stance.learning.label_drift import label_drift
from stance.learning.leakage import mixed_groups, mixed_sentences, quoted
from stance.learning.row_checks import (
    broken_spans,
    damaged_characters,
    future_dates,
    not_english,
    unreadable_dates,
)

FEW = 10
FEW_IN_TEST = 5
TEST = "test"

Level = Literal["error", "warning"]


@dataclass(frozen=True)
class Check:
    """One check: how many cases it found, how bad they are, where, and what to do."""

    name: str
    level: Level
    count: int
    places: tuple[str, ...]
    advice: str


def check(
    name: str, level: Level, places: Iterable[str], advice: str, count: int | None = None
) -> Check:
    """The check with a place for each case, or with `count` cases in fewer places."""
    found = tuple(places)
    return Check(name, level, len(found) if count is None else count, found, advice)


def check_examples(
    examples: Sequence[Example], codebook: Codebook, sides: Mapping[str, str]
) -> list[Check]:
    """All checks of the examples; `sides` has the side of the split of each example's place."""
    clusters = duplicate_clusters([one.text for one in examples])
    return [
        *_repetitions(examples, clusters),
        *_leaks(examples, sides, clusters),
        *_counts(examples, codebook, sides),
        check(
            "label_drift",
            "warning",
            label_drift(examples, codebook.names),
            "Shares differ more than chance: see that both were labelled by the same rules.",
        ),
        check(
            "not_english",
            "warning",
            not_english(examples),
            "Take them out, unless the data is in another language on purpose.",
        ),
        check(
            "damaged_characters",
            "warning",
            damaged_characters(examples),
            "The text was read in the wrong encoding before: get it again from its source.",
        ),
        check("future_dates", "warning", future_dates(examples), "Mend the dates."),
        check(
            "unreadable_dates",
            "warning",
            unreadable_dates(examples),
            "Write YYYY-MM-DD, YYYY-MM or YYYY.",
        ),
        check(
            "broken_spans",
            "error",
            broken_spans(examples),
            "Offsets count code points of `text` from 0, end exclusive. Mend them.",
        ),
    ]


def _repetitions(examples: Sequence[Example], clusters: Sequence[int]) -> list[Check]:
    """Sentences that stand there twice, with the same labels or with different ones."""
    keys = [sentence_key(one.text) for one in examples]
    repeated = [group for group in _grouped(examples, keys) if len(group) > 1]
    near = [
        group
        for group in _grouped(examples, clusters)
        if len(group) > 1 and len({sentence_key(one.text) for one in group}) > 1
    ]
    # A sentence about two targets may well have two answers.
    asked = [(target_of(one.text), key) for one, key in zip(examples, keys, strict=True)]
    conflicts = [
        group for group in _grouped(examples, asked) if len({one.labels for one in group}) > 1
    ]
    return [
        check(
            "conflicting_labels",
            "error",
            [f"{quoted(group)} {_answers(group)}" for group in conflicts],
            "Keep one answer for each sentence; `stance train` leaves all of them out.",
        ),
        check(
            "text_duplicates",
            "warning",
            map(quoted, repeated),
            "Keep one row each, unless one sentence stands in several articles.",
            sum(len(group) - 1 for group in repeated),
        ),
        check(
            "near_duplicates",
            "warning",
            map(quoted, near),
            "They count as one article in splits; see that they do not crowd out the rest.",
            sum(len(group) - 1 for group in near),
        ),
    ]


def _answers(group: Sequence[Example]) -> str:
    return " or ".join(sorted({"|".join(one.labels) or "no label" for one in group}))


def _grouped(examples: Sequence[Example], keys: Sequence[object]) -> list[list[Example]]:
    groups: dict[object, list[Example]] = defaultdict(list)
    for one, key in zip(examples, keys, strict=True):
        groups[key].append(one)
    return list(groups.values())


def _leaks(
    examples: Sequence[Example], sides: Mapping[str, str], clusters: Sequence[int]
) -> list[Check]:
    advice = "Take them out of one side: `stance train` stops here unless --allow-leakage."
    return [
        check("train_test_sample_mix", "error", mixed_sentences(examples, sides, clusters), advice),
        check("train_test_group_mix", "error", mixed_groups(examples, sides), advice),
    ]


def _counts(
    examples: Sequence[Example], codebook: Codebook, sides: Mapping[str, str]
) -> list[Check]:
    counts = Counter(label for one in examples for label in one.labels)
    in_test = [one for one in examples if sides.get(one.place) == TEST]
    test_counts = Counter(label for one in in_test for label in one.labels)
    return [
        check(
            "rare_labels",
            "warning",
            [f"{name} {counts[name]}" for name in codebook.names if counts[name] < FEW],
            f"Label at least {FEW} sentences with each, or take it out of the codebook.",
        ),
        check(
            "rare_labels_in_test",
            "warning",
            [
                f"{name} {test_counts[name]} of {len(in_test):,} test sentences"
                for name in codebook.names
                if in_test and test_counts[name] < FEW_IN_TEST
            ],
            f"With fewer than {FEW_IN_TEST} its scores say nothing: annotate more articles.",
        ),
    ]
