"""The registry: numbers, aliases, history; no name is given twice and no half version is seen."""

import json
import signal
import subprocess
import sys
import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.models.folder import INFO
from stance.models.registry import Registry
from stance.storage.errors import ModelError, StanceError


def test_versions_are_numbered_and_stand_in_the_order_they_were_made(registry, add):
    """Without a name a version is the next number after all there ever were."""
    made = [add(registry, name) for name in (None, "zeta", None, "alpha", "v12", None)]
    assert made == ["v1", "zeta", "v2", "alpha", "v12", "v13"]
    assert registry.versions() == made
    assert registry.aliases() == {"latest": "v13"}


def test_a_number_is_not_given_again(registry, add):
    """A version that was removed by hand keeps its number: the history names another model."""
    add(registry)
    last = registry.root / add(registry)
    (last / INFO).unlink()
    last.rmdir()
    assert add(registry) == "v3"


def test_an_empty_registry_says_how_to_make_a_model(registry):
    """Without a model there is nothing to find, list or tell."""
    assert (registry.versions(), registry.aliases(), registry.history()) == ([], {}, [])
    with pytest.raises(ModelError, match="stance train"):
        registry.find(None)


def test_the_default_is_the_champion_or_else_the_latest(registry, add):
    """A promoted version is used until another one is promoted, whatever is trained."""
    first, second = add(registry), add(registry)
    assert registry.find(None).name == second
    aliases = {"latest": second, "champion": first}
    (registry.root / "aliases.json").write_text(json.dumps(aliases), encoding="utf-8")
    assert registry.find(None).name == registry.find("@champion").name == first
    assert registry.find("@latest").name == registry.find(second).name == second
    assert add(registry) == "v3"
    assert registry.aliases() == {"latest": "v3", "champion": first}


def test_the_history_keeps_every_event(registry, add):
    """Each event has its time, who and by which command, and its numbers; none is changed."""
    add(registry)
    before = (registry.root / "history.jsonl").read_bytes()
    add(registry)
    assert (registry.root / "history.jsonl").read_bytes().startswith(before)
    found = registry.history()
    assert [(one["event"], one["version"]) for one in found] == [("train", "v1"), ("train", "v2")]
    assert all(one["by"] and one["at"] and one["command"] == "stance train" for one in found)
    assert found[0]["macro_f1"] == 0.5


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=40) | st.sampled_from([b'{"a": 1}', b"[]", b'{"champion": null}']))
def test_any_bytes_as_aliases_are_aliases_or_refused(tmp_path_factory, content):
    """A damaged file of aliases is told as such, and is not guessed."""
    registry = Registry(tmp_path_factory.getbasetemp() / "aliased")
    registry.root.mkdir(exist_ok=True)
    (registry.root / "aliases.json").write_bytes(content)
    try:
        found = registry.aliases()
    except ModelError:
        return
    assert all(isinstance(version, str) for version in found.values())


def test_a_line_of_history_without_a_version_is_told(registry, add):
    """A line that lacks what every event has is a fault of the file, not a crash."""
    add(registry)
    with (registry.root / "history.jsonl").open("a", encoding="utf-8") as stream:
        stream.write('{"event": "train"}\n')
    try:
        assert "v1" in registry.versions()
    except StanceError as error:
        assert "history.jsonl" in str(error)


def test_a_failure_leaves_the_registry_as_it_was(registry, add):
    """When a version is not finished, `latest` stays and its name is free."""
    add(registry)
    with pytest.raises(OSError, match="disk full"), registry.adding(None) as version:
        raise OSError("disk full")
    assert registry.aliases() == {"latest": "v1"}
    assert add(registry) == version == "v2"


def run(code, *arguments):
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
    )


def test_processes_at_the_same_time_get_different_versions(registry):
    """Versions that are added at once by several processes are all there, each with its name."""
    code = """
        import sys
        from pathlib import Path
        from stance.models.registry import Registry
        registry = Registry(Path(sys.argv[1]))
        for _ in range(6):
            with registry.adding(None) as version:
                (registry.root / version).mkdir()
                (registry.root / version / "info.json").write_text("{}")
                registry.record("train", version, "test", {})
                print(version)
    """
    processes = [run(code, registry.root) for _ in range(4)]
    made = [name for process in processes for name in process.communicate(timeout=60)[0].split()]
    assert [process.returncode for process in processes] == [0] * 4
    assert sorted(made, key=lambda name: int(name[1:])) == [f"v{n}" for n in range(1, 25)]
    assert registry.versions() == [f"v{n}" for n in range(1, 25)]
    assert registry.aliases() == {"latest": "v24"}


def test_a_killed_save_leaves_no_half_version(registry, saved, add):
    """A process that is killed while it writes leaves the registry as before, and is cleaned up."""
    add(registry)
    code = """
        import os, signal, sys
        from pathlib import Path
        from stance.models.folder import read_info, write_folder
        from stance.models.registry import Registry

        class Killing(dict):
            def items(self):
                yield "scorer.safetensors", b"half of it"
                os.kill(os.getpid(), signal.SIGKILL)

        registry = Registry(Path(sys.argv[1]))
        info = read_info(Path(sys.argv[2]))
        with registry.adding(None) as version:
            write_folder(registry.root / version, info, Killing())
    """
    process = run(code, registry.root, saved)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    left = {path.name for path in registry.root.iterdir()}
    assert any(name.startswith(".stance-tmp-") for name in left)
    assert registry.versions() == ["v1"]
    assert registry.find(None).name == "v1"
    assert add(registry) == "v2"
    assert not list(registry.root.glob(".stance-tmp-*"))


@pytest.mark.parametrize("is_moved", [False, True])
def test_a_move_that_fails_is_taken_back(registry, monkeypatch, is_moved, add):
    """History and aliases agree when a full disk stops the one or the other."""
    add(registry)
    add(registry)
    before = registry.history(), registry.aliases()

    def full(path, content):
        if is_moved:  # and only then something fails
            path.write_text(content)
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("stance.models.registry.write_file", full)
        with pytest.raises(OSError, match="No space"):
            registry.record("promote", "v1", "stance models promote", {}, {"champion": "v1"})
    if is_moved:
        assert registry.aliases()["champion"] == "v1"
        assert registry.history()[-1]["moves"] == {"champion": [None, "v1"]}
    else:
        assert (registry.history(), registry.aliases()) == before
    with registry.holding():
        pass
    assert ("champion" in registry.aliases()) == is_moved


def test_a_user_without_a_name_is_unknown(monkeypatch):
    """In a container the number of the user may have no name."""
    from stance.models import registry as module

    for error in (KeyError, OSError):

        def fail(error=error):
            raise error

        monkeypatch.setattr(module, "getuser", fail)
        assert module.user() == "unknown"
