"""What the structure of a sentence brings on GWSD beside words and characters: little or nothing.

    python benchmarks/gwsd_structure.py FOLDER/gwsd [--partitions 4]

Cross-validation on the training rows, near-duplicates together; the test rows are not read. Blocks
that the package does not have are made here, as token n-grams: they would have to pay before they
were built into the scorer. Prints macro-F1 over the partitions, and the mean of the differences
from words and characters alone with their standard deviation, as a Markdown table.
"""

import argparse
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_array, hstack
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.metrics import f1_score

from stance.annotation.examples import accepted, codebook_of, read_labelled
from stance.learning.arrays import Array
from stance.learning.dataset import training_data
from stance.learning.groups import folds
from stance.learning.solver import Problem, coefficients_of, probabilities_of, solve
from stance.learning.tied import tied
from stance.learning.views import MENTION, WORD, Rewriting, WordView
from stance.learning.word_classes import stems, word_classes

Tokens = Callable[[str], list[str]]
Blocks = list[tuple[Any, float]]  # counts and weights
REWRITE = Rewriting(contractions=True)
# What the sentences are about, in the words that the training sentences have for it.
TOPIC = re.compile(
    r"(?:man-?made |human-caused |anthropogenic |catastrophic )?(?:global warming|climate change|"
    r"climate crisis|climate science|warming|climate|emissions|carbon dioxide|co2|carbon|"
    r"greenhouse gas(?:es)?|temperatures?|sea levels?)"
)
HOLDERS = re.compile(r"\b(?:say|says|said|claim(?:s|ed)?|argue[sd]?)\b")
DOUBTS = re.compile(
    r"\b(?:den(?:y|ies|ied)|doubts?|myth|hoax|alarmis(?:ts?|m)|exaggerated|so-called|supposed(?:ly)?|"
    r"alleged|s[kc]eptics?|believes?|belief)\b"
)


def shape(text: str) -> list[str]:
    """How long the sentence is, and whether it quotes, counts, asks, hedges or negates."""
    words = set(WORD.findall(text))
    cues = {
        "quote": any(mark in text for mark in '“"'),
        "holder": bool(HOLDERS.search(text)),
        "doubt": bool(DOUBTS.search(text)),
        "digit": any(char.isdigit() for char in text),
        "question": "?" in text,
        "modal": bool(words & {"would", "could", "may", "might", "should", "if"}),
        "negation": bool(words & {"not", "no", "never", "nothing"}),
        "we": bool(words & {"we", "our", "us", "my"}),
    }
    n_words = min(len(WORD.findall(text)) // 5, 8)
    return [f"length{n_words}", *(name for name, holds in cues.items() if holds)]


def pairs(view: WordView, reach: int) -> Tokens:
    """Each word with each of those up to so many places behind it."""

    def tokens(text: str) -> list[str]:
        units = view(text)
        return [
            f"{one} {other}"
            for place, one in enumerate(units)
            for other in units[place + 1 : place + 1 + reach]
        ]

    return tokens


def on_topic(view: WordView) -> Tokens:
    """The view of a text in which one word stands for the topic."""
    return lambda text: view(TOPIC.sub(MENTION, text))


BLOCKS: dict[str, tuple[Tokens, tuple[int, int], float]] = {
    "negated stems": (WordView(window=4, classes=stems()), (1, 2), 1),
    "the same at half the weight": (WordView(window=4, classes=stems()), (1, 2), 0.5),
    "1,000 classes": (WordView(classes=word_classes(1000)), (1, 3), 0.7),
    "300 negated classes": (WordView(window=4, classes=word_classes(300)), (1, 2), 0.7),
    "5 words on each side of the topic": (on_topic(WordView(reach=5)), (1, 2), 0.5),
    "5 stems on each side of the topic": (
        on_topic(WordView(reach=5, classes={**stems(), MENTION: MENTION})),
        (1, 2),
        0.5,
    ),
    "pairs of stems, at most 5 apart": (pairs(WordView(classes=stems()), 5), (1, 1), 0.7),
    "pairs of negated stems, 3 apart": (
        pairs(WordView(window=4, classes=stems()), 3),
        (1, 1),
        0.7,
    ),
    "length, quotes, holders, doubt, modals": (shape, (1, 1), 0.3),
    "the same at twice the weight": (shape, (1, 1), 0.6),
}


def counted(
    texts: Sequence[str], tokens: Tokens | None, ngrams: tuple[int, int], char: bool
) -> Any:
    """The counts of a block as a sparse matrix."""
    kind: dict[str, Any] = {"analyzer": "char_wb"} if char else {"preprocessor": REWRITE}
    if tokens is not None:
        kind |= {"tokenizer": tokens, "token_pattern": None}
    return csr_array(CountVectorizer(ngram_range=ngrams, **kind).fit_transform(texts))


def design(blocks: Blocks, inside: Array, rows: Array) -> Any:
    """TF-IDF as the rows inside give it, each block of its weight."""
    parts = []
    for counts, weight in blocks:
        seen = counts[inside]
        kept = np.bincount(seen.indices, minlength=seen.shape[1]) > 0
        tfidf = TfidfTransformer(sublinear_tf=True).fit(seen[:, kept])
        parts.append(tfidf.transform(counts[rows][:, kept]) * weight)
    return csr_array(hstack(parts, format="csr"))


def fitted(features: Any, answers: Array, rights: Array, scale: float = 1.0) -> Array:
    """The coefficients of balanced multinomial regression, rows weighted by `rights`."""
    n = np.bincount(answers, minlength=3)
    weights = scale * (len(answers) / (3 * n))[answers] * rights
    ties = tied(features)
    problem = Problem(ties.matrix, np.eye(3)[answers], weights[:, None], True, ties.by_column)
    return ties.spread(coefficients_of(problem, solve(problem, None, 1e-3)))


def doubts(features: Any, answers: Array) -> Array:
    """How likely each row's label is to a model that did not see it, over its label's mean."""
    fold = np.random.default_rng(0).integers(0, 5, len(answers))
    likely = np.zeros(len(answers))
    for number in range(5):
        out = fold == number
        values = fitted(csr_array(features[~out]), answers[~out], np.ones((~out).sum()))
        shares = probabilities_of(features[out] @ values[:-1] + values[-1], True)
        likely[out] = shares[np.arange(out.sum()), answers[out]]
    for label in range(3):
        likely[answers == label] /= likely[answers == label].mean()
    return likely


def scores(
    blocks: Blocks,
    answers: Array,
    partitions: Sequence[Array],
    doubted: bool,
) -> Array:
    """Macro-F1 in points, one for each partition."""
    found = []
    for held_out in partitions:
        given = np.zeros(len(answers), dtype=int)
        for number in range(5):
            out = held_out == number
            inside = design(blocks, ~out, ~out)
            rights = doubts(inside, answers[~out]) if doubted else np.ones((~out).sum())
            values = fitted(inside, answers[~out], rights)
            given[out] = (design(blocks, ~out, out) @ values[:-1] + values[-1]).argmax(axis=1)
        found.append(100 * f1_score(answers, given, average="macro"))
    return np.array(found)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--partitions", type=int, default=4)
    told = parser.parse_args()
    codebook, labelled = codebook_of(read_labelled([told.folder / "train.jsonl"]), "train.jsonl")
    data = training_data(accepted(labelled.examples), codebook)
    texts, answers = [str(text) for text in data.texts], data.targets.argmax(axis=1)
    partitions = [folds(data.groups, data.targets, 5, seed) for seed in range(told.partitions)]
    plain: Blocks = [
        (counted(texts, None, (1, 2), False), 1),
        (counted(texts, None, (2, 5), True), 1),
    ]
    base = scores(plain, answers, partitions, False)
    print("| words 1–2 and characters 2–5, and | macro-F1 | difference |\n|---|---|---|")
    print(f"| nothing else | {base.mean():.1f} ± {base.std():.1f} | |", flush=True)
    rows: dict[str, tuple[Blocks, bool]] = {}
    for name, (tokens, ngrams, weight) in BLOCKS.items():
        rows[name] = [*plain, (counted(texts, tokens, ngrams, False), weight)], False
    rows["rows of doubtful labels weigh less"] = (plain, True)
    for name, (blocks, doubted) in rows.items():
        found = scores(blocks, answers, partitions, doubted)
        change = found - base
        print(
            f"| {name} | {found.mean():.1f} ± {found.std():.1f} "
            f"| {change.mean():+.1f} ± {change.std():.1f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
