"""What is flushed to the disk, and in which order: a power cut cannot be tried, its cause can."""

import json
import os
from pathlib import Path

import pytest

from stance.storage import atomic
from stance.storage.leftovers import TEMPORARY_PREFIX, clean_leftovers


@pytest.fixture
def calls(tmp_path, monkeypatch):
    """Each flush and move in its order, by the name of what it is done to."""
    found = []

    def name_of(path):
        path = Path(path)
        is_temporary = path.name.startswith(TEMPORARY_PREFIX)
        return "temporary" if is_temporary else str(path.relative_to(tmp_path))

    def watch(call, name):
        real = getattr(os, call)

        def watched(target, *others):
            found.append((call, name(target)))
            return real(target, *others)

        monkeypatch.setattr(os, call, watched)

    watch("fsync", lambda descriptor: name_of(Path(f"/proc/self/fd/{descriptor}").readlink()))
    watch("replace", name_of)
    watch("rename", name_of)
    return found


needs_proc = pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs Linux")


@needs_proc
def test_a_file_is_on_the_disk_before_it_has_its_name(tmp_path, calls):
    """And the folder's entry behind it."""
    atomic.write_file(tmp_path / "a.txt", "x")
    assert calls == [("fsync", "temporary"), ("replace", "temporary"), ("fsync", ".")]


@needs_proc
def test_files_that_belong_together_are_all_on_the_disk_first(tmp_path, calls):
    """Before one of them has its name."""
    atomic.write_files(tmp_path, {"a": "x", "b": [b"y"]})
    assert calls[:2] == [("fsync", "temporary")] * 2
    assert [one for one, _ in calls].index("replace") >= 2


@needs_proc
def test_a_folder_is_on_the_disk_with_all_that_is_in_it(tmp_path, calls):
    """Each file, each folder within, itself, and then its name."""
    with atomic.creating_folder(tmp_path / "v1") as folder:
        (folder / "inner").mkdir()
        (folder / "inner" / "b").touch()
        (folder / "a").touch()
        inside = len(calls)
    names = [call for call, _ in calls[inside:]]
    assert names == ["fsync"] * 4 + ["rename", "fsync"]
    assert calls[-3:] == [("fsync", "temporary"), ("rename", "temporary"), ("fsync", ".")]


@needs_proc
def test_lines_are_on_the_disk_before_it_is_said(tmp_path, calls):
    """The entry of a new file, too; of an old one it is there."""
    atomic.append_lines(tmp_path / "a.jsonl", ["{}"])
    assert calls == [("fsync", "a.jsonl"), ("fsync", ".")]
    calls.clear()
    atomic.append_lines(tmp_path / "a.jsonl", ["{}"])
    assert calls == [("fsync", "a.jsonl")]
    assert {path.name for path in tmp_path.iterdir()} == {".lock", "a.jsonl"}


@needs_proc
def test_half_a_line_is_kept_before_it_is_cut_off(tmp_path, calls):
    """Whatever happens between the two, it is in one of them."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"a": 1}\n{"b')
    atomic.repair_tail(path)
    assert [one for one in calls if one[0] == "fsync"] == [
        ("fsync", "a.jsonl.torn"), ("fsync", "a.jsonl"),
    ]  # fmt: skip
    assert (path.read_bytes(), (tmp_path / "a.jsonl.torn").read_bytes()) == (
        b'{"a": 1}\n', b'{"b\n',
    )  # fmt: skip


@needs_proc
def test_a_whole_line_without_its_end_gets_it(tmp_path, calls):
    """And is flushed."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"a": 1}\n{"b": 2}')
    atomic.repair_tail(path)
    assert path.read_bytes() == b'{"a": 1}\n{"b": 2}\n'
    assert calls == [("fsync", "a.jsonl")]


@pytest.mark.parametrize("deep", ["[" * 100_000, '{"a": ' * 50_000])
def test_half_a_line_may_nest_as_deep_as_it_likes(tmp_path, deep):
    """It is moved aside like any other."""
    path = tmp_path / "a.jsonl"
    path.write_text("{}\n" + deep)
    atomic.repair_tail(path)
    assert path.read_text() == "{}\n"


def test_files_have_the_rights_that_are_usual(tmp_path):
    """Others may read, nobody else may write; nothing may be run."""
    before = os.umask(0)
    try:
        atomic.write_file(tmp_path / "a", "x")
        atomic.append_lines(tmp_path / "b", [json.dumps({})])
        with atomic.creating_folder(tmp_path / "c"), atomic.locked(tmp_path / "d"):
            pass
    finally:
        os.umask(before)
    rights = {name: (tmp_path / name).stat().st_mode & 0o777 for name in "abcd"}
    assert rights == {"a": 0o644, "b": 0o644, "c": 0o755, "d": 0o644}


def test_a_file_that_is_being_written_is_nobodys_leftover(tmp_path, monkeypatch):
    """It is locked, whatever process its name tells of."""
    monkeypatch.setattr(os, "getpid", lambda: 999_999_999)
    with atomic.creating_folder(tmp_path / "v1"):
        assert clean_leftovers(tmp_path) == 0
    with atomic.replacing(tmp_path / "a") as stream:
        stream.write(b"x")
        assert clean_leftovers(tmp_path) == 0
