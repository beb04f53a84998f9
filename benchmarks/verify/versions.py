"""Model folders written under one scikit-learn and read under another: the same, or refused.

    python benchmarks/verify/versions.py [--folder DIR]

Makes a virtual environment for each version (scikit-learn 1.5, 1.7 and the newest that
pyproject.toml allows; the first with every other package as old as is allowed), trains the same
made-up rows in each, and predicts the same texts with each model in each: one row an environment
that reads, one column one that wrote. A cell is the largest difference of a probability to what
the writer's own environment says, and how many rows got other labels. Needs a package index;
`--folder` keeps the environments.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

from verify_desk import rows, write

ROOT = Path(__file__).parents[2]
# What is asked for beside pyproject.toml's own bounds. The first has every package of the project
# as old as these allow, the last as new.
VERSIONS = {
    "1.5.0": ("numpy==2.0.*", "scipy<1.15"),
    "1.7.2": ("numpy==2.2.*", "scipy<1.16"),
    "1.9.1": (),
}
TOLERANCE = 1e-12
_SCORES = """
import json, sys
from pathlib import Path
from stance.prediction.scorer import load_scorer
from stance.storage.errors import StanceError
try:
    scorer = load_scorer(Path(sys.argv[1]))
except StanceError as error:
    sys.exit(str(error))
texts = [json.loads(line)["text"] for line in open(sys.argv[2], encoding="utf-8")]
found = scorer.score(texts).probabilities
print(json.dumps([found.tolist(), (found >= scorer.info.thresholds).tolist()]))
"""


def environment(folder: Path, version: str) -> str:
    """Makes the environment where there is none; returns its Python."""
    python, is_whole = folder / version / "bin" / "python", folder / version / "whole"
    if not is_whole.exists():
        venv.create(folder / version, with_pip=True)
        told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
        packages = told["project"]["dependencies"]
        if version == next(iter(VERSIONS)):
            packages = [_oldest(one) for one in packages]
        packages = [*packages, f"scikit-learn=={version}", *VERSIONS[version]]
        subprocess.run([python, "-m", "pip", "install", "--quiet", *packages], check=True)
        is_whole.touch()
    return str(python)


def _oldest(requirement: str) -> str:
    """The requirement with its lower bound as the only version: `a>=1.5,<2` as `a==1.5.*`."""
    return re.sub(r">=([\w.]+),<.*", lambda found: f"=={found[1]}.*", requirement)


def ran(python: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What came of running this tree's package in the environment, on one thread."""
    settings = {"PYTHONPATH": str(ROOT / "train"), "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [python, *arguments],
        capture_output=True, text=True, check=False, env={**os.environ, **settings},
    )  # fmt: skip


def trained(python: str, folder: Path, version: str) -> Path:
    """The folder of a model trained in the environment."""
    options = ["--data", str(folder / "rows.jsonl"), "--codebook", "auto", "--name", version]
    done = ran(
        python, "-m", "stance", "--quiet", "train", *options, "--models", str(folder / "models")
    )
    if done.returncode:
        raise RuntimeError(f"training under {version} failed: {done.stderr[-500:]}")
    return folder / "models" / version


def scores(python: str, model: Path, texts: Path) -> tuple[list[list[float]], list[list[bool]]]:
    """Probabilities and labels. Raises RuntimeError with the line in which it was refused."""
    done = ran(python, "-c", _SCORES, str(model), str(texts))
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])
    found: tuple[list[list[float]], list[list[bool]]] = json.loads(done.stdout)
    return found


def cell(pythons: dict[str, str], model: Path, writer: str, reader: str, texts: Path) -> str:
    """How far the reader's predictions are from the writer's own."""
    one, given = scores(pythons[writer], model, texts)
    try:
        other, taken = scores(pythons[reader], model, texts)
    except RuntimeError as error:
        return f"refused: {error}"
    pairs = [(p, q) for a, b in zip(one, other, strict=True) for p, q in zip(a, b, strict=True)]
    worst = max(abs(p - q) for p, q in pairs)
    n_other = sum(a != b for a, b in zip(given, taken, strict=True))
    fault = "" if worst <= TOLERANCE and not n_other else " TOO FAR"
    return f"{worst:.1e}, {n_other} labels{fault}"


def main() -> None:
    """Prints the table; exits with 1 when a cell is neither the same nor refused."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="where environments are kept")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, texts = Path(name), Path(name) / "texts.jsonl"
        write(folder / "rows.jsonl", rows(60, 1))
        write(texts, rows(170, 2)[:500])
        pythons = {one: environment(options.folder or folder, one) for one in VERSIONS}
        models = {one: trained(python, folder, one) for one, python in pythons.items()}
        print("| reads \\ wrote |" + "".join(f" {one} |" for one in VERSIONS))
        print("| --- |" + " --- |" * len(VERSIONS))
        is_faulty = False
        for reader in VERSIONS:
            cells = [cell(pythons, models[one], one, reader, texts) for one in VERSIONS]
            is_faulty = is_faulty or any("TOO FAR" in one for one in cells)
            print(f"| {reader} |" + "".join(f" {one} |" for one in cells), flush=True)
    sys.exit(1 if is_faulty else 0)


if __name__ == "__main__":
    main()
