"""A project to be retrained, and the command that does it."""

import json
import shutil

import pytest

from retrainings import FAST, annotated


@pytest.fixture(scope="session")
def desk_template(tmp_path_factory, done):
    """A project of sixty annotated articles and no model; to be copied."""
    return annotated(tmp_path_factory.mktemp("desk"), done)


@pytest.fixture
def desk(desk_template, tmp_path):
    """A project of the test's own."""
    return shutil.copytree(desk_template, tmp_path / "desk")


@pytest.fixture
def retrain(desk, done):
    """Retrains in the project; gives what --json says."""

    def command(*arguments):
        return json.loads(done("retrain", "--project", desk, *FAST, *arguments, "--json"))

    return command
