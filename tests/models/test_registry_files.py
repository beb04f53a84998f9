"""The files of a registry, line by line, and what is told of them."""

import json
import logging

import pytest

from stance.models.folder import INFO
from stance.models.origin import ORIGIN, Origin
from stance.models.registry import HISTORY, Registry, find_model
from stance.storage.errors import InputError, ModelError, ProjectError


@pytest.fixture
def registry(tmp_path):
    """A registry of a models folder that is there and empty."""
    (tmp_path / "models").mkdir()
    return Registry(tmp_path / "models")


def version(registry, name, **origin):
    """A version that is no more than a folder with an info.json, and where it comes from."""
    (registry.root / name).mkdir()
    (registry.root / name / INFO).write_text("{}", encoding="utf-8")
    if origin:
        record = Origin(**origin).model_dump_json()
        (registry.root / name / ORIGIN).write_text(record, encoding="utf-8")


def test_the_files_have_their_names(registry):
    """Two locks, a history of lines, and aliases that people can read."""
    with registry.adding(None) as name:
        version(registry, name)
        registry.record("train", name, "stance train", {}, {"zeta": "v1", "challenger": "v1"})
    assert {path.name for path in registry.root.iterdir()} == {
        ".lock", ".registry.lock", "aliases.json", "history.jsonl", "v1",
    }  # fmt: skip
    aliases = {"challenger": "v1", "latest": "v1", "zeta": "v1"}
    assert (registry.root / "aliases.json").read_text() == json.dumps(aliases, indent=2) + "\n"


def test_versions_of_no_known_moment_come_first(registry):
    """By name, before those that the history knows."""
    for name in ("b", "a", "v1"):
        version(registry, name)
    registry.record("train", "v1", "", {})
    registry.record("promote", "a", "", {})
    assert registry.versions() == ["a", "b", "v1"]


def test_a_number_comes_after_all_there_ever_were(registry):
    """Other names, and lines without a version, have none."""
    for name in ("v3", "w9", "v2b", "va"):
        version(registry, name)
    registry.record("train", "v4", "", {})
    registry.record("note", "x77", "", {})
    with registry.adding(None) as name:
        assert name == "v5"


def test_a_line_that_fails_to_move_leaves_the_history_empty(registry, monkeypatch):
    """Also where it was the first one."""
    monkeypatch.setattr(Registry, "_point", lambda *given: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        registry.record("train", "v1", "", {})
    assert (registry.root / HISTORY).read_bytes() == b""


def test_what_is_known_is_named(registry):
    """Each alias and version; where there is none, that."""
    with pytest.raises(ModelError, match=r"^no alias @best\. Known: none\.$"):
        registry.find("@best")
    with pytest.raises(ModelError, match=r'^no version "v1" in .*models\. Known: none\.$'):
        registry.find("v1")
    for number in range(1, 13):
        version(registry, f"v{number}")
        registry.record("train", f"v{number}", "", {})
    registry.record("promote", "v1", "", {}, {"champion": "v1"})
    with pytest.raises(ModelError, match=r"^no alias @best\. Known: @champion, @latest\.$"):
        registry.find("@best")
    known = ", ".join(f"v{number}" for number in range(3, 13))
    with pytest.raises(ModelError, match=rf"Known: {known}\.$"):
        registry.find("zzz")


def test_a_folder_that_cannot_be_written_in_is_told_before_the_work(registry, monkeypatch):
    """Also where the registry chooses the name."""
    monkeypatch.setattr("os.access", lambda path, mode: False)
    with pytest.raises(InputError, match="may not be written in"):
        registry.check_name(None)


def test_a_move_that_was_cut_off_is_finished_and_told(registry, caplog):
    """The line was written, and the aliases were not; half a line behind it is moved aside."""
    version(registry, "v1")
    version(registry, "v2")
    registry.record("train", "v1", "", {}, {"champion": "v1", "challenger": "v1"})
    before = (registry.root / "aliases.json").read_bytes()
    registry.record("promote", "v2", "", {}, {"champion": "v2", "challenger": None})
    (registry.root / "aliases.json").write_bytes(before)
    with (registry.root / HISTORY).open("ab") as stream:
        stream.write(b'{"event": "pro')
    with caplog.at_level(logging.WARNING), registry.holding():
        pass
    assert registry.aliases() == {"champion": "v2", "latest": "v1"}
    assert "finished what was cut off: @champion is v2, @challenger is none" in caplog.messages
    assert (registry.root / f"{HISTORY}.torn").read_bytes() == b'{"event": "pro\n'


def test_a_version_without_its_line_is_written_down(registry):
    """Who made it and when is in its folder; nobody moves an alias to it."""
    given = {"at": "2026-01-02T10:00:00+00:00", "by": "ana", "command": "stance train"}
    version(registry, "v1", **given)
    with registry.holding():
        pass
    (line,) = registry.history()
    assert (line["event"], line["version"], line["command"]) == ("found", "v1", "stance train")
    assert (line["by"], line["made_at"]) == ("ana", given["at"])
    assert line["note"] == "found without its line"
    assert registry.aliases() == {}
    with registry.holding():
        pass
    assert len(registry.history()) == 1


def test_an_alias_is_no_path(registry, tmp_path, monkeypatch):
    """A folder that is called like one is not looked at."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "@best").mkdir()
    with pytest.raises(ModelError, match="no alias @best"):
        find_model("@best", registry.root)
    with pytest.raises(ModelError, match="no project here"):
        find_model("@best", None)


def test_names_that_are_taken_are_told(registry):
    """By a version, or by a file of the registry."""
    version(registry, "v1")
    with pytest.raises(ProjectError, match='the version "v1" exists already'):
        registry.check_name("v1")
    for name in ("aliases.json", HISTORY):
        with pytest.raises(ProjectError, match="the registry has a file of that name"):
            registry.check_name(name)
