"""Small labelled data, made anew in every run: the same arguments give the same rows."""

import random

from stance.annotation.examples import Example
from stance.codebook.codebook import Codebook, Label

_WORDS = (
    "harbour winter budget mayor village railway turbine orchard museum ferry bakery senator "
    "quarry pension lantern granary teacher canal archive market violin meadow chapel barrel "
    "saddle compass glacier tunnel printer farmer voter ladder cinema kitchen blanket shepherd "
    "engine bishop factory library orphan plumber station valley wagon hostel painter miller"
)
WORDS = _WORDS.split()
CUES = {
    "for_aid": ("welcome", "generous", "pledge"),
    "against_aid": ("refuse", "wasteful", "withdraw"),
    "unsure": ("perhaps", "wonder", "undecided"),
}
NAMES = tuple(CUES)


def codebook(names=NAMES, exclusive=False, none_allowed=True):
    """A codebook of the names, in their order."""
    return Codebook(
        exclusive=exclusive,
        none_allowed=none_allowed,
        labels=tuple(Label(name=name) for name in names),
    )


def example(identifier, text="A plain sentence of no importance.", labels=(), **fields):
    """One example; what is not named is as for a row of which nothing else is known."""
    fields.setdefault("article_id", identifier)
    fields.setdefault("place", f"rows.csv:{identifier}")
    return Example(id=identifier, text=text, labels=tuple(labels), **fields)


def unlike_text(draw, extra=()):
    """A text of random words, which shares no more than chance with another one."""
    words = [*draw.sample(WORDS, 8), *extra]
    draw.shuffle(words)
    return f"{' '.join(words).capitalize()}."


def examples(n=48, seed=0, per_article=3, none_allowed=True, exclusive=False):
    """Examples whose labels can be learnt from cue words, `per_article` of them an article."""
    draw = random.Random(seed)
    rows = []
    for number in range(n):
        names = [NAMES[number % 3]] if not none_allowed or number % 4 else []
        if names and not exclusive and number % 5 == 0:
            names = sorted({names[0], NAMES[(number + 1) % 3]}, key=NAMES.index)
        cues = [draw.choice(CUES[name]) for name in names]
        article = f"article{number // per_article:03}"
        identifier = f"{article}#{number % per_article}"
        text = unlike_text(draw, cues)
        rows.append(example(identifier, text, names, article_id=article))
    return rows
