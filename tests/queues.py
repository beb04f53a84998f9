"""A small project to be labelled, and what tests of the queue do with one."""

import numpy as np

from stance.codebook.codebook import Codebook, Label

CODEBOOK = Codebook(name="bridge", labels=(Label(name="for"), Label(name="against")))
WORDS = ("anvil", "barley", "cinder", "dollop", "ember", "fennel", "gravel", "hollow", "ivory")


def unlike(number):
    """A sentence that shares few letters with the others."""
    picked = [WORDS[(number * step + number // 9) % 9] for step in (1, 2, 4, 5, 7)]
    return f"{number} {' '.join(picked)} {number * 7919 % 1000}."


def drain(queue, annotator="ana", holder="x", labels=("for",)):
    """Answers everything; gives the items in the order in which they came."""
    items = []
    while item := queue.next(annotator, holder):
        queue.answer(annotator, holder, item.sentence.id, labels)
        items.append(item)
    return items


def ids(items):
    return [one.sentence.id for one in items]


def by_number(texts):
    """Probabilities that grow from 0 to one half with the number that a text begins with."""
    numbers = np.array([int(text.split()[0]) for text in texts], dtype=float)
    return np.column_stack([numbers / 200, np.zeros(len(texts))])
