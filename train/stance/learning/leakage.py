"""Sentences, articles and events that stand on two sides of a split: leaks.

A model that was trained on a sentence knows its label; scored on it, or on one that is nearly the
same, it looks better than it is.
"""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence

from stance.annotation.examples import Example
from stance.corpus.near_duplicates import duplicate_clusters
from stance.corpus.normalise import sentence_key
from stance.storage.errors import DataError, listed, printable

ASIDE = "aside"
log = logging.getLogger(__name__)

_SHARED = ("article_id", "url", "event")


def mixed_sentences(
    examples: Sequence[Example], sides: Mapping[str, str], clusters: Sequence[int] | None = None
) -> list[str]:
    """For each sentence that stands on two sides how alike the two are, and where they stand.

    `sides` has the side of each example's `place`; rows without one, and those set aside, take no
    part. Sentences are the same to the letter (exact), but for case, quotes and spaces
    (levelled), or but for a few words (near; `clusters` holds the near-duplicates where they are
    known already).
    """
    rows = [k for k, one in enumerate(examples) if sides.get(one.place, "") not in ("", ASIDE)]
    placed = [examples[k] for k in rows]
    if len({sides[one.place] for one in placed}) < 2:
        return []
    texts = [one.text for one in placed]
    # Short sentences are in no cluster, but the same one on both sides is a leak all the same.
    kinds: dict[str, Sequence[object]] = {
        "exact": texts,
        "levelled": [sentence_key(text) for text in texts],
        "near": [clusters[k] for k in rows] if clusters else duplicate_clusters(texts),
    }
    told: dict[str, str] = {}
    known: set[str] = set()
    for kind, keys in kinds.items():
        groups: dict[object, list[Example]] = defaultdict(list)
        for one, key in zip(placed, keys, strict=True):
            groups[key].append(one)
        for group in groups.values():
            if len({sides[one.place] for one in group}) > 1:
                if known.isdisjoint(one.place for one in group):
                    told[group[0].place] = f"{kind}: {quoted(group, sides)}"
                known |= {one.place for one in group}
    return list(told.values())


def mixed_groups(examples: Sequence[Example], sides: Mapping[str, str]) -> list[str]:
    """Articles (by id or URL) and events that have sentences on two sides."""
    found: dict[tuple[str, str], dict[str, int]] = {}
    for one in examples:
        side = sides.get(one.place, "")
        if side in ("", ASIDE):
            continue
        for name in _SHARED:
            value = _value(one, name)
            if value:
                counts = found.setdefault((name, value), {})
                counts[side] = counts.get(side, 0) + 1
    return [
        f"{name} {printable(value, 80)}: "
        + ", ".join(f"{side} {n:,}" for side, n in sorted(counts.items()))
        for (name, value), counts in found.items()
        if len(counts) > 1
    ]


def _value(example: Example, name: str) -> str:
    if name == "article_id":  # a row's own id, where nothing is known of its article, says nothing
        return example.article_id if example.article_id != example.id else ""
    value = example.event if name == "event" else example.fields.get(name)
    return value if isinstance(value, str) else ""


def quoted(group: Sequence[Example], sides: Mapping[str, str] | None = None) -> str:
    """The group's sentence and where it stands, at most four places."""
    places = [
        f"{side} {one.place or one.id}"
        if (side := (sides or {}).get(one.place, ""))
        else one.place or one.id
        for one in _from_every_side(group, sides or {})[:4]
    ]
    return f"“{printable(group[0].text, 80)}” ({', '.join(places)})"


def _from_every_side(group: Sequence[Example], sides: Mapping[str, str]) -> list[Example]:
    """The group with one example of every side first."""
    first = {sides.get(one.place, ""): one for one in reversed(group)}
    rest = [one for one in group if all(one is not other for other in first.values())]
    return sorted(first.values(), key=lambda one: group.index(one)) + rest


def refuse_leaks(
    examples: Sequence[Example], sides: Mapping[str, str], is_allowed: bool = False
) -> None:
    """Raises DataError that lists the sentences, articles and events on two sides.

    Where leaks are allowed they are told in a note instead.
    """
    found = [*mixed_sentences(examples, sides), *mixed_groups(examples, sides)]
    if not found:
        return
    leaks = "leak" if len(found) == 1 else "leaks"
    told = f"{len(found):,} {leaks} between training and test:\n{listed(found, 5)}"
    if not is_allowed:
        raise DataError(
            f"{told}\nTake them out of one side, or go on all the same with --allow-leakage."
        )
    log.warning("%s\nscores on these test sentences will be too good", told)
