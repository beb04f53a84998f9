"""Sentences that are the same but for a few words: they must not sit on two sides of a split.

Candidates come from MinHash with banding (Broder 1997; datasketch), and each is then checked by
the exact Jaccard similarity of its character 5-grams.
"""

import functools
from collections.abc import Hashable, Sequence
from typing import Any

import xxhash

from stance.corpus.normalise import sentence_key

SIMILARITY = 0.8
SHINGLE = 5  # characters
# A greeting or a heading that many articles share does not make them one event.
MIN_CHARACTERS = 25
_PERMUTATIONS = 64


class Groups:
    """Disjoint sets: what is joined, directly or through others, is one group."""

    def __init__(self) -> None:
        self._parent: dict[Hashable, Hashable] = {}

    def root(self, member: Hashable) -> Hashable:
        """The one member that stands for the group."""
        parent = self._parent.setdefault(member, member)
        while parent != self._parent[parent]:
            self._parent[member] = self._parent[parent]
            member, parent = parent, self._parent[parent]
        return parent

    def join(self, one: Hashable, other: Hashable) -> None:
        """Makes the groups of the two one."""
        self._parent[self.root(other)] = self.root(one)


def duplicate_clusters(texts: Sequence[str], similarity: float = SIMILARITY) -> list[int]:
    """For each text the position of the first text that it duplicates, or its own.

    Texts under `MIN_CHARACTERS` characters duplicate nothing.
    """
    return list(_clusters(tuple(texts), similarity))


@functools.lru_cache(maxsize=1)  # a split and the check for leaks ask about the same texts
def _clusters(texts: tuple[str, ...], similarity: float) -> tuple[int, ...]:
    keys = [sentence_key(text) for text in texts]
    first: dict[str, int] = {}
    groups = Groups()
    for position, key in enumerate(keys):
        if len(key) >= MIN_CHARACTERS:
            groups.join(first.setdefault(key, position), position)
    _join_similar(groups, first, similarity)
    roots = [groups.root(position) for position in range(len(keys))]
    lowest: dict[Hashable, int] = {}
    return tuple(lowest.setdefault(root, position) for position, root in enumerate(roots))


def _join_similar(groups: Groups, first: dict[str, int], similarity: float) -> None:
    """Joins the positions of keys whose shingles are at least so similar."""
    from datasketch import MinHashLSH

    # A much lower bar for candidates: MinHash is an estimate, the check after it is exact.
    index = MinHashLSH(threshold=similarity - 0.3, num_perm=_PERMUTATIONS)
    for (key, position), sketch in zip(first.items(), _sketches(list(first)), strict=True):
        for other in index.query(sketch):
            if groups.root(first[other]) == groups.root(position):
                continue
            if jaccard(other, key) >= similarity:
                groups.join(first[other], position)
        index.insert(key, sketch, check_duplication=False)


def _sketches(keys: Sequence[str]) -> list[Any]:
    from datasketch import MinHash

    encoded = [
        [one.encode("utf-8", "surrogatepass") for one in sorted(shingles(key))] for key in keys
    ]
    return list(MinHash.bulk(encoded, num_perm=_PERMUTATIONS, seed=1, hashfunc=_hash))


def _hash(shingle: bytes) -> int:
    # Quicker than datasketch's SHA-1. A checksum such as CRC-32 will not do: it is linear, and the
    # permutations of its values are no longer independent.
    return int(xxhash.xxh32_intdigest(shingle))


@functools.lru_cache(maxsize=4096)
def shingles(key: str) -> frozenset[str]:
    """The character 5-grams of the key; the key itself when it is shorter."""
    return frozenset(
        key[start : start + SHINGLE] for start in range(max(1, len(key) - SHINGLE + 1))
    )


def jaccard(one: str, other: str) -> float:
    """The Jaccard similarity of the two texts' character 5-grams, 0 to 1."""
    a, b = shingles(one), shingles(other)
    return len(a & b) / len(a | b)
