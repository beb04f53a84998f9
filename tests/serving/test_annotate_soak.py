"""Small versions of `benchmarks/kill_annotate.py` and `benchmarks/annotate_load.py`."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
pytestmark = pytest.mark.skipif(
    not BENCHMARKS.is_dir(), reason="benchmarks are not packed with the source"
)


def printed(name, *arguments):
    """What the script prints; it ends with 0 when nothing was lost."""
    found = subprocess.run(
        [sys.executable, BENCHMARKS / name, *arguments],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert found.returncode == 0, found.stdout + found.stderr
    return found.stdout


def test_no_kill_loses_an_acknowledged_answer():
    """Six kills while four browsers label."""
    counts = dict(re.findall(r"^(.+?) {2,}([\d,]+)$", printed("kill_annotate.py", "6", "3"), re.M))
    assert (counts["kills"], counts["faults"]) == ("6", "0")
    assert counts["answers acknowledged"] != "0"


def test_eight_browsers_at_once():
    """All answers are kept, no sentence is shown twice, and no file stays open."""
    asked = ("--sentences", "2000", "--answers", "15")
    told = printed("annotate_load.py", *asked)
    assert "120 of 120 answers kept as given, none shown twice" in told
    before, after = map(int, re.search(r"open files (\d+) before, (\d+) after", told).groups())
    assert after <= before + 1
