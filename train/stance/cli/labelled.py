"""The labelled sentences that `evaluate` and `compare` score."""

from pathlib import Path
from typing import TYPE_CHECKING

from stance.cli.errors import tell_refused

if TYPE_CHECKING:
    from stance.annotation.examples import Example
    from stance.prediction.scorer import Scorer
    from stance.storage.project import Project


def examples_for(
    data: list[Path],
    project: "Project | None",
    scorer: "Scorer",
    encoding: str | None,
    text_key: str,
) -> "tuple[list[Example], list[str]]":
    """The sentences to score and the names of where they come from."""
    from stance.annotation.examples import accepted, read_labelled, with_codebook
    from stance.annotation.gold import project_examples
    from stance.learning.split import TEST, split_examples
    from stance.storage.errors import DataError

    codebook = scorer.info.as_codebook()
    if data:
        labelled = with_codebook(read_labelled(data, encoding, text_key), codebook)
        tell_refused(labelled.refused)
        return list(accepted(labelled.examples)), [path.name for path in data]
    assert project is not None
    examples = split_examples(project, project_examples(project, codebook).examples)[TEST]
    if not examples:
        raise DataError("the project has no test article yet. Annotate more, or name --data FILE.")
    return examples, [f"test articles of {project.root.name}"]


def without_seen(
    examples: "list[Example]", folder: Path, scorer: "Scorer", keep_seen: bool
) -> "tuple[list[Example], list[str]]":
    """The sentences that the model was not trained on, and what is to be told of the others."""
    from stance.evaluation.evaluate import unseen
    from stance.models.folder import read_training_hashes
    from stance.storage.errors import DataError

    fresh, seen = unseen(examples, read_training_hashes(folder, scorer.info))
    if not seen:
        return examples, []
    told = (
        f"{len(seen):,} of {len(examples):,} sentences are in the training data of "
        f"{scorer.info.version}"
    )
    if keep_seen:
        return examples, [f"{told} and are scored all the same: the scores are too good."]
    if not fresh:
        raise DataError(
            f"{told}. Name other data (`stance evaluate --keep-seen` scores it anyway)."
        )
    return fresh, [f"{told} and were left out."]
