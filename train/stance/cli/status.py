"""`stance status`."""

from typing import TYPE_CHECKING

from stance.cli.console import echo, echo_json
from stance.cli.errors import handled
from stance.cli.options import JsonOption, ProjectOption
from stance.storage.errors import n_of

if TYPE_CHECKING:
    from stance.storage.project import Project

# Fewer new sentences, as a share of those trained on, are not worth a look at the test articles;
# and training leaves a few out that contradict each other.
FEW_NEW = 0.05


@handled
def status(project: ProjectOption = None, as_json: JsonOption = False) -> None:
    """Show how far the project is, from articles to the model, and what to do next."""
    from stance.codebook.codebook import read_codebook
    from stance.storage.project import require_project

    found = require_project(project)
    codebook = read_codebook(found.codebook)
    counts = _counts(found, codebook.names)
    advice = _advice(counts)
    if as_json:
        echo_json({**counts, "labels": list(codebook.names), "next": advice})
        return
    echo(
        f"articles {counts['articles']:,} → sentences {counts['sentences']:,} → "
        f"annotations {counts['annotations']:,} by {counts['annotators']} → "
        f"labelled {counts['labelled']:,} (train {counts['train']:,}, test {counts['test']:,}) → "
        f"models {counts['models']}"
    )
    if counts["disputed"]:
        echo(f"{n_of(counts['disputed'], 'sentence')} in dispute (stance review)")
    if counts["orphans"]:
        echo(f"{counts['orphans']:,} annotations of sentences whose text is not here")
    echo(f"labels: {', '.join(codebook.names)}")
    echo(f"next: {advice}")


def _counts(project: "Project", names: tuple[str, ...]) -> dict[str, int]:
    from stance.annotation.gold import project_examples
    from stance.annotation.store import read_annotations
    from stance.codebook.codebook import read_codebook
    from stance.corpus.store import read_corpus
    from stance.learning.split import TEST, TRAIN, read_split
    from stance.models.registry import Registry

    corpus = read_corpus(project)
    annotations = read_annotations(project)
    labelled = project_examples(project, read_codebook(project.codebook))
    sides = read_split(project)
    on_side = [sides.get(one.article_id, "") for one in labelled.examples]
    return {
        "articles": len(corpus.articles),
        "sentences": len(corpus.sentences),
        "annotations": len(annotations),
        "annotators": len({one.annotator for one in annotations}),
        "labelled": len(labelled.examples),
        "disputed": labelled.n_disputed,
        "orphans": labelled.n_orphans,
        "train": on_side.count(TRAIN),
        "test": on_side.count(TEST),
        "models": len(Registry(project.models).versions()),
        "trained_on": _n_trained_on(project),
    }


def _n_trained_on(project: "Project") -> int:
    """How many sentences the last version was trained on; 0 where there is none to ask."""
    from stance.models.folder import read_info
    from stance.models.registry import LATEST, Registry
    from stance.storage.errors import ModelError

    registry = Registry(project.models)
    try:
        version = registry.aliases().get(LATEST) or registry.in_use()
        return read_info(registry.root / version).data.n_sentences if version else 0
    except ModelError:
        return 0


def _advice(counts: dict[str, int]) -> str:
    if not counts["sentences"]:
        return "stance ingest seeds/   (or stance import ROWS)"
    if not counts["labelled"]:
        return "stance annotate   (or stance import ROWS, of labelled sentences)"
    if not counts["models"]:
        return "stance train"
    n_new = counts["labelled"] - counts["test"] - counts["trained_on"]
    if n_new > FEW_NEW * counts["trained_on"] > 0:
        return f"stance retrain   ({n_new:,} sentences were labelled since the last training)"
    return "stance evaluate, or stance predict ARTICLE"
