"""Word classes: words that stand in the same places share a number.

What a model learns of "pledged" then holds for "promised", too: the classical remedy for little
labelled data (Brown et al. 1992; Turian, Ratinov & Bengio 2010, aclanthology.org/P10-1040). The
tables are a file of the package, so that training needs no vectors and no network; a model keeps
the table it was trained with. `benchmarks/word_classes.py` makes the file.
"""

import functools
from collections.abc import Mapping, Sequence
from pathlib import Path

from stance.storage.errors import ConfigError
from stance.storage.project import default_text

NAME = "word_classes.txt"
TABLE = Path(__file__).parent.parent / "defaults" / NAME


def word_classes(n_classes: int) -> Mapping[str, str]:
    """The name of each word's class; words in the order of the file.

    A class is called by its most frequent word and a tilde, so that a reader of an explanation
    sees what it is about: "troops~".

    Raises ConfigError where there is no table of so many classes.
    """
    tables = _tables()
    if n_classes not in tables:
        sizes = " and ".join(f"{size:,}" for size in sorted(tables))
        raise ConfigError(f"n_classes = {n_classes}: there are tables of {sizes} word classes.")
    return tables[n_classes]


def packaged_text() -> str:
    """The file as it is."""
    return default_text(NAME)


@functools.cache
def _tables() -> dict[int, dict[str, str]]:
    """Both tables by their number of classes."""
    lines = [line.split() for line in packaged_text().splitlines() if not line.startswith("#")]
    fine = {word: f"{words[0]}~" for _, *words in lines for word in words}
    names: dict[str, str] = {}
    for number, first, *_ in lines:
        names.setdefault(number, f"{first}~")
    coarse = {word: names[number] for number, *words in lines for word in words}
    return {len(set(table.values())): table for table in (fine, coarse)}


@functools.cache
def stems() -> Mapping[str, str]:
    """The stem of each word that the tables hold, and a hyphen: "pledged" is "pledg-".

    Porter's second English stemmer (snowballstem.org). Other words, names above all, have none.
    """
    from snowballstemmer import stemmer

    stem = stemmer("english").stemWord
    return {word: f"{stem(word)}-" for word in _tables()[max(_tables())]}


def as_text(words: Sequence[str], fine: Sequence[int], coarse: Sequence[int]) -> str:
    """The lines of the file: for each finer class its coarser one, and its words in their order."""
    members: dict[int, list[str]] = {}
    for word, number in zip(words, fine, strict=True):
        members.setdefault(number, []).append(word)
    return "".join(f"{coarse[number]} {' '.join(members[number])}\n" for number in sorted(members))
