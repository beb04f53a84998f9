"""Small versions of what `make verify` does to readers: bad files, and made-up bytes."""

import random
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "benchmarks" / "verify"
if not SCRIPTS.is_dir():
    pytest.skip("benchmarks are not packed with the source", allow_module_level=True)
sys.path.insert(0, str(SCRIPTS))

from bad_cases import cases  # noqa: E402
from bad_inputs import tried  # noqa: E402
from fuzz import OWN, Trial, damaged  # noqa: E402
from fuzz_targets import TARGETS  # noqa: E402


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.command} {case.name}")
def test_a_bad_file_is_told_in_few_words(case, monkeypatch):
    """The outcome, the exit code and the message that the case names; nothing else is written."""
    monkeypatch.setenv("NO_COLOR", "1")
    assert tried(case, is_strict=True) == []


@pytest.mark.parametrize("name", sorted(set(TARGETS) - {"html"}))
def test_any_bytes_are_read_or_refused(name, tmp_path, monkeypatch):
    """A hundred damaged files for every reader; `make verify` makes a million."""
    monkeypatch.setattr("fuzz_targets.SCRATCH", tmp_path)
    trial = Trial(name, tmp_path / "faults")
    draw = random.Random(7)
    seeds = [content for suffix, content in OWN.items() if suffix in TARGETS[name][2]] or [b""]
    for _ in range(100):
        trial(damaged(draw, seeds))
    assert not (tmp_path / "faults").exists(), (tmp_path / "faults").read_text("utf-8")


def test_a_fault_of_a_reader_is_kept(tmp_path, monkeypatch):
    """An exception that is not declared is written down with the bytes that repeat it."""

    def broken(content):
        raise KeyError(content)

    monkeypatch.setitem(TARGETS, "csv", (broken, 1, ()))
    trial = Trial("csv", tmp_path / "faults")
    trial(b"a")
    trial(b"b")
    (line,) = (tmp_path / "faults").read_text("utf-8").splitlines()
    assert '"kind": "KeyError in' in line
    assert '"input": "YQ=="' in line
