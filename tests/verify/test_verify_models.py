"""Small versions of the loads on model folders, training and the network."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks" / "verify"
pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="benchmarks are not packed with the source"
)


def tally(load, count):
    done = subprocess.run(
        [sys.executable, FOLDER / f"{load}.py", "--count", str(count), "--json", "--seed", "2"],
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.stdout, done.stderr
    return json.loads(done.stdout.splitlines()[-1]) | {"code": done.returncode}


@pytest.mark.parametrize(
    ("load", "count"), [("damaged_models", 80), ("fuzz_models", 150), ("determinism", 3)]
)
def test_nothing_is_lost(load, count):
    """Damaged and fuzzed folders are refused in one way; three trainings give one hash."""
    found = tally(load, count)
    assert (found["code"], found["lost"], found["tracebacks"]) == (0, 0, 0), found["detail"]
    assert found["count"] >= count


def test_no_command_leaves_the_machine():
    """One sentence predicted, a training and an evaluation under strace, where that is allowed."""
    found = tally("network", 3)
    if found["detail"] == ["strace is barred here"]:
        pytest.skip("strace is barred here")
    assert (found["count"], found["lost"], found["tracebacks"]) == (3, 0, 0), found["detail"]
