"""`stance split`."""

import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING

from stance.cli.console import echo, echo_json, talk, working
from stance.cli.errors import handled
from stance.cli.options import JsonOption, ProjectOption
from stance.storage.errors import ProjectError

if TYPE_CHECKING:
    from stance.storage.project import Project

LARGE = 5_000_000  # bytes of sentences; some 15,000


@handled
def split(project: ProjectOption = None, as_json: JsonOption = False) -> None:
    """Give every article that has none its side of the split, for training or for testing.

    `annotate` and `train` do so by themselves. Articles of one event, and such as share a sentence,
    lie on one side; an article that has a side keeps it.
    """
    from stance.corpus.sides import ASIDE, TEST, TRAIN
    from stance.learning.split import split_corpus
    from stance.storage.project import require_project

    with working("looking for sentences that articles share"):
        sides = Counter(split_corpus(require_project(project)).values())
    counts = {side: sides[side] for side in (TRAIN, TEST, ASIDE)}
    if as_json:
        echo_json(counts)
    else:
        echo("articles: " + ", ".join(f"{side} {n:,}" for side, n in counts.items()))


def decide_sides(project: "Project") -> None:
    """Gives new articles their side of the split, before anything of them is picked.

    With many of them in a process of its own, which takes its gigabyte along when it ends.
    """
    from stance.corpus.sides import read_split
    from stance.corpus.store import article_ids
    from stance.learning.split import split_corpus

    if article_ids(project) <= read_split(project).keys():
        return
    if project.sentences.stat().st_size < LARGE:
        split_corpus(project)
        return
    talk("Deciding which of the new articles are for testing: once, before they are labelled.")
    command = [sys.executable, "-m", "stance", "split", "--project", str(project.root)]
    if subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode:  # noqa: S603
        raise ProjectError("the articles have no sides of the split yet. Run `stance split`.")
