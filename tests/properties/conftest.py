"""Fixtures for properties of the whole: makers of small data."""

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
