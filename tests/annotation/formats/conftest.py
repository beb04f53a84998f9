"""Readers and writers of other tools' formats, for tests."""

import json

import pytest

from stance.annotation.examples import read_labelled
from stance.annotation.formats.fields import canonical
from stance.annotation.formats.format import Reading, Writing
from stance.annotation.formats.registry import FORMATS, rows_in
from stance.codebook.codebook import Codebook, Label
from stance.storage.rows import RefusedRow

CODEBOOK = Codebook(name="aid", labels=(Label(name="for"), Label(name="against")))


@pytest.fixture
def stored(tmp_path):
    """Writes text, bytes, or an object as JSON into a new file of that name; gives the path."""

    def store(name, content):
        path = tmp_path / name
        if not isinstance(content, str | bytes):
            content = json.dumps(content)
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return path

    return store


@pytest.fixture
def read(stored):
    """Writes the content into a file and reads its labelled examples."""

    def read_content(name, content, **how):
        return read_labelled([stored(name, content)], reading=Reading(**how))

    return read_content


@pytest.fixture(scope="session")
def answers():
    """Gives (annotator, labels, answer) of each example."""

    def answers_of(labelled):
        return [(one.annotator, one.labels, one.answer) for one in labelled.examples]

    return answers_of


@pytest.fixture
def read_rows(stored):
    """Writes the content into a file and gives its rows: the fields, or why one is refused."""

    def read_content(name, content, form, **how):
        _, rows = rows_in(stored(name, content), Reading(as_format=form, **how))
        return [row.reason if isinstance(row, RefusedRow) else row.fields for row in rows]

    return read_content


@pytest.fixture(scope="session")
def export():
    """Writes rows into a file of that format."""

    def write_rows(form, path, rows, **how):
        named = next(one for one in FORMATS if one.name == form)
        named.write(path, Writing([canonical(row) for row in rows], CODEBOOK, **how))

    return write_rows
