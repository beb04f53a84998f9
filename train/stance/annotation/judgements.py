"""Who said what about each sentence: the answers side by side, from a project or from a file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from stance.annotation.examples import ANSWERS, labels_of
from stance.annotation.gold import check_answers
from stance.annotation.store import Annotation, read_annotations, read_gold
from stance.codebook.codebook import Codebook, codebook_from_labels
from stance.corpus.normalise import sentence_key
from stance.corpus.store import Corpus, read_corpus
from stance.storage.errors import ConfigError, DataError, InputError, listed, nearest, printable
from stance.storage.jsonl import BadJsonError, Fields, parse_object
from stance.storage.project import Project
from stance.storage.row_files import read_rows
from stance.storage.rows import RefusedRow, Row, text_of

Labels = tuple[str, ...]
Place = tuple[str, str, str]


@dataclass(frozen=True)
class Judged:
    """A sentence, the labels that each annotator accepted for it, and what they noted.

    `is_settled` where an adjudicator has decided it already; `prompted` are those who had a model's
    labels on the screen when they answered.
    """

    id: str
    text: str
    article_id: str
    labels: dict[str, Labels]
    notes: dict[str, str] = field(default_factory=dict)
    is_settled: bool = False
    prompted: frozenset[str] = frozenset()

    @property
    def is_disputed(self) -> bool:
        """Whether two annotators gave different labels, settled since or not."""
        return len({tuple(sorted(one)) for one in self.labels.values()}) > 1


@dataclass(frozen=True)
class Judgements:
    """The sentences that somebody answered, and what could not be used and why.

    `stale` answers are about other words than the sentence has now, `orphans` about one whose
    article is not here, `refused` rows of a file could not be read.
    """

    sentences: tuple[Judged, ...]
    stale: tuple[str, ...] = ()
    orphans: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

    @property
    def annotators(self) -> tuple[str, ...]:
        """The names of all who answered, in order."""
        return tuple(sorted({name for one in self.sentences for name in one.labels}))

    def of(self, names: Sequence[str]) -> "Judgements":
        """The answers of these annotators alone; of all where no name is given.

        Raises ConfigError when one of them answered nothing, or is named twice.
        """
        known = self.annotators
        for name in names:
            if name not in known:
                raise ConfigError(
                    f'nobody called "{printable(name, 60)}" answered.{nearest(name, known)} '
                    f"Annotators: {', '.join(map(printable, known[:20])) or 'none'}."
                )
            if list(names).count(name) > 1:
                raise ConfigError(f'"{printable(name, 60)}" is named twice. Name two annotators.')
        wanted = names or known
        kept = (
            replace(
                one,
                labels={name: one.labels[name] for name in wanted if name in one.labels},
                notes={name: one.notes[name] for name in wanted if name in one.notes},
            )
            for one in self.sentences
        )
        sentences = tuple(one for one in kept if one.labels)
        return Judgements(sentences, self.stale, self.orphans, self.refused)


def shared(judgements: Judgements) -> tuple[Judged, ...]:
    """The sentences with two answers or more.

    Raises DataError when there is none: then nothing can be compared.
    """
    found = tuple(one for one in judgements.sentences if len(one.labels) > 1)
    if not found:
        names = ", ".join(map(printable, judgements.annotators[:8])) or "nobody"
        raise DataError(
            f"no sentence was answered by two annotators (answers of: {names}). "
            "Let a second one label the same sentences."
        )
    return found


def project_judgements(
    project: Project, codebook: Codebook, corpus: Corpus | None = None
) -> Judgements:
    """The accepted answers about the project's sentences as they are now, in their order.

    Raises InputError when an answer has a label that the codebook does not know.
    """
    corpus = corpus or read_corpus(project)
    answers = read_annotations(project)
    check_answers(answers, codebook)
    found: dict[str, list[Annotation]] = {}
    stale, orphans = [], []
    for one in answers:
        sentence = corpus.sentences.get(one.sentence_id)
        if sentence is None:
            orphans.append(f"{one.sentence_id} ({one.annotator})")
        elif sentence.sha256 != one.sentence_sha256:
            stale.append(f"{one.sentence_id} ({one.annotator})")
        elif one.answer == "accept":
            found.setdefault(one.sentence_id, []).append(one)
    gold = {one.sentence_id: one.sentence_sha256 for one in read_gold(project)}
    sentences = tuple(
        Judged(
            one.id,
            one.text,
            one.article_id,
            {said.annotator: codebook.checked(said.labels) for said in found[one.id]},
            {said.annotator: said.note for said in found[one.id] if said.note},
            is_settled=gold.get(one.id) == one.sha256,
            prompted=frozenset(said.annotator for said in found[one.id] if said.suggested),
        )
        for one in corpus.sentences.values()
        if one.id in found
    )
    return Judgements(sentences, tuple(stale), tuple(orphans))


def file_judgements(
    path: Path, codebook: Codebook | None, encoding: str | None = None, text_key: str = "text"
) -> tuple[Judgements, Codebook]:
    """The answers in a file of rows, and their codebook (taken from them where none is given).

    A row has a list `annotations` of objects with `annotator` and `labels`, or is itself the
    answer of its `annotator`; then rows of one article with the same text belong together, and
    the last one of an annotator counts. Raises InputError when no row can be used.
    """
    found: dict[Place, Judged] = {}
    refused = []
    for row in read_rows(path, encoding, text_key):
        try:
            if isinstance(row, RefusedRow):
                raise ValueError(row.reason)
            _add(found, row, path, text_key, codebook)
        except ValueError as error:
            refused.append(f"{printable(str(path))}:{row.number}: {error}.")
    if not found:
        raise InputError(listed(refused, 5) if refused else f"{path}: has no rows.")
    if codebook is None:
        given = [labels for one in found.values() for labels in one.labels.values()]
        codebook = codebook_from_labels(given, path.name, single=False)
    for one in found.values():  # in one order: a set of labels has none
        one.labels.update({who: codebook.checked(given) for who, given in one.labels.items()})
    return Judgements(tuple(found.values()), refused=tuple(refused)), codebook


def _add(
    found: dict[Place, Judged],
    row: Row,
    path: Path,
    text_key: str,
    codebook: Codebook | None,
) -> None:
    text = text_of(row, text_key)
    if isinstance(text, RefusedRow):
        raise ValueError(text.reason)
    name = str(row.fields.get("id") or f"{path.stem}#{row.number}")
    article, target = (row.fields.get(field) or "" for field in ("article_id", "target"))
    place = (str(article), str(target), sentence_key(text))
    given = dict(_answers_of(row.fields, codebook))
    one = found.setdefault(place, Judged(name, text, str(article) or name, {}))
    one.labels.update({who: labels for who, (labels, _) in given.items()})
    one.notes.update({who: note for who, (_, note) in given.items() if note})


def _answers_of(
    fields: Fields, codebook: Codebook | None
) -> Iterable[tuple[str, tuple[Labels, str]]]:
    """Annotator, labels and note of each accepted answer in the row."""
    for answer in _answer_fields(fields):
        who, what = answer.get("annotator"), answer.get("answer") or "accept"
        if not isinstance(who, str | int) or isinstance(who, bool) or not str(who).strip():
            raise ValueError('an answer without "annotator". Write the annotator\'s name')
        if what not in ANSWERS:
            raise ValueError(f'answer "{printable(str(what), 40)}" is none of {", ".join(ANSWERS)}')
        labels = labels_of(answer)
        labels = codebook.checked(labels, what == "accept") if codebook else labels
        if what == "accept":
            yield str(who).strip(), (labels, str(answer.get("note") or ""))


def _answer_fields(fields: Fields) -> list[Fields]:
    answers = fields.get("annotations")
    if answers is None or answers == "":
        return [fields]
    if isinstance(answers, str):  # how a table holds a list of objects
        try:
            answers = parse_object('{"annotations": ' + answers + "}")["annotations"]
        except BadJsonError:
            answers = None
    if not isinstance(answers, list) or not all(isinstance(one, dict) for one in answers):
        raise ValueError('"annotations" is no list of objects with "annotator" and "labels"')
    return answers
