"""Retraining: a challenger from all annotations, beside the champion on the same test articles.

The champion's alias moves last, after the challenger, its report and the look at the test set are
on the disk, and in one step: whatever happens before, the champion is untouched.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stance.annotation.examples import Example, Labelled
from stance.annotation.gold import project_examples
from stance.codebook.codebook import Codebook, read_codebook
from stance.evaluation.compare import Comparison, compare
from stance.evaluation.evaluate import unseen
from stance.evaluation.looks import Looks, look
from stance.learning.config import Config
from stance.learning.dataset import training_data
from stance.learning.leakage import refuse_leaks
from stance.learning.split import TEST, TRAIN, split_examples
from stance.learning.training import train
from stance.models.champion import promote
from stance.models.folder import read_training_hashes
from stance.models.info import Info
from stance.models.registry import CHALLENGER, CHAMPION, Registry
from stance.models.saving import save
from stance.prediction.scorer import Scorer, load_scorer
from stance.retraining.gate import MARGIN, Judgement, judge
from stance.retraining.incoming import Arrived, take_in
from stance.storage.errors import ConfigError, DataError, ModelError
from stance.storage.leftovers import clean_leftovers
from stance.storage.places import check_writable
from stance.storage.project import Project

log = logging.getLogger(__name__)

PROMOTED, FORCED, KEPT = "promoted", "promoted on demand", "kept"


@dataclass(frozen=True)
class Wishes:
    """What the user asked for. `promote` is None where the rule decides."""

    command: str
    margin: float = MARGIN
    promote: bool | None = None
    name: str | None = None
    by: str = ""
    note: str = ""
    allow_leakage: bool = False


@dataclass(frozen=True)
class Champion:
    """The version in use, ready to score."""

    folder: Path
    scorer: Scorer

    @property
    def version(self) -> str:
        """Its name."""
        return self.scorer.info.version


@dataclass(frozen=True)
class Trial:
    """Both versions on the test articles; `comparison` is None where there was nothing to compare.

    `n_left_out` test sentences were trained on by one of the two. `tested` are the others.
    """

    judgement: Judgement
    comparison: Comparison | None = None
    looks: Looks | None = None
    tested: Sequence[Example] = ()
    n_left_out: int = 0


@dataclass(frozen=True)
class Outcome:
    """What a retraining came to; `champion` is the version that was in use before, if any."""

    folder: Path
    info: Info
    champion: str | None
    trial: Trial
    decision: str
    margin: float
    arrived: Arrived | None = None


def challenge(
    project: Project,
    config: Config,
    wishes: Wishes,
    labelled: Labelled | None = None,
    progress: Callable[[str], None] = lambda step: None,
) -> Outcome:
    """Takes the rows in, trains, compares, decides; the champion moves with `settle` only.

    Raises a StanceError when the codebook is not the champion's, the champion is damaged, or the
    data cannot be learnt from; then the champion is as before.
    """
    codebook = read_codebook(project.codebook)
    registry = Registry(project.models)
    registry.check_name(wishes.name)
    for place in (project.data, project.reports):
        check_writable(place)
    clear(project)
    champion = champion_of(registry, codebook)
    progress("reading")
    arrived = take_in(project, labelled, codebook) if labelled else None
    sides = _sides(project, codebook, wishes.allow_leakage)
    trained = train(training_data(sides[TRAIN], codebook), config, progress)
    progress("writing")
    if champion is not None and CHAMPION not in registry.aliases():
        # Else the challenger, being the latest, would be in use before it is judged.
        note = {"note": "in use when the first retraining began"}
        promote(registry, champion.version, wishes.command, note, instead_of="")
    folder, info = save(
        trained, project.models, wishes.name, wishes.command, wishes.by, wishes.note, [CHALLENGER]
    )
    progress("comparing")
    trial = _trial(project, champion, Champion(folder, load_scorer(folder)), sides, wishes.margin)
    name = champion.version if champion else None
    decision = _decision(trial.judgement, wishes.promote)
    return Outcome(folder, info, name, trial, decision, wishes.margin, arrived)


def clear(project: Project) -> None:
    """Removes what killed processes left in the project, and finishes their last move."""
    for folder in (project.data, project.annotations, project.reports):
        clean_leftovers(folder)
    if project.models.is_dir():
        with Registry(project.models).holding():
            pass


def champion_of(registry: Registry, codebook: Codebook) -> Champion | None:
    """The version in use in this project, or None where there is none yet.

    Raises ConfigError when its labels are not the codebook's, ModelError when it is damaged.
    """
    version = registry.in_use()
    if version is None:
        return None
    try:
        folder = registry.find(version)
        scorer = load_scorer(folder)
    except ModelError as error:
        raise ModelError(
            f"the champion {version} cannot be compared with: {error} "
            "Go back with stance models rollback, or promote another version."
        ) from error
    info = scorer.info
    if (info.labels, info.exclusive, info.none_allowed) != (
        codebook.names,
        codebook.exclusive,
        codebook.none_allowed,
    ):
        raise ConfigError(
            f"the codebook changed since the champion {version} was trained: {_kind(info)} then, "
            f"{_kind(codebook)} now. Scores of other labels cannot be compared: stance train, "
            "then stance models promote VERSION --note WHY."
        )
    return Champion(folder, scorer)


def _kind(one: Info | Codebook) -> str:
    names = one.labels if isinstance(one, Info) else one.names
    how = "one label a sentence" if one.exclusive else "several labels a sentence"
    return f"{', '.join(names)} ({how}{'' if one.none_allowed else ', never none'})"


def _sides(project: Project, codebook: Codebook, allow_leakage: bool) -> dict[str, list[Example]]:
    """The labelled sentences by side; leaks between the sides stop here, as in `stance train`."""
    found = project_examples(project, codebook)
    examples = found.examples
    if found.n_disputed:
        log.warning("%s sentences in dispute were left out", f"{found.n_disputed:,}")
    if not examples:
        raise DataError(
            f"{project.root}: no annotated sentence. Label some, or name rows with --data."
        )
    sides = split_examples(project, examples)
    refuse_leaks(
        examples, {one.place: side for side in sides for one in sides[side]}, allow_leakage
    )
    return sides


def _trial(
    project: Project,
    champion: Champion | None,
    challenger: Champion,
    sides: dict[str, list[Example]],
    margin: float,
) -> Trial:
    """The comparison on the test articles, logged as a look at them before it is made."""
    if champion is None:
        return Trial(Judgement(True, ("There was no champion to compare with.",)))
    sealed = sides[TEST]
    if not sealed:
        return Trial(Judgement(False, ("There is no test article to compare on.",)))
    looks = look(project, sealed, "retrain", [champion.version, challenger.version])
    tested = sealed
    for one in (champion, challenger):
        tested, _ = unseen(tested, read_training_hashes(one.folder, one.scorer.info))
    n_left_out = len(sealed) - len(tested)
    if not tested:
        reason = "One of the two was trained on every test sentence."
        return Trial(Judgement(False, (reason,)), None, looks, (), n_left_out)
    comparison = compare(champion.scorer, challenger.scorer, tested)
    judgement = judge(comparison, tested, margin)
    return Trial(judgement, comparison, looks, tested, n_left_out)


def _decision(judgement: Judgement, wish: bool | None) -> str:
    if wish is False:
        return KEPT
    if judgement.is_better:
        return PROMOTED
    return FORCED if wish else KEPT


def settle(project: Project, outcome: Outcome, wishes: Wishes) -> None:
    """Writes the decision into the history and moves the champion with it, where it is to move.

    Raises ProjectError when another version became champion since the comparison.
    """
    registry = Registry(project.models)
    version, numbers = outcome.info.version, _numbers(outcome, wishes)
    if outcome.decision == KEPT:
        with registry.holding():
            registry.record("retrain", version, wishes.command, numbers)
    else:
        before = outcome.champion or ""
        promote(registry, version, wishes.command, numbers, before, event="retrain")


def _numbers(outcome: Outcome, wishes: Wishes) -> dict[str, Any]:
    """What the history keeps of a retraining, differences as [value, low, high]."""
    trial = outcome.trial
    found: dict[str, Any] = {
        **({"by": wishes.by} if wishes.by else {}),
        **({"note": wishes.note} if wishes.note else {}),
        "champion": outcome.champion,
        "decision": outcome.decision,
        "why": " ".join(trial.judgement.reasons),
        "margin": outcome.margin,
        "data_sha256": outcome.info.data.sha256,
    }
    if trial.looks is not None:
        found["test_sha256"], found["looks"] = trial.looks.data_sha256, trial.looks.n_looks
    if (one := trial.comparison) is not None:
        found |= {
            "n_sentences": one.n_sentences,
            "n_articles": one.n_articles,
            "n_left_out": trial.n_left_out,
            "macro_f1_difference": [one.macro_f1.value, one.macro_f1.low, one.macro_f1.high],
            "mcnemar_p": one.mcnemar_p,
            "labels": {
                label.label: [label.f1.value, label.f1.low, label.f1.high] for label in one.labels
            },
        }
    return found
