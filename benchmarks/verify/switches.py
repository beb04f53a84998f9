"""Readers while the champion is switched.

    python benchmarks/verify/switches.py [--count 200] [--seconds S] [--seed N]

One process promotes one version and then the other, again and again; four others label sentences
with the champion and look at the registry. Every answer must be whole and of one version (which
`predict` answers, to the last bit, as that version alone does), and no reader may ever fail.
"""

import io
import json
import random
import tempfile
from collections import Counter
from contextlib import redirect_stdout
from functools import partial
from pathlib import Path

from verify_desk import SECONDS, forked, made, rows, run, waited, warm, write
from verify_tally import Budget, Tally, run_alone

from stance.storage.project import Project

N_READERS = 4
VERSIONS = ("v1", "v2")


def printed(command: list[str]) -> tuple[int, str]:
    """The command's exit code and stdout."""
    with io.TextIOWrapper(io.BytesIO(), encoding="utf-8") as stream:
        with redirect_stdout(stream):
            code = run(command)
            stream.flush()
        return code, stream.buffer.getvalue().decode("utf-8")


def answers_of(project: Project, sentences: Path, model: str | None) -> tuple[int, str]:
    """What `predict` says of the sentences."""
    chosen = [] if model is None else ["--model", model]
    here = ["--project", str(project.root)]
    return printed(["--quiet", "predict", str(sentences), "--json", *chosen, *here])


def switch(project: Project, budget: Budget, root: Path) -> int:
    """Promotes in turn; the file `switches` says how often, and its end ends the readers."""
    n_done = 0
    here = ["--project", str(project.root)]
    while budget.lasts(n_done):
        if run(["models", "promote", VERSIONS[n_done % 2], *here]):
            break
        n_done += 1
        (root / "switches").write_text(str(n_done))
    (root / "done").touch()
    return 0


def read(project: Project, root: Path, number: int, seed: int) -> int:
    """Reads until the switching ends, and notes what each reading came to."""
    sentences = root / "sentences.jsonl"
    known = {answers_of(project, sentences, version)[1]: version for version in VERSIONS}
    draw = random.Random(f"{seed}-{number}")
    here = ["--project", str(project.root)]
    counts: Counter[str] = Counter()
    while not (root / "done").exists() or not counts:
        if draw.random() < 0.7:
            code, told = answers_of(project, sentences, None)
            what = known.get(told, "answers of no version") if code == 0 else f"ended with {code}"
        else:
            code, told = printed(["models", "list", "--json", *here])
            what = (
                "list" if code == 0 and told.count("champion") >= 1 else "a list without champion"
            )
        counts[what] += 1
    (root / f"read-{number}").write_text(json.dumps(counts))
    return 0


def main(budget: Budget) -> Tally:
    """Switches and reads at the same time."""
    warm()
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        project = made(root)
        write(root / "sentences.jsonl", rows(4, 70_000))
        children = [forked(partial(switch, project, budget, root))]
        children += [
            forked(partial(read, project, root, number, budget.seed), root / f"errors-{number}")
            for number in range(N_READERS)
        ]
        codes = [waited(child, 10 * SECONDS) for child in children]
        n_switches = int((root / "switches").read_text())
        counts: Counter[str] = Counter()
        told = ""
        for number in range(N_READERS):
            if (root / f"read-{number}").exists():
                counts.update(json.loads((root / f"read-{number}").read_text()))
            told += (root / f"errors-{number}").read_text()
    good = {*VERSIONS, "list"}
    faults = [f"{number:,} times: {what}" for what, number in counts.items() if what not in good]
    faults += [f"process {number} ended with {code}" for number, code in enumerate(codes) if code]
    said = ", ".join(f"{counts[what]:,} {what}" for what in sorted(good))
    return Tally(
        "switches of the champion",
        n_switches,
        lost=len(faults),
        tracebacks=told.count("Traceback"),
        detail=(*faults, f"{N_READERS} readers: {said}", *told.splitlines()[-3:]),
    )


if __name__ == "__main__":
    run_alone(main, 200)
