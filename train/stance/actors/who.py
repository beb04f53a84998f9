"""From articles to the table, in one go."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from stance.actors.corrected import Rates
from stance.actors.decisions import Decisions, Overrides
from stance.actors.gazetteer import Gazetteer
from stance.actors.rates import error_rates
from stance.actors.sources import Source, Sources, corpus_sources, read_sources
from stance.actors.statements import Found, Rules, find_statements
from stance.actors.table import By, Line, Table, make_table, row_of
from stance.annotation.corrections import read_corrections
from stance.annotation.examples import Example, accepted, read_labelled, with_codebook
from stance.annotation.gold import project_examples
from stance.codebook.codebook import Codebook, read_codebook
from stance.corpus.store import Corpus, read_corpus
from stance.evaluation.evaluate import unseen
from stance.learning.split import TEST, as_annotated, read_split
from stance.models.folder import read_training_hashes
from stance.models.info import Info
from stance.prediction.predict import Thresholds
from stance.prediction.scorer import Scorer
from stance.storage.errors import printable
from stance.storage.project import Project, default_text
from stance.storage.refusals import summed_up
from stance.storage.toml import parse_toml, validated

log = logging.getLogger(__name__)

MIN_TEST = 50  # labelled test sentences, below which the classifier's errors are not known


@dataclass(frozen=True)
class Desk:
    """What `who` works with: the model, its labels' meaning, the actors, what people answered."""

    folder: Path
    scorer: Scorer
    limits: Thresholds
    rules: Rules
    overrides: Overrides = field(default_factory=Overrides)
    rates: Rates | None = None
    rates_note: str = ""

    @property
    def gazetteer(self) -> Gazetteer:
        """The actors."""
        return self.rules.gazetteer

    @property
    def codebook(self) -> Codebook:
        """What the labels mean."""
        return self.rules.codebook


@dataclass(frozen=True)
class Who:
    """The table, the statements behind it, and what a reader must know."""

    table: Table
    found: Found
    desk: Desk
    n_articles: int
    notes: tuple[str, ...]

    @property
    def model_version(self) -> str:
        """The version of the model that labelled."""
        return self.desk.scorer.info.version


def who(
    sources: Sources, desk: Desk, by: By = "actor", step: Callable[[str], None] = lambda _: None
) -> Who:
    """The table of the articles. `step` is told what is being done."""
    step(f"{sources.n_sentences:,} sentences")
    decisions = Decisions(desk.scorer, desk.limits, desk.overrides, desk.folder)
    articles = list(sources.articles.values())
    found = find_statements(articles, decisions, desk.rules)
    step(f"{len(found.statements):,} statements")
    table = make_table(found, desk.gazetteer, desk.scorer.info.labels, by, desk.rates)
    notes = [*sources.notes(), desk.rates_note, *found.faults[:5]]
    if table.nobody:
        notes.append(
            f"{len(table.nobody):,} of {len(found.statements):,} statements are held by the author "
            "or by names that nobody has entered (`stance who --unknown`) or that several actors "
            "bear; they are in no row."
        )
    return Who(table, found, desk, len(articles), tuple(note for note in notes if note))


def meaning(info: Info, project: Project | None) -> Codebook:
    """The codebook that says what the model's labels mean: the project's or the packaged one,
    whichever has these labels; else the bare names.
    """
    packaged = validated(
        Codebook, parse_toml(default_text("codebook.toml"), "codebook"), "the default codebook"
    )
    own = [read_codebook(project.codebook)] if project else []
    for codebook in (*own, packaged):
        if set(codebook.names) >= set(info.labels):
            return codebook
    return info.as_codebook()


def answers(project: Project | None, codebook: Codebook, use_gold: bool) -> Overrides:
    """The project's corrections and, when gold is to count, its settled answers and the rows' own.

    Without a project there are only those of the rows.
    """
    if project is None:
        return Overrides(use_rows=use_gold)
    gold = project_examples(project, codebook).examples if use_gold else ()
    return Overrides(read_corrections(project), {one.id: one for one in gold}, use_rows=use_gold)


def known_errors(
    project: Project | None, folder: Path, desk: Desk, data: Sequence[Path] = ()
) -> tuple[Rates | None, str]:
    """The classifier's error rates on labelled sentences, and a note on their basis.

    They are those of `data` or, without any, of the project's test articles. Sentences that the
    model has learnt from are left out: there it errs too little.
    """
    no = "Shares are as counted, not corrected for the classifier's errors: "
    if data:
        labelled, articles = _of_files(data, desk)
        where = ", ".join(printable(path.name) for path in data)
    elif project is None:
        return None, no + "there is no project with labelled test articles (see --errors-from)."
    elif set(read_codebook(project.codebook).names) != set(desk.scorer.info.labels):
        return None, no + "the project's labels are not those of the model."
    else:
        labelled = _of_project(project, desk)
        articles = _articles_of(read_corpus(project), labelled) if labelled else []
        where = "the test articles"
    fresh, _ = unseen(labelled, read_training_hashes(folder, desk.scorer.info))
    if len(fresh) < MIN_TEST:
        return None, (
            f"{no}{where} have {len(fresh):,} labelled sentences that the model has not learnt "
            f"from, and {MIN_TEST} are needed."
        )
    rates = error_rates(articles, fresh, desk.scorer, desk.limits, desk.rules)
    n_articles = len({one.article_id for one in fresh})
    return rates, (
        f"Corrected shares rest on the model's errors in {len(fresh):,} labelled sentences of "
        f"{where} ({n_articles:,} articles)."
    )


def _of_project(project: Project, desk: Desk) -> list[Example]:
    sides = read_split(project)
    return [
        kept
        for one in project_examples(project, desk.codebook).examples
        if sides.get(one.article_id) == TEST and (kept := as_annotated(one)) is not None
    ]


def _of_files(data: Sequence[Path], desk: Desk) -> tuple[list[Example], list[Source]]:
    labelled = with_codebook(read_labelled(data), desk.scorer.info.as_codebook())
    if labelled.refused:
        log.warning("--errors-from: %s", summed_up(labelled.refused, 3))
    sources = read_sources([str(path) for path in data], None)
    return list(accepted(labelled.examples)), list(sources.articles.values())


def _articles_of(corpus: Corpus, examples: Sequence[Example]) -> list[Source]:
    wanted = {one.article_id for one in examples}
    part = Corpus(
        corpus.articles,
        {key: one for key, one in corpus.sentences.items() if one.article_id in wanted},
    )
    return list(corpus_sources(part).articles.values())


def narrowed(made: Who, labels: Sequence[str], keys: Sequence[str]) -> Who:
    """The same with only these labels and rows (all rows when none is named).

    What a row is compared with stays what it was: only the showing is narrowed.
    """
    table = made.table
    lines = [
        replace(line, cells={one: line.cells[one] for one in labels if one in line.cells})
        for line in table.lines
        if not keys or line.key in keys
    ]
    lost = [key for key in keys if not any(line.key == key and line.cells for line in lines)]
    told = tuple(
        f"{_name(key, made.desk.gazetteer)}: no statement in these articles"
        f" (named in {_n_named(key, made):,} sentences)."
        for key in lost
    )
    kept = tuple(sorted((one for one in lines if one.cells), key=_order))
    return replace(
        made,
        table=replace(table, labels=tuple(labels), lines=kept),
        notes=made.notes + told,
    )


def _order(line: Line) -> tuple[int, int, str]:
    return (-line.n_statements, -line.n_sentences, line.name)


def _name(key: str, gazetteer: Gazetteer) -> str:
    return gazetteer.actors[key].name if key in gazetteer.actors else key


def _n_named(key: str, made: Who) -> int:
    by, gazetteer = made.table.by, made.desk.gazetteer
    return len(
        {
            (article.id, index)
            for name, places in made.found.named.items()
            if row_of(name, gazetteer, by) == key
            for article, index in places
        }
    )
