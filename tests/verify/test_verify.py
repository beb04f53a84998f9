"""Small versions of the loads of `make verify`, through its runner."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

RUNNER = Path(__file__).parents[2] / "benchmarks" / "verify"
pytestmark = pytest.mark.skipif(
    not RUNNER.is_dir(), reason="benchmarks are not packed with the source"
)


def verify(*arguments):
    return subprocess.run(
        [sys.executable, RUNNER, *arguments],
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )


@pytest.mark.parametrize(
    ("load", "share", "what"),
    [
        ("kills", 0.005, "kills"),
        ("interrupts", 0.06, "interruptions"),
        ("faults", 0.015, "injected faults"),
        ("disks", 0.25, "refused writes"),
        ("writers", 0.01, "concurrent writes"),
        ("switches", 0.04, "switches of the champion"),
        ("stream", 0.002, "rows from a pipe"),
    ],
)
def test_nothing_is_lost(load, share, what):
    """The load comes to what it should, and the headline says so."""
    done = verify(load, "--share", str(share), "--seed", "3")
    assert done.returncode == 0, done.stdout + done.stderr
    told = done.stdout.splitlines()[-1]
    assert re.fullmatch(rf"[\d,]+ {what}: nothing lost, nothing run, no traceback", told), told
    assert not told.startswith("0 ")


def test_a_load_that_fails_is_told(tmp_path):
    """A script that ends without a tally counts as a traceback, and the runner says so."""
    for file in ("__main__.py", "verify_tally.py"):
        (tmp_path / file).write_text((RUNNER / file).read_text("utf-8"), "utf-8")
    (tmp_path / "kills.py").write_text("raise SystemExit(5)\n", "utf-8")
    done = subprocess.run([sys.executable, tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "kills.py ended with 5" in done.stdout
    assert done.stdout.splitlines()[-1] == "0 kills: 0 lost, 0 run, 1 tracebacks"


def test_an_unknown_load_is_refused():
    """A name that is no script here is told with those that are."""
    done = verify("kils")
    assert done.returncode == 2
    assert "no load kils" in done.stderr
