"""The weights of a model as plain arrays: what a prediction needs, and nothing that can run.

For each block of features the vocabulary (n-grams in feature order, as UTF-8 joined by newlines,
which no n-gram holds), its inverse document frequencies, and one row of coefficients a class;
for word classes the table of words and their classes; and the intercepts. A probability is

    logit_k = intercept_k + Σ_blocks (tf · idf) · coefficients_k / ‖tf · idf‖

through the logistic function for each label, or through softmax over exclusive ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from stance.learning.arrays import Array
from stance.learning.views import WordView
from stance.models.info import Block
from stance.storage.errors import ModelError

MAX_BYTES = 2_000_000_000
_CLASS_ARRAYS = ("words", "classes")


@dataclass(frozen=True)
class BlockWeights:
    """Terms in feature order, idf (n_features,), coefficients (n_classes, n_features), and which
    class each word has, where the block is made of word classes.
    """

    terms: str
    idf: Array
    coefficients: Array
    classes: Mapping[str, int] | None = None


@dataclass(frozen=True)
class Weights:
    """All blocks in order, and `intercept` of shape (n_classes,).

    Classes are the labels, and after them "no label" where that is a class of its own.
    """

    blocks: tuple[BlockWeights, ...]
    intercept: Array


def to_bytes(weights: Weights, blocks: tuple[Block, ...], precision: str = "float64") -> bytes:
    """The arrays as a safetensors file, coefficients in the precision named.

    The other numbers are few, and are stored in 32 bits at least.
    """
    from safetensors.numpy import save

    others = "float64" if precision == "float64" else "float32"
    arrays = {"intercept": weights.intercept.astype(others)}
    for block, values in zip(blocks, weights.blocks, strict=True):
        terms = np.frombuffer(values.terms.encode("utf-8"), dtype=np.uint8)
        arrays[f"{block.name}.terms"] = terms
        arrays[f"{block.name}.idf"] = values.idf.astype(others)
        arrays[f"{block.name}.coefficients"] = np.ascontiguousarray(
            values.coefficients.astype(precision)
        )
        if values.classes is not None:
            words = "\n".join(values.classes).encode("utf-8")
            arrays[f"{block.name}.words"] = np.frombuffer(words, dtype=np.uint8)
            arrays[f"{block.name}.classes"] = np.array([*values.classes.values()], dtype=np.int32)
    return bytes(save(arrays))


def from_bytes(content: bytes, blocks: tuple[Block, ...], n_labels: int) -> Weights:
    """The weights in the file, each array of the right kind, shape and range.

    Raises ModelError that names the array.
    """
    arrays = _arrays(content)
    expected = {"intercept"} | {
        f"{block.name}.{part}"
        for block in blocks
        for part in ("terms", "idf", "coefficients", *_CLASS_ARRAYS * block.has_classes)
    }
    if set(arrays) != expected:
        raise ModelError(f"arrays {sorted(arrays)}, expected {sorted(expected)}")
    n_classes = arrays["intercept"].shape[0] if arrays["intercept"].ndim == 1 else 0
    if n_classes not in (n_labels, n_labels + 1):
        raise ModelError(f"{n_classes} intercepts for {n_labels} labels")
    _check_numbers("intercept", arrays["intercept"], (n_classes,))
    return Weights(
        tuple(_block(block, arrays, n_classes) for block in blocks),
        arrays["intercept"].astype(np.float64),
    )


def _arrays(content: bytes) -> dict[str, Array]:
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        return dict(load(content))
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"not a safetensors file ({str(error)[:100]})") from error


def _block(block: Block, arrays: dict[str, Array], n_classes: int) -> BlockWeights:
    terms, idf, coefficients = (
        arrays[f"{block.name}.{part}"] for part in ("terms", "idf", "coefficients")
    )
    _check_numbers(f"{block.name}.idf", idf, (block.n_features,))
    _check_numbers(f"{block.name}.coefficients", coefficients, (n_classes, block.n_features))
    if (idf <= 0).any():
        raise ModelError(f"{block.name}.idf is not positive everywhere")
    _strings(f"{block.name}.terms", terms, block.n_features)
    classes = None
    if block.has_classes:
        numbers = arrays[f"{block.name}.classes"]
        if numbers.dtype != np.int32 or numbers.ndim != 1:
            raise ModelError(f"{block.name}.classes are no numbers of classes")
        words = _strings(f"{block.name}.words", arrays[f"{block.name}.words"], len(numbers))
        classes = dict(zip(words, numbers.tolist(), strict=True))
    return BlockWeights(
        terms.tobytes().decode("utf-8"),
        idf.astype(np.float64),
        coefficients.astype(np.float64),
        classes,
    )


def _strings(name: str, content: Array, size: int) -> list[str]:
    """The strings that newlines part, different from each other and as many as they should be."""
    if content.dtype != np.uint8 or content.ndim != 1:
        raise ModelError(f"{name} are not bytes")
    try:
        found = content.tobytes().decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise ModelError(f"{name} are not UTF-8") from error
    if len(found) != size or len(set(found)) != size or "" in found:
        raise ModelError(f"{name} are not {size} different n-grams")
    return found


def _check_numbers(name: str, array: Array, shape: tuple[int, ...]) -> None:
    if array.dtype.kind != "f" or array.shape != shape:
        raise ModelError(f"{name} is {array.dtype} {array.shape}, expected floats {shape}")
    if not np.isfinite(array).all():
        raise ModelError(f"{name} holds numbers that are not finite")


def weights_of(pipeline: Any, exclusive: bool, n_labels: int) -> tuple[Weights, tuple[Block, ...]]:
    """The arrays of a fitted scikit-learn pipeline, and how its blocks are set."""
    coefficients, intercept = _regression(pipeline.named_steps["classifier"], exclusive, n_labels)
    blocks, weights, start = [], [], 0
    for name, vectorizer in pipeline.named_steps["features"].transformer_list:
        terms = vectorizer.get_feature_names_out()
        end = start + len(terms)
        view = vectorizer.tokenizer or WordView()
        blocks.append(
            Block(
                name=name,
                analyzer=vectorizer.analyzer,
                window=view.window,
                has_classes=view.classes is not None,
                keep_others=view.keep_others,
                crossed=view.crossed,
                ngram_range=tuple(vectorizer.ngram_range),
                sublinear_tf=vectorizer.sublinear_tf,
                n_features=len(terms),
            )
        )
        weights.append(
            BlockWeights(
                "\n".join(terms), vectorizer.idf_, coefficients[:, start:end], view.classes
            )
        )
        start = end
    return Weights(tuple(weights), intercept), tuple(blocks)


def _regression(classifier: Any, exclusive: bool, n_labels: int) -> tuple[Array, Array]:
    """Coefficients (n_classes, n_features) and intercepts (n_classes,), classes in label order."""
    if not exclusive:
        parts = classifier.estimators_
        return np.vstack([one.coef_ for one in parts]), np.concatenate(
            [one.intercept_ for one in parts]
        )
    coefficients, intercept = classifier.coef_, classifier.intercept_
    if len(classifier.classes_) == 2:  # scikit-learn keeps one row: the logit against the first
        coefficients = np.vstack([np.zeros_like(coefficients), coefficients])
        intercept = np.concatenate([[0.0], intercept])
    if list(classifier.classes_) not in (list(range(n_labels)), list(range(n_labels + 1))):
        raise ModelError("a label has no training sentence")
    return coefficients, intercept
