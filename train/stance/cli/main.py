"""Where `stance` starts: one sentence is answered at once, everything else by the whole program."""

import contextlib
import os
import sys


def main() -> None:
    """Runs the command line; the process ends with the exit code."""
    from stance.cli.signals import Stopped, catch_signals, leave_signals

    try:
        catch_signals()  # before the libraries are loaded, which takes longer than a keystroke
        _fill_standard_streams()
        _run()
    except (Stopped, KeyboardInterrupt) as stop:  # before the command began, or after its end
        _tell("interrupted")
        sys.exit(getattr(stop, "exit_code", 130))
    except OSError as error:  # outside a command: a library of ours cannot be read
        if "--debug" in sys.argv:
            raise
        _tell(f"{error.filename or 'stance'}: {error.strerror}. Nothing was done.")
        sys.exit(1)
    finally:
        leave_signals()


def _run() -> None:
    from stance.cli.quick import answered

    if answered(sys.argv[1:]):
        return
    from stance.cli.app import app

    app()


def _tell(message: str) -> None:
    with contextlib.suppress(OSError):
        os.write(2, f"stance: {message}\n".encode())


def _fill_standard_streams() -> None:
    """Puts the null device where stdin, stdout or stderr is closed.

    Else the next file that is opened would take its number, and with it what libraries write
    there; and what is meant for a closed stderr would go to stdout.
    """
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(descriptor)
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
