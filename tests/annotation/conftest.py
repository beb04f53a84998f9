"""Fixtures for tests of annotations."""

import importlib.util
import json
from pathlib import Path

import pytest

from queues import CODEBOOK, unlike
from reviews import made
from stance.codebook.codebook import to_toml
from stance.corpus.articles import Article
from stance.corpus.normalise import sha256
from stance.corpus.segment import Sentence
from stance.corpus.store import add_to_corpus
from stance.storage.project import create_project


@pytest.fixture(scope="session")
def small():
    """The makers of small data, as a module."""
    path = Path(__file__).parents[1] / "learning" / "small_data.py"
    spec = importlib.util.spec_from_file_location("small_data", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def project(tmp_path):
    """An empty project."""
    return create_project(tmp_path / "project")


@pytest.fixture
def write(tmp_path):
    """Writes text into a new file of that name and returns the path."""

    def write_text(name, text):
        path = tmp_path / name
        path.write_bytes(text.encode("utf-8"))
        return path

    return write_text


@pytest.fixture
def make(tmp_path):
    """Makes a project of articles with so many sentences each, on the sides given."""

    def make_project(sizes=(4, 4), sides=(), codebook=CODEBOOK, text=unlike):
        found = create_project(tmp_path / "project", to_toml(codebook))
        number = 0
        for article, size in enumerate(sizes):
            sentences = []
            for index in range(size):
                words = text(number)
                number += 1
                fields = {"id": f"a{article}#{index}", "article_id": f"a{article}"}
                fields |= {"sent_index": index, "text": words, "sha256": sha256(words)}
                sentences.append(Sentence(**fields))
            add_to_corpus(found, [Article(id=f"a{article}", title=f"Talk {article}")], sentences)
        named = sides or ["train"] * len(sizes)
        articles = {f"a{n}": side for n, side in enumerate(named) if side}
        found.split.write_text(json.dumps({"format": 1, "articles": articles}), "utf-8")
        return found

    return make_project


@pytest.fixture
def desk(tmp_path):
    """A project with disputes, of two articles; see `reviews`."""
    return made(tmp_path / "desk")
