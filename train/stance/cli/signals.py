"""Ctrl-C and a polite kill: they unwind the stack, so that what is half done is undone."""

import os
import signal
import sys


class Stopped(BaseException):
    """A signal asked the process to end; what is half done is undone on the way out."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.exit_code = 128 + number


def catch_signals() -> None:
    """Makes Ctrl-C and a polite kill unwind the stack instead of ending the process at once."""

    def stop(number: int, frame: object) -> None:
        raise Stopped(number)

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    sys.unraisablehook = _ask_again


def leave_signals() -> None:
    """Lets them end the process at once again: all is done, and nothing is left to undo."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _ask_again(unraisable: "sys.UnraisableHookArgs") -> None:
    """Repeats a signal that came within a callback of the interpreter, which loses exceptions."""
    from threading import Timer

    stopped = unraisable.exc_value
    if not isinstance(stopped, Stopped):
        sys.__unraisablehook__(unraisable)
        return
    number = stopped.exit_code - 128
    Timer(0.05, os.kill, (os.getpid(), number)).start()
