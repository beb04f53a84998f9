"""The ledger of corrections: it settles sentences for training, and no test set sees it."""

import pytest

from stance.annotation.corrections import Correction, append_corrections, read_corrections
from stance.annotation.examples import Labelled
from stance.annotation.gold import project_examples
from stance.annotation.importing import import_examples
from stance.annotation.store import Annotation, append_annotations, append_gold
from stance.corpus.store import read_corpus
from stance.learning.split import TEST, TRAIN, split_examples
from stance.storage.errors import InputError


@pytest.fixture
def sentences(project, small):
    """Three imported sentences of one article; the first two are labelled."""
    rows = [
        small.example(f"r{number}", text, ["for_aid"], article_id="paper")
        for number, text in enumerate(("We help.", "We pay.", "We wait."))
    ]
    import_examples(project, Labelled(tuple(rows), (), is_single=False), "ana")
    found = list(read_corpus(project).sentences.values())
    take_back(project, found[2:])
    return found


def take_back(project, sentences):
    """The annotator ana does not answer about these sentences after all."""
    append_annotations(project, [answer(Annotation, one, [], answer="ignore") for one in sentences])


def answer(kind, sentence, labels, annotator="ana", at="2030-01-01T00:00:00Z", **fields):
    fields = {"sentence_sha256": sentence.sha256} | fields
    return kind(
        sentence_id=sentence.id,
        labels=tuple(labels),
        annotator=annotator,
        annotated_at=at,
        **fields,
    )


def correction(sentence, labels, by="eve", **fields):
    return answer(Correction, sentence, labels, by, **fields)


def labels_of(project, small):
    found = project_examples(project, small.codebook()).examples
    return {one.text: (one.labels, one.fields.get("corrected_by", "")) for one in found}


def test_the_latest_correction_of_a_sentence_counts(project, sentences):
    """A second correction is a new line; the first one stays in the file."""
    append_corrections(project, [correction(sentences[0], ["unsure"])])
    append_corrections(project, [correction(sentences[0], [], by="max")])
    assert read_corrections(project)[sentences[0].id].annotator == "max"
    assert len(project.corrections.read_text("utf-8").splitlines()) == 2


def test_a_correction_settles_a_sentence_for_training(project, small, sentences):
    """It overrules annotators, and labels a sentence nobody had settled."""
    append_corrections(
        project, [correction(sentences[0], ["unsure"]), correction(sentences[2], ["for_aid"])]
    )
    assert labels_of(project, small) == {
        "We help.": (("unsure",), "eve"),
        "We pay.": (("for_aid",), ""),
        "We wait.": (("for_aid",), "eve"),
    }


def test_a_correction_of_other_words_is_stale(project, small, sentences):
    """Words that changed since were never judged."""
    append_corrections(project, [correction(sentences[0], ["unsure"], sentence_sha256="1" * 64)])
    assert labels_of(project, small)["We help."] == (("for_aid",), "")
    assert project_examples(project, small.codebook()).n_stale == 1


def test_an_adjudication_after_the_correction_decides(project, small, sentences):
    """Of two who may settle a sentence the later one counts."""
    append_corrections(project, [correction(sentences[0], ["unsure"], at="2030-01-01T00:00:00Z")])
    later = answer(Annotation, sentences[0], [], "chief", "2030-01-02T00:00:00Z")
    append_gold(project, [later])
    assert labels_of(project, small)["We help."] == ((), "")


def test_no_correction_reaches_the_test_side(project, small, sentences):
    """There the annotators' labels stand, and what only a correction labels is left out."""
    project.split.write_text('{"format": 1, "articles": {"paper": "test"}}', "utf-8")
    append_corrections(
        project, [correction(sentences[0], ["unsure"]), correction(sentences[2], ["for_aid"])]
    )
    sides = split_examples(project, project_examples(project, small.codebook()).examples)
    assert sides[TRAIN] == []
    assert {one.text: one.labels for one in sides[TEST]} == {
        "We help.": ("for_aid",),
        "We pay.": ("for_aid",),
    }


def test_an_article_known_by_corrections_alone_is_for_training(project, small):
    """Which sentences get corrected is no random choice, so they make no test article."""
    rows = [
        small.example(f"r{n}", f"Text number {n} of all.", ["for_aid"], article_id=f"p{n}")
        for n in range(30)
    ]
    import_examples(project, Labelled(tuple(rows), (), is_single=False), "ana")
    known = read_corpus(project).sentences.values()
    take_back(project, known)
    append_corrections(project, [correction(one, ["unsure"]) for one in known])
    sides = split_examples(project, project_examples(project, small.codebook()).examples)
    assert (len(sides[TRAIN]), len(sides[TEST])) == (30, 0)


def test_a_damaged_ledger_is_told_with_its_line(project, sentences):
    """Guessing would bring a wrong label into the next model."""
    append_corrections(project, [correction(sentences[0], [])])
    with project.corrections.open("a", encoding="utf-8") as stream:
        stream.write('{"sentence_id": "x"}\n')
    with pytest.raises(InputError, match=r"corrections\.jsonl:2: sentence_sha256"):
        read_corrections(project)


def test_a_correction_is_taken_back(project, sentences):
    """By a line of its own; what came before it does not come back."""
    append_corrections(project, [correction(sentences[0], ["unsure"])])
    append_corrections(project, [correction(sentences[0], [], answer="ignore")])
    append_corrections(project, [correction(sentences[1], ["unsure"], answer="reject")])
    assert list(read_corrections(project)) == [sentences[1].id]
