"""Applications behind a guard, asked without a network, and small projects to be labelled."""

import json

import pytest
from starlette.testclient import TestClient

from stance.codebook.codebook import Codebook, Label, to_toml
from stance.corpus.articles import Article
from stance.corpus.normalise import sha256
from stance.corpus.segment import Sentence
from stance.corpus.store import add_to_corpus
from stance.serving.guard import Guard
from stance.storage.project import create_project

PORT = 8123
ADDRESS = f"http://127.0.0.1:{PORT}"
OWN = {"Origin": ADDRESS, "Sec-Fetch-Site": "same-origin"}
EVIL = '</script><script>alert(1)</script><img src=x onerror="alert(2)">\u202e'
LABELS = (
    Label(name="for", polarity="for", definition="Speaks for the bridge."),
    Label(name="against", polarity="against", definition=f"Speaks against it. {EVIL}"),
    Label(name="price", key="p"),
)
CODEBOOK = Codebook(name="bridge", question=f"What of the bridge? {EVIL}", labels=LABELS)
WORDS = ("anvil", "barley", "cinder", "dollop", "ember", "fennel", "gravel", "hollow", "ivory")


def _visit(app, token="t" * 43, enters=True, raises=True):
    guard = Guard(app, PORT, token)
    found = TestClient(guard, base_url=ADDRESS, raise_server_exceptions=raises)
    found.guard = guard
    if token and enters:
        assert found.get(guard.address).status_code == 200
    return found


def _ask(client, path, asked=None, headers=OWN, **settings):
    if "content" in settings:
        headers = {"Content-Type": "application/json"} | headers
        return client.post(path, headers=headers, **settings)
    return client.post(path, json={} if asked is None else asked, headers=headers)


def _make(root, sizes=(3, 3), codebook=CODEBOOK, last=""):
    found = create_project(root, to_toml(codebook))
    number = 0
    for article, size in enumerate(sizes):
        sentences = []
        for index in range(size):
            picked = [WORDS[(number * step + number // 9) % 9] for step in (1, 2, 4, 5, 7)]
            text = f"{number} {' '.join(picked)} {number * 7919 % 1000}.{last}"
            number += 1
            fields = {"id": f"a{article}#{index}", "article_id": f"a{article}"}
            fields |= {"sent_index": index, "text": text, "sha256": sha256(text)}
            sentences.append(Sentence(**fields))
        about = Article(id=f"a{article}", title=f"Talk {article}{last}", outlet=f"Paper{last}")
        add_to_corpus(found, [about], sentences)
    sides = {f"a{n}": "train" for n in range(len(sizes))}
    found.split.write_text(json.dumps({"format": 1, "articles": sides}), "utf-8")
    return found


@pytest.fixture(scope="session")
def visitor():
    """A client of an application behind a guard; it `enters` by the address with the token."""
    return _visit


@pytest.fixture(scope="session")
def ask():
    """Posts JSON as the page's own script does."""
    return _ask


@pytest.fixture(scope="session")
def make():
    """Makes a project of articles with so many sentences each; `last` ends every text."""
    return _make
