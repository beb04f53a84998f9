"""Runs every load of this folder and prints what each came to, and the headline.

    python benchmarks/verify                    every load once, with its full count
    python benchmarks/verify --soak 60          with new seeds again and again, for 60 minutes
    python benchmarks/verify kills faults       these only
    python benchmarks/verify --share 0.01       a hundredth of each count
    python benchmarks/verify --jobs 2           two loads at a time

Exits with 1 when anything was lost, run or answered with a traceback, or a load did not run.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from pathlib import Path

from verify_tally import MAX_DETAILS, Tally, told

HERE = Path(__file__).parent
# How many of each make a full run: kills, faults, lines, files, cases, examples, rows.
LOADS = {
    "kills": 1000,
    "interrupts": 50,
    "faults": 700,
    "disks": 36,
    "writers": 1600,
    "switches": 200,
    "stream": 1_000_000,
    "damaged_models": 10_000,
    "bad_inputs": 1000,
    "fuzz": 1_000_000,
    "fuzz_models": 100_000,
    "properties": 28 * 2000,
    "determinism": 20,
    "network": 37,
}
LONGEST = ("properties", "kills")
SOAK_SECONDS = 120.0  # of one load at most, before the next one has its turn


def run(load: str, count: int, seed: int, seconds: float | None = None) -> Tally:
    """The tally of the load, in a process of its own; one that fails is told as a traceback."""
    command = [sys.executable, str(HERE / f"{load}.py"), "--json"]
    command += ["--count", str(count), "--seed", str(seed)]
    command += [] if seconds is None else ["--seconds", f"{seconds:.0f}"]
    root = str(HERE.parents[1] / "train")
    paths = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": paths},
    )
    try:
        fields = json.loads(done.stdout.splitlines()[-1])
        return Tally(**fields | {"detail": tuple(fields["detail"])})
    except (IndexError, ValueError, TypeError):
        return Tally(load, 0, tracebacks=1, detail=(f"{load}.py ended with {done.returncode}",))


def added(one: Tally, other: Tally) -> Tally:
    """Both tallies of one load as one."""
    return replace(
        one,
        count=one.count + other.count,
        lost=one.lost + other.lost,
        ran=one.ran + other.ran,
        tracebacks=one.tracebacks + other.tracebacks,
        detail=one.detail if not one.is_clean else other.detail,
    )


def show(tally: Tally, seconds: float) -> None:
    """One line for the load; its details where something went wrong or is worth telling."""
    print(f"{told(tally)}   ({seconds:,.0f} s)", flush=True)
    for line in tally.detail[:MAX_DETAILS]:
        print(f"    {line}", flush=True)


def verify(loads: list[str], share: float, seed: int, n_jobs: int = 1) -> dict[str, Tally]:
    """Every load once, so many at a time; each is shown when it ends."""

    def one(load: str) -> tuple[str, Tally, float]:
        start = time.monotonic()
        return load, run(load, max(1, round(LOADS[load] * share)), seed), time.monotonic() - start

    found = {}
    with ThreadPoolExecutor(n_jobs) as pool:
        # The longest go first; the others then fill the gaps.
        ordered = sorted(loads, key=lambda load: load not in LONGEST)
        for ended in as_completed([pool.submit(one, load) for load in ordered]):
            load, tally, seconds = ended.result()
            found[load] = tally
            show(tally, seconds)
    return {load: found[load] for load in loads}


def soak(loads: list[str], minutes: float, seed: int) -> dict[str, Tally]:
    """The loads in turn, each time with another seed, until the time is over."""
    end = time.monotonic() + 60 * minutes
    turn = min(SOAK_SECONDS, 60 * minutes / len(loads))
    found: dict[str, Tally] = {}
    draw = random.Random(seed)
    while True:
        for load in loads:
            left = end - time.monotonic()
            if left <= 0 and load in found:
                return found
            start, round_seed = time.monotonic(), draw.getrandbits(31)
            seconds = max(1.0, min(turn, left))
            tally = run(load, LOADS[load], round_seed, seconds)
            found[load] = added(found[load], tally) if load in found else tally
            if not tally.is_clean:
                print(f"seed {round_seed}:")
                show(tally, time.monotonic() - start)


def headline(found: dict[str, Tally]) -> str:
    """All counts in one line, and whether all is well."""
    counts = ", ".join(f"{one.count:,} {one.name}" for one in found.values())
    if all(one.is_clean for one in found.values()):
        return f"{counts}: nothing lost, nothing run, no traceback"
    lost, ran = sum(one.lost for one in found.values()), sum(one.ran for one in found.values())
    tracebacks = sum(one.tracebacks for one in found.values())
    return f"{counts}: {lost:,} lost, {ran:,} run, {tracebacks:,} tracebacks"


def main() -> None:
    """Prints, and exits with 1 when anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    known = [load for load in LOADS if (HERE / f"{load}.py").is_file()]
    parser.add_argument("loads", nargs="*", metavar="LOAD", help=", ".join(known))
    parser.add_argument("--soak", type=float, metavar="MINUTES")
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    if unknown := set(options.loads) - set(known):
        parser.error(f"no load {', '.join(sorted(unknown))}; there is: {', '.join(known)}")
    loads = options.loads or known
    if options.soak is None:
        found = verify(loads, options.share, options.seed, options.jobs)
    else:
        found = soak(loads, options.soak, options.seed)
        for one in found.values():
            print(told(one))
    print(headline(found))
    sys.exit(0 if all(one.is_clean for one in found.values()) else 1)


if __name__ == "__main__":
    main()
