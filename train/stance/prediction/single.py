"""One sentence at a time without NumPy: for an answer before a person notices.

A mapped file is there at once, and looking up the n-grams of one sentence takes Python a
millisecond or two; to import NumPy takes a hundred. The folder is checked as `models.folder` does
it, but for the order of its tables: whatever leads out of an array is an IndexError here.
"""

import hashlib
import re
import struct
from dataclasses import dataclass
from math import exp
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from stance.corpus.targets import target_key, target_of
from stance.learning.views import Rewriting
from stance.models.mapped import Field, fields_of, map_file
from stance.models.names import FORMAT, INFO, INFO_HASH, MAX_INFO_BYTES, SCORER
from stance.prediction.plain import known_words, values
from stance.storage.errors import ModelError
from stance.storage.jsonl import Fields, parse_object
from stance.storage.text import read_bytes

# What a record may hold. What else it may say of predicting is for the whole scorer to know.
_KNOWN = {
    *("format", "version", "codebook", "codebook_version", "labels", "exclusive", "none_allowed"),
    *("calibration", "abstain", "thresholds", "rewriting", "blocks", "seed", "data", "out_of_fold"),
    *("keywords", "names", "majority", "libraries", "commit", "probes", "files"),
}
_KNOWN_OF_BLOCK = {
    *("name", "analyzer", "window", "has_classes", "keep_others", "crossed", "reach"),
    *("ngram_range", "sublinear_tf", "n_features"),
}
_LABEL = re.compile(r"[^\W\d_][\w ./+-]*")  # roughly; what a codebook asks for stands there
N_STORED, N_PROBES = 16, 2
_MOST_VALUE = 1 + 1e-9  # a share of a length
TOLERANCE = 1e-9
_CASTS = {"U8": "B", "U32": "I", "I32": "i", "F32": "f", "F64": "d"}


class UnusualError(ModelError):
    """A model that only the whole scorer can use, or that only it can tell the fault of."""


@dataclass(frozen=True)
class Answer:
    """Probabilities in the order of the labels; how many words there are, and are known."""

    probabilities: list[float]
    n_words: int
    n_known: int


class Single:
    """A model that scores one text after the other."""

    def __init__(self, folder: Path) -> None:
        """Raises UnusualError, or an error of reading, unless all is as it should be."""
        content = read_bytes(folder / INFO, MAX_INFO_BYTES)
        if read_bytes(folder / INFO_HASH, 100) != f"{_hash_of(content)}\n".encode():
            raise UnusualError("info.json was changed")
        self.info: Fields = parse_object(content.decode("utf-8"))
        if not _is_usual(self.info):
            raise UnusualError("a record that only the whole scorer can judge")
        weights = map_file(folder / SCORER)
        if self.info["format"] != FORMAT or _hash_of(weights) != self.info["files"][SCORER]:
            raise UnusualError("the weights are others")
        self._calibration = self.info.get("calibration") or {"method": "none"}
        if self._calibration["method"] not in ("none", "sigmoid", "temperature"):
            raise UnusualError("a calibration by knots")
        if any(self.info["abstain"].values()):
            raise UnusualError("reasons to abstain")
        self._arrays = {name: _numbers(one) for name, one in fields_of(weights).items()}
        self._blocks: list[Any] = [SimpleNamespace(**one) for one in self.info["blocks"]]
        told = self.info["rewriting"]
        self._rewriting = Rewriting(
            told["contractions"],
            told["hashtags"],
            tuple(told["names"].items()),
            told.get("mark_target", False),
        )
        for probe in self.info["probes"][:N_PROBES]:
            found = self.score(probe["text"]).probabilities
            pairs = zip(found, probe["probabilities"], strict=True)
            if not all(abs(one - other) <= TOLERANCE for one, other in pairs):
                raise UnusualError("a probe scores differently")

    def score(self, text: str) -> Answer:
        """The probabilities of the text."""
        rewritten = self._rewriting(text)
        logits = [float(one) for one in self._arrays["intercept"]]
        coefficients = self._arrays["coefficients"]
        tables = {0, self._table_of(text)}
        for one in values(self._arrays, self._blocks, rewritten):
            if not 0 < one.value <= _MOST_VALUE:
                raise UnusualError("a weight that no training gives")
            for column in range(len(logits)):
                for table in tables:
                    weight = coefficients[one.feature, table * len(logits) + column]
                    logits[column] += one.value * weight
        counted = known_words(self._arrays, self._blocks[0], rewritten)
        probabilities = self._probabilities(logits)
        if not all(0 <= one <= 1 for one in probabilities):
            raise UnusualError("numbers that are not finite")
        return Answer(probabilities, *counted)

    def _table_of(self, text: str) -> int:
        """See `Scorer.table_of`."""
        names = bytes(self._arrays.get("targets", b"")).decode("utf-8").split("\n")[:-1]
        target = target_key(target_of(text))
        return names.index(target) + 1 if target in names else 0

    def decide(self, answer: Answer) -> tuple[list[bool], str]:
        """Which labels the text gets, and why none on purpose; see `prediction.predict.decide`."""
        shares, none = answer.probabilities, [False] * len(answer.probabilities)
        if not answer.n_known:
            return none, "no_known_words" if answer.n_words else "blank"
        thresholds = self.info["thresholds"]
        if thresholds is None:
            if self.info["none_allowed"] and 1 - sum(shares) > max(shares):
                return none, ""
            best = shares.index(max(shares))
        else:
            given = [one >= least for one, least in zip(shares, thresholds, strict=True)]
            if any(given) or self.info["none_allowed"]:
                return given, ""
            nearest = [one / least for one, least in zip(shares, thresholds, strict=True)]
            best = nearest.index(max(nearest))
        return [place == best for place in range(len(shares))], ""

    def _probabilities(self, logits: list[float]) -> list[float]:
        scales = self._calibration.get("scales") or [1.0]
        shifts = self._calibration.get("shifts") or [0.0]
        scaled = [
            logit * scales[k % len(scales)] + shifts[k % len(shifts)]
            for k, logit in enumerate(logits)
        ]
        if not self.info["exclusive"]:
            return [_logistic(one) for one in scaled]
        shares = [exp(one - max(scaled)) for one in scaled]
        return [one / sum(shares) for one in shares[: len(self.info["labels"])]]


def _is_usual(info: Fields) -> bool:
    """Whether the record is made as `models.info` asks for, as far as it bears on an answer."""
    labels, thresholds, probes = info["labels"], info["thresholds"], info["probes"]
    limits = [0.5] * len(labels) if thresholds is None else thresholds
    return (
        set(info) == _KNOWN
        and all(set(block) <= _KNOWN_OF_BLOCK for block in info["blocks"])
        and 0 < len(info["blocks"]) <= 8
        and N_STORED <= len(probes) <= 64
        and 0 < len(labels) <= 50
        and len({label.casefold() for label in labels}) == len(labels)
        and all(_LABEL.fullmatch(label) and len(label) <= 60 for label in labels)
        and type(info["exclusive"]) is type(info["none_allowed"]) is bool
        and (thresholds is None) == info["exclusive"]
        and len(limits) == len(labels)
        and all(type(one) is float and 0 < one < 1 for one in limits)
    )


def _logistic(logit: float) -> float:
    small = exp(-abs(logit))
    return (1.0 if logit >= 0 else small) / (1 + small)


def _hash_of(content: bytes | memoryview) -> str:
    return hashlib.sha256(content).hexdigest()


def _numbers(field: Field) -> Any:
    """The array, indexed like NumPy's: a number, or a pair of numbers in brackets."""
    if field.kind == "F16":
        return _Halves(field)
    kind: Any = _CASTS[field.kind]
    flat = field.content.cast("B")
    return flat.cast(kind) if len(field.shape) == 1 else flat.cast(kind, field.shape)


class _Halves:
    """Numbers of 16 bits, which a memoryview does not know."""

    def __init__(self, field: Field) -> None:
        self._content, self._shape = field.content, field.shape

    def __getitem__(self, place: tuple[int, int]) -> float:
        row, column = place
        if not (0 <= row < self._shape[0] and 0 <= column < self._shape[1]):
            raise IndexError(place)
        found: float = struct.unpack_from("<e", self._content, 2 * (row * self._shape[1] + column))[
            0
        ]
        return found
