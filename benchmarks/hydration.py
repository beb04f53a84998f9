"""How many stand-off sentences are found again in copies of the texts that were changed.

    STANCE_SHARED=… python benchmarks/hydration.py

Hydrates data/stand-off from the texts as they are, from copies with re-wrapped lines, other quotes
and another Unicode form, and from a copy that lacks half of the files' rows.
"""

import json
import os
import shutil
import sys
import tempfile
import textwrap
import unicodedata
from collections.abc import Callable
from pathlib import Path

from stance.annotation.hydrate import Hydrated, hydrate
from stance.annotation.library import read_library
from stance.annotation.standoff import read_stand_off
from stance.storage.project import create_project

ROOT = Path(__file__).parent.parent
_QUOTES = str.maketrans({"“": '"', "”": '"', "’": "'", "‘": "'", "–": "-"})


def rewrapped(text: str) -> str:
    """The text hard-wrapped at 60 characters, paragraph by paragraph."""
    return "\n\n".join(textwrap.fill(part, 60) for part in text.split("\n") if part.strip())


def other_quotes(text: str) -> str:
    """Straight quotes for curly ones."""
    return text.translate(_QUOTES)


def decomposed(text: str) -> str:
    """The text in NFD."""
    return unicodedata.normalize("NFD", text)


def copy(source: Path, target: Path, change: Callable[[str], str], keep: float = 1.0) -> None:
    """A copy of the article and row files with every text changed, and a share of them kept."""
    for path in sorted((source / "seeds").glob("*.txt")):
        (target / path.name).write_text(change(path.read_text("utf-8")), "utf-8")
    for name in ("train.jsonl", "pool.jsonl"):
        lines = (source / "ukraine" / name).read_text("utf-8").splitlines()
        with (target / name).open("w", encoding="utf-8") as stream:
            for line in lines[: int(keep * len(lines))]:
                row = json.loads(line)
                stream.write(json.dumps({**row, "text": change(row["text"])}) + "\n")


def run(source: Path, change: Callable[[str], str], keep: float = 1.0) -> Hydrated:
    """What is found of all stand-off sentences in a changed copy."""
    records = read_stand_off(sorted((ROOT / "data" / "stand-off").glob("*.jsonl")))
    folder = Path(tempfile.mkdtemp())
    try:
        texts = folder / "texts"
        texts.mkdir()
        copy(source, texts, change, keep)
        return hydrate(create_project(folder / "project"), records, read_library([texts]))
    finally:
        shutil.rmtree(folder)


def main() -> None:
    """Prints one line a copy."""
    shared = os.environ.get("STANCE_SHARED")
    if not shared:
        sys.exit("set STANCE_SHARED to the folder with the texts")
    for name, change, keep in (
        ("as they are", str, 1.0),
        ("re-wrapped", rewrapped, 1.0),
        ("other quotes", other_quotes, 1.0),
        ("NFD", decomposed, 1.0),
        ("all three", lambda text: decomposed(other_quotes(rewrapped(text))), 1.0),
        ("half of the rows", str, 0.5),
    ):
        done = run(Path(shared), change, keep)
        n_missing = sum(map(len, done.missing.values()))
        share = 100 * done.n_found / done.n_sentences
        print(
            f"{name:18} found {done.n_found:,} of {done.n_sentences:,} ({share:.1f} %) "
            f"{done.how}; missing {n_missing:,} in {len(done.missing):,} articles"
        )


if __name__ == "__main__":
    main()
