"""Bad files through the commands that read them: one short message, the right exit code, no more.

Each case of `bad_cases` comes first, then the same files with bytes changed, of which only the
form of the answer is known: no traceback, at most twelve lines, exit code 0, 1 or 3, nothing
outside the folder, and not more than `SLOW` seconds of processor time.
"""

import contextlib
import json
import logging
import os
import random
import tempfile
import time
from pathlib import Path

from bad_cases import CSV, Case, cases
from fuzz import damaged
from verify_tally import Budget, Tally, run_alone

COUNT = 1000
SLOW = 20.0
MAX_LINES = 12
COMMANDS = {
    "import": "import {file} --project {out} --codebook auto --rejects {out}.csv",
    "ingest": "ingest {file} --project {out}",
    "config": "train --config {file} --data {rows} --codebook auto --models {out}",
    "codebook": "train --codebook {file} --data {rows} --models {out}",
}


def faults_of(case: Case, folder: Path, is_strict: bool) -> list[str]:
    """What the command does wrong with the case; the folder is empty, and for it alone."""
    from typer.testing import CliRunner

    from stance.cli.app import app

    inside = folder / "in"
    inside.mkdir()
    file, out, rows = inside / case.name, folder / "out" / "project", inside / "rows.csv"
    out.parent.mkdir()
    file.write_bytes(case.content)
    rows.write_text(CSV * 4, encoding="utf-8")
    names = {"file": file, "out": out, "rows": rows}
    command = [one.format(**names) for one in COMMANDS[case.command].split(" ")]
    started = time.process_time()
    result = CliRunner().invoke(app, command)
    faults = []
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        return [f"TRACEBACK {type(result.exception).__name__}: {result.exception}"[:200]]
    lines = result.stderr.splitlines()
    if time.process_time() - started > SLOW:
        faults.append("slow")
    if result.exit_code not in (0, 1, 3):
        faults.append(f"exit code {result.exit_code}")
    if len(lines) > MAX_LINES or (result.exit_code and not lines):
        faults.append(f"{len(lines)} lines are told")
    if strange := sorted(path.name for path in folder.iterdir() if path.name not in ("in", "out")):
        faults.append(f"written beside the output: {strange[:3]}")
    if "\x1b" in result.stderr or "\0" in result.stderr:
        faults.append("control bytes are told")
    return faults + (_strict(case, result.exit_code, result.stderr, out) if is_strict else [])


def _strict(case: Case, code: int, told: str, out: Path) -> list[str]:
    faults = []
    if code != (0 if case.outcome == "accept" else 1):
        faults.append(f"exit code {code} where {case.outcome} was expected: {told[-200:]}")
    if case.told not in told:
        faults.append(f"does not tell “{case.told}”: {told[-200:]}")
    if case.command in ("import", "ingest"):
        stored = list(out.glob("data/articles.jsonl"))
        has_rows = bool(stored) and stored[0].stat().st_size > 0
        if has_rows != (case.outcome != "reject"):
            faults.append("something was taken" if has_rows else "nothing was taken")
    return faults


def tried(case: Case, is_strict: bool) -> list[str]:
    """The faults of the case, in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="bad-") as scratch, contextlib.chdir(scratch):
        return [
            f"{case.command} {case.name}: {one}"
            for one in faults_of(case, Path(scratch), is_strict)
        ]


def main(budget: Budget) -> Tally:
    """All cases as they are, then damaged ones until the count is reached."""
    logging.getLogger("stance").setLevel(logging.WARNING)
    os.environ["NO_COLOR"] = "1"
    known = cases()
    draw = random.Random(budget.seed)
    n_done, wrong = 0, []
    while budget.lasts(n_done):
        is_strict = n_done < len(known)
        case = known[n_done] if is_strict else _damaged(draw, draw.choice(known))
        found = tried(case, is_strict)
        if found and not is_strict:
            found = [f"{one}; content {json.dumps(case.content[:300].hex())}" for one in found]
        wrong += found
        n_done += 1
    n_tracebacks = sum("TRACEBACK" in one for one in wrong)
    lost = len(wrong) - n_tracebacks
    return Tally("bad inputs", n_done, lost=lost, tracebacks=n_tracebacks, detail=tuple(wrong))


def _damaged(draw: random.Random, case: Case) -> Case:
    content = damaged(draw, [case.content[:5000]])
    return Case(case.name, case.command, content, "")


if __name__ == "__main__":
    run_alone(main, COUNT)
