"""Fixtures for tests of annotations."""

import importlib.util
from pathlib import Path

import pytest


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
    from stance.storage.project import create_project

    return create_project(tmp_path / "project")


@pytest.fixture
def write(tmp_path):
    """Writes text into a new file of that name and returns the path."""

    def write_text(name, text):
        path = tmp_path / name
        path.write_bytes(text.encode("utf-8"))
        return path

    return write_text
