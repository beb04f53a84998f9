"""All formats, and which of them a file is in."""

from collections.abc import Sequence
from pathlib import Path

from stance.annotation.formats.argilla import ARGILLA
from stance.annotation.formats.argilla import FLAT as ARGILLA_FLAT
from stance.annotation.formats.dna import DNA
from stance.annotation.formats.doccano import CSV as DOCCANO_CSV
from stance.annotation.formats.doccano import JSONL as DOCCANO
from stance.annotation.formats.fasttext import FASTTEXT
from stance.annotation.formats.format import Format, Reading, Rows, Start
from stance.annotation.formats.hugging_face import HF
from stance.annotation.formats.label_studio import LABEL_STUDIO
from stance.annotation.formats.label_studio_config import CONFIG
from stance.annotation.formats.label_studio_flat import CSV as LABEL_STUDIO_CSV
from stance.annotation.formats.label_studio_flat import MIN as LABEL_STUDIO_MIN
from stance.annotation.formats.own import CSV, JSON, JSONL, PARQUET
from stance.annotation.formats.potato import POTATO
from stance.annotation.formats.prodigy import PRODIGY
from stance.annotation.formats.starts import start_of
from stance.storage.errors import InputError, nearest, printable

OWN = (CSV, JSONL, PARQUET, JSON)
# The tools' formats, in the order in which a file is tried against them.
TOOLS = (
    LABEL_STUDIO,
    LABEL_STUDIO_MIN,
    LABEL_STUDIO_CSV,
    CONFIG,
    PRODIGY,
    ARGILLA,
    ARGILLA_FLAT,
    DOCCANO,
    DOCCANO_CSV,
    POTATO,
    HF,
    FASTTEXT,
    DNA,
)
FORMATS = (*OWN, *TOOLS)


def format_named(name: str, formats: Sequence[Format] = FORMATS) -> Format:
    """The format of that name. Raises InputError that lists the names."""
    for one in formats:
        if one.name == name:
            return one
    names = [one.name for one in formats]
    raise InputError(
        f'no format "{printable(name, 40)}".{nearest(name, names)} Formats: {", ".join(names)}.'
    )


def readable() -> tuple[Format, ...]:
    """The formats that files can be in."""
    return tuple(one for one in FORMATS if one.read)


def detected(path: Path, encoding: str | None = None) -> Format:
    """The format that the file's content shows; ours where it is a table of another kind.

    Raises InputError that names what was tried, or the formats among which it is undecided.
    """
    start = start_of(path, encoding)
    found = [one for one in TOOLS if one.matches(start)]
    if len(found) == 1:
        return found[0]
    name = printable(str(path))
    if found:
        raise InputError(
            f"{name}: may be {' or '.join(one.name for one in found)}. Say which: --format NAME."
        )
    own = next((one for one in OWN if one.matches(start)), None)
    if own is None:
        raise InputError(f"{name}: {_unknown(start)} Tried: {_listed()}. Say which: --format NAME.")
    return own


def _unknown(start: Start) -> str:
    return {
        "folder": "a folder of no known format.",
        "text": "not a row file, nor an export of a known tool.",
    }.get(start.kind, f"{start.kind.upper()} of no known format.")


def _listed() -> str:
    return ", ".join(one.name for one in readable())


def rows_in(path: Path, reading: Reading) -> tuple[Format, Rows]:
    """The file's format and its rows. Raises InputError when no format will do."""
    found = (
        format_named(reading.as_format, readable())
        if reading.as_format
        else detected(path, reading.encoding)
    )
    assert found.read is not None
    return found, _named(path, found.read(path, reading))


def _named(path: Path, rows: Rows) -> Rows:
    """The rows; every mistake names the file."""
    name = printable(str(path))
    try:
        yield from rows
    except InputError as error:
        told = str(error)
        raise InputError(told if name in told else f"{name}: {told}") from error
