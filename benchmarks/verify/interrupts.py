"""Ctrl-C at random moments of every command, and how it ends.

    python benchmarks/verify/interrupts.py [--count 50] [--seconds S] [--seed N]

Each process is one as a user starts it, interrupted between its start and its usual end. It must
end within two seconds with exit code 130, one line and no traceback, or have been done already;
nothing that was saved may be gone, and no temporary file may be left, not even until the next
start. The time in which Python itself starts, before a line of ours runs, is left out.
"""

import signal
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path

from verify_desk import queued_seconds, warm
from verify_jobs import OUTPUTS, Desk, as_typed
from verify_state import leftovers, state_of, torn
from verify_tally import Budget, Tally, run_alone

LOADING_SECONDS = 0.5  # until the libraries are loaded, which forked processes have already
LONGEST = 2.0
ROUNDS_A_DESK = 40


def begun(command: list[str]) -> subprocess.Popen[str]:
    """The command in a process of its own, once Python has started."""
    process = subprocess.Popen(
        as_typed(command), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    while process.poll() is None and not _catches(process.pid):
        time.sleep(0.001)
    return process


def _catches(process: int) -> bool:
    """Whether the process has a handler for Ctrl-C that is ours: one for SIGTERM comes with it."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return True
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt"))
    return bool(int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1)


def ended(process: subprocess.Popen[str]) -> tuple[str, float]:
    """What the process told on stderr, and how long it took to end, in seconds.

    The time in which it was ready and other processes had the processors does not count.
    """
    start, queued = time.monotonic(), queued_seconds(process.pid)
    waited = 0.0
    while process.poll() is None:
        waited = max(waited, queued_seconds(process.pid) - queued)
        time.sleep(0.005)
    seconds = time.monotonic() - start
    return process.communicate()[1], seconds - waited


def wrong(code: int, errors: str, seconds: float) -> list[str]:
    """What is wrong with how the process ended."""
    if "Traceback" in errors:
        return [f"traceback: {errors.strip().splitlines()[-1]}"]
    found = []
    # One that was done when the signal came ends as it would have, or by the plain signal; 1 is a
    # rollback that has nothing to go back to.
    if code not in (130, 0, -signal.SIGINT) and "no champion before" not in errors:
        found.append(f"ended with {code}: {errors.strip()[-200:]}")
    if code == 130 and "stance: interrupted" not in errors:
        found.append(f"said nothing, but {errors[-200:]!r}")
    if seconds > LONGEST:
        found.append(f"ended after {seconds:.1f} s")
    return found


def main(budget: Budget) -> Tally:
    """Interrupts until the budget is spent."""
    warm()
    faults: list[str] = []
    counts: Counter[str] = Counter()
    slowest = 0.0
    with tempfile.TemporaryDirectory() as name:
        desk = Desk(Path(name), budget.seed)
        n_rounds = n_done = 0
        while budget.lasts(n_done):
            n_rounds += 1
            if n_rounds % ROUNDS_A_DESK == 0:
                desk.renew()
            kind = desk.kind()
            before = state_of(desk.project)
            process = begun(desk.command(kind, desk.draw.choice("AB")))
            time.sleep(desk.draw.uniform(0, LOADING_SECONDS + desk.seconds[kind]))
            process.send_signal(signal.SIGINT)
            errors, seconds = ended(process)
            if process.returncode == 0 and seconds < 0.05:
                continue  # it came too late
            n_done += 1
            slowest = max(slowest, seconds)
            counts[kind] += 1
            found = wrong(process.returncode, errors, seconds)
            found += torn(desk.project, before) + leftovers(desk.root)
            found += desk.mixed(kind)[0] if kind in OUTPUTS else []
            faults += [f"{kind}: {one}" for one in found]
    n_tracebacks = sum("traceback" in fault for fault in faults)
    kinds = ", ".join(f"{number:,} {kind}" for kind, number in counts.most_common())
    return Tally(
        "interruptions",
        n_done,
        lost=len(faults) - n_tracebacks,
        tracebacks=n_tracebacks,
        detail=(*faults, f"{kinds}; the slowest end took {slowest:.2f} s"),
    )


if __name__ == "__main__":
    run_alone(main, 50)
