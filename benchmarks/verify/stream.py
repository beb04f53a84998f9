"""A million rows through `stance predict` from a pipe, and readers that go away.

    python benchmarks/verify/stream.py [--count 1000000] [--seconds S] [--seed N]

Rows out must be rows in, in order; memory must stay under 500 MB and not grow after the first
tenth; the first row must come within two seconds of the start of the process. A reader that takes
one line and closes the pipe must end it quietly.
"""

import os
import random
import re
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import IO

from verify_desk import WORDS, forked, queued_seconds, waited
from verify_tally import Budget, Tally, run_alone

MODEL = Path(__file__).parents[2] / "models" / "default"
COMMAND = [sys.executable, "-m", "stance", "predict", "-", "--json", "--model", str(MODEL)]
MOST_MB, MOST_GROWTH_MB, FIRST_SECONDS = 500, 50, 2.0
_NUMBER = re.compile(rb'"text": "Line (\d+) ')


def feed(taken: int, given: int, budget: Budget) -> int:
    """Writes numbered sentences; those of later thousands have words that none had before."""
    os.close(taken)  # so that the pipe breaks when the command ends
    draw = random.Random(budget.seed)
    words = WORDS.split()
    with os.fdopen(given, "w", encoding="utf-8") as stream:
        number = 0
        while budget.lasts(number):
            for _ in range(min(1000, budget.count - number)):
                number += 1
                told = " ".join(draw.choices(words, k=8))
                stream.write(f"Line {number} of troops: {told} {number // 10:x}.\n")
    return 0


def started(budget: Budget) -> tuple["subprocess.Popen[bytes]", int]:
    """The command, and the process that feeds it."""
    taken, given = os.pipe()
    writer = forked(partial(feed, taken, given, budget))
    os.close(given)
    process = subprocess.Popen(COMMAND, stdin=taken, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    os.close(taken)
    return process, writer


def megabytes(process: int) -> float:
    """What the process holds in memory."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]


class Reader:
    """Takes the lines, counts, and samples the memory."""

    def __init__(self) -> None:
        self.n_rows = self.n_misplaced = 0
        self.first = 0.0
        self.sizes: list[float] = []

    def read(self, process: "subprocess.Popen[bytes]", stream: IO[bytes]) -> None:
        """Reads to the end."""
        start = time.monotonic()
        for line in stream:
            self.n_rows += 1
            found = _NUMBER.search(line)
            self.n_misplaced += found is None or int(found[1]) != self.n_rows
            if self.n_rows == 1:
                self.first = time.monotonic() - start - queued_seconds(process.pid)
            if self.n_rows % 10_000 == 1:
                self.sizes.append(megabytes(process.pid))

    def faults(self) -> list[str]:
        """What is wrong, but for the number of rows."""
        found = [f"{self.n_misplaced:,} rows out of order"] if self.n_misplaced else []
        if self.first > FIRST_SECONDS:
            found.append(f"the first row came after {self.first:.1f} s")
        if max(self.sizes) > MOST_MB:
            found.append(f"{max(self.sizes):,.0f} MB of memory")
        if max(self.sizes) - self.sizes[len(self.sizes) // 10] > MOST_GROWTH_MB:
            found.append(f"memory grew to {max(self.sizes):,.0f} MB")
        return found


def one_line() -> list[str]:
    """A reader that goes away after a line; what is wrong with how the command ends."""
    process, writer = started(Budget(10_000_000))
    assert process.stdout is not None and process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    told = process.stderr.read()
    code = process.wait()
    waited(writer)  # whom the pipe ends, too
    found = [f"`| head -1`: ended with {code}"] if code != 141 else []
    return found + ([f"`| head -1`: {told.decode()[-200:]}"] if told else [])


def main(budget: Budget) -> Tally:
    """One stream, whole, and one reader that goes away."""
    process, writer = started(budget)
    assert process.stdout is not None and process.stderr is not None
    reader = Reader()
    reader.read(process, process.stdout)
    told = process.stderr.read().decode()
    code = process.wait()
    waited(writer)
    faults = reader.faults() + one_line()
    if code or f"predicted {reader.n_rows:,} row" not in told:
        faults.append(f"ended with {code}: {told[-200:]}")
    if reader.n_rows != budget.count and budget.seconds == float("inf"):
        faults.append(f"{reader.n_rows:,} rows out of {budget.count:,}")
    tenth = reader.sizes[len(reader.sizes) // 10]
    detail = (
        f"first row after {reader.first:.2f} s; {tenth:,.0f} MB after a tenth of the rows, "
        f"{max(reader.sizes):,.0f} MB at most"
    )
    return Tally(
        "rows from a pipe",
        reader.n_rows,
        lost=len(faults),
        tracebacks=told.count("Traceback"),
        detail=(*faults, detail),
    )


if __name__ == "__main__":
    run_alone(main, 1_000_000)
