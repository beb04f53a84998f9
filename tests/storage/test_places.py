"""A place that cannot be written in is told before the work."""

import os

import pytest

from stance.storage.errors import InputError
from stance.storage.places import check_folder, check_writable

FILES = ("page.html", "page.json")


@pytest.mark.parametrize("name", FILES)
def test_what_is_there_is_not_written_over_without_force(tmp_path, name):
    """Any of the files in the folder is reason enough to ask."""
    (tmp_path / name).write_text("old")
    with pytest.raises(InputError, match=rf"holds {name} already\. .* --force"):
        check_folder(tmp_path, False, FILES)
    check_folder(tmp_path, True, FILES)


@pytest.mark.parametrize("below", ["taken", "taken/deep", "taken/deep/er"])
def test_a_file_is_no_folder(tmp_path, below):
    """A file where the folder, or one above it, should be is told, also with --force."""
    (tmp_path / "taken").write_text("old")
    with pytest.raises(InputError, match=r"taken: is a file\. Name a folder"):
        check_folder(tmp_path / below, True, FILES)


def test_an_empty_or_missing_folder_will_do(tmp_path):
    """Other files in the folder are none of our business, and nothing is made by asking."""
    (tmp_path / "notes.txt").write_text("mine")
    check_folder(tmp_path, False, FILES)
    check_folder(tmp_path / "missing" / "deep", False, FILES)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_folder_that_only_others_may_write_in(tmp_path, monkeypatch):
    """The nearest folder that is there is asked for and named."""
    monkeypatch.setattr(os, "access", lambda path, mode: path != tmp_path)
    for folder in (tmp_path, tmp_path / "missing" / "deep"):
        with pytest.raises(InputError, match=f"^{tmp_path}: may not be written in"):
            check_writable(folder)


def test_a_link_that_leads_nowhere_is_no_folder(tmp_path):
    """Nothing can be made in its place."""
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(InputError, match="link: is a file"):
        check_writable(tmp_path / "link")


def test_a_folder_is_written_in_and_gone_through(tmp_path, monkeypatch):
    """Both are asked for."""
    asked = []
    monkeypatch.setattr(os, "access", lambda path, mode: asked.append((path, mode)) or True)
    check_writable(tmp_path)
    assert asked == [(tmp_path, os.W_OK | os.X_OK)]
