"""Examples as a Hugging Face dataset: labels by name, rows in a fixed order, groups beside them."""

import hashlib
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from stance.annotation.examples import Example
from stance.codebook.codebook import Codebook
from stance.corpus.normalise import sentence_key
from stance.corpus.targets import target_of, targeted
from stance.learning.arrays import Array
from stance.learning.groups import group_numbers
from stance.storage.errors import DataError, listed
from stance.storage.jsonl import dump

if TYPE_CHECKING:
    from datasets import Dataset

log = logging.getLogger(__name__)

MIN_PER_LABEL = 2
MAX_CONFLICTS = 0.05  # of all rows; beyond it the file, not a slip, is wrong


@dataclass(frozen=True)
class TrainingData:
    """What a model learns from.

    `targets` is int8 of shape (n_rows, n_labels) with ones for labels given; with exclusive
    labels each row has one at most. `groups` holds one number per row: rows with the same number
    belong to one article or event, or nearly duplicate each other, and stay together.
    """

    dataset: "Dataset"
    codebook: Codebook
    groups: Array

    @property
    def texts(self) -> list[str]:
        """The sentences in the order of the rows, with their targets where they have some."""
        # Twenty times faster than list(dataset["text"]).
        texts, targets = (self.dataset.data.column(name).to_pylist() for name in ("text", "target"))
        return list(map(targeted, texts, targets)) if any(targets) else list(texts)

    @property
    def articles(self) -> list[str]:
        """The article of each row."""
        return list(self.dataset.data.column("article_id").to_pylist())

    @property
    def targets(self) -> Array:
        """Labels as a matrix of 0 and 1, columns in the codebook's order."""
        matrix = np.zeros((len(self.dataset), len(self.codebook.labels)), dtype=np.int8)
        for row, labels in enumerate(self.dataset.data.column("labels").to_pylist()):
            matrix[row, labels] = 1
        return matrix

    @property
    def sha256(self) -> str:
        """The hash of ids, texts, labels and groups, row by row."""
        digest = hashlib.sha256(repr(self.codebook.names).encode())
        names = ["id", "text", "labels"]
        if any(self.dataset.data.column("target").to_pylist()):
            names.append("target")
        columns = (self.dataset.data.column(name).to_pylist() for name in names)
        for row in zip(*columns, self.groups.tolist(), strict=True):
            digest.update(dump(row).encode("utf-8"))
        return digest.hexdigest()

    def counts(self) -> dict[str, int]:
        """How many rows carry each label, in the codebook's order."""
        totals = self.targets.sum(axis=0)
        return {name: int(n) for name, n in zip(self.codebook.names, totals, strict=True)}


def in_order(examples: Sequence[Example]) -> list[Example]:
    """The examples in the order of a data set's rows."""
    return sorted(
        examples, key=lambda one: (one.id, one.text, one.labels, one.article_id, one.event)
    )


def build_dataset(examples: Sequence[Example], codebook: Codebook) -> "Dataset":
    """The examples as a `datasets.Dataset`, rows sorted by id and text.

    `labels` is a list of ClassLabel, so that names stay with the numbers. Rows are sorted for
    the same data to give the same model whatever order it came in.
    """
    from datasets import ClassLabel, Dataset, Features, List, Value

    rows = in_order(examples)
    features = Features(
        {
            "id": Value("string"),
            "text": Value("string"),
            "labels": List(ClassLabel(names=list(codebook.names))),
            "article_id": Value("string"),
            "event": Value("string"),
            "target": Value("string"),
        }
    )
    columns: dict[str, list[Any]] = {
        "id": [one.id for one in rows],
        "text": [str(one.text) for one in rows],
        "labels": [[codebook.names.index(label) for label in one.labels] for one in rows],
        "article_id": [one.article_id for one in rows],
        "event": [one.event for one in rows],
        "target": [target_of(one.text) for one in rows],
    }
    return Dataset.from_dict(columns, features=features)


def training_data(examples: Sequence[Example], codebook: Codebook) -> TrainingData:
    """The data to learn from, checked and grouped.

    Raises DataError when too many sentences have different labels, when fewer than two labels (or
    a label and its absence) occur, or when a label has fewer than two sentences.
    """
    dataset = build_dataset(without_conflicts(examples), codebook)
    groups = group_numbers(
        *(dataset.data.column(name).to_pylist() for name in ("text", "article_id", "event"))
    )
    data = TrainingData(dataset, codebook, groups)
    _refuse_too_little(data)
    _note_unspaced(data.texts)
    return data


def _note_unspaced(texts: Sequence[str]) -> None:
    if sum(len(text.split()) == 1 for text in texts) > len(texts) / 2:
        log.warning(
            "most sentences have no spaces, so each is one word: character n-grams have to do the "
            "work (features.char), and longer ones may help (features.char.ngram_range)"
        )


def without_conflicts(examples: Sequence[Example]) -> list[Example]:
    """The examples without those whose sentence has different labels in different rows.

    They are told in a note: which of the answers is right, a person has to say. Raises DataError
    when they are more than `MAX_CONFLICTS` of all: then the data contradicts itself.
    """
    answers: dict[tuple[str, str], list[Example]] = {}
    for one in examples:  # about two targets a sentence may well have two answers
        answers.setdefault((target_of(one.text), sentence_key(one.text)), []).append(one)
    conflicts = [rows for rows in answers.values() if len({row.labels for row in rows}) > 1]
    if not conflicts:
        return list(examples)
    told = [", ".join(f"{row.place or row.id} {_told(row)}" for row in rows) for rows in conflicts]
    n_rows = sum(map(len, conflicts))
    faults = f"one sentence, different labels: {listed(told, 5)}"
    if n_rows > MAX_CONFLICTS * len(examples):
        raise DataError(f"{faults}\nKeep one answer for each sentence.")
    log.warning("%s\n%s rows were left out; keep one answer for each sentence", faults, n_rows)
    kept = {id(row) for rows in conflicts for row in rows}
    return [one for one in examples if id(one) not in kept]


def _told(example: Example) -> str:
    return "|".join(example.labels) or "no label"


def _refuse_too_little(data: TrainingData) -> None:
    counts, n_rows = data.counts(), len(data.dataset)
    told = ", ".join(f"{name} {n}" for name, n in counts.items())
    n_none = n_rows - int(data.targets.any(axis=1).sum())
    if data.codebook.exclusive:
        kinds = Counter({**counts, "": n_none})
        if sum(1 for n in kinds.values() if n) < 2:
            raise DataError(f"only one class in {n_rows} sentences ({told}). Add another one.")
    for name, n in counts.items():
        if n < MIN_PER_LABEL:
            raise DataError(
                f'the label "{name}" has {n} of {n_rows} sentences ({told}). Label at least '
                f"{MIN_PER_LABEL}, or take it out of the codebook."
            )
        if n == n_rows and not data.codebook.exclusive:
            raise DataError(
                f'only one class: all {n_rows} sentences carry "{name}" ({told}). '
                "Add sentences without it."
            )
