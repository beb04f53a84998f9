"""Atomic writing without violence: what is left after success and after failure."""

import json
import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.storage.atomic import (
    append_lines,
    creating_folder,
    locked,
    repair_tail,
    replacing,
    write_file,
    write_files,
)
from stance.storage.errors import ProjectError


class Broken(Exception):
    """What goes wrong inside a block."""


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    ("content", "stored"), [("čaj\r\n", "čaj\r\n".encode()), (b"\0\xff", b"\0\xff"), ("", b"")]
)
def test_a_file_is_stored_byte_for_byte(tmp_path, content, stored):
    """Text is stored as UTF-8, bytes as they are, folders are made, nothing else is left."""
    path = tmp_path / "a" / "b" / "file.txt"
    write_file(path, "before")
    write_file(path, content)
    assert path.read_bytes() == stored
    assert names_in(path.parent) == ["file.txt"]


def test_a_failed_write_leaves_the_old_file(tmp_path):
    """An exception in the middle of writing leaves the old content and no temporary file."""
    path = tmp_path / "file.txt"
    write_file(path, "old")
    with pytest.raises(Broken), replacing(path) as stream:
        stream.write(b"half of the new")
        stream.flush()
        raise Broken
    assert path.read_text() == "old"
    assert names_in(tmp_path) == ["file.txt"]


def test_a_text_that_cannot_be_encoded_leaves_the_old_file(tmp_path):
    """Half a surrogate pair is refused before the file is touched."""
    path = tmp_path / "file.txt"
    write_file(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_file(path, "new \ud800")
    assert path.read_text() == "old"
    assert names_in(tmp_path) == ["file.txt"]


def test_the_longest_name_can_be_written(tmp_path):
    """A temporary name does not grow with the target's, which may have 255 bytes already."""
    path = tmp_path / ("n" * 255)
    write_file(path, "whole")
    assert path.read_text() == "whole"


def test_others_may_not_write_to_the_file(tmp_path):
    """A file is never writable for others, whatever the umask."""
    before = os.umask(0)
    try:
        write_file(tmp_path / "file.txt", "x")
    finally:
        os.umask(before)
    assert (tmp_path / "file.txt").stat().st_mode & 0o022 == 0


def test_a_folder_appears_whole(tmp_path):
    """The folder has its final name only when the block has ended."""
    path = tmp_path / "models" / "v1"
    with creating_folder(path) as temporary:
        (temporary / "weights").write_bytes(b"123")
        assert not path.exists()
    assert (path / "weights").read_bytes() == b"123"
    assert names_in(path.parent) == ["v1"]


def test_a_folder_that_fails_leaves_nothing(tmp_path):
    """An exception in the block leaves neither the folder nor a temporary one."""
    with pytest.raises(Broken), creating_folder(tmp_path / "v1") as temporary:
        (temporary / "weights").write_bytes(b"123")
        raise Broken
    assert names_in(tmp_path) == []


def test_a_finished_folder_is_never_written_over(tmp_path):
    """A name that is taken by the end of the block is refused and what has it stays."""
    path = tmp_path / "v1"
    with pytest.raises(ProjectError, match="exists already"), creating_folder(path) as temporary:
        (temporary / "weights").write_bytes(b"new")
        path.mkdir()
        (path / "weights").write_bytes(b"old")
    assert (path / "weights").read_bytes() == b"old"
    assert names_in(tmp_path) == ["v1"]


def test_a_folder_may_hold_folders(tmp_path):
    """A folder within the folder is kept too."""
    with creating_folder(tmp_path / "v1") as temporary:
        (temporary / "plots").mkdir()
        (temporary / "plots" / "curve.svg").write_text("<svg/>")
    assert (tmp_path / "v1" / "plots" / "curve.svg").read_text() == "<svg/>"


def test_appending_nothing_makes_no_file(tmp_path):
    """Without lines there is no file, no folder, no lock."""
    append_lines(tmp_path / "data" / "a.jsonl", [])
    assert names_in(tmp_path) == []


def test_lines_are_appended_in_order(tmp_path):
    """Lines stand in the order of the calls, each ended by a newline."""
    path = tmp_path / "data" / "a.jsonl"
    append_lines(path, ['{"n": 1}', '{"n": 2}'])
    append_lines(path, ['{"n": "ž"}'])
    assert path.read_bytes() == '{"n": 1}\n{"n": 2}\n{"n": "ž"}\n'.encode()


def test_a_torn_line_is_moved_aside(tmp_path, caplog):
    """What a crash left of a line goes to a file of its own, and the next line stands alone."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"n": 1}\n{"n": 2, "te')
    append_lines(path, ['{"n": 3}'])
    assert path.read_bytes() == b'{"n": 1}\n{"n": 3}\n'
    assert (tmp_path / "a.jsonl.torn").read_bytes() == b'{"n": 2, "te\n'
    assert "torn last line" in caplog.text


def test_torn_lines_are_collected(tmp_path):
    """A second torn line does not overwrite the first."""
    path = tmp_path / "a.jsonl"
    for tail in (b'{"a', b'{"b'):
        with path.open("ab") as stream:
            stream.write(tail)
        repair_tail(path)
    assert path.read_bytes() == b""
    assert (tmp_path / "a.jsonl.torn").read_bytes() == b'{"a\n{"b\n'


@pytest.mark.parametrize("content", [b"", b'{"n": 1}\n', b'{"n": 1}\n\n'])
def test_a_whole_file_is_not_touched(tmp_path, content):
    """A file that ends with a newline, or is empty, stays as it is."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(content)
    repair_tail(path)
    assert path.read_bytes() == content
    assert names_in(tmp_path) == ["a.jsonl"]


@pytest.mark.parametrize("size", [10, 65_536, 200_000])
def test_the_last_line_is_found_however_long_it_is(tmp_path, size):
    """A whole last line without its newline gets it, a torn one goes, across the block size."""
    path = tmp_path / "a.jsonl"
    whole = json.dumps({"text": "x" * size}).encode()
    path.write_bytes(b'{"n": 1}\n' + whole)
    repair_tail(path)
    assert path.read_bytes() == b'{"n": 1}\n' + whole + b"\n"
    path.write_bytes(b'{"n": 1}\n' + whole[:-1])
    repair_tail(path)
    assert path.read_bytes() == b'{"n": 1}\n'


@given(
    st.lists(st.dictionaries(st.text(max_size=5), st.integers(), max_size=3), min_size=1),
    st.data(),
)
def test_a_cut_anywhere_loses_one_line_at_most(tmp_path_factory, rows, data):
    """Cut at any byte, the file keeps every line that was whole, and takes another one."""
    lines = [json.dumps(row, ensure_ascii=True) for row in rows]
    content = "".join(line + "\n" for line in lines).encode()
    cut = data.draw(st.integers(0, len(content)))
    path = tmp_path_factory.mktemp("cut") / "a.jsonl"
    path.write_bytes(content[:cut])
    append_lines(path, ['{"next": 1}'])
    n_ends = content[:cut].count(b"\n")
    # A line that lacks nothing but its newline is whole too.
    n_whole = n_ends + (content[cut : cut + 1] == b"\n")
    assert path.read_text().split("\n") == [*lines[:n_whole], '{"next": 1}', ""]


def test_a_held_lock_is_told(tmp_path):
    """Who does not want to wait for another process's lock is told so, and later gets it."""
    lock = tmp_path / ".lock"
    script = (
        "import sys, pathlib, stance.storage.atomic as atomic\n"
        "with atomic.locked(pathlib.Path(sys.argv[1])):\n"
        "    print('held', flush=True); sys.stdin.read()\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", script, lock], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with child:
        assert child.stdout.readline() == b"held\n"
        with pytest.raises(ProjectError, match="another process"), locked(lock, wait=False):
            pytest.fail("two processes hold one lock")
        child.kill()
    with locked(lock, wait=False):
        assert lock.exists()


def test_files_that_belong_together(tmp_path):
    """All of them are written, text or bytes in parts, and nothing else is left."""
    write_files(tmp_path / "new", {"a.txt": "č", "b.bin": iter([b"1", b"2"]), "c.json": "{}\n"})
    assert (tmp_path / "new" / "a.txt").read_bytes() == "č".encode()
    assert (tmp_path / "new" / "b.bin").read_bytes() == b"12"
    assert names_in(tmp_path / "new") == ["a.txt", "b.bin", "c.json"]


def test_one_file_that_fails_leaves_all_as_they_were(tmp_path):
    """Whichever of them cannot be written, none is."""

    def broken():
        yield b"half"
        raise Broken

    for name in "abc":
        write_file(tmp_path / name, "old")
    for bad in "abc":
        contents = {name: broken() if name == bad else "new" for name in "abc"}
        with pytest.raises(Broken):
            write_files(tmp_path, contents)
        assert {(tmp_path / name).read_text() for name in "abc"} == {"old"}
        assert names_in(tmp_path) == ["a", "b", "c"]


def test_the_last_file_comes_last(tmp_path, monkeypatch):
    """Where the last of them stands, all do."""
    moved = []
    real = type(tmp_path).replace

    def replace(source, target):
        moved.append(target.name)
        return real(source, target)

    monkeypatch.setattr(type(tmp_path), "replace", replace)
    write_files(tmp_path, {"a": "1", "b": "2", "c": "3"})
    assert moved == ["a", "b", "c"]


@pytest.mark.parametrize("call", ["write", "fsync"])
def test_a_failed_append_leaves_the_file_as_it_was(tmp_path, monkeypatch, call):
    """Lines that were told as not saved are not there, and the next ones are whole."""
    path = tmp_path / "a.jsonl"
    append_lines(path, ['{"n": 1}'])
    real = getattr(os, call)

    def fails_halfway(descriptor, *content):
        if content:
            real(descriptor, content[0][:4])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, call, fails_halfway)
        with pytest.raises(OSError, match="No space"):
            append_lines(path, ['{"n": 2}'])
    assert path.read_bytes() == b'{"n": 1}\n'
    append_lines(path, ['{"n": 3}'])
    assert path.read_bytes() == b'{"n": 1}\n{"n": 3}\n'
