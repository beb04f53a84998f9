"""Sentences that are the same but for a few words: they must not sit on two sides of a split.

Candidates come from MinHash with banding (Broder 1997; datasketch), and each is then checked by
the exact Jaccard similarity of its character 5-grams.
"""

import zlib
from collections.abc import Hashable, Sequence
from typing import Any

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
    keys = [sentence_key(text) for text in texts]
    first: dict[str, int] = {}
    groups = Groups()
    for position, key in enumerate(keys):
        if len(key) >= MIN_CHARACTERS:
            groups.join(first.setdefault(key, position), position)
    for one, other in _candidate_pairs(list(first), similarity):
        groups.join(first[one], first[other])
    roots = [groups.root(position) for position in range(len(keys))]
    lowest: dict[Hashable, int] = {}
    return [lowest.setdefault(root, position) for position, root in enumerate(roots)]


def _candidate_pairs(keys: Sequence[str], similarity: float) -> list[tuple[str, str]]:
    """Pairs of distinct keys whose shingles are at least so similar."""
    from datasketch import MinHashLSH

    # A lower bar for candidates: MinHash is an estimate, the check after it is exact.
    index = MinHashLSH(threshold=similarity - 0.1, num_perm=_PERMUTATIONS)
    pairs = []
    for key, sketch in zip(keys, _sketches(keys), strict=True):
        pairs += [
            (other, key) for other in index.query(sketch) if jaccard(other, key) >= similarity
        ]
        index.insert(key, sketch, check_duplication=False)
    return pairs


def _sketches(keys: Sequence[str]) -> list[Any]:
    from datasketch import MinHash

    encoded = [
        [one.encode("utf-8", "surrogatepass") for one in sorted(shingles(key))] for key in keys
    ]
    # CRC-32 is quick, the same everywhere, and the permutations do the mixing.
    return list(MinHash.bulk(encoded, num_perm=_PERMUTATIONS, seed=1, hashfunc=zlib.crc32))


def shingles(key: str) -> set[str]:
    """The character 5-grams of the key; the key itself when it is shorter."""
    return {key[start : start + SHINGLE] for start in range(max(1, len(key) - SHINGLE + 1))}


def jaccard(one: str, other: str) -> float:
    """The Jaccard similarity of the two texts' character 5-grams, 0 to 1."""
    a, b = shingles(one), shingles(other)
    return len(a & b) / len(a | b)
