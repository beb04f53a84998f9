"""Finding a sentence again whose text was not kept, only what can be told of it.

An anchor holds hashes of the sentence, as it was and levelled (see `sentence_key`), the length of
the levelled form, and a sketch: 32 bytes of minimum hashes of its character 5-grams (b-bit
minwise hashing; Li & König 2010, doi:10.1145/1772690.1772759), by which a sentence with a few
changed words can be recognised. None of them gives the words back.
"""

import hashlib
import re
from typing import Annotated

import numpy as np
from pydantic import Field

from stance.corpus.near_duplicates import shingles
from stance.corpus.normalise import sentence_key, sha256
from stance.storage.toml import Record

SKETCH_BYTES = 32
# Of two sentences with a Jaccard similarity of 0.75, 24 bytes of 32 agree on average.
ALIKE_BYTES = 22

Hex = Annotated[str, Field(pattern=r"^[0-9a-f]*$")]


class Anchor(Record):
    """What a sentence is recognised by."""

    sentence_sha256: Annotated[Hex, Field(min_length=64, max_length=64)]
    key_sha256: Annotated[Hex, Field(min_length=64, max_length=64)]
    key_length: Annotated[int, Field(ge=0, le=10_000_000)]
    sketch: Annotated[Hex, Field(min_length=64, max_length=64)]


def anchor_of(text: str) -> Anchor:
    """The anchor of the sentence."""
    key = sentence_key(text)
    return Anchor(
        sentence_sha256=sha256(text),
        key_sha256=key_hash(key),
        key_length=len(key),
        sketch=sketch_of(key).hex(),
    )


def key_hash(key: str) -> str:
    """The hexadecimal SHA-256 of a sentence key."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


_random = np.random.default_rng(20250101)
_FACTORS = _random.integers(1, 2**63, SKETCH_BYTES, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
_TERMS = _random.integers(0, 2**63, SKETCH_BYTES, dtype=np.uint64)


def sketch_of(key: str) -> bytes:
    """The lowest byte of the minimum of 32 hashes over the key's 5-grams."""
    values = np.array(
        [
            int.from_bytes(
                hashlib.blake2b(one.encode("utf-8", "surrogatepass"), digest_size=8).digest()
            )
            for one in shingles(key)
        ],
        dtype=np.uint64,
    )
    mixed = values[:, None] * _FACTORS + _TERMS
    mixed ^= mixed >> np.uint64(31)
    return bytes(
        ((mixed * np.uint64(0x9E3779B97F4A7C15)).min(axis=0) >> np.uint64(40)).astype(np.uint8)
    )


def n_alike(one: bytes, other: bytes) -> int:
    """How many bytes of the two sketches agree, 0 to 32."""
    return sum(a == b for a, b in zip(one, other, strict=True))


_WORD_START = re.compile(r"\S+")


def find_window(text: str, anchor: Anchor, n_words_ahead: int = 12) -> tuple[int, int] | None:
    """Where in the text the levelled sentence stands, however the text is split; or None.

    Looks from every start of a word for a stretch whose key has the anchor's length and hash.
    """
    words = [match.span() for match in _WORD_START.finditer(text)]
    for position, (start, _) in enumerate(words):
        # Levelling changes lengths little; the end lies within a few words of the same length.
        end_guess = start + anchor.key_length
        for _, end in words[position:]:
            if end < end_guess - 40:
                continue
            if end > end_guess + 40 + 8 * n_words_ahead:
                break
            key = sentence_key(text[start:end])
            if len(key) == anchor.key_length and key_hash(key) == anchor.key_sha256:
                return start, end
    return None
