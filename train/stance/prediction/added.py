"""What a prediction adds to a row, for many rows at once, in each form in which rows go out.

Numbers have six decimals (shares of words four), so that every row of a file is laid out alike
and the digits of a whole block are made by NumPy, not by one call a number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np

from stance.learning.arrays import Array
from stance.models.info import Info
from stance.storage.jsonl import Fields, dump
from stance.storage.records import CSV_END, csv_record

DECIMALS, SHARE_DECIMALS = 6, 4


@dataclass(frozen=True)
class Added:
    """For n rows: which labels they get, bool (n, n_labels); probabilities (n, n_labels); the
    share of unknown words (n,); why a row got no label; and explanations, where asked for.
    """

    info: Info
    given: Array
    probabilities: Array
    out_of_vocabulary: Array
    reasons: Sequence[str]
    explanations: Sequence[Fields] = ()

    def names(self) -> list[str]:
        """The names of the fields that are added, in order."""
        return added_names(self.info, bool(self.explanations))

    def fields(self) -> list[Fields]:
        """The added fields of each row as a dictionary."""
        version = self.info.version
        rows = zip(
            self._by_labels(list),
            self.probabilities.round(DECIMALS).tolist(),
            self.out_of_vocabulary.round(SHARE_DECIMALS).tolist(),
            self.reasons,
            strict=True,
        )
        names = self.names()
        found = [
            dict(zip(names, (list(labels), *shares, unknown, reason, version), strict=False))
            for labels, shares, unknown, reason in rows
        ]
        for row, explanation in zip(found, self.explanations, strict=False):
            row["explanation"] = explanation
        return found

    def json_tails(self) -> list[bytes]:
        """What closes each row's JSON object: the added fields and the brace."""
        if self.explanations:
            return [f", {dump(row)[1:]}\n".encode() for row in self.fields()]
        names = [dump(name) for name in self.names()]
        starts = self._by_labels(lambda given: f", {names[0]}: {dump(given)}, ".encode())
        numbers = self._number_texts([f"{name}: " for name in names[1:-2]], ", ")
        version = f"{names[-1]}: {dump(self.info.version)}}}\n"
        ends = {
            reason: f", {names[-2]}: {dump(reason)}, {version}".encode()
            for reason in set(self.reasons)
        }
        parts = zip(starts, numbers, [ends[reason] for reason in self.reasons], strict=True)
        return list(map(b"".join, parts))

    def csv_tails(self) -> list[str]:
        """What closes each row's CSV record: a comma, the added cells and the line end."""
        numbers = self._number_texts([""] * (self.given.shape[1] + 1), ",")
        labels = self._by_labels(lambda given: f",{csv_record(['|'.join(given)])},")
        end = csv_record([self.info.version])
        rest = {reason: f",{reason},{end}" for reason in set(self.reasons)}
        more = [f",{csv_record([dump(one)])}" for one in self.explanations]
        return [
            start + middle.decode() + rest[reason] + explanation + CSV_END
            for start, middle, reason, explanation in zip(
                labels, numbers, self.reasons, more or repeat(""), strict=False
            )
        ]

    def arrow(self) -> list[tuple[str, Any]]:
        """The added columns by name, as Arrow arrays."""
        import pyarrow as pa

        labels = pa.array(np.array(self.info.labels, dtype=object)[np.nonzero(self.given)[1]])
        offsets = np.concatenate([[0], np.cumsum(self.given.sum(axis=1))])
        columns: list[Any] = [
            pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), labels.cast(pa.string()))
        ]
        columns += [pa.array(column) for column in self.probabilities.round(DECIMALS).T]
        columns.append(pa.array(self.out_of_vocabulary.round(SHARE_DECIMALS)))
        columns.append(pa.array(list(self.reasons), pa.string()))
        columns.append(pa.array([self.info.version] * len(self.reasons), pa.string()))
        if self.explanations:
            columns.append(pa.array([dump(one) for one in self.explanations], pa.string()))
        return list(zip(self.names(), columns, strict=True))

    def _by_labels(self, shown: Any) -> list[Any]:
        """`shown` of each row's labels, worked out once for each set of labels."""
        labels, n_labels = self.info.labels, self.given.shape[1]
        content = np.ascontiguousarray(self.given, dtype=bool).tobytes()
        keys = [content[at : at + n_labels] for at in range(0, len(content), n_labels)]
        known = {
            key: shown([label for label, flag in zip(labels, key, strict=True) if flag])
            for key in set(keys)
        }
        return [known[key] for key in keys]

    def _number_texts(self, before: Sequence[str], between: str) -> list[bytes]:
        """Each row's numbers with a text before each; all are as long as each other."""
        parts = []
        for k, text in enumerate(before):
            is_share = k == len(before) - 1
            values = self.out_of_vocabulary if is_share else self.probabilities[:, k]
            start = f"{between if k else ''}{text}".encode()
            parts += [_repeated(start, len(values))]
            parts += [_digits(values, SHARE_DECIMALS if is_share else DECIMALS)]
        content = np.hstack(parts)
        return list(content.view(f"S{content.shape[1]}").ravel().tolist())


def added_names(info: Info, explained: bool = False) -> list[str]:
    """The names of the fields that a prediction adds, in order."""
    names = ["predicted_labels", *(f"prob_{label}" for label in info.labels)]
    names += ["out_of_vocabulary", "abstained", "model_version"]
    return [*names, "explanation"] if explained else names


def _repeated(text: bytes, n_rows: int) -> Array:
    return np.tile(np.frombuffer(text, dtype=np.uint8), (n_rows, 1))


def _digits(values: Array, decimals: int) -> Array:
    """Numbers from 0 to 1 as text of equal length: uint8 (n, decimals + 2).

    >>> _digits(np.array([0.25, 1.0]), 3).tobytes()
    b'0.2501.000'
    """
    rest = np.rint(values * 10**decimals).astype(np.uint32)
    shown = np.empty((len(values), decimals + 2), dtype=np.uint8)
    for place in range(decimals + 1, 1, -1):
        higher = rest // 10
        shown[:, place] = rest - higher * 10 + ord("0")
        rest = higher
    shown[:, 1] = ord(".")
    shown[:, 0] = rest + ord("0")
    return shown
