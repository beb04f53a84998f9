"""`stance models verify` on whole and damaged folders, by path, version and alias."""

import json
import shutil

import pytest

from stance.storage.project import Project


@pytest.fixture
def downloaded(model, tmp_path):
    """A folder as a stranger would send it, beside no project."""
    return shutil.copytree(model, tmp_path / "downloaded")


def test_a_whole_model_ends_with_zero(downloaded, done):
    """Line by line what was looked at; the folder may be named with or without a slash."""
    for name in ("downloaded", "./downloaded", downloaded):
        told = done("models", "verify", name)
        assert "scorer.safetensors  SHA-256 as recorded\n" in told
        assert all(line.startswith("ok ") for line in told.splitlines())


def test_a_damaged_model_ends_with_one(downloaded, run, fails):
    """The file is named with its fault, on stdout line by line and for programs as JSON."""
    with (downloaded / "config.toml").open("ab") as stream:
        stream.write(b"\n")
    assert "1 fault found. Do not use" in fails("models", "verify", downloaded)
    assert "FAULT  config.toml" in run("models", "verify", downloaded).stdout
    told = json.loads(run("models", "verify", downloaded, "--json").stdout)
    assert told["whole"] is False
    assert [one["file"] for one in told["checks"] if one["fault"]] == ["config.toml"]


def test_versions_and_aliases_are_meant_by_name(project, done, fails):
    """In a project the argument is a version first, and without one it is the model in use."""
    here = ("--project", project)
    for name in ((), ("v1",), ("@latest",), (Project(project).models / "v1",)):
        assert json.loads(done("models", "verify", *name, *here, "--json"))["whole"] is True
    assert 'no version "v7"' in fails("models", "verify", "v7", *here)


def test_wrong_paths_are_told(fails, tmp_path):
    """No folder, an empty one, a file."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "model.joblib").write_bytes(b"\x80\x04.")
    assert "no such model folder" in fails("models", "verify", "./nowhere")
    assert "1 fault" in fails("models", "verify", "empty")
    assert "fault" in fails("models", "verify", "./model.joblib")
