"""What `stance train` prints about the new model."""

from pathlib import Path
from typing import TYPE_CHECKING

from stance.cli.console import echo, echo_json, table, talk

if TYPE_CHECKING:
    from stance.learning.self_training import SelfTraining
    from stance.learning.training import Trained
    from stance.learning.tuning import Tuned
    from stance.models.info import Info


def show(folder: Path, info: "Info", trained: "Trained", as_json: bool) -> None:
    """The scores by label and the folder on stdout; what was tried for it on stderr."""
    _tuning(trained.tuning)
    _self_training(trained.self_training)
    scores = info.out_of_fold
    if as_json:
        echo_json(
            {
                "version": info.version,
                "path": str(folder),
                "scores": scores.model_dump(),
                "n_sentences": info.data.n_sentences,
            }
        )
        return
    limits = info.thresholds or (None,) * len(info.labels)
    rows = [
        [
            label,
            f"{info.data.counts[label]:,}",
            f"{100 * scores.f1[label]:.1f}",
            f"{100 * scores.average_precision[label]:.1f}",
            "–" if limit is None else f"{limit:.2f}",
        ]
        for label, limit in zip(info.labels, limits, strict=True)
    ]
    means = f"{100 * scores.macro_f1:.1f}", f"{100 * scores.macro_average_precision:.1f}"
    rows.append(["mean", f"{info.data.n_sentences:,}", *means, ""])
    table(
        f"{info.version}: {scores.n_folds}-fold out-of-fold scores on training data",
        ["label", "sentences", "F1", "average precision", "threshold"],
        rows,
    )
    echo(str(folder))


def _tuning(tuned: "Tuned | None") -> None:
    """What was tried, on stderr: results are for stdout."""
    if tuned is None:
        return
    for trial in tuned.trials:
        kept = "kept" if trial.kept else ""
        changes = " ".join(trial.changes) or "C"
        talk(f"{changes:62} C {trial.C:<8.3g}{100 * trial.score:6.1f}  {kept}")
    outer = "–" if tuned.outer_score is None else f"{100 * tuned.outer_score:.1f}"
    talk(
        f"{tuned.metric} of the whole search on rows that it never saw: {outer}. The scores above "
        "decided, so they are too good."
    )


def _self_training(record: "SelfTraining | None") -> None:
    """What the texts brought, on stderr: results are for stdout."""
    if record is None:
        return
    for number, one in enumerate(record.rounds):
        what = f"round {number}: {one.n_taken:,} texts taken" if number else "labelled rows alone"
        talk(f"{what:32}{100 * one.average_precision:6.1f} average precision out of fold")
    gain = f"{100 * record.gain:+.1f} [{100 * record.low:+.1f}, {100 * record.high:+.1f}]"
    verdict = (
        "kept" if record.is_kept else "not clear of zero, so the texts without labels are not used"
    )
    talk(f"self-training on {record.n_texts:,} texts: {gain}: {verdict}.")
