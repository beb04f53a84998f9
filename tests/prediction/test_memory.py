"""Freed memory is kept where the C library has a setting for it."""

import platform
import subprocess
import sys

import pytest

from stance.prediction.memory import keep_freed_memory

FAULTS = """
import resource, sys
import numpy as np
from stance.prediction.memory import keep_freed_memory
if sys.argv[1] == "kept":
    assert keep_freed_memory()
def work():
    return len([np.ones(300_000) for _ in range(5)])  # 2.4 MB each
work(); work()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(20):
    work()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def _faults(how: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", FAULTS, how], capture_output=True, text=True, check=True
    )
    return int(done.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library than glibc")
def test_no_page_is_asked_for_twice():
    assert _faults("kept") < _faults("given back") / 5


def test_another_c_library_is_left_alone(monkeypatch):
    def without_mallopt(name):
        return object()

    keep_freed_memory.cache_clear()
    monkeypatch.setattr("ctypes.CDLL", without_mallopt)
    assert not keep_freed_memory()
    keep_freed_memory.cache_clear()
