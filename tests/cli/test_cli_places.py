"""Where results cannot go is told before the work, and before a look at the test articles."""

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest

OUTS = [
    ("evaluate --data rows.csv --keep-seen --model project/models/v1 --out", "report.html"),
    ("compare v1 v1 --project project --out", "compare.html"),
    ("train-curve --project project --out", "train-curve.html"),
    ("benchmark bench --out", "benchmark.md"),
    ("who --project project --out", "who.html"),
    ("who --project project --evidence Rita --out", "evidence.html"),
]


@pytest.fixture(autouse=True)
def _files(project, rows, tmp_path):
    (tmp_path / "taken").write_text("a file")
    (tmp_path / "bench").mkdir()


@pytest.mark.parametrize(("command", "file"), OUTS)
def test_a_file_in_the_place_of_the_folder(command, file, fails, unchanged):
    """Nothing is read, scored or noted for a result that has no place."""
    for out in ("taken", "taken/below"):
        with unchanged():
            assert fails(*command.split(), out) == "taken: is a file. Name a folder."


@pytest.mark.parametrize(("command", "file"), OUTS)
def test_a_result_that_is_there_already(command, file, fails, unchanged, tmp_path):
    """Without --force it is left, and the work is not done."""
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / file).write_text("old")
    with unchanged():
        told = fails(*command.split(), "there")
    assert told == f"there: holds {file} already. Write over it with --force."


def test_a_report_that_is_there_costs_no_look(project, done, fails, unchanged):
    """The default folder's name comes out of the work, but the look is noted only when it ends."""
    split = project / "data" / "split.json"
    sides = json.loads(split.read_text("utf-8"))
    sides["articles"][min(sides["articles"])] = "test"
    split.write_text(json.dumps(sides), "utf-8")
    command = ("evaluate", "--project", "project", "--keep-seen")
    done(*command)
    with unchanged():
        assert "holds report.html already" in fails(*command)


@pytest.mark.parametrize("claim", ["Nobody Known", "Nobody Known:for_bridge", "Rita:no_label"])
def test_an_unknown_claim_is_told_before_the_work(bridge_desk, bridge_rows, claim, fails):
    """An actor or label that nobody knows needs no table."""
    from stance.actors import who

    def work(*arguments):
        pytest.fail("the table was made")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(who, "who", work)
        here = ("--project", bridge_desk, "--out", "evidence")
        told = fails("who", bridge_rows, "--evidence", claim, *here)
    assert "Nobody Known" in told or "no_label" in told
    assert not Path("evidence").exists()


@pytest.mark.parametrize("models", ["taken", "taken/models"])
def test_a_model_that_has_no_place_is_not_trained(models, fails, unchanged):
    """Training may take hours."""
    with unchanged():
        told = fails("train", "--data", "rows.csv", "--codebook", "auto", "--models", models)
    assert told == "taken: is a file. Name a folder."


def test_nobody_hears_what_is_said(start, model):
    """A full disk behind stderr changes neither the results nor the exit code."""
    with Path("/dev/full").open("wb") as full:
        good = start("predict", "--text", "A folly.", "--json", "--model", model, stderr=full)
        quick = start("predict", "--text", "A folly.", "--model", model, stderr=full)
        bad = start("predict", "nowhere.csv", "--model", model, stderr=full)
        assert b"predicted_labels" in good.communicate()[0]
        assert b"folly" in quick.communicate()[0]
        assert bad.communicate()[0] == b""
    assert (good.returncode, quick.returncode, bad.returncode) == (0, 0, 1)


@pytest.mark.parametrize("option", ["", "--json"])
def test_a_closed_stderr_is_not_stdout(start, model, option):
    """What is meant for a closed stderr goes nowhere, and no file takes its number."""
    script = 'exec "$0" -m stance "$@" 2>&-'
    process = start("predict", "rows.csv", "--model", model, *filter(None, [option]))
    expected = process.communicate()[0]
    arguments = process.args
    found = subprocess.run(
        ["sh", "-c", script, arguments[0], *arguments[3:]], stdout=subprocess.PIPE, check=False
    )
    assert (found.returncode, found.stdout) == (0, expected)


def test_ctrl_c_while_the_libraries_are_loaded(start):
    """From the first line of ours on it is told and answered with 130."""
    process = start("train", "--project", "project")
    status = Path(f"/proc/{process.pid}/status")
    while not _catches_sigterm(status.read_text()):
        time.sleep(0.001)
    process.send_signal(signal.SIGINT)
    told = process.communicate(timeout=60)[1]
    assert (process.returncode, told) == (130, b"stance: interrupted\n")


def _catches_sigterm(status):
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt"))
    return int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1
