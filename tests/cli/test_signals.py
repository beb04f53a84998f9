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


@pytest.mark.parametrize("option", ["--quiet", "--debug"])
def test_a_library_that_cannot_be_read(option):
    """Outside of a command, too, a failing disk is told in a line; --debug shows where."""
    program = """
import stance.cli.main as main
def run():
    raise OSError(5, "Input/output error", "/lib/numbers.py")
main._run = run
main.main()
"""
    command = [sys.executable, "-c", program, option]
    found = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    told = found.stderr.splitlines()
    assert (found.returncode, found.stdout) == (1, "")
    assert (len(told) > 1) == ("Traceback" in found.stderr) == (option == "--debug")
    assert "/lib/numbers.py" in told[-1] and "Input/output error" in told[-1]
