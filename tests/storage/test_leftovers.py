"""Which temporary files are leftovers, and that the next to write clears them away."""

import fcntl
import os
import re
import subprocess
import sys
from contextlib import contextmanager

import pytest

from stance.storage.atomic import append_lines, creating_folder, locked, replacing, write_file
from stance.storage.leftovers import (
    SECONDS_UNTIL_CLAIMED,
    TEMPORARY_PREFIX,
    claiming,
    clean_leftovers,
    temporary_beside,
)


@pytest.fixture(scope="module")
def dead():
    """The id of a process that is gone."""
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def left(folder):
    return [path for path in folder.iterdir() if path.name.startswith(TEMPORARY_PREFIX)]


def leave(folder, process, age=0):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{TEMPORARY_PREFIX}{process}-abc"
    path.write_text("half")
    moment = path.stat().st_mtime - age
    os.utime(path, (moment, moment))
    return path


@contextmanager
def held(path):
    """Somebody has the file open and locked."""
    with path.open("rb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def test_whoever_writes_clears_the_folder(tmp_path, dead):
    """A file, a folder, lines and a lock: each way to write takes the leftovers away."""
    ways = {
        "file": lambda folder: write_file(folder / "file.txt", "x"),
        "lines": lambda folder: append_lines(folder / "a.jsonl", ["{}"]),
        "folder": lambda folder: creating_folder(folder / "v1").__enter__(),
        "lock": lambda folder: locked(folder / ".lock").__enter__(),
    }
    for name, write in ways.items():
        path = leave(tmp_path / name, dead)
        write(path.parent)
        assert not path.exists(), name


def test_a_folder_is_cleared_once(tmp_path, dead):
    """A process looks through a folder when it first writes there, not at every file."""
    write_file(tmp_path / "one", "1")
    path = leave(tmp_path, dead)
    write_file(tmp_path / "two", "2")
    assert path.exists()


def test_what_is_being_written_stays(tmp_path, dead):
    """The lock tells, whatever the process id says: it may be another container's."""
    with held(leave(tmp_path, dead)):
        assert clean_leftovers(tmp_path) == 0
    assert clean_leftovers(tmp_path) == 1


@pytest.mark.parametrize(("age", "n_removed"), [(0, 0), (SECONDS_UNTIL_CLAIMED + 1, 1)])
def test_a_number_that_came_again(tmp_path, age, n_removed):
    """A process of the same number runs, but nobody holds the file: it is left when it is old."""
    leave(tmp_path, os.getpid(), age)
    assert clean_leftovers(tmp_path) == n_removed


def test_our_own_work_is_never_taken_away(tmp_path):
    """A file or folder that was begun long ago stays as long as its block lasts."""
    with replacing(tmp_path / "file") as stream, creating_folder(tmp_path / "folder"):
        stream.write(b"x")
        assert len(left(tmp_path)) == 2
        for path in left(tmp_path):
            os.utime(path, (0, 0))
        assert clean_leftovers(tmp_path) == 0
    assert (tmp_path / "file").read_bytes() == b"x"
    assert (tmp_path / "folder").is_dir()


def test_a_link_is_not_followed(tmp_path, dead):
    """Something of that name that leads elsewhere is nothing of ours."""
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "file").write_text("x")
    (tmp_path / f"{TEMPORARY_PREFIX}{dead}-abc").symlink_to(tmp_path / "precious")
    assert clean_leftovers(tmp_path) == 0
    assert (tmp_path / "precious" / "file").exists()


def test_what_cannot_be_removed_stops_nothing(tmp_path, dead, monkeypatch):
    """Where many may write, a leftover may be somebody else's."""
    path = leave(tmp_path, dead)

    def refuse(*arguments, **settings):
        raise PermissionError

    monkeypatch.setattr(os, "unlink", refuse)
    monkeypatch.setattr(type(path), "unlink", refuse)
    assert clean_leftovers(tmp_path) == 0
    write_file(tmp_path / "file", "x")
    assert path.exists()


def test_a_process_of_somebody_else_is_running(tmp_path, dead, monkeypatch):
    """That it may not be asked says that it is there."""
    leave(tmp_path, dead)

    def forbid(process, signal):
        assert (process, signal) == (dead, 0)
        raise PermissionError

    monkeypatch.setattr(os, "kill", forbid)
    assert clean_leftovers(tmp_path) == 0
    monkeypatch.undo()
    assert clean_leftovers(tmp_path) == 1


@pytest.mark.parametrize("name", ["", "x-abc", "-abc", "\u0663-abc", "1234567890-abc"])
def test_a_name_that_nobody_gave_is_nothing_of_ours(tmp_path, name):
    """It does not begin with a process id."""
    path = tmp_path / f"{TEMPORARY_PREFIX}{name}"
    path.touch()
    os.utime(path, (0, 0))
    assert clean_leftovers(tmp_path) == 0
    assert path.exists()


def test_a_folder_that_is_not_there_has_no_leftovers(tmp_path):
    """Nor has one that cannot be looked into."""
    assert clean_leftovers(tmp_path / "none") == 0


def test_a_pipe_is_taken_away_and_not_waited_for(tmp_path, dead):
    """So is a folder with what is in it, and a process id of nine digits is one."""
    os.mkfifo(tmp_path / f"{TEMPORARY_PREFIX}{dead}-pipe")
    folder = tmp_path / f"{TEMPORARY_PREFIX}{dead}-folder"
    (folder / "inner").mkdir(parents=True)
    (folder / "inner" / "file").touch()
    (tmp_path / f"{TEMPORARY_PREFIX}999999999-abc").touch()
    assert clean_leftovers(tmp_path) == 3
    assert list(tmp_path.iterdir()) == []


def test_a_temporary_name_tells_its_process(tmp_path):
    """Two names differ, and the folder is made."""
    path = temporary_beside(tmp_path / "a" / "b" / "file.txt")
    other = temporary_beside(tmp_path / "a" / "b" / "file.txt")
    assert path.parent == tmp_path / "a" / "b"
    assert path.parent.is_dir()
    assert re.fullmatch(rf"\.stance-tmp-{os.getpid()}-[0-9a-f]{{12}}", path.name)
    assert path != other


@pytest.mark.usefixtures("all_closed")
def test_a_folder_that_is_being_written_is_held(tmp_path, dead):
    """As long as the block lasts, whatever process id its name has."""
    folder = tmp_path / f"{TEMPORARY_PREFIX}{dead}-folder"
    folder.mkdir()
    with claiming(folder):
        assert clean_leftovers(tmp_path) == 0
    assert clean_leftovers(tmp_path) == 1


@pytest.mark.usefixtures("all_closed")
def test_looking_for_leftovers_leaves_nothing_open(tmp_path, dead):
    """Whether one is held or not."""
    with held(leave(tmp_path, dead)):
        assert clean_leftovers(tmp_path) == 0
    assert clean_leftovers(tmp_path) == 1


def test_a_folder_that_cannot_be_removed_stops_nothing(tmp_path, dead, monkeypatch):
    """It may hold what is somebody else's."""
    folder = tmp_path / f"{TEMPORARY_PREFIX}{dead}-folder"
    folder.mkdir()

    def refuse(*arguments, **settings):
        raise PermissionError

    monkeypatch.setattr(os, "rmdir", refuse)
    assert clean_leftovers(tmp_path) == 0
    assert folder.exists()


def test_only_the_leftovers_of_the_dead_are_cleaned(tmp_path, dead):
    """Temporary files of a process that runs, and everything else, stay."""
    ours = f"{TEMPORARY_PREFIX}{os.getpid()}-abc"
    theirs = f"{TEMPORARY_PREFIX}{dead}-abc"
    for name in (ours, theirs, f"{TEMPORARY_PREFIX}1-x", f"{TEMPORARY_PREFIX}draft", "notes.txt"):
        (tmp_path / name).write_text("x")
    (tmp_path / (theirs + "d")).mkdir()
    (tmp_path / (theirs + "d") / "weights").write_text("x")
    assert clean_leftovers(tmp_path) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [ours, f"{TEMPORARY_PREFIX}1-x", f"{TEMPORARY_PREFIX}draft", "notes.txt"]
    )


def test_cleaning_a_folder_that_is_not_there(tmp_path):
    """There is nothing to clean where there is no folder."""
    assert clean_leftovers(tmp_path / "nowhere") == 0


@pytest.mark.parametrize("owner", ["²", "9" * 20])
def test_a_name_that_is_no_process_id_is_left_alone(tmp_path, owner):
    """A file that only looks like a leftover stops nothing."""
    (tmp_path / f"{TEMPORARY_PREFIX}{owner}-x").write_text("x")
    assert clean_leftovers(tmp_path) == 0
