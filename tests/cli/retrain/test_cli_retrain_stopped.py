"""What stops `stance retrain`, is told, and leaves the champion where it was."""

import json
import signal
import time

from retrainings import FAST, WEAK, aliases, events


def test_a_codebook_that_changed_is_refused(desk, retrain, fails, unchanged):
    """Scores of other labels cannot be compared, and the message says what to do."""
    retrain()
    path = desk / "configs" / "codebook.toml"
    path.write_text(path.read_text("utf-8") + '\n[[labels]]\nname = "neutral"\n', "utf-8")
    with unchanged():
        told = fails("retrain", "--project", desk, *FAST)
    assert "the codebook changed since the champion v1" in told
    assert "stance models promote" in told


def test_a_damaged_champion_is_told_before_any_work(desk, retrain, fails, unchanged):
    """The way back is named."""
    retrain()
    scorer = desk / "models" / "v1" / "scorer.safetensors"
    scorer.write_bytes(scorer.read_bytes()[:-1])
    with unchanged():
        told = fails("retrain", "--project", desk, *FAST)
    assert told.startswith("the champion v1 cannot be compared with")
    assert "stance models rollback" in told


def test_no_project_no_annotations_no_such_config(fails, done, tmp_path):
    """Each is one line."""
    assert "no project" in fails("retrain", "--project", tmp_path)
    done("init", tmp_path / "new")
    assert "no annotated sentence" in fails("retrain", "--project", tmp_path / "new")
    assert "no such" in fails(
        "retrain", "--project", tmp_path / "new", "--config", tmp_path / "x.toml"
    )


def test_a_margin_is_a_number_of_points(run, desk):
    """Beyond 100 it is wrong usage."""
    assert run("retrain", "--project", desk, "--margin", "101").exit_code == 2


def test_another_champion_meanwhile_is_not_replaced(desk, retrain, fails, monkeypatch):
    """Somebody promotes while a retraining runs: the comparison was with the wrong champion."""
    from stance.models.champion import promote
    from stance.models.registry import Registry
    from stance.retraining import render

    retrain(*WEAK)
    retrain("--no-promote")
    write = render.write

    def meanwhile(project, outcome):
        promote(Registry(project.models), "v2", "", {})
        return write(project, outcome)

    monkeypatch.setattr(render, "write", meanwhile)
    told = fails("retrain", "--project", desk, *FAST)
    assert "v2 has become the champion meanwhile, where v1 was" in told
    assert aliases(desk)["champion"] == "v2"


def test_ctrl_c_leaves_the_champion_and_no_temporary_file(desk, retrain, start):
    """Interrupted at several moments: exit code 130, the same champion, nothing half-written."""
    retrain()
    for wait in (0.3, 1.2, 2.0):
        process = start("retrain", "--project", desk, *FAST)
        time.sleep(wait)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        assert process.returncode in (0, 130, -signal.SIGINT), errors
        assert b"Traceback" not in errors or process.returncode == -signal.SIGINT
        assert aliases(desk)["champion"] == "v1"
    assert not list(desk.rglob(".stance-tmp-*"))
    assert json.loads(json.dumps(events(desk)))
