"""Calls to the kernel that fail, one after the other, and what is left.

    python benchmarks/verify/faults.py [--count 700] [--seconds S] [--seed N]

The n-th write, fsync, rename, openat, mkdir, ftruncate or close fails with ENOSPC, EIO or EMFILE,
once or from then on: every such fault that the ways to write of `storage.atomic` can meet, and
random ones of the commands that write. Every third time the next run, which has to clear up, meets
a fault of its own. Then nothing that was saved may be gone or torn, and either the command says in
lines of its own that it failed, with exit code 1, or it has done what it was asked for. A last run
without a fault must do it.
"""

import random
import tempfile
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

from verify_desk import BUG, forked, run, waited, warm
from verify_inject import Fault, Outcome, can_trace, counted, disturbed, faults_of
from verify_jobs import OUTPUTS, STORE, Desk
from verify_state import State, leftovers, state_of, torn, unfinished, whole_lines
from verify_tally import Budget, Tally, run_alone

from stance.cli.errors import handled
from stance.storage.atomic import append_lines, creating_folder, write_file, write_files

ROUNDS_A_DESK = 100
OLD, NEW = '{"old": 1}\n' * 500, '{"new": 1}\n' * 900


class Ways:
    """The ways to write, each in a folder of its own; afterwards all is old or all is new."""

    KINDS = ("file", "files", "folder", "lines")

    def __init__(self, root: Path) -> None:
        self.root = root

    def prepare(self, kind: str) -> Callable[[], int]:
        """Puts the old state there; returns the work that makes it new."""
        folder = self.root / kind
        folder.mkdir(exist_ok=True)
        if kind != "folder":
            for name in ("a", "b"):
                (folder / name).write_text(OLD)
        return partial(self._work, kind, folder)

    def _work(self, kind: str, folder: Path) -> int:
        import typer

        try:
            handled(partial(self._write, kind, folder))()
        except typer.Exit as end:
            return end.exit_code
        return 0

    def _write(self, kind: str, folder: Path) -> None:
        if kind == "file":
            write_file(folder / "a", NEW)
        elif kind == "files":
            write_files(folder, {"a": NEW, "b": NEW})
        elif kind == "lines":
            append_lines(folder / "a", NEW.splitlines())
        else:
            with creating_folder(folder / "v1") as temporary:
                (temporary / "a").write_text(NEW)

    def faults(self, kind: str, code: int) -> list[str]:
        """What is wrong; files or the folder must be new where the code is 0."""
        folder = self.root / kind
        if kind == "folder":
            there = [(folder / "v1" / "a").read_text()] if (folder / "v1").exists() else [OLD]
        else:
            names = ("a", "b") if kind == "files" else ("a",)
            there = [whole_lines(folder / name).decode() for name in names]
        # Lines that were told as saved and are appended once more are there twice.
        new = [OLD + NEW, OLD + 2 * NEW] if kind == "lines" else [NEW]
        allowed = [*new, *([OLD] if code else [])]
        return [] if all(one in allowed for one in there) else [f"{kind}: neither old nor new"]


def told_wrong(outcome: Outcome) -> list[str]:
    """What is wrong with how the command ended."""
    if "Traceback" in outcome.errors or outcome.code == BUG:
        return [f"traceback: {outcome.errors.strip().splitlines()[-1:]}"]
    if outcome.code not in (0, 1):
        return [f"ended with {outcome.code}"]
    lines = outcome.errors.splitlines()
    if outcome.code and not outcome.on_stderr and not any(one[:8] == "stance: " for one in lines):
        return [f"no message, but {outcome.errors[:80]!r}"]
    return []


class Rounds:
    """Draws work and faults, and looks at what is left."""

    def __init__(self, root: Path, seed: int) -> None:
        self.draw = random.Random(seed)
        self.desk = Desk(root, seed)
        self.ways = Ways(root)
        self._kinds = STORE | OUTPUTS | {"train": 2}
        self._counts: dict[str, dict[str, int]] = {}
        self.n_compound = 0

        # Every fault that the ways to write can meet, beside random ones of the commands.
        self._of_ways = [
            (kind, fault) for kind in self.ways.KINDS for fault in faults_of(self._counted(kind))
        ]
        self.draw.shuffle(self._of_ways)

    def _counted(self, kind: str) -> dict[str, int]:
        if kind not in self._counts:
            self._counts[kind] = counted(self._work(kind)[0], self.desk.root)
        return self._counts[kind]

    def _drawn(self) -> tuple[str, Fault]:
        """A kind of work and a fault."""
        if self._of_ways and self.draw.random() < 0.5:
            return self._of_ways.pop()
        kind = self.draw.choices(list(self._kinds), list(self._kinds.values()))[0]
        call = self.draw.choice([call for call, number in self._counted(kind).items() if number])
        return kind, self.draw.choice(list(faults_of({call: self._counts[kind][call]})))

    def next(self) -> tuple[str, Fault, list[str], bool]:
        """One round: the kind of work, the fault, what was wrong, and whether the fault came."""
        kind, fault = self._drawn()
        work, check = self._work(kind)
        outcome = disturbed(work, fault, self.desk.root)
        found = [*told_wrong(outcome), *check(outcome.code)] if outcome.was_hit else []
        if outcome.was_hit and self.draw.random() < 1 / 3:
            second = self.draw.choice(list(faults_of(self._counts[kind])))
            again = disturbed(work, second, self.desk.root)
            found += [f"then {second}: {one}" for one in (*told_wrong(again), *check(again.code))]
            self.n_compound += again.was_hit
        code = waited(forked(work, self.desk.root / "errors"))
        # A folder that is there, or a champion before whom there was none, is all one can have.
        if code and not (kind in ("rollback", "folder") and code == 1):
            told = (self.desk.root / "errors").read_text().strip()[-200:]
            found.append(f"ended with {code} without a fault: {told}")
        if kind in OUTPUTS or kind in self.ways.KINDS:
            found += [] if kind == "lines" else check(0)
        found += leftovers(self.desk.root) + unfinished(self.desk.project)
        return kind, fault, found, outcome.was_hit

    def _work(self, kind: str) -> tuple[Callable[[], int], Callable[[int], list[str]]]:
        """The work, and what looks at its result given the exit code."""
        if kind in self.ways.KINDS:
            if kind == "folder":
                import shutil

                shutil.rmtree(self.desk.root / "folder", ignore_errors=True)
            return self.ways.prepare(kind), partial(self.ways.faults, kind)
        self.desk.get_ready(kind)
        which = self.draw.choice("AB")
        command = self.desk.command(kind, which)
        before = state_of(self.desk.project)
        return partial(run, command), partial(self._faults, kind, which, before)

    def _faults(self, kind: str, which: str, before: State, code: int) -> list[str]:
        found = torn(self.desk.project, before)
        if kind in OUTPUTS:
            found += self.desk.mixed(kind)[0]
            if code == 0 and self.desk.output(kind) != self.desk.contents[kind][which]:
                found.append("exit code 0 without the output")
        elif code == 0 and state_of(self.desk.project) == before:
            found.append("exit code 0, but nothing was written")
        return found


def main(budget: Budget) -> Tally:
    """Makes calls fail until the budget is spent."""
    warm()
    faults: list[str] = []
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        rounds = Rounds(Path(name), budget.seed)
        n_done = n_rounds = 0
        while budget.lasts(n_done):
            n_rounds += 1
            if n_rounds % ROUNDS_A_DESK == 0:
                rounds.desk.renew()
            kind, fault, found, was_hit = rounds.next()
            n_done += was_hit
            counts[kind] += was_hit
            faults += [f"{kind}, {fault}: {one}" for one in found]
    n_tracebacks = sum("traceback" in one for one in faults)
    kinds = ", ".join(f"{number:,} {kind}" for kind, number in counts.most_common())
    how = "strace" if can_trace() else "a patched os module"
    return Tally(
        "injected faults",
        n_done + rounds.n_compound,
        lost=len(faults) - n_tracebacks,
        tracebacks=n_tracebacks,
        detail=(*faults, f"by {how}: {kinds}; {rounds.n_compound:,} more while clearing up"),
    )


if __name__ == "__main__":
    run_alone(main, 700)
