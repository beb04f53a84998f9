"""Every look at a project's test articles is written down: a test set wears out by being read.

Whoever keeps the best of many versions by the same test articles keeps the luckiest, so reports
say how often these were looked at, and whether they are still the same ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from stance.annotation.examples import Example
from stance.annotation.store import now
from stance.evaluation.evaluate import data_hash
from stance.evaluation.report import Report
from stance.storage.atomic import append_lines
from stance.storage.jsonl import dump, read_jsonl
from stance.storage.project import Project

LOOKS = "looks.jsonl"
BENCHMARK = "benchmark"  # looks at test rows that are not the project's
# From here on a report says that the test set is worn; `benchmarks/promotion.py` shows why.
MANY_LOOKS = 20


@dataclass(frozen=True)
class Looks:
    """How often this test set was looked at, this look included, and what should be told of it."""

    n_looks: int
    data_sha256: str
    notes: tuple[str, ...]


def look(
    project: Project, examples: Sequence[Example], command: str, versions: Sequence[str]
) -> Looks:
    """Logs that the versions are scored on the project's test sentences, before they are.

    `examples` are all test sentences, also those that a version is not scored on. Told are a
    test set that is another one than at the last look, and one that was looked at too often.
    """
    path = project.data / LOOKS
    digest = data_hash(examples)
    n_articles = len({one.article_id for one in examples})
    logged = [fields for _, fields in read_jsonl(path)] if path.exists() else []
    earlier = [one for one in logged if one.get("command") != BENCHMARK]
    line = {
        "at": now(),
        "command": command,
        "versions": list(versions),
        "data_sha256": digest,
        "n_sentences": len(examples),
        "n_articles": n_articles,
    }
    append_lines(path, [dump(line)])
    n_looks = 1 + sum(one.get("data_sha256") == digest for one in earlier)
    notes = []
    if earlier and earlier[-1].get("data_sha256") != digest:
        last = earlier[-1]
        before = ""
        if "n_sentences" in last:
            before = f" ({last['n_sentences']:,} sentences of {last['n_articles']:,} articles then)"
        notes.append(
            f"The test set changed since the last look{before}: {len(examples):,} sentences of "
            f"{n_articles:,} articles now. Scores before and after are not of the same sentences."
        )
    if n_looks >= MANY_LOOKS:
        notes.append(
            f"This test set was looked at {n_looks:,} times. Versions that were chosen by it look "
            "better than they are; label new articles, of which every fifth joins it."
        )
    return Looks(n_looks, digest, tuple(notes))


def with_look(project: Project, report: Report, examples: Sequence[Example]) -> Report:
    """Logs this look in `data/looks.jsonl`; the report with the number of looks so far."""
    found = look(project, examples, "evaluate", [report.model_version])
    told = ("Looks at this test set so far", f"{found.n_looks:,}, this one included")
    return replace(report, made_by=(*report.made_by, told), notes=(*report.notes, *found.notes))
