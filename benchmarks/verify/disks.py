"""Disks that are full or may not be written to, and outputs that nobody takes.

    python benchmarks/verify/disks.py [--count 36] [--seconds S] [--seed N]

Six cases (a full disk, a limit on the size of files, a read-only mount, a folder of another user,
stdout on /dev/full, stdout closed) meet six commands each. The command must end with exit code 1
and a message, or have done what it was asked for; what was there before must be there afterwards,
old or new as a whole, and no temporary file beside it. The full disk is a small tmpfs with a few
random kilobytes left; it, the mount and the other user need root, and are left out without.
"""

import contextlib
import os
import random
import resource
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from verify_desk import BUG, forked, run, waited, warm
from verify_jobs import OUTPUTS, Desk
from verify_state import leftovers, state_of, torn
from verify_tally import Budget, Tally, run_alone

KINDS = ("train", "promote", "import", "predict", "export", "evaluate")
NOBODY = 65534
CLOSED = -1


def full(desk: Desk, draw: random.Random) -> Callable[[], None]:
    """Fills the disk but for a few kilobytes."""
    left = draw.choice([0, 0, 1, 2, 4, 8, 16, 32, 64]) * 1024
    space = os.statvfs(desk.root)
    n_bytes = space.f_bavail * space.f_frsize - left
    with (desk.root / "filler").open("wb") as stream:
        stream.write(b"\0" * max(0, n_bytes))
    return lambda: None


def limited(desk: Desk, draw: random.Random) -> Callable[[], None]:
    """No file may be larger than a few bytes."""
    limit = draw.choice([0, 10, 100, 1000, 10_000])
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))


def read_only(desk: Desk, draw: random.Random) -> Callable[[], None]:
    """The whole disk is mounted for reading."""
    subprocess.run(["mount", "-o", "remount,ro", str(desk.root)], check=True)
    return lambda: None


def of_another(desk: Desk, draw: random.Random) -> Callable[[], None]:
    """The files belong to somebody else, and are not for everybody to write."""

    def drop() -> None:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)

    return drop


def to_full(desk: Desk, draw: random.Random) -> Callable[[], None]:
    """Stdout is a device that takes nothing."""
    return lambda: _stdout(os.open("/dev/full", os.O_WRONLY))


def closed(desk: Desk, draw: random.Random) -> Callable[[], None]:
    """Stdout is closed."""
    return lambda: _stdout(CLOSED)


CASES = (full, limited, read_only, of_another, to_full, closed)
BY_ROOT = (full, read_only, of_another)


def _stdout(descriptor: int) -> None:
    import sys

    if descriptor == CLOSED:
        sys.stdout = None  # as Python has it then
        os.close(1)
    else:
        os.dup2(descriptor, 1)


@contextlib.contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[bool]:
    """Mounts a tmpfs there; whether that was allowed."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", str(folder)]
    is_mounted = subprocess.run(command, check=False, capture_output=True).returncode == 0
    try:
        yield is_mounted
    finally:
        if is_mounted:
            subprocess.run(["umount", "-l", str(folder)], check=True)


def met(desk: Desk, case: Callable[..., Callable[[], None]], kind: str) -> list[str]:
    """One command in one case; what is wrong."""
    desk.get_ready(kind)
    which = desk.draw.choice("AB")
    command = desk.command(kind, which)
    if kind == "predict" and case in (to_full, closed):  # onto stdout; else it prints nothing
        command = command[: command.index("-o")] + command[command.index("--project") :]
    before, output = state_of(desk.project), desk.output(kind)
    prepare = case(desk, desk.draw)
    errors = Path(tempfile.gettempdir()) / f"stance-verify-errors-{os.getpid()}"
    try:
        code = waited(forked(lambda: (prepare(), run(command))[1], errors))
        told = errors.read_text("utf-8", "replace")
    finally:
        errors.unlink(missing_ok=True)
        if case is read_only:
            subprocess.run(["mount", "-o", "remount,rw", str(desk.root)], check=True)
        (desk.root / "filler").unlink(missing_ok=True)
    found = torn(desk.project, before) + leftovers(desk.root)
    if "Traceback" in told or code == BUG:
        found.append(f"traceback: {told.strip().splitlines()[-1:]}")
    elif code not in (0, 1):
        found.append(f"ended with {code}")
    elif code == 1 and "stance: " not in told and case is not limited:  # as stderr's file is, too
        found.append(f"said nothing, but {told[-100:]!r}")
    elif code == 0 and (case is read_only or (case is to_full and kind != "export")):
        found.append("exit code 0 though it could not be done")
    if kind in OUTPUTS:
        found += desk.mixed(kind)[0]
        if code == 1 and case in (full, limited, read_only) and desk.output(kind) != output:
            found.append("the old output is gone, and exit code 1")
    return [f"{kind}, {case.__name__}: {one}" for one in found]


def main(budget: Budget) -> Tally:
    """Every case with every command, again and again until the budget is spent."""
    warm()
    faults: list[str] = []
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        root = Path(name) / "disk"
        root.mkdir()
        with small_disk(root, 24) as is_mounted:
            desk = Desk(root, budget.seed)
            cases = [one for one in CASES if is_mounted or one not in BY_ROOT]
            turns = [(case, kind) for case in cases for kind in KINDS]
            desk.draw.shuffle(turns)
            n_done = 0
            while budget.lasts(n_done):
                case, kind = turns[n_done % len(turns)]
                if n_done and n_done % len(turns) == 0:
                    desk.renew()
                faults += met(desk, case, kind)
                counts[case.__name__] += 1
                n_done += 1
    n_tracebacks = sum("traceback" in fault for fault in faults)
    told = ", ".join(f"{counts[case.__name__]:,} {case.__name__}" for case in CASES)
    return Tally(
        "refused writes",
        n_done,
        lost=len(faults) - n_tracebacks,
        tracebacks=n_tracebacks,
        detail=(*faults, f"{len(KINDS)} commands: {told}"),
    )


if __name__ == "__main__":
    run_alone(main, 36)
