"""The table's files in one folder."""

from pathlib import Path

from stance.actors.exports import exports
from stance.actors.pages import to_html
from stance.actors.who import Who
from stance.storage.atomic import write_files

FILES = ("who.html", "who.csv", "who.json", "who.jsonl", "who.graphml", "who-dna.csv")


def write_all(folder: Path, who: Who, spreadsheet_safe: bool = False) -> None:
    """Writes the page and the other forms, all or none of them."""
    write_files(folder, {"who.html": to_html(who), **exports(who, spreadsheet_safe)})
