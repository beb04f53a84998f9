"""Labels in doubt, as `stance validate --label-errors --out FILE` wrote them."""

from dataclasses import dataclass
from pathlib import Path

from stance.annotation.examples import labels_of
from stance.codebook.codebook import Codebook
from stance.storage.errors import InputError, listed, printable
from stance.storage.jsonl import Fields
from stance.storage.row_files import read_rows
from stance.storage.rows import RefusedRow, Row


@dataclass(frozen=True)
class Doubted:
    """A sentence's labels as they stood, what a model says instead, and how likely it finds both.

    `text` is the sentence as the model saw it.
    """

    sentence_id: str
    text: str
    labels: tuple[str, ...]
    suggested: tuple[str, ...]
    given_probability: float
    suggested_probability: float


def read_doubts(path: Path, codebook: Codebook) -> tuple[list[Doubted], list[str]]:
    """The doubts in the order of the file, and a reason for each row that is none.

    Raises InputError when no row is one.
    """
    found: dict[str, Doubted] = {}
    refused = []
    for row in read_rows(path):
        try:
            if isinstance(row, RefusedRow):
                raise ValueError(row.reason)
            one = _doubt_of(row, codebook)
            found.setdefault(one.sentence_id, one)
        except ValueError as error:
            refused.append(f"{printable(str(path))}:{row.number}: {error}.")
    if not found:
        raise InputError(
            f"{listed(refused, 3) or f'{path}: has no rows.'}\nNo row is a doubt. Write some with "
            "`stance validate --label-errors --out FILE`."
        )
    return list(found.values()), refused


def _doubt_of(row: Row, codebook: Codebook) -> Doubted:
    fields = row.fields
    for name in ("id", "text", "suggested_labels"):
        if name not in fields:
            raise ValueError(f'no "{name}"')
    return Doubted(
        sentence_id=str(fields["id"]),
        text=str(fields["text"]),
        labels=codebook.checked(labels_of(fields)),
        suggested=codebook.checked(labels_of({"labels": fields["suggested_labels"]})),
        given_probability=_share(fields, "given_probability"),
        suggested_probability=_share(fields, "suggested_probability"),
    )


def _share(fields: Fields, name: str) -> float:
    try:
        share = float(fields.get(name) or 0)
    except (TypeError, ValueError):
        share = -1.0
    if not 0 <= share <= 1:
        raise ValueError(f'"{name}" is no number from 0 to 1')
    return share
