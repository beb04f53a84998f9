"""What every test gets: its own state of the logger, and one profile for property tests."""

import logging
import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

# Under the import mode "importlib" no folder of tests is on the path; `strategies` is here.
sys.path.append(str(Path(__file__).parent))

# No database: an example worth keeping stands in the test as an @example.
settings.register_profile(
    "stance", max_examples=150, deadline=None, database=None, derandomize="CI" in os.environ
)
settings.load_profile("stance")


@pytest.fixture(autouse=True)
def _fresh_logger():
    """Undoes what a command did to the logger, so that `caplog` hears every note."""
    logger = logging.getLogger("stance")
    before = logger.handlers, logger.propagate, logger.level
    logger.handlers, logger.propagate = [], True
    logger.setLevel(logging.NOTSET)
    yield
    logger.handlers, logger.propagate = before[0], before[1]
    logger.setLevel(before[2])
