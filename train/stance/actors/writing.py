"""The table's files in one folder."""

from pathlib import Path

from stance.actors.exports import write_exports
from stance.actors.pages import to_html
from stance.actors.who import Who
from stance.storage.atomic import clean_leftovers, write_file
from stance.storage.errors import InputError, printable

FILES = ("who.html", "who.csv", "who.json", "who.jsonl", "who.graphml", "who-dna.csv")


def check_folder(folder: Path, force: bool, files: tuple[str, ...] = FILES) -> None:
    """Raises InputError when there is such a table already, or no folder can be there."""
    name = printable(str(folder))
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{name}: is a file. Name a folder.")
    found = [file for file in files if (folder / file).exists()]
    if found and not force:
        raise InputError(f"{name}: holds {found[0]} already. Write over it with --force.")


def write_all(folder: Path, who: Who) -> None:
    """Writes the page and the other forms; each file appears whole."""
    html = to_html(who)
    folder.mkdir(parents=True, exist_ok=True)
    clean_leftovers(folder)
    write_file(folder / "who.html", html)
    write_exports(folder, who)
