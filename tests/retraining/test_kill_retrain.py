"""kill -9 during retrain, promote and rollback; `benchmarks/kill_retrain.py` does it 200 times."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "kill_retrain.py"


@pytest.mark.skipif(not SCRIPT.is_file(), reason="benchmarks are not packed with the source")
def test_no_kill_halves_anything():
    """Ten kills at random places: the champion loads, the history is whole, nothing is left."""
    found = subprocess.run(
        [sys.executable, SCRIPT, "10", "7"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert found.returncode == 0, found.stdout + found.stderr
    counts = {
        name.strip(): int(number.replace(",", ""))
        for name, number in re.findall(r"^(.+?) {2,}([\d,]+)$", found.stdout, flags=re.MULTILINE)
    }
    assert counts["kills"] == 10
    assert counts["faults"] == 0
    assert any(name.startswith("retrain,") for name in counts)
