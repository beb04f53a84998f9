"""Training a version again from its own record, to see whether the same weights come out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stance.annotation.examples import Example
from stance.codebook.codebook import Codebook, read_codebook
from stance.corpus.normalise import short_hash
from stance.learning.config import recorded_config
from stance.learning.dataset import TrainingData, training_data
from stance.learning.pipeline import probabilities
from stance.learning.training import Trained, train
from stance.models.folder import SCORER, read_info, read_training_hashes
from stance.models.info import Info
from stance.models.saving import SELF_TRAINING, made
from stance.storage.errors import DataError


@dataclass(frozen=True)
class Reproduced:
    """What came out beside what was written.

    `difference` is the largest one between the probabilities of the stored probe sentences and
    those of the new fit. `libraries` are those of another version now, as (name, then, now).
    """

    version: str
    data_sha256: str
    expected_sha256: str
    found_sha256: str
    same_thresholds: bool
    difference: float
    libraries: tuple[tuple[str, str, str], ...]

    @property
    def is_same(self) -> bool:
        """Whether weights, vocabulary and thresholds are the same to the last bit."""
        return self.found_sha256 == self.expected_sha256 and self.same_thresholds


def codebook_of_version(folder: Path) -> Codebook:
    """The labels and rules the version was trained with."""
    return read_codebook(folder / "codebook.toml")


def reproduce(
    folder: Path,
    examples: Sequence[Example],
    progress: Callable[[str], None] = lambda step: None,
    unlabelled: Sequence[str] = (),
) -> Reproduced:
    """Fits again what the folder says it was fitted on, from among the examples.

    `unlabelled` are the texts without labels, where the version was given some.
    The examples may have grown since: those whose hashes stand in the version are taken. Raises
    DataError when they are not what the version was trained on, and says what is missing.
    """
    info = read_info(folder)
    if SELF_TRAINING in info.files and not unlabelled:
        raise DataError(
            f"{info.version} was trained with texts without labels, too. Name their files with "
            "--unlabelled."
        )
    data = _data_as_of_then(folder, info, examples, unlabelled)
    config = recorded_config(folder / "config.toml")
    trained = train(data, config, progress, unlabelled=unlabelled)
    again, _, _ = made(trained, info.version)
    return Reproduced(
        version=info.version,
        data_sha256=info.data.sha256,
        expected_sha256=info.files[SCORER],
        found_sha256=again.files[SCORER],
        same_thresholds=again.thresholds == info.thresholds,
        difference=_difference(info, trained),
        libraries=tuple(
            (name, then, again.libraries.get(name, "none"))
            for name, then in info.libraries.items()
            if again.libraries.get(name) != then
        ),
    )


def _data_as_of_then(
    folder: Path, info: Info, examples: Sequence[Example], unlabelled: Sequence[str]
) -> TrainingData:
    hashes = read_training_hashes(folder, info)
    kept = [one for one in examples if short_hash(one.text) in hashes]
    found = {short_hash(text) for text in [*unlabelled, *(one.text for one in kept)]}
    n_missing = len(hashes - found)
    where = f"{info.version} cannot be reproduced:"
    if n_missing:
        raise DataError(
            f"{where} {n_missing:,} of its {len(hashes):,} training sentences are not among the "
            "labelled training sentences here. Name the rows it was trained on with --data."
        )
    data = training_data(kept, codebook_of_version(folder))
    if data.sha256 != info.data.sha256:
        raise DataError(f"{where} {_changed(info, data)} since. Its data hash is not met.")
    return data


def _changed(info: Info, data: TrainingData) -> str:
    counts = data.counts()
    told = [
        f"{name} ({info.data.counts[name]:,} then, {counts[name]:,} now)"
        for name in info.labels
        if counts.get(name) != info.data.counts[name]
    ]
    if told:
        return f"its sentences are here, but their labels changed: {', '.join(told)},"
    if len(data.dataset) != info.data.n_sentences:
        return f"{info.data.n_sentences:,} rows have become {len(data.dataset):,}"
    return "its sentences are here, but ids, labels, articles or events of some changed"


def _difference(info: Info, trained: Trained) -> float:
    stored = np.array([probe.probabilities for probe in info.probes])
    texts = [probe.text for probe in info.probes]
    found = probabilities(trained.pipeline, texts, trained.codebook)
    return float(np.abs(found - stored).max())
