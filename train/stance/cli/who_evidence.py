"""`stance who --evidence ACTOR[:LABEL]`: one claim as a folder."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from stance.cli.console import echo, echo_json

if TYPE_CHECKING:
    from stance.actors.gazetteer import Gazetteer
    from stance.actors.who import Who
    from stance.storage.project import Project

By = Literal["actor", "country", "camp"]


def named_claim(
    claim: str, labels: "tuple[str, ...]", gazetteer: "Gazetteer", by: By
) -> "tuple[str, str | None]":
    """The row key and the label that the claim names; ConfigError for unknown ones."""
    from stance.actors.selection import chosen_labels, row_key

    name, colon, label = claim.rpartition(":")
    if not colon:
        return row_key(claim, gazetteer, by, "--evidence"), None
    chosen_labels([label], labels)
    return row_key(name, gazetteer, by, "--evidence"), label


def tell_evidence(
    result: "Who",
    claim: str,
    folder: Path,
    project: "Project | None",
    as_json: bool,
    spreadsheet_safe: bool,
) -> None:
    """Writes the folder and prints the hash of its manifest.

    Raises DataError when the table has no statement of the kind.
    """
    from stance.actors.evidence import make_claim, write_evidence
    from stance.actors.who import answers
    from stance.storage.errors import DataError, n_of

    key, label = named_claim(claim, result.table.labels, result.desk.gazetteer, result.table.by)
    line = next((one for one in result.table.lines if one.key == key), None)
    if line is None or (label and label not in line.cells):
        told = f": {label}" if label else ""
        held = f" There is: {', '.join(line.cells)}." if line else ""
        raise DataError(f"--evidence: no statement of {key}{told} in these articles.{held}")
    gold = answers(project, result.desk.codebook, True).gold
    made = make_claim(line, label, gold)
    digest = write_evidence(folder, made, result, spreadsheet_safe)
    if as_json:
        echo_json({"n_statements": len(made.prints), "manifest_sha256": digest})
    else:
        echo(f"{n_of(len(made.prints), 'statement')} of {line.name} in {folder / 'evidence.html'}")
        echo(f"manifest {digest}")
