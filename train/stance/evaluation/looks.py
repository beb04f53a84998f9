"""Every look at a project's test articles is written down: a test set wears out by being read."""

from dataclasses import replace

from stance.annotation.store import now
from stance.evaluation.report import Report
from stance.storage.atomic import append_lines
from stance.storage.jsonl import dump, read_jsonl
from stance.storage.project import Project


def with_look(project: Project, report: Report) -> Report:
    """Logs this look in `data/looks.jsonl`, and the report with the number of looks so far."""
    path = project.data / "looks.jsonl"
    look = {
        "at": now(),
        "model_version": report.model_version,
        "data_sha256": report.data_sha256,
        "macro_f1": round(report.macro.f1.value, 4),
    }
    append_lines(path, [dump(look)])
    n_looks = sum(
        1 for _, fields in read_jsonl(path) if fields["data_sha256"] == look["data_sha256"]
    )
    told = ("Looks at this test set so far", f"{n_looks:,}, this one included")
    return replace(report, made_by=(*report.made_by, told))
