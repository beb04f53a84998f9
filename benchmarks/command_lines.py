"""Word 1–2-grams: the whole of `stance predict` beside the programs fastText and Vowpal Wabbit.

    python benchmarks/command_lines.py [--rows 1000000] [--rounds 3]

All learn the same labelled sentences (those of STANCE_SHARED, or the project's own) and write the
probability of every label for the same rows, in turns; medians of the rounds. `stance predict` gets
the rows as they are, and carries them through. The others want the words of each row in lower case;
a short Python script cuts these out of the JSON lines (`PREPARE`), and is counted by itself: the
last column has it, the one before has not. fastText is the program `fasttext` (package of the same
name in Debian), Vowpal Wabbit `vw` or, where that is missing, `python -m vowpalwabbit` (package
vowpalwabbit), which is the same program with Python around it. What is not there is left out.
"""

import argparse
import importlib.util
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from predict_files import ROOT, Cost, made, rows, run
from throughput import sentences

PREPARE = r"""
import json, re, sys
words = re.compile(r"\b\w\w+\b").findall
for line in sys.stdin:
    print(" ".join(words(json.loads(line)["text"].lower())) or "empty")
"""
WORD = re.compile(r"\b\w\w+\b")
OURS = [f"features.{name}.enabled=false" for name in ("char", "negated", "classes")]
OURS += ["features.negated_classes.enabled=false", "features.contractions=false"]
Work = Callable[[], Cost]


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        theirs = others(folder, options.rows)
        works = {**ours(folder, options.rows), **theirs}
        prepare = [sys.executable, "-c", PREPARE]
        rest = folder / f"in-{options.rows}.jsonl"
        prepared = run(prepare, rest, folder / "prepared").cpu if theirs else 0.0
        found: dict[str, list[Cost]] = {}
        for _ in range(options.rounds):
            for who, work in works.items():
                found.setdefault(who, []).append(work())
    print(f"{options.rows:,} rows, probabilities of all labels written")
    print(f"cutting out the words: {prepared:.1f} CPU s")
    print(f"{'':32}{'CPU s':>8}{'wall s':>8}{'MB':>7}{'rows / CPU s':>14}{'from the rows':>15}")
    for who, costs in found.items():
        cpu, wall = (
            statistics.median(one) for one in zip(*((c.cpu, c.wall) for c in costs), strict=True)
        )
        memory = max(one.memory for one in costs)
        whole = cpu + prepared * (who in theirs)
        print(f"{who:32}{cpu:8.1f}{wall:8.1f}{memory:7.0f}", end="")
        print(f"{options.rows / cpu:14,.0f}{options.rows / whole:15,.0f}")


def ours(folder: Path, n_rows: int) -> dict[str, Work]:
    """`stance predict` of JSON lines, plain lines and Parquet."""
    stance = [sys.executable, "-m", "stance", "--quiet"]
    command = [*stance, "train", "--project", str(ROOT), "--models", str(folder), "--name", "word"]
    for setting in OURS:
        command += ["--set", setting]
    subprocess.run(command, check=True, capture_output=True)
    plain = folder / "lines.txt"
    write(plain, (row["text"] for row in rows(n_rows)))
    predict = [*stance, "predict", "--model", str(folder / "word"), "--force", "-o"]
    works = {}
    for kind in ("jsonl", "parquet"):
        source, target = made(folder, n_rows, kind), folder / f"out.{kind}"
        works[f"stance predict, .{kind}"] = work([*predict, str(target), str(source)])
    target = folder / "out-lines.jsonl"
    works["stance predict, lines to .jsonl"] = work([*predict, str(target), "-"], plain)
    target = folder / "out-lines.csv"
    works["stance predict, lines to .csv"] = work([*predict, str(target), "-"], plain)
    works["... --workers 2"] = work([*predict, str(target), "-", "--workers", "2"], plain)
    return works


def others(folder: Path, n_rows: int) -> dict[str, Work]:
    """The other programs, where they are there."""
    labelled = [((*one.labels, "none")[0], words(one.text)) for one in sentences()[0]]
    texts = folder / "words.txt"
    write(texts, (words(row["text"]) for row in rows(n_rows)))
    works: dict[str, Work] = {}
    if fasttext := shutil.which("fasttext"):
        train = folder / "fasttext.txt"
        write(train, (f"__label__{label} {text}" for label, text in labelled))
        for size in (10, 100):
            model = folder / f"fasttext-{size}"
            command = [fasttext, "supervised", "-input", str(train), "-output", str(model)]
            command += ["-wordNgrams", "2", "-dim", str(size), "-thread", "1"]
            subprocess.run(command, check=True, capture_output=True)
            command = [fasttext, "predict-prob", f"{model}.bin", str(texts), "-1"]
            works[f"fastText, dim {size}"] = work(command, target=folder / "out-fasttext")
    if wabbit := _wabbit():
        names = sorted({label for label, _ in labelled})
        train, rest, model = (folder / f"wabbit.{name}" for name in ("train", "rows", "model"))
        write(train, (f"{names.index(label) + 1} | {text}" for label, text in labelled))
        write(rest, (f"| {line}" for line in texts.read_text("utf-8").splitlines()))
        command = [*wabbit, "--oaa", str(len(names)), "--ngram", "2", "-b", "20", "--quiet"]
        command += ["--loss_function", "logistic", "--probabilities", "-d", str(train)]
        subprocess.run([*command, "-f", str(model)], check=True)
        command = [*wabbit, "-t", "-i", str(model), "-d", str(rest), "--quiet", "--probabilities"]
        works["Vowpal Wabbit"] = work([*command, "-p", str(folder / "out-wabbit")])
    return works


def _wabbit() -> list[str]:
    if program := shutil.which("vw"):
        return [program]
    there = importlib.util.find_spec("vowpalwabbit")
    return [sys.executable, "-m", "vowpalwabbit"] if there else []


def words(text: str) -> str:
    """The words that the model knows a text by, as the others want them."""
    return " ".join(WORD.findall(text.lower())) or "empty"


def write(path: Path, lines: Iterable[str]) -> None:
    """Writes the lines."""
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(line + "\n" for line in lines)


def work(command: list[str], source: Path | None = None, target: Path | None = None) -> Work:
    """The run of a command, from a file and into one where these are named."""
    return lambda: run(command, source, target)


if __name__ == "__main__":
    main()
