"""The repository's own data, defaults and documents hold what they promise."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from stance.annotation.gold import project_examples
from stance.cli.app import app
from stance.codebook.codebook import read_codebook
from stance.codebook.page import to_markdown
from stance.corpus.articles import read_article
from stance.corpus.segment import Sentence, segment
from stance.corpus.store import read_records
from stance.learning.config import read_config
from stance.models.folder import read_info, verify_files
from stance.prediction.scorer import load_scorer
from stance.storage.project import Project, default_text

ROOT = Path(__file__).parent.parent
PROJECT = Project(ROOT)
SOURCES = sorted((ROOT / "train").rglob("*.py"))


def stance(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "stance", *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        timeout=240,
        check=False,
    )


@pytest.mark.parametrize("name", ["codebook.toml", "train.toml"])
def test_configs_are_the_defaults(name: str) -> None:
    """The repository is a project as `stance init` makes one."""
    assert (ROOT / "configs" / name).read_text("utf-8") == default_text(name)


def test_codebook_page_is_current() -> None:
    """data/CODEBOOK.md is what `stance codebook` prints."""
    expected = to_markdown(read_codebook(PROJECT.codebook))
    assert (ROOT / "data" / "CODEBOOK.md").read_text("utf-8") == expected


def test_every_label_has_five_examples_and_near_misses() -> None:
    """People learn a label from examples, so each has enough of them."""
    for label in read_codebook(PROJECT.codebook).labels:
        assert len(label.examples) >= 5 and len(label.near_misses) >= 5, label.name


def test_sentences_are_what_ingest_makes_of_the_seeds() -> None:
    """data/sentences.jsonl can be made again from seeds/, to the last offset."""
    known = {one.id: one for one in read_records(PROJECT.sentences, Sentence)}
    made = [one for path in (ROOT / "seeds").glob("*.txt") for one in segment(read_article(path))]
    assert len(made) == len(known)
    assert all(known[one.id] == one for one in made)


def test_corpus_is_large_and_settled() -> None:
    """The corpus has the size the data card claims, and no sentence is in dispute."""
    found = project_examples(Project(ROOT), read_codebook(PROJECT.codebook))
    own = [one for one in found.examples if (ROOT / "seeds" / f"{one.article_id}.txt").exists()]
    assert len(own) >= 1300 and len({one.article_id for one in own}) >= 60
    assert found.n_disputed == found.n_stale == 0


def test_default_model_answers_out_of_the_box() -> None:
    """A fresh clone labels a sentence with nothing trained."""
    scorer = load_scorer(ROOT / "models" / "default")
    found = scorer.score(["Lithuania is ready to send soldiers to Ukraine after a ceasefire."])
    shares = dict(zip(scorer.info.labels, found.probabilities[0].tolist(), strict=True))
    limits = dict(zip(scorer.info.labels, scorer.info.thresholds or (), strict=True))
    assert shares["committing_troops"] >= limits["committing_troops"]
    assert all(shares[name] < limits[name] for name in shares if name != "committing_troops")


def test_default_model_is_small_and_whole() -> None:
    """The committed model stays under 3 MB, is as written, and holds no rare n-grams."""
    folder = ROOT / "models" / "default"
    assert sum(path.stat().st_size for path in folder.iterdir()) < 3_000_000
    assert verify_files(folder, read_info(folder)) == []
    assert read_config(folder / "config.toml").features.min_articles >= 3


def _documented_commands() -> list[str]:
    text = (ROOT / "README.md").read_text("utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL)
    lines = [line.split("#")[0].strip() for block in blocks for line in block.splitlines()]
    return [part for line in lines for part in re.findall(r"\bstance [^|&]+", line)]


@pytest.mark.parametrize("command", _documented_commands())
def test_documented_command_exists(command: str) -> None:
    """Every command and option that the README names is there."""
    words = command.split()[1:]
    verbs = [word for word in words[:2] if re.fullmatch(r"[a-z][a-z-]*", word)]
    verbs = verbs if verbs[0] == "models" else verbs[:1]
    told = CliRunner().invoke(app, [*verbs, "--help"])
    assert told.exit_code == 0, told.output
    for option in (word for word in words if re.fullmatch(r"--?[a-zA-Z][\w-]*", word)):
        assert re.search(rf"(?<![\w-]){option}(?![\w-])", told.stdout), option


def test_readme_report_is_real(tmp_path: Path) -> None:
    """The figures in the README are those that the demo prints."""
    for name in ("configs", "data"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("hydrated"))
    assert stance("train", cwd=tmp_path).returncode == 0
    printed = stance("evaluate", cwd=tmp_path).stdout
    readme = (ROOT / "README.md").read_text("utf-8")
    block = readme.split("<!-- demo report")[1].split("```")[1]
    figures = re.findall(r"\d+\.\d", block)
    assert len(figures) > 40
    assert [one for one in figures if one not in re.findall(r"\d+\.\d", printed)] == []
    for row in (line for line in block.splitlines() if "[" in line):
        assert re.sub(r"\s+", " ", row).strip() in re.sub(r"[ \t]+", " ", printed)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_modules_and_functions_stay_small(path: Path) -> None:
    """No module over 300 lines, no function over 50: each holds one idea."""
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= 300
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            size = (node.end_lineno or 0) - node.lineno + 1
            assert size <= 50, f"{node.name} has {size} lines"


@pytest.mark.skipif("STANCE_SHARED" not in os.environ, reason="needs the articles in STANCE_SHARED")
def test_real_articles_come_out_sentence_by_sentence() -> None:
    """Every sentence of a real article is predicted exactly once, at its right place."""
    import json

    for path in sorted((Path(os.environ["STANCE_SHARED"]) / "seeds").glob("*.txt")):
        article = read_article(path)
        told = stance("predict", str(path), "--model", "models/default", "--json")
        rows = [json.loads(line) for line in told.stdout.splitlines()]
        spans = [(row["start"], row["end"]) for row in rows]
        assert spans == [(one.start, one.end) for one in segment(article)]
        assert all(
            (article.text or "")[s:e] == row["text"]
            for (s, e), row in zip(spans, rows, strict=True)
        )
