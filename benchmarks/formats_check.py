"""Do the tools themselves read what `stance export` writes? Prints a table.

    python benchmarks/formats_check.py                # writes and reads, with what is installed
    python benchmarks/formats_check.py --write DIR    # with the project's packages
    python benchmarks/formats_check.py --read DIR     # with the tools', in an environment of theirs

That one needs: pip install label-studio-sdk argilla datasets fasttext-numpy2-wheel, and without
their old pins: pip install --no-deps doccano potato-annotation; pip install chardet pyexcel seqeval
pandas pyyaml.
"""

import argparse
import contextlib
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from formats_tools import CHECKS, Expected

ODD = (
    "👩‍🚀🚢 Germany; will \"send\" 14 'tanks', #1 |x| __label__no",
    "A line\nand another\tone\r\nand a third.",
    '=SUM(A1) {"a": [1]} <b>&amp;</b> \u202eevil\u2028',
    "Ĺaţe ŕeport: Україна 乌克兰 🇺🇦",
)
N_SENTENCES = 300
EXPORTS = {
    "label-studio": "ls.json",
    "label-studio-min": "ls-min.json",
    "label-studio-csv": "ls.csv",
    "doccano": "doccano.zip",
    "prodigy": "prodigy.jsonl",
    "argilla": "argilla.json",
    "argilla-flat": "argilla-flat.jsonl",
    "potato": "potato",
    "hf": "hf",
    "fasttext": "train.txt",
    "dna": "dna.csv",
    "json": "rows.json",
    "jsonl": "rows.jsonl",
    "csv": "rows.csv",
    "parquet": "rows.parquet",
}


def write(folder: Path) -> None:
    """Every format of two annotators' answers about sentences of the corpus and some odd ones."""
    from stance.annotation.exporting import answer_rows, compact
    from stance.annotation.formats.format import Writing
    from stance.annotation.formats.registry import FORMATS
    from stance.cli.exporting import write as write_rows
    from stance.codebook.codebook import read_codebook
    from stance.learning.split import read_split
    from stance.storage.project import Project

    project = Project(Path(__file__).parents[1])
    codebook = read_codebook(project.codebook)
    rows = list(compact(answer_rows(project, codebook, read_split(project))))[: 2 * N_SENTENCES]
    for number, text in enumerate(ODD):
        place = {"start": 0, "end": len(text), "article_id": "odd", "published_at": "2026-01-02"}
        said = {"labels": [codebook.names[number % 4]], "annotator": "pass-a"}
        rows.append({"id": f"odd#{number}", "text": text, **said, **place, "sent_index": number})
    start = ODD[0].index("Germany")
    actor = {"text": "Germany", "start": start, "end": start + 7, "role": "ACTOR"}
    rows[-len(ODD)]["actors"] = [actor]
    settled = [row for row in rows if row["annotator"] == "pass-a"]
    folder.mkdir(parents=True, exist_ok=True)
    for form in FORMATS:
        if form.name in EXPORTS:
            used = rows if form.keeps_annotators else settled
            write_rows(folder / EXPORTS[form.name], form, used, codebook, force=True)
    single = next(one for one in FORMATS if one.name == "doccano")
    assert single.write is not None
    single.write(folder / "doccano.jsonl", Writing(settled, codebook, force=True))
    _suggest(folder)
    told = {"labels": list(codebook.names), "rows": rows}
    (folder / "expected.json").write_text(json.dumps(told, ensure_ascii=False), "utf-8")


def _suggest(folder: Path) -> None:
    """What `stance serve` answers when Label Studio asks about the tasks."""
    from stance.prediction.predict import thresholds_of
    from stance.prediction.scorer import load_scorer
    from stance.serving.label_studio import Backend

    model = Path(__file__).parents[1] / "models" / "default"
    scorer = load_scorer(model)
    tasks = json.loads((folder / "ls.json").read_text("utf-8"))
    config = (folder / "ls.label-config.xml").read_text("utf-8")
    backend = Backend(scorer, model, thresholds_of(scorer))
    answer = backend.predict({"tasks": tasks, "label_config": config})
    (folder / "suggested.json").write_text(json.dumps(answer["results"]), "utf-8")


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keeps what the tools print out of the table."""
    with Path(os.devnull).open("w") as nowhere, contextlib.redirect_stdout(nowhere):
        yield


def read(folder: Path) -> int:
    """Prints what each tool makes of its file; returns how many failed."""
    expected = Expected(folder)
    n_failed = 0
    print("| format | read by the tool itself |\n|---|---|")
    for name, check in CHECKS.items():
        try:
            with quiet():
                told = check(folder, expected)
        except (ModuleNotFoundError, FileNotFoundError) as error:
            told = f"(not checked here: {error})"
        except AssertionError as error:
            told, n_failed = f"**differs** {str(error)[:120]}", n_failed + 1
        print(f"| {name} | {told} |")
    return n_failed


def main() -> None:
    """Writes, reads, or both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--read", type=Path)
    asked = parser.parse_args()
    if asked.write:
        write(asked.write)
    elif asked.read:
        sys.exit(1 if read(asked.read) else 0)
    else:
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder))
            sys.exit(1 if read(Path(folder)) else 0)


if __name__ == "__main__":
    main()
