"""Tests of the sentence splitter: gold cases, offset invariants, hostile and long input."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.corpus.sentences import blocks, split_sentences

GOLD = Path(__file__).with_name("gold_sentences.txt")

# Gold cases that the splitter gets wrong, by their comment, with the reason.
KNOWN = {
    "Inc. inside and at the end": "“Inc. Shares” looks like “Inc. Chief Executive”",
    "an initial that ends a sentence": "“B. Doctors” looks like an initial and a surname",
    "em dash breaks off speech": "a dash before a closing quote is no stop",
    "abbreviated organisation": "“F.B.I. Reporters” looks like “C.I.A. Director”",
    "U.S. then a verb-like capital": "“U.S. “They” looks like “U.S. “Mission””",
    "number and unit at the end": "“m.p.h. Roofs” looks like “p.m. Tuesday”",
    "dotted leaders": "two short lines without a stop may be one wrapped line",
}

# Pieces that meet at sentence boundaries, so that random texts reach the rules.
PIECES = st.sampled_from(
    [
        *" .!?…\n\r\t\"'“”‘’()[]-—:;,1aA•\u00a0\u2028\u2029\x00\x1c\ud800\u0301🎉",
        *("U.S.", "Mr.", "said", "The", "word", "Lt.", "p.m.", "\r\n", "\n\n", "[3]", "1. ", "x.y"),
    ]
)
TEXTS = st.one_of(
    st.text(st.characters(codec=None, exclude_categories=())),
    st.lists(PIECES, max_size=60).map("".join),
)


class Case(NamedTuple):
    """One gold case: its comment, its text and its sentences."""

    name: str
    text: str
    sentences: list[str]


def load_gold() -> list[Case]:
    """Return the gold cases; the header of the file describes the format."""
    cases = []
    for part in GOLD.read_text(encoding="utf-8").split("\n====\n")[1:]:
        name, body = part.split("\n", 1)
        marked = body.strip("\n").replace("⍽", "\u00a0")
        sentences = [piece.strip() for piece in marked.split("‖")]
        cases.append(Case(name.removeprefix("# "), marked.replace("‖", ""), sentences))
    return cases


CASES = load_gold()


def marked(case: Case) -> object:
    """Return the case as a parameter, expected to fail when it is a known failure."""
    reason = KNOWN.get(case.name)
    marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
    return pytest.param(case, id=case.name, marks=marks)


@pytest.mark.parametrize("case", [marked(case) for case in CASES])
def test_gold_case(case: Case) -> None:
    """The splitter finds exactly the sentences of the gold case."""
    spans = split_sentences(case.text)
    assert [case.text[start:end] for start, end in spans] == case.sentences


def test_gold_is_large_and_nearly_all_right() -> None:
    """The gold has at least 90 cases under different names and few known failures."""
    names = {case.name for case in CASES}
    assert len(names) == len(CASES) >= 90
    assert set(KNOWN) <= names
    assert len(KNOWN) < 0.05 * len(CASES)


@given(TEXTS)
def test_spans_are_ordered_tight_and_complete(text: str) -> None:
    """Spans are in order and tight, and only white space lies outside them."""
    last = 0
    for start, end in split_sentences(text):
        assert last <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        assert not text[last:start].strip()
        last = end
    assert not text[last:].strip()


@given(TEXTS)
def test_spans_and_gaps_rebuild_the_text(text: str) -> None:
    """The spans joined with the gaps between them give the text back."""
    rebuilt, last = "", 0
    for start, end in split_sentences(text):
        rebuilt += text[last:start] + text[start:end]
        last = end
    assert rebuilt + text[last:] == text


@given(TEXTS, TEXTS)
def test_a_blank_line_separates(first: str, second: str) -> None:
    """Texts on two sides of a blank line are split as each is by itself."""
    offset = len(first) + 2
    moved = [(start + offset, end + offset) for start, end in split_sentences(second)]
    assert split_sentences(f"{first}\n\n{second}") == split_sentences(first) + moved


@given(TEXTS)
def test_block_ends_are_sentence_ends(text: str) -> None:
    """Every block starts and ends with a sentence."""
    spans = split_sentences(text)
    assert {start for start, _ in blocks(text)} <= {start for start, _ in spans}
    assert {end for _, end in blocks(text)} <= {end for _, end in spans}


@pytest.mark.parametrize("text", ["", " ", "\n\n\t\u00a0\u2029", "\x1c\x85"])
def test_white_space_has_no_sentence(text: str) -> None:
    """A text without a visible character has no sentence."""
    assert split_sentences(text) == []


@pytest.mark.parametrize(
    "text",
    ["\ud800", "a\udfff. B", "\x00. \x07!", "z\u0335\u0321\u0489" * 50 + ". A", "👩‍👩‍👧. 🏳️‍🌈"],
)
def test_odd_characters_do_not_raise(text: str) -> None:
    """Lone surrogates, control characters, stacked marks and emoji are split like any text."""
    spans = split_sentences(text)
    assert spans[0][0] == 0
    assert spans[-1][1] == len(text)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 100_000,
        "word " * 20_000,
        "." * 20_000,
        ". " * 50_000,
        '?"' * 50_000,
        "a.b." * 25_000,
        "ab.Cd" * 20_000,
        "a. The " * 15_000,
        "." + " )" * 50_000,
        "." + " " * 100_000 + "x",
        "\n" * 100_000,
        "A.\n" * 30_000,
        "?” " + "Ab " * 30_000,
    ],
    ids=lambda text: repr(text[:8]),
)
def test_long_input_takes_linear_time(text: str) -> None:
    """Long hostile input is split within a bound that only quadratic work would miss."""
    split_sentences("Loads the model. Once.")
    began = time.perf_counter()
    spans = split_sentences(text)
    assert time.perf_counter() - began < 10
    kept = sum(len(text[start:end].split()) for start, end in spans)
    assert kept >= len(text.split())


def test_import_does_not_load_the_library() -> None:
    """Importing the module leaves nupunkt unloaded, which keeps command start-up short."""
    code = "import sys, stance.corpus.sentences; sys.exit('nupunkt' in sys.modules)"
    path = [entry for entry in sys.path if entry]
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {path!r}; {code}"], check=False
    )
    assert done.returncode == 0


NAMED = st.sampled_from(["The mayor", "Rita Okonkwo", "Nobody here", "A baker", "Our ferry", "She"])
SAYS = st.sampled_from(
    ["spoke at 5 p.m. on Monday", "won't pay 3.5 million", "“wants to help”", "asked Dr. Lund, too"]
)
ENDS = st.sampled_from([".", "!", "?", " at last.", "…"])
SENTENCE = st.tuples(NAMED, SAYS, ENDS).map(lambda parts: f"{parts[0]} {parts[1]}{parts[2]}")


@given(st.lists(SENTENCE, min_size=1, max_size=8), st.sampled_from([" ", "\n\n", "  "]))
def test_a_sentence_of_prose_is_one_sentence_alone(sentences: list[str], between: str) -> None:
    """Splitting what was split changes nothing. (Where punctuation is heaped up as no prose heaps
    it, a piece by itself may be split further: what stands around it decides.)
    """
    text = between.join(sentences)
    for start, end in split_sentences(text):
        assert split_sentences(text[start:end]) == [(0, end - start)]
