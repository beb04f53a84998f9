"""What a load has come to, and how its script is run alone.

A load is a script in this folder with `main(budget) -> Tally` and, at its end,
`run_alone(main, COUNT)`: killed processes, injected faults, damaged files and so on. It goes on
while `budget.lasts(n_done)`, draws from `budget.seed`, and counts what went wrong instead of
stopping at it; `detail` says where, and how to do it again.
"""

import argparse
import dataclasses
import json
import math
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

MAX_DETAILS = 20


@dataclass(frozen=True)
class Budget:
    """How much to do: so many of what the load counts, in at most so many seconds."""

    count: int
    seconds: float = math.inf
    seed: int = 0
    started: float = field(default_factory=time.monotonic)

    def lasts(self, n_done: int) -> bool:
        """Whether there is more to do. The first is always done."""
        is_time = time.monotonic() - self.started < self.seconds
        return n_done < self.count and (is_time or not n_done)


@dataclass(frozen=True)
class Tally:
    """What came of a load.

    `count` of what `name` says were done (a plural: "kills"). `lost` counts whatever was lost,
    torn, left over or answered wrong, `ran` code that was carried out though it came from a file,
    `tracebacks` those that a user would have seen. `detail` has lines for people, the faults first.
    """

    name: str
    count: int
    lost: int = 0
    ran: int = 0
    tracebacks: int = 0
    detail: tuple[str, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether nothing went wrong. A load that did nothing has shown nothing."""
        return self.count > 0 and not (self.lost or self.ran or self.tracebacks)


def told(tally: Tally) -> str:
    """The tally in one line.

    >>> told(Tally("kills", 1000))
    'kills                      1,000   nothing lost, nothing run, no traceback'
    """
    wrong = [
        f"{number:,} {what}"
        for number, what in (
            (tally.lost, "LOST"),
            (tally.ran, "RUN"),
            (tally.tracebacks, "TRACEBACKS"),
            (not tally.count, "LOAD THAT DID NOTHING"),
        )
        if number
    ]
    clean = "nothing lost, nothing run, no traceback"
    return f"{tally.name:<22}{tally.count:>10,}   {', '.join(wrong) or clean}"


def run_alone(main: Callable[[Budget], Tally], count: int) -> None:
    """Runs the load by its command line; the process ends with 1 when anything went wrong.

    With --json the last line of stdout is the tally, for the runner.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=count, help=f"default: {count:,}")
    parser.add_argument("--seconds", type=float, default=math.inf, help="stop after these")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    tally = main(Budget(options.count, options.seconds, options.seed))
    if options.json:
        print(json.dumps(dataclasses.asdict(tally)), flush=True)
    else:
        print(told(tally))
        for line in tally.detail[:MAX_DETAILS]:
            print(f"  {line}")
    sys.exit(0 if tally.is_clean else 1)
