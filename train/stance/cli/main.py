"""Where `stance` starts: one sentence is answered at once, everything else by the whole program."""

import sys


def main() -> None:
    """Runs the command line; the process ends with the exit code."""
    from stance.cli.quick import answered

    if answered(sys.argv[1:]):
        return
    from stance.cli.app import main as run

    run()
