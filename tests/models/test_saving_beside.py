"""What lies beside a model where there is something to tell, and the commit it was made at."""

import dataclasses
import json
from types import SimpleNamespace

from stance.learning.self_training import SelfTraining
from stance.learning.tuning import Tuned
from stance.models.saving import _commit, made


def test_what_found_the_config_and_what_was_learnt_lie_beside_it(trained):
    """Each as a file with its hash; a model that was only trained has neither."""
    tuned = Tuned(trained.config, "macro-f1", (), 0.5)
    learnt = SelfTraining("0" * 64, 7, (), 0.1, -0.1, 0.3)
    more = dataclasses.replace(trained, tuning=tuned, self_training=learnt)
    (_, _, plain), (info, _, files) = made(trained, "v1"), made(more, "v1")
    assert files.keys() - plain.keys() == {"tuning.json", "self_training.json"}
    assert files.keys() <= info.files.keys()
    assert json.loads(files["tuning.json"])["metric"] == "macro-f1"
    assert json.loads(files["self_training.json"])["kept"] is False


def test_a_machine_without_git_has_no_commit(monkeypatch):
    """Nor has a folder without one."""
    monkeypatch.setenv("PATH", "")
    assert _commit() == ""


def test_the_commit_is_what_git_says(monkeypatch):
    """Without its line end."""
    said = SimpleNamespace(stdout="0123abc\n")
    monkeypatch.setattr("subprocess.run", lambda command, **how: said)
    assert _commit() == "0123abc"
