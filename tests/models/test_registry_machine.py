"""Property 24: whatever is trained, promoted, taken back, deleted or killed in between, the
champion is a whole version, the history only grows, and rollback undoes a promotion.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from stance.models import registry as registry_module
from stance.models.champion import promote, rollback
from stance.models.folder import read_info, verify_files, write_folder
from stance.models.origin import ORIGIN, Origin
from stance.models.registry import CHAMPION, HISTORY, LATEST, Registry
from stance.prediction.scorer import load_scorer
from stance.storage.errors import ModelError, ProjectError

numbers = st.integers(0, 30)


class Killed(BaseException):
    """What a killed process does next: nothing, and no clearing up."""


class Store(RuleBasedStateMachine):
    """The registry beside what should be in it."""

    material = None  # the record and files of a version, see `one_version`
    ended = 0  # how many rows of steps went through

    def __init__(self):
        super().__init__()
        self.root = Path(tempfile.mkdtemp()) / "models"
        self.registry = Registry(self.root)
        self.versions, self.champions, self.n_made = [], [], 0
        self.history = b""

    def teardown(self):
        """Leaves nothing behind."""
        shutil.rmtree(self.root.parent)
        type(self).ended += 1

    def _write(self, version):
        info, files = self.material
        origin = Origin(at="2024-05-01T00:00:00+00:00", by="ana", command="stance train")
        write_folder(
            self.root / version,
            info.model_copy(update={"version": version}),
            {**files, ORIGIN: origin.model_dump_json().encode()},
        )

    @initialize()
    def first(self):
        """There is a version to begin with."""
        self.train()

    @rule()
    def train(self):
        """A version more, and the latest."""
        with self.registry.adding(None) as version:
            self._write(version)
            self.registry.record("train", version, "stance train", {})
        self.n_made += 1
        assert version == f"v{self.n_made}"
        self.versions.append(version)
        assert self.registry.aliases()[LATEST] == version

    @rule(at=st.sampled_from(["write_file", "append_lines", "before"]))
    def train_and_die(self, at):
        """Killed before the folder, before the history's line, or before the alias moves."""
        with pytest.MonkeyPatch.context() as patch:
            if at != "before":
                _die_at(patch, at)
            with pytest.raises(Killed), self.registry.adding(None) as version:
                if at == "before":
                    (self.root / ".stance-tmp-999999999-0").mkdir()
                    raise Killed
                self._write(version)
                self.registry.record("train", version, "stance train", {})
        with self.registry.holding():  # the next one to come mends it
            pass
        assert not list(self.root.glob(".stance-tmp-999999999-*"))
        if at != "before":
            self.n_made += 1
            self.versions.append(version)
        assert version not in self.registry.versions() or at != "before"

    @rule(number=numbers)
    def promote(self, number):
        """A version becomes the champion, and rollback would undo it."""
        version = self.versions[number % len(self.versions)]
        moved = promote(self.registry, version, "stance models promote", {})
        assert moved == (not self.champions or self.champions[-1] != version)
        if moved:
            self.champions = [one for one in self.champions if one != version] + [version]

    @rule(number=numbers)
    def promote_and_undo(self, number):
        """What was the champion before a promotion is the champion after its rollback."""
        before = list(self.champions)
        version = self.versions[number % len(self.versions)]
        if not before or version in before:
            return
        promote(self.registry, version, "", {})
        assert rollback(self.registry, "", {}) == (version, before[-1])

    def another(self, number):
        """A version that is not the champion; None where the number tells of the champion."""
        version = self.versions[number % len(self.versions)]
        return None if self.champions[-1:] == [version] else version

    @rule(number=numbers, at=st.sampled_from(["write_file", "append_lines"]))
    def promote_and_die(self, number, at):
        """Killed before the line nothing has happened; behind it the next one moves the alias."""
        if not (version := self.another(number)):
            return
        with pytest.MonkeyPatch.context() as patch:
            _die_at(patch, at)
            with pytest.raises(Killed):
                promote(self.registry, version, "", {})
        assert self.registry.aliases().get(CHAMPION) == (self.champions or [None])[-1]
        with self.registry.holding():
            pass
        if at == "write_file":
            self.champions = [one for one in self.champions if one != version] + [version]

    @rule(number=numbers, at=st.sampled_from(["write_file", "append_lines"]))
    def promote_and_fail(self, number, at):
        """A full disk at either step: told, and everything is as it was before."""
        if not (version := self.another(number)):
            return
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(registry_module, at, _fail)
            with pytest.raises(OSError, match="full"):
                promote(self.registry, version, "", {})
        assert (self.root / HISTORY).read_bytes() == self.history

    @precondition(lambda self: len(self.champions) > 1)
    @rule()
    def rollback(self):
        """The champion before comes back, where it is still there."""
        there = self.champions[-2] in self.versions
        if not there:
            with pytest.raises(ModelError):
                rollback(self.registry, "", {})
            return
        old, new = rollback(self.registry, "", {})
        assert [new, old] == self.champions[-2:]
        self.champions.pop()

    @precondition(lambda self: len(self.champions) < 2)
    @rule()
    def rollback_too_far(self):
        """Without a champion before there is nothing to go back to, and that is told."""
        with pytest.raises(ProjectError, match="no champion before"):
            rollback(self.registry, "", {})

    @precondition(lambda self: len(self.versions) > 1)
    @rule(number=numbers)
    def delete(self, number):
        """A folder is taken away by hand; not that of the champion."""
        if not (version := self.another(number)):
            return
        shutil.rmtree(self.root / version)
        self.versions.remove(version)

    @rule(number=numbers, place=st.integers(0, 10**6))
    def damage(self, number, place):
        """A damaged version is never promoted; then it is mended."""
        if not (version := self.another(number)):
            return
        info, _ = self.material
        path = self.root / version / sorted(info.files)[place % len(info.files)]
        good = path.read_bytes()
        path.write_bytes(good[: place % len(good)])
        with pytest.raises(ModelError):
            promote(self.registry, version, "", {})
        path.write_bytes(good)

    @invariant()
    def the_champion_is_whole(self):
        """What predict uses is there, as written, and answers its probes."""
        aliases = self.registry.aliases()
        assert aliases.get(CHAMPION) == (self.champions or [None])[-1]
        assert sorted(self.registry.versions()) == sorted(self.versions)
        if self.champions:
            folder = self.registry.find(None)
            assert folder.name == self.champions[-1]
            assert verify_files(folder, read_info(folder)) == []
            load_scorer(folder)

    @invariant()
    def the_history_only_grows(self):
        """What was once in the history stays there, byte for byte."""
        path = self.root / HISTORY
        content = path.read_bytes() if path.exists() else b""
        assert content.startswith(self.history)
        assert content == b"" or content.endswith(b"\n")
        self.history = content


def _die_at(patch, at):
    """Nothing is done from this call on, nor taken back."""
    patch.setattr(registry_module, at, _die)
    patch.setattr(registry_module.os, "truncate", _die)


def _die(*arguments):
    raise Killed


def _fail(*arguments):
    raise OSError(28, "the disk is full")


@pytest.fixture(scope="module")
def material(saved):
    """The record of a version and its files without those that say where it comes from."""
    info = read_info(saved)
    return info, {name: (saved / name).read_bytes() for name in info.files if name != ORIGIN}


def test_the_registry_holds_together(material):
    """24: the machine, from many starts."""
    info, files = material
    files = {name: content for name, content in files.items() if name != "pipeline.joblib"}
    kept = {name: info.files[name] for name in files}

    class Mine(Store):
        pass

    Mine.material = (info.model_copy(update={"files": kept}), files)
    machine = Mine.TestCase
    n_examples = int(os.environ.get("STANCE_EXAMPLES", "15"))
    machine.settings = settings(max_examples=n_examples, stateful_step_count=15, deadline=None)
    machine("runTest").runTest()
    assert Mine.ended >= n_examples
