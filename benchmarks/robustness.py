"""What changed words, typing errors, capitals and other quotes cost on real press sentences.

    STANCE_SHARED=… python benchmarks/robustness.py [KEY=VALUE … | --model FOLDER]

Trains on the project's corpus and the real training sentences with the default config and its
variants (or with the settings given), or takes the model as it is, and scores the validation
sentences as they are and attacked. Points of macro average precision out of 100; the losses have
95 % intervals over articles.
"""

import logging
import random
import re
import string
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from own_corpus import own_and_real

from stance.annotation.examples import Example
from stance.evaluation.intervals import Score, estimates
from stance.evaluation.metrics import average_precision, macro
from stance.evaluation.tables import with_interval
from stance.learning.config import read_config
from stance.learning.dataset import training_data
from stance.learning.training import train
from stance.models.saving import made
from stance.prediction.scorer import Scorer, load_scorer

SYNONYMS: dict[str, str] = tomllib.loads(
    (Path(__file__).parent / "synonyms.toml").read_text("utf-8")
)
WORD = re.compile(r"\w+")
TYPO_RATE = 0.1  # of the words with four letters or more
QUOTES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "'": "’", '"': "”"})
VARIANTS = (
    (),
    ("features.classes.enabled=false", "features.negated_classes.enabled=false"),
    ("features.negated.enabled=false", "features.negated_classes.enabled=false"),
    ("features.char.enabled=false",),
)


def spun(text: str, draw: random.Random) -> str:
    """Every word that the list knows is exchanged, without regard to sense."""

    def other(match: re.Match[str]) -> str:
        new = SYNONYMS.get(match[0].lower(), match[0])
        return new[0].upper() + new[1:] if match[0][0].isupper() else new

    return WORD.sub(other, text)


def mistyped(text: str, draw: random.Random) -> str:
    """One word in ten, and one at least: a letter is left out, doubled, swapped or replaced."""
    words = [match.span() for match in WORD.finditer(text) if len(match[0]) >= 4]
    chosen = draw.sample(words, min(len(words), max(1, round(TYPO_RATE * len(words)))))
    for start, end in sorted(chosen, reverse=True):
        place = draw.randrange(start + 1, end - 1)
        pair = text[place : place + 2]
        new = draw.choice(
            [pair[1], pair[0] + pair, pair[::-1], draw.choice(string.ascii_lowercase)]
        )
        text = text[:place] + new + text[place + 2 :]
    return text


ATTACKS: dict[str, Callable[[str, random.Random], str]] = {
    "spun": spun,
    "typing errors": mistyped,
    "upper case": lambda text, draw: text.upper(),
    "other quotes": lambda text, draw: text.translate(QUOTES),
}


def attacked(texts: list[str], name: str, seed: int = 0) -> list[str]:
    """The texts after the attack of this name."""
    draw = random.Random(seed)
    return [ATTACKS[name](text, draw) for text in texts]


def difference(one: Score, other: Score) -> Score:
    """What the one score has more than the other."""
    return lambda weights: one(weights) - other(weights)


def told(scorer: Scorer, validation: list[Example]) -> str:
    """The score, and what each attack takes from it."""
    texts = [one.text for one in validation]
    names = scorer.info.labels
    target = np.array([[name in one.labels for name in names] for one in validation])

    def score(probabilities: np.ndarray) -> Score:
        columns = range(len(names))
        return lambda weights: macro(
            [average_precision(target[:, k], probabilities[:, k], weights) for k in columns]
        )

    plain = score(scorer.score(texts).probabilities)
    scores: dict[str, Score] = {"plain": plain}
    for name in ATTACKS:
        after = score(scorer.score(attacked(texts, name)).probabilities)
        scores[name] = difference(plain, after)
    found = estimates(scores, [one.article_id for one in validation])
    cells = [f"{100 * found['plain'].value:5.1f}", *(with_interval(found[one]) for one in ATTACKS)]
    return "".join(f"{cell:>18}" for cell in cells)


def main() -> None:
    """Prints a line for each config."""
    logging.getLogger("stance").setLevel(logging.ERROR)
    codebook, own, real, validation = own_and_real()
    data = training_data([*own, *real], codebook)
    print(f"{'config':52}" + "".join(f"{name:>18}" for name in ("plain", *ATTACKS)))
    if sys.argv[1:2] == ["--model"]:
        folder = Path(sys.argv[2])
        print(f"{folder.name:52}{told(load_scorer(folder), validation)}")
        return
    for settings in [tuple(sys.argv[1:])] if sys.argv[1:] else VARIANTS:
        info, weights = made(train(data, read_config(None, settings)), "trial")[:2]
        name = " ".join(one.removeprefix("features.") for one in settings) or "default"
        print(f"{name[:52]:52}{told(Scorer(info, weights), validation)}", flush=True)


if __name__ == "__main__":
    main()
