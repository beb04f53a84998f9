"""The project's labelled sentences: settled answers about words that are still the same."""

import pytest

from stance.annotation.examples import Labelled
from stance.annotation.gold import project_examples
from stance.annotation.importing import import_examples
from stance.annotation.store import Annotation, append_annotations, append_gold
from stance.corpus.store import read_corpus
from stance.storage.errors import InputError


@pytest.fixture
def sentences(project, small):
    """Three imported sentences of one article with an event, labelled by ana as for_aid."""
    rows = [
        small.example(
            f"r{number}",
            text,
            ["for_aid"],
            article_id="paper",
            fields={"event": "vote", "outlet": "Post"},
        )
        for number, text in enumerate(("We help.", "We pay.", "We send more."))
    ]
    import_examples(project, Labelled(tuple(rows), (), is_single=False), "ana")
    return list(read_corpus(project).sentences.values())


def answer(sentence, annotator, labels, kind="accept", sha256=None, identifier=None):
    return Annotation(
        sentence_id=identifier or sentence.id,
        sentence_sha256=sha256 or sentence.sha256,
        labels=tuple(labels),
        annotator=annotator,
        annotated_at="2024-05-01T10:00:00Z",
        answer=kind,
    )


def test_settled_sentences_come_in_corpus_order_with_article_and_event(project, small, sentences):
    """Each settled sentence appears once, in order, with what it is grouped by."""
    found = project_examples(project, small.codebook())
    assert [one.id for one in found.examples] == [one.id for one in sentences]
    assert {(one.article_id, one.event) for one in found.examples} == {("paper", "vote")}
    fields = found.examples[0].fields
    assert (fields["outlet"], fields["published_at"]) == ("Post", "")
    (answered,) = fields["annotations"]
    assert (answered["annotator"], answered["labels"]) == ("ana", ["for_aid"])
    assert answered["annotated_at"].endswith("Z")
    assert (found.n_disputed, found.n_stale, found.n_orphans) == (0, 0, 0)


def test_disputes_stale_answers_and_orphans_are_counted_and_left_out(project, small, sentences):
    """An answer about other words or an unknown sentence decides nothing, not even as gold."""
    first, second, third = sentences
    append_annotations(
        project,
        [
            answer(first, "ben", ["unsure"]),
            answer(second, "ben", ["unsure"], sha256="1" * 64),
            answer(second, "ben", ["unsure"], identifier="lost#0"),
        ],
    )
    append_gold(project, [answer(third, "chief", ["unsure"], sha256="2" * 64)])
    found = project_examples(project, small.codebook())
    assert {one.id: one.labels for one in found.examples} == {
        second.id: ("for_aid",),
        third.id: ("for_aid",),
    }
    assert (found.n_disputed, found.n_stale, found.n_orphans) == (1, 2, 1)


def test_gold_ends_a_dispute(project, small, sentences):
    """Adjudicated labels replace the annotators' answers, in the codebook's order."""
    append_annotations(project, [answer(sentences[0], "ben", ["unsure"])])
    append_gold(project, [answer(sentences[0], "chief", ["unsure", "for_aid"])])
    found = project_examples(project, small.codebook())
    assert found.examples[0].labels == ("for_aid", "unsure")
    assert found.n_disputed == 0


def test_a_rejected_answer_never_becomes_a_label(project, small, sentences):
    """Rejecting what one accepted before takes the sentence out."""
    append_annotations(project, [answer(sentences[0], "ana", ["for_aid"], "reject")])
    found = project_examples(project, small.codebook())
    assert sentences[0].id not in {one.id for one in found.examples}
    assert len(found.examples) == 2


def test_a_label_the_codebook_lacks_is_an_error_with_a_hint(project, small, sentences):
    """An unknown label in a file stops with annotator, sentence and the nearest label."""
    append_annotations(project, [answer(sentences[0], "ben", ["for_add"])])
    with pytest.raises(InputError, match=r'ben, paper#0: unknown label "for_add".*"for_aid"'):
        project_examples(project, small.codebook())


@pytest.mark.parametrize("kind", ["reject", "ignore"])
def test_an_answer_that_is_set_aside_needs_no_label(project, small, sentences, kind):
    """Where every sentence wants a label, a rejected or ignored one may still have none."""
    append_annotations(project, [answer(sentences[0], "ben", [], kind)])
    codebook = small.codebook(exclusive=True, none_allowed=False)
    assert len(project_examples(project, codebook).examples) == 3
