"""Compare sentence splitters on the gold file, with and without the project's line rules.

Run from the project root, in an environment that holds the libraries to be compared:

    pip install nupunkt sentencex pysbd syntok blingfire spacy
    PYTHONPATH=train python benchmarks/splitters.py

Two tables are printed. In the first every library gets each gold case whole; in the second it
gets the blocks that ``stance.corpus.sentences`` would hand it, so that only the decisions
within a paragraph differ. The last row, ``stance``, is ``split_sentences`` itself. Set
STANCE_SHARED to a folder with ``seeds/*.txt`` to see also how many sentences each makes of
those articles. A library that cannot be imported is listed as "not installed".
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from stance.corpus.sentences import blocks, split_sentences

GOLD = Path(__file__).resolve().parents[1] / "tests" / "corpus" / "gold_sentences.txt"
SPEED_CHARS = 200_000

Splitter = Callable[[str], Iterable[int]]
"""Maps a text to the offsets (end exclusive) at which its sentences end."""


class Case(NamedTuple):
    """One gold case: the text and the offsets of its inner sentence ends."""

    text: str
    ends: frozenset[int]


class Score(NamedTuple):
    """What one splitter scores on the gold."""

    precision: float
    recall: float
    f1: float
    perfect: float


def load_gold(path: Path = GOLD) -> list[Case]:
    """Return the gold cases of ``path``; its header comment describes the format."""
    cases = []
    for part in path.read_text(encoding="utf-8").split("\n====\n")[1:]:
        body = part.split("\n", 1)[1] if part.startswith("# ") else part
        marked = body.strip("\n").replace("⍽", "\u00a0")
        pieces = marked.split("‖")
        ends, offset = set(), 0
        for piece in pieces[:-1]:
            offset += len(piece)
            ends.add(offset)
        cases.append(Case("".join(pieces), frozenset(ends)))
    return cases


def realign(text: str, sentences: Iterable[str]) -> list[int]:
    """Return where ``sentences`` end in ``text``, counting only non-white-space characters."""
    solid = [i for i, char in enumerate(text) if not char.isspace()]
    ends, seen = [], 0
    for sentence in sentences:
        size = sum(not char.isspace() for char in sentence)
        seen += size
        if size and seen <= len(solid):
            ends.append(solid[seen - 1] + 1)
    return ends


def _nupunkt() -> Splitter:
    import nupunkt

    model = nupunkt.load("default")
    return lambda text: [end for _, end in model.spans(text)]


def _nupunkt_adaptive() -> Splitter:
    import nupunkt

    return lambda text: realign(text, nupunkt.sent_tokenize(text, adaptive=True))


def _sentencex() -> Splitter:
    import sentencex

    return lambda text: realign(text, sentencex.segment("en", text))


def _pysbd() -> Splitter:
    import pysbd

    segmenter = pysbd.Segmenter(language="en", clean=False)
    return lambda text: realign(text, segmenter.segment(text))


def _syntok() -> Splitter:
    from syntok import segmenter

    def ends(text: str) -> list[int]:
        found = (s for paragraph in segmenter.analyze(text) for s in paragraph)
        return [tokens[-1].offset + len(tokens[-1].value) for tokens in found]

    return ends


def _blingfire() -> Splitter:
    import blingfire

    return lambda text: [end for _, end in blingfire.text_to_sentences_and_offsets(text)[1]]


def _spacy() -> Splitter:
    import spacy

    nlp: Any = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    nlp.max_length = 10**8
    return lambda text: [sentence.end_char for sentence in nlp(text).sents]


LIBRARIES: dict[str, Callable[[], Splitter]] = {
    "nupunkt": _nupunkt,
    "nupunkt adaptive": _nupunkt_adaptive,
    "sentencex": _sentencex,
    "pysbd": _pysbd,
    "syntok": _syntok,
    "blingfire": _blingfire,
    "spacy sentencizer": _spacy,
}


def in_blocks(splitter: Splitter, text: str) -> list[int]:
    """Return the ends that ``splitter`` finds when it is handed ``text`` block by block."""
    ends = []
    for start, end in blocks(text):
        ends += [start + offset for offset in splitter(text[start:end])]
        ends.append(end)
    return ends


def inner_ends(text: str, ends: Iterable[int]) -> frozenset[int]:
    """Return ``ends`` moved left over white space, without the end of the text itself."""
    tight = {len(text[:end].rstrip()) for end in ends}
    return frozenset(tight - {0, len(text.rstrip())})


def score(splitter: Splitter, cases: list[Case]) -> Score:
    """Return boundary precision, recall, F1 and the share of cases without a mistake."""
    hits = made = wanted = perfect = 0
    for case in cases:
        found = inner_ends(case.text, splitter(case.text))
        hits += len(found & case.ends)
        made += len(found)
        wanted += len(case.ends)
        perfect += found == case.ends
    precision, recall = hits / max(made, 1), hits / max(wanted, 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return Score(precision, recall, f1, perfect / len(cases))


def speed(splitter: Splitter, cases: list[Case]) -> float:
    """Return thousands of characters a second on the gold, repeated to SPEED_CHARS."""
    text = "\n\n".join(case.text for case in cases)
    texts = [text] * (SPEED_CHARS // len(text) + 1)
    splitter(text)
    began = time.perf_counter()
    for item in texts:
        splitter(item)
    return sum(map(len, texts)) / (time.perf_counter() - began) / 1000


def seed_texts() -> list[str]:
    """Return the articles of $STANCE_SHARED/seeds, none when the variable is not set."""
    shared = os.environ.get("STANCE_SHARED")
    files = sorted(Path(shared, "seeds").glob("*.txt")) if shared else []
    return [path.read_text(encoding="utf-8", errors="replace") for path in files]


def row(name: str, splitter: Splitter, cases: list[Case], seeds: list[str]) -> str:
    """Return one line of the table."""
    result = score(splitter, cases)
    made = sum(len(inner_ends(text, splitter(text))) + 1 for text in seeds)
    return (
        f"{name:<20}{result.precision:>8.3f}{result.recall:>8.3f}{result.f1:>8.3f}"
        f"{result.perfect:>9.1%}{speed(splitter, cases):>10.0f}{made if seeds else '-':>8}"
    )


def table(title: str, cases: list[Case], seeds: list[str], *, blockwise: bool) -> None:
    """Print one table: every library, then the project's own function."""
    print(f"\n{title}")
    print(f"{'':<20}{'P':>8}{'R':>8}{'F1':>8}{'perfect':>9}{'kchars/s':>10}{'seeds':>8}")
    for name, build in LIBRARIES.items():
        try:
            splitter = build()
        except ImportError:
            print(f"{name:<20}  not installed")
            continue
        chosen = partial(in_blocks, splitter) if blockwise else splitter
        print(row(name, chosen, cases, seeds))
    print(row("stance", lambda text: [end for _, end in split_sentences(text)], cases, seeds))


def main() -> None:
    """Print both tables."""
    cases, seeds = load_gold(), seed_texts()
    total = sum(len(case.ends) for case in cases)
    print(f"{len(cases)} cases, {total} inner boundaries, {len(seeds)} articles")
    table("Each case whole", cases, seeds, blockwise=False)
    table("Block by block", cases, seeds, blockwise=True)


if __name__ == "__main__":
    main()
