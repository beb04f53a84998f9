"""Exports that are folders: the old one is there until the new one is."""

from pathlib import Path

import pytest

from stance.annotation.formats.folders import creating
from stance.storage.errors import InputError


def written(folder, text, force=True):
    with creating(folder, force, lambda start: True) as made:
        (made / "rows.txt").write_text(text)


def test_the_new_takes_the_place_of_the_old(tmp_path):
    """Nothing else is left beside it."""
    written(tmp_path / "out", "old", force=False)
    written(tmp_path / "out", "new")
    assert (tmp_path / "out" / "rows.txt").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_death_between_two_renames_loses_nothing(tmp_path, monkeypatch):
    """The old export is kept under a name that nobody clears away, until there is a new one."""
    folder = tmp_path / "out"
    written(folder, "old", force=False)
    rename = Path.rename

    def dies(path, target):
        if Path(target) == folder:
            raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", dies)
    with pytest.raises(KeyboardInterrupt):
        written(folder, "new")
    monkeypatch.undo()
    assert (tmp_path / ".out.before" / "rows.txt").read_text() == "old"
    written(folder, "newer")
    assert (folder / "rows.txt").read_text() == "newer"
    assert not (tmp_path / ".out.before").exists()


def test_a_folder_is_not_written_over(tmp_path):
    """Without the word for it not at all, and with it nothing but an export of that kind."""
    (tmp_path / "out").mkdir()
    with pytest.raises(InputError, match=r"out: exists already\. Write over it with --force"):
        creating(tmp_path / "out", False, lambda start: True).__enter__()
    with pytest.raises(InputError, match=r"out: is no export of this format"):
        creating(tmp_path / "out", True, lambda start: False).__enter__()
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"file: is no export of this format"):
        creating(tmp_path / "file", True, lambda start: True).__enter__()


def test_what_a_kill_left_aside_is_taken_away(tmp_path):
    """The old export of the run before, when this one's stands in its place."""
    (tmp_path / "out").mkdir()
    (tmp_path / ".out.before").mkdir()
    (tmp_path / ".out.before" / "older").touch()
    with creating(tmp_path / "out", True, lambda start: True) as made:
        (made / "new").touch()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["new"]
