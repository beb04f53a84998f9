"""The rows that `stance export` writes, and the writing in the format that is wanted."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from stance.annotation.examples import Example, codebook_of, read_labelled, with_codebook
from stance.annotation.exporting import answer_rows, compact, settled_rows, with_sentences
from stance.annotation.formats.format import Format, Reading, Writing, fitting
from stance.annotation.formats.registry import FORMATS, OWN, format_named
from stance.codebook.codebook import Codebook, read_codebook
from stance.storage.errors import InputError, printable
from stance.storage.jsonl import Fields
from stance.storage.places import check_writable
from stance.storage.project import Project, find_project


def format_for(output: Path, name: str) -> Format:
    """The format of that name, or the own one that the ending says.

    Raises InputError when the ending is none of the format's.
    """
    shown, ending = printable(str(output)), output.name.lower()
    writable = [one for one in FORMATS if one in OWN or one.write]
    if name:
        found = format_named(name, writable)
    else:
        own = [one for one in OWN if ending.endswith(one.endings)]
        if not own:
            endings = ", ".join(one.endings[0] for one in OWN)
            raise InputError(f"{shown}: rows are {endings}. For another format say --format NAME.")
        found = own[0]
    if not ending.endswith(found.endings):
        raise InputError(f"{shown}: {found.name} is written as {', '.join(found.endings)}.")
    return found


def check_place(output: Path, into: Format | None, force: bool) -> None:
    """Raises InputError when nothing can be written there, before any work is done."""
    name = printable(str(output))
    is_folder = into is not None and into.endings == ("",)
    if output.is_dir() and not is_folder:
        raise InputError(f"{name}: is a folder. Name a file.")
    if output.exists() and not force:
        raise InputError(f"{name}: exists already. Write over it with --force.")
    if not output.parent.is_dir():
        raise InputError(f"{name}: its folder does not exist. Make it first.")
    check_writable(output.parent)


def rows_of_project(
    project: Project, answers: bool, articles: Sequence[str], into: Format
) -> tuple[list[Fields], Codebook]:
    """The project's settled sentences, or every answer, and its codebook.

    Raises InputError where answers would no longer tell who gave them.
    """
    from stance.learning.split import read_split

    codebook = read_codebook(project.codebook)
    if into.name == "label-studio-config":
        return [], codebook
    if answers and not into.keeps_annotators:
        names = ", ".join(one.name for one in FORMATS if one.keeps_annotators)
        raise InputError(f"{into.name} has no room for annotators. These have: {names}.")
    make = answer_rows if answers else settled_rows
    return make(project, codebook, read_split(project), articles), codebook


def rows_of_files(
    paths: Sequence[Path], reading: Reading, codebook: str | None
) -> tuple[list[Fields], Codebook, tuple[str, ...]]:
    """The rows of the files, the codebook that is named or their labels make, and what was
    refused.
    """
    known = find_project()
    labels = read_codebook(Path(codebook)) if codebook not in (None, "auto") else None
    reading = replace(reading, labels=labels.names if labels else ())
    with_texts = with_sentences(reading, known if known and known.codebook.is_file() else None)
    labelled = read_labelled(paths, reading.encoding, reading.text_key, with_texts)
    if labels is None:
        labels, labelled = codebook_of(labelled, paths[0].name)
    labelled = with_codebook(labelled, labels)
    return [_row(one) for one in labelled.examples], labels, tuple(labelled.refused)


def _row(example: Example) -> Fields:
    """The row as it was read, under canonical names; without an id of its own it gets none."""
    row = {name: value for name, value in example.fields.items() if name != "label"}
    row |= {"text": row.get("text", example.text), "labels": list(example.labels)}
    return row


def write(
    output: Path,
    into: Format,
    rows: list[Fields],
    codebook: Codebook,
    force: bool,
    spreadsheet_safe: bool = False,
) -> int:
    """Writes the rows that the format has room for, and returns their number.

    Raises InputError when cells are to be guarded that another tool reads as they are.
    """
    if spreadsheet_safe and into not in OWN:
        raise InputError("--spreadsheet-safe goes with the project's own CSV only.")
    if into in OWN and into.write is None:
        from stance.prediction.outputs import writing

        with writing(output, spreadsheet_safe) as write_batch:
            write_batch(rows)
        return len(rows)
    kept = fitting(list(compact(rows)), into)
    if rows and not kept:
        raise InputError(f"{printable(str(output))}: {into.name} has room for none of the rows.")
    assert into.write is not None
    into.write(output, Writing(kept, codebook, force))
    return len(kept)
