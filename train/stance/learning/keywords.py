"""What a list of keywords would reach: the baseline that a trained model has to beat.

For each label up to eight words are picked one after the other, each the one that raises the F1 of
"the sentence holds one of the words" on the training data most.
"""

from typing import Any

import numpy as np

from stance.corpus.names import countries, mentions
from stance.learning.arrays import Array

MAX_KEYWORDS = 8
MIN_ROWS = 3  # a word in fewer sentences is no keyword

Keywords = dict[str, tuple[str, ...]]


def pick_keywords(texts: list[str], targets: Array, names: tuple[str, ...]) -> Keywords:
    """For each label its keywords, lower-case, the most useful first; possibly none."""
    from sklearn.feature_extraction.text import CountVectorizer

    try:
        vectorizer = CountVectorizer(binary=True, min_df=MIN_ROWS)
        holds = vectorizer.fit_transform(texts).T.tocsr()
    except ValueError:  # no word in three sentences
        return dict.fromkeys(names, ())
    words = vectorizer.get_feature_names_out()
    return {
        name: tuple(str(words[row]) for row in _greedy(holds, targets[:, column] > 0))
        for column, name in enumerate(names)
    }


def pick_names(texts: list[str], targets: Array, names: tuple[str, ...]) -> Keywords:
    """For each label the countries whose mere mention predicts it best, picked like keywords.

    What this rule reaches shows how far one gets without reading what is said.
    """
    picked = pick_keywords([_codes(text) for text in texts], targets, names)
    known = countries()
    return {name: tuple(known[int(code[1:])].name for code in picked[name]) for name in names}


def _codes(text: str) -> str:
    return " ".join(f"c{mention.country:02}" for mention in mentions(text))


def name_hits(texts: list[str], picked: Keywords) -> Array:
    """Which texts name one of the countries of each label, bool of shape (n_texts, n_labels)."""
    number = {one.name: f"c{place:02}" for place, one in enumerate(countries())}
    # A country that the list has lost since the model was made is nowhere found.
    codes = {
        label: tuple(number[name] for name in names if name in number)
        for label, names in picked.items()
    }
    return keyword_hits([_codes(text) for text in texts], codes)


def _greedy(holds: Any, target: Array) -> list[int]:
    """Rows of `holds` (words x sentences) whose union predicts the target with the best F1."""
    chosen: list[int] = []
    is_covered = np.zeros(len(target), dtype=bool)
    best = 0.0
    n_target = int(target.sum())
    while len(chosen) < MAX_KEYWORDS:
        hits = holds @ (target & ~is_covered).astype(float) + (target & is_covered).sum()
        given = holds @ (~is_covered).astype(float) + is_covered.sum()
        score = 2 * hits / np.maximum(given + n_target, 1)
        row = int(np.argmax(score))
        if score[row] <= best + 1e-12:
            return chosen
        best = float(score[row])
        chosen.append(row)
        is_covered[holds[[row]].indices] = True
    return chosen


def keyword_hits(texts: list[str], keywords: Keywords) -> Array:
    """Which texts hold a keyword of each label, bool of shape (n_texts, n_labels)."""
    import re

    words = [set(re.findall(r"\w\w+", text.lower())) for text in texts]
    return np.array(
        [[not found.isdisjoint(keywords[name]) for name in keywords] for found in words],
        dtype=bool,
    ).reshape(len(texts), len(keywords))
