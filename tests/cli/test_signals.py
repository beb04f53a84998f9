"""A signal is never lost, wherever it arrives."""

import subprocess
import sys

import pytest

LOSES_EXCEPTIONS = """
import os, signal, time, weakref
from stance.cli.signals import Stopped, catch_signals
catch_signals()
class Thing: pass
thing = Thing()
reference = weakref.ref(thing, lambda _: (os.kill(os.getpid(), {number}), time.sleep(0.01)))
try:
    del thing
    time.sleep(20)
except Stopped as stopped:
    print(stopped.exit_code)
"""


@pytest.mark.parametrize("number", [2, 15])
def test_a_signal_within_a_callback_is_asked_again(number):
    """The interpreter ignores what is raised in a weak reference's callback."""
    program = LOSES_EXCEPTIONS.format(number=number)
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=60)
    assert (found.stdout, found.stderr) == (b"%d\n" % (128 + number), b"")
