"""What a retraining came to, as words, a table, JSON, and files in one folder."""

import json
from pathlib import Path
from typing import Any

from stance.evaluation import render_compare
from stance.evaluation.compare import LabelDifference
from stance.evaluation.report import percent
from stance.retraining.gate import MIN_ARTICLES, MIN_SENTENCES
from stance.retraining.retrain import FORCED, KEPT, Outcome
from stance.storage.atomic import creating_folder
from stance.storage.project import Project

# 1: first form.
RETRAIN_FORMAT = 1
COLUMNS = ("label", "test sentences", "F1 before", "F1 now", "change", "so it is")


def headline(outcome: Outcome) -> str:
    """The decision in one sentence."""
    version, champion = outcome.info.version, outcome.champion
    if outcome.decision == KEPT:
        stays = f"{champion} stays the champion" if champion else "it is no champion"
        return f"{version} is not promoted: {stays}."
    if champion is None:
        return f"{version} is the first champion: there was nothing to compare it with."
    how = ", on demand and not by the rule" if outcome.decision == FORCED else ""
    return f"{version} is the champion now{how}; {champion} comes back with stance models rollback."


def paragraphs(outcome: Outcome) -> list[str]:
    """Decision, figures, reasons, and what would decide it, in plain words."""
    trial = outcome.trial
    told = [headline(outcome)]
    if trial.comparison is not None:
        told.append(render_compare.verdict(trial.comparison))
    if outcome.champion is not None:
        told.append(" ".join(trial.judgement.reasons))
    if outcome.decision == KEPT and trial.judgement.is_better and outcome.champion:
        told.append("The rule would have promoted it; --no-promote was asked for.")
    told += [one for one in (_needed(outcome), _unjudged(outcome), _seen(outcome)) if one]
    if trial.looks is not None:
        told.append(f"This is look {trial.looks.n_looks:,} at this test set.")
        told += trial.looks.notes
    return told


def _needed(outcome: Outcome) -> str:
    """How much larger the test set would have to be, where it is too small to tell."""
    one, judgement = outcome.trial.comparison, outcome.trial.judgement
    if one is None or judgement.is_better or one.n_flips == 0 or one.macro_f1.low is None:
        return ""
    if one.macro_f1.low > 0:
        return ""
    if one.macro_f1.value <= 0:
        return "It does not look better, so a larger test set is not what it lacks."
    if judgement.n_articles_needed is None:
        return "A difference as small as this would not be shown by a hundred times the test set."
    n_more = max(1, judgement.n_articles_needed - one.n_articles)
    n_sentences = round(n_more * one.n_sentences / one.n_articles)
    return (
        f"If it is really as large as it looks, about {n_more:,} more test articles "
        f"({n_sentences:,} sentences) would show it, four times in five; every fifth article that "
        "is labelled joins the test set."
    )


def _unjudged(outcome: Outcome) -> str:
    rare = outcome.trial.judgement.unjudged
    if not rare:
        return ""
    told = ", ".join(f"{name} ({n:,} test sentences)" for name, n in rare)
    return (
        f"Too rare in the test set to be judged: {told}. Needed are {MIN_SENTENCES} sentences in "
        f"{MIN_ARTICLES} articles."
    )


def _seen(outcome: Outcome) -> str:
    n = outcome.trial.n_left_out
    return f"{n:,} test sentences that one of the two was trained on were left out." if n else ""


def rows(outcome: Outcome) -> list[tuple[str, ...]]:
    """One row a label, then the mean over labels; empty where nothing was compared."""
    trial = outcome.trial
    if trial.comparison is None:
        return []
    found = []
    for one in trial.comparison.labels:
        n = sum(one.label in example.labels for example in trial.tested)
        shares = (percent(one.old_f1), percent(one.new_f1))
        change = render_compare.difference(one.f1)
        found.append((one.label, f"{n:,}", *shares, change, _word(outcome, one)))
    mean = trial.comparison.macro_f1
    labels = trial.comparison.labels
    old, new = (
        percent(sum(values) / len(labels))
        for values in ([one.old_f1 for one in labels], [one.new_f1 for one in labels])
    )
    n_all = f"{trial.comparison.n_sentences:,}"
    word = _sure(mean.low, mean.high)
    return [*found, ("macro avg", n_all, old, new, render_compare.difference(mean), word)]


def _word(outcome: Outcome, one: LabelDifference) -> str:
    if one.label in dict(outcome.trial.judgement.unjudged):
        return "too rare to judge"
    if one.label in outcome.trial.judgement.lost:
        return "too much worse"
    return _sure(one.f1.low, one.f1.high)


def _sure(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return "not known"
    return (
        "better"
        if low > 0
        else "worse"
        if high < 0
        else "as before"
        if low == high
        else ("perhaps chance")
    )


def to_dict(outcome: Outcome) -> dict[str, Any]:
    """The outcome for programs; the comparison in the form of `stance compare --json`."""
    trial = outcome.trial
    comparison = trial.comparison
    return {
        "format": RETRAIN_FORMAT,
        "version": outcome.info.version,
        "path": str(outcome.folder),
        "champion_before": outcome.champion,
        "decision": outcome.decision,
        "is_promoted": outcome.decision != KEPT,
        "is_better": trial.judgement.is_better,
        "told": paragraphs(outcome),
        "margin": outcome.margin,
        "labels_lost": list(trial.judgement.lost),
        "labels_too_rare": dict(trial.judgement.unjudged),
        "n_test_articles_needed": trial.judgement.n_articles_needed,
        "n_left_out": trial.n_left_out,
        "looks": trial.looks.n_looks if trial.looks else None,
        "test_sha256": trial.looks.data_sha256 if trial.looks else None,
        "imported": _imported(outcome),
        "set_aside": list(outcome.arrived.left) if outcome.arrived else [],
        "comparison": json.loads(render_compare.to_json(comparison)) if comparison else None,
    }


def _imported(outcome: Outcome) -> dict[str, int] | None:
    if outcome.arrived is None:
        return None
    counts = vars(outcome.arrived.imported)
    return {name: value for name, value in counts.items() if name != "refused"}


def write(project: Project, outcome: Outcome) -> Path:
    """Writes retrain.json, compare.html, compare.json and set-aside.txt into one new folder."""
    name = f"{outcome.info.version}-vs-{outcome.champion or 'none'}"
    number = 1
    while (folder := project.reports / (name if number == 1 else f"{name}-{number}")).exists():
        number += 1  # of a version that was removed by hand
    files = {"retrain.json": json.dumps(to_dict(outcome), indent=2, ensure_ascii=False) + "\n"}
    if (one := outcome.trial.comparison) is not None:
        files["compare.html"] = render_compare.to_html(one, paragraphs(outcome))
        files["compare.json"] = render_compare.to_json(one)
    if outcome.arrived is not None and outcome.arrived.left:
        files["set-aside.txt"] = "\n".join(outcome.arrived.left) + "\n"
    with creating_folder(folder) as temporary:
        for file, content in files.items():
            (temporary / file).write_text(content, encoding="utf-8")
    return folder
