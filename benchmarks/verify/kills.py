"""kill -9 during every command that writes, again and again, and what is left.

    python benchmarks/verify/kills.py [--count 1000] [--seconds S] [--seed N]

Each round begins a command in a small project and kills it: at a random moment between its start
and its usual end, or just before or after a random one of its calls that fix something on the disk
(fsync, rename, replace), where a crash hurts most. One round in thirty is a process as a user
starts it, the others are forked from one that has everything imported. Right after the kill every
line that was saved before must be there, every model version whole, the champion the old or the
new one, every output file old or new; and after the same command has run once more, no temporary
file may be left, every version stands in the history, and every alias is where the history says.
"""

import os
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

from verify_desk import BUG, forked, run, waited, warm
from verify_jobs import OUTPUTS, Desk, as_typed
from verify_state import leftovers, state_of, torn, unfinished
from verify_tally import Budget, Tally, run_alone

ROUNDS_A_DESK = 60
# About as many calls as a command makes that fix something on the disk, where that is not 4.
CALLS = {"correct": 1, "ingest": 2, "train": 14, "retrain": 24, "evaluate": 13, "who": 19}
START_SECONDS = 1.5  # of a process as a user starts it, before the command begins


def dying(command: list[str], step: int, is_after: bool) -> int:
    """Runs the command, which kills itself at its n-th call that fixes something on the disk."""
    left = [step]

    def wrapped(real: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **settings: object) -> object:
            left[0] -= 1
            if left[0] == 0 and not is_after:
                os.kill(os.getpid(), signal.SIGKILL)
            result = real(*arguments, **settings)
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return call

    for name in ("fsync", "rename", "replace"):
        setattr(os, name, wrapped(getattr(os, name)))
    return run(command)


def killed(desk: Desk, kind: str, command: list[str]) -> tuple[int, str]:
    """Begins the command and kills it; its exit code, and how it was killed."""
    draw = desk.draw
    if draw.random() < 1 / 30:
        process = subprocess.Popen(
            as_typed(command), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(draw.uniform(0, START_SECONDS + desk.seconds[kind]))
        process.kill()
        return process.wait(), "in a process of its own"
    if draw.random() < 0.5:
        child = forked(partial(run, command))
        time.sleep(draw.uniform(0, desk.seconds[kind]))
        os.kill(child, signal.SIGKILL)
        return waited(child), "at a random moment"
    step = draw.randint(1, CALLS.get(kind, 4))
    return waited(forked(partial(dying, command, step, draw.random() < 0.5))), "at a call"


def round_of(desk: Desk, counts: Counter[str]) -> list[str]:
    """One round; what was wrong."""
    kind = desk.kind()
    which = desk.draw.choice("AB")
    before = state_of(desk.project)
    command = desk.command(kind, which)
    code, how = killed(desk, kind, command)
    if code != -signal.SIGKILL:
        counts["came too late"] += 1
        return [f"{kind} ended with {BUG}"] if code == BUG else []
    counts["kills"] += 1
    counts[kind] += 1
    counts[how] += 1
    found = torn(desk.project, before)
    if kind in OUTPUTS:
        bad, is_mixed = desk.mixed(kind)
        found += bad
        counts["report folders with old and new files"] += is_mixed
    if any(leftovers(desk.root)):
        counts["with a temporary file left"] += 1
    again = waited(forked(partial(run, command)))
    # A promotion or rollback that was done already has nothing more to do, and says so.
    if again and not (kind == "rollback" and again == 1):
        found.append(f"{kind} ended with {again} when it ran again")
    if kind in OUTPUTS and desk.output(kind) != desk.contents[kind][which]:
        found.append(f"{kind}: another output when it ran again")
    found += leftovers(desk.root)
    found += unfinished(desk.project)
    return [f"{kind} {how}: {fault}" for fault in found]


def main(budget: Budget) -> Tally:
    """Kills until the budget is spent."""
    warm()
    counts: Counter[str] = Counter()
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        desk = Desk(Path(name), budget.seed)
        n_rounds = 0
        while budget.lasts(counts["kills"]):
            n_rounds += 1
            if n_rounds % ROUNDS_A_DESK == 0:
                desk.renew()
            faults += round_of(desk, counts)
    n_kills = counts.pop("kills")
    n_tracebacks = sum(f"with {BUG}" in fault for fault in faults)
    told = ", ".join(f"{number:,} {what}" for what, number in counts.most_common())
    return Tally(
        "kills",
        n_kills,
        lost=len(faults) - n_tracebacks,
        tracebacks=n_tracebacks,
        detail=(*faults, told),
    )


if __name__ == "__main__":
    run_alone(main, 1000)
