"""From a trained pipeline to a version in the registry."""

import random
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from stance import __version__
from stance.codebook.codebook import Codebook
from stance.codebook.codebook import to_toml as codebook_toml
from stance.learning.calibration import calibrated
from stance.learning.config import to_toml as config_toml
from stance.learning.pipeline import logits, rewriting_of
from stance.learning.training import Scores, Trained
from stance.learning.tuning import tuning_json
from stance.learning.views import NEGATIONS
from stance.models.folder import (
    PIPELINE,
    SCORER,
    TRAINING_HASHES,
    dumped,
    hash_of,
    write_folder,
)
from stance.models.info import N_PROBES, Block, Data, Info, OutOfFold, Probe, TextRewriting
from stance.models.mapped import to_bytes
from stance.models.origin import ORIGIN, Origin
from stance.models.packing import Packed, pack
from stance.models.registry import DEFAULT, Registry, user
from stance.models.unpacking import unpack
from stance.models.weights import Weights, weights_of

_LIBRARIES = ("numpy", "scikit-learn", "scipy")
_WORDS_A_PROBE = 12
SELF_TRAINING = "self_training.json"  # what texts without labels brought, where there were any
TUNING = "tuning.json"  # what was tried, where the config was searched for


def save(
    trained: Trained,
    models: Path,
    name: str | None,
    command: str,
    by: str = "",
    note: str = "",
    aliases: Sequence[str] = (),
) -> tuple[Path, Info]:
    """Writes the model as a new version below `models`; returns its folder and its record.

    The alias `latest` and those named go to it. The folder appears whole or not at all.
    Raises ProjectError when the name is taken.
    """
    registry = Registry(models)
    with registry.adding(name) as version:
        info, _, files = made(trained, version)
        origin = Origin(
            at=datetime.now(UTC).isoformat(timespec="seconds"),
            by=by or user(),
            command=command,
            parent=registry.in_use() or "",
            note=note,
        )
        folder = models / version
        if version != DEFAULT:  # that one is published: no name of a user, no command line
            files[ORIGIN] = (origin.model_dump_json(indent=2) + "\n").encode()
        write_folder(folder, info, files)
        numbers = {"by": origin.by, "parent": origin.parent, **_numbers(trained.scores)}
        if note:
            numbers["note"] = note
        registry.record("train", version, command, numbers, dict.fromkeys(aliases, version))
    return folder, info


def made(trained: Trained, version: str) -> tuple[Info, Packed, dict[str, bytes]]:
    """The record, the arrays and the files of a version, nothing written yet."""
    codebook = trained.codebook
    weights, blocks = weights_of(trained.pipeline, codebook.exclusive, len(codebook.labels))
    arrays = pack(weights, blocks, trained.config.model.weights)
    files = {
        SCORER: to_bytes(arrays),
        TRAINING_HASHES: b"".join(sorted(trained.sentence_hashes)),
        "config.toml": config_toml(trained.config).encode("utf-8"),
        "codebook.toml": codebook_toml(_without_sentences(codebook)).encode("utf-8"),
    }
    if trained.tuning:
        files[TUNING] = tuning_json(trained.tuning)
    if trained.self_training:
        files[SELF_TRAINING] = trained.self_training.to_json()
    if trained.config.model.pipeline:
        files[PIPELINE] = dumped(trained.pipeline)
    info = Info(
        version=version,
        codebook=codebook.name,
        codebook_version=codebook.version,
        labels=codebook.names,
        exclusive=codebook.exclusive,
        none_allowed=codebook.none_allowed,
        calibration=trained.calibration,
        abstain=trained.config.abstain,
        thresholds=None if trained.thresholds is None else tuple(trained.thresholds.tolist()),
        rewriting=_rewriting(trained),
        blocks=blocks,
        seed=trained.config.seed,
        data=_data(trained),
        out_of_fold=_out_of_fold(trained.scores),
        keywords=trained.keywords,
        names=trained.names,
        majority=trained.majority,
        libraries={one: metadata.version(one) for one in _LIBRARIES} | {"stancedesk": __version__},
        commit=_commit(),
        probes=_probes(trained, weights, blocks),
        files={file: hash_of(content) for file, content in files.items()},
    )
    return info, unpack(arrays, blocks, len(codebook.labels)), files


def _without_sentences(codebook: Codebook) -> Codebook:
    """A model may travel further than the texts: no example sentence goes with it."""
    bare = {"examples": (), "near_misses": ()}
    labels = tuple(label.model_copy(update=bare) for label in codebook.labels)
    return codebook.model_copy(update={"labels": labels})


def _rewriting(trained: Trained) -> TextRewriting:
    found = rewriting_of(trained.config.features)
    return TextRewriting(
        contractions=found.contractions,
        hashtags=found.hashtags,
        names=dict(found.names),
        mark_target=found.mark_target,
    )


def _data(trained: Trained) -> Data:
    return Data(
        sha256=trained.data_sha256,
        n_sentences=trained.n_sentences,
        n_articles=trained.n_articles,
        n_groups=trained.n_groups,
        counts=trained.counts,
    )


def _out_of_fold(scores: Scores) -> OutOfFold:
    return OutOfFold(
        n_folds=scores.n_folds,
        macro_f1=scores.macro_f1,
        macro_average_precision=scores.macro_average_precision,
        f1=scores.f1,
        average_precision=scores.average_precision,
    )


def _numbers(scores: Scores) -> dict[str, Any]:
    return {
        "macro_f1": round(scores.macro_f1, 4),
        "macro_average_precision": round(scores.macro_average_precision, 4),
    }


def _probes(trained: Trained, weights: Weights, blocks: tuple[Block, ...]) -> tuple[Probe, ...]:
    """Sentences of random words and n-grams of the vocabulary, with scikit-learn's answers.

    They exercise the whole vocabulary and show no sentence of the training data.
    """
    draw = random.Random(trained.config.seed)
    terms = [term for block in weights.blocks for term in block.terms.split("\n")]
    terms += [word for block in weights.blocks for word in block.classes or ()]
    terms += sorted(NEGATIONS) * any(block.window for block in blocks)
    texts = [
        " ".join(draw.choice(terms) for _ in range(_WORDS_A_PROBE))[:2000] for _ in range(N_PROBES)
    ]
    codebook = trained.codebook
    found = calibrated(
        logits(trained.pipeline, texts, codebook),
        trained.calibration,
        codebook.exclusive,
        len(codebook.labels),
    )
    return tuple(
        Probe(text=text, probabilities=tuple(row))
        for text, row in zip(texts, found.tolist(), strict=True)
    )


def _commit() -> str:
    """The commit of the folder in which the command runs; empty where there is none."""
    try:
        found = subprocess.run(
            ["git", "rev-parse", "HEAD"],  # noqa: S607
            capture_output=True,
            text=True,
            timeout=5,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return found.stdout.strip()
