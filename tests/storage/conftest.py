"""Fixtures for tests of files."""

from pathlib import Path

import pytest


@pytest.fixture
def all_closed():
    """Fails a test that leaves a file open."""
    opened = Path("/dev/fd")
    before = len([*opened.iterdir()])
    yield
    assert len([*opened.iterdir()]) == before
