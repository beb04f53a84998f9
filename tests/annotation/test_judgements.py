"""Who said what about each sentence, from a project and from rows."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.annotation.judgements import Judged, Judgements, file_judgements, shared
from stance.annotation.judgements import project_judgements as of_project
from stance.annotation.store import Annotation, append_annotations, append_gold
from stance.codebook.codebook import Codebook, Label
from stance.corpus.articles import Article
from stance.corpus.normalise import sha256
from stance.corpus.segment import Sentence
from stance.corpus.store import add_to_corpus
from stance.storage.errors import ConfigError, DataError, InputError

BOOK = Codebook(labels=(Label(name="yes"), Label(name="no")))
TEXTS = ("The dam holds.", "The dam leaks.")


def answer(number, who, labels, what="accept", text=None):
    return Annotation(
        sentence_id=f"a#{number}",
        sentence_sha256=sha256(text or TEXTS[number % 2]),
        labels=labels,
        annotator=who,
        annotated_at="2026-01-01T00:00:00Z",
        answer=what,
        note=f"{who} {number}",
    )


@pytest.fixture
def answered(project):
    """A project of two sentences."""
    sentences = [
        Sentence(id=f"a#{n}", article_id="a", sent_index=n, text=text, sha256=sha256(text))
        for n, text in enumerate(TEXTS)
    ]
    add_to_corpus(project, [Article(id="a", source="a.txt")], sentences)
    return project


def test_a_project_gives_the_latest_accepted_answers(answered):
    """A changed mind counts; rejected and ignored answers take no part; gold settles."""
    append_annotations(
        answered,
        [
            answer(0, "ana", ["no"]),
            answer(0, "ana", ["yes"]),
            answer(0, "bo", ["no", "yes"]),
            answer(1, "ana", ["no"]),
            answer(1, "bo", ["yes"], "reject"),
            answer(1, "cy", ["yes"], "ignore"),
        ],
    )
    append_gold(answered, [answer(0, "judge", ["yes"])])
    first, second = of_project(answered, BOOK).sentences
    assert first.labels == {"ana": ("yes",), "bo": ("yes", "no")}
    assert (first.is_disputed, first.is_settled) == (True, True)
    assert second.labels == {"ana": ("no",)}
    assert second.notes == {"ana": "ana 1"}
    assert not second.is_settled


def test_answers_about_other_words_are_set_aside(answered):
    """One about a sentence that has changed is stale, one without a sentence an orphan."""
    append_annotations(
        answered, [answer(0, "ana", ["no"], text="The dam held."), answer(9, "bo", ["no"])]
    )
    found = of_project(answered, BOOK)
    assert (found.sentences, found.stale, found.orphans) == ((), ("a#0 (ana)",), ("a#9 (bo)",))
    append_annotations(answered, [answer(1, "bo", ["maybe"])])
    with pytest.raises(InputError, match='bo, a#1: unknown label "maybe"'):
        of_project(answered, BOOK)


def rows(write, *lines, name="rows.jsonl"):
    return write(name, "".join(json.dumps(line) + "\n" for line in lines))


def test_rows_with_a_list_of_annotations(write):
    """Each object of the list is an answer; the codebook is taken from them all."""
    path = rows(
        write,
        {
            "id": "s1",
            "text": "The dam holds.",
            "labels": ["yes"],
            "article_id": "x",
            "annotations": [
                {"annotator": "A", "labels": ["yes"], "note": "sure"},
                {"annotator": 2, "labels": []},
                {"annotator": "C", "labels": ["no"], "answer": "reject"},
            ],
        },
    )
    found, codebook = file_judgements(path, None)
    assert found.sentences == (
        Judged("s1", "The dam holds.", "x", {"A": ("yes",), "2": ()}, {"A": "sure"}),
    )
    assert codebook.names == ("yes",)


def test_rows_with_an_annotator_are_joined_by_article_and_text(write):
    """One row an answer; the last of an annotator counts, another article's is another one."""
    path = write(
        "rows.csv",
        "text,labels,annotator,article_id\n"
        "The dam holds.,yes,A,x\nThe dam  holds.,no,B,x\n"
        "The dam holds.,yes|no,A,x\nThe dam holds.,no,B,y\n",
    )
    found, _ = file_judgements(path, BOOK)
    assert [one.labels for one in found.sentences] == [
        {"A": ("yes", "no"), "B": ("no",)},
        {"B": ("no",)},
    ]


def test_a_list_in_a_table_is_json(write):
    """As this project writes lists of objects into CSV."""
    inner = json.dumps([{"annotator": "A", "labels": ["no"]}]).replace('"', '""')
    path = write("rows.csv", f'text,annotations\nThe dam holds.,"{inner}"\n')
    found, _ = file_judgements(path, BOOK)
    assert found.sentences[0].labels == {"A": ("no",)}


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"labels": ["yes"]}, 'an answer without "annotator"'),
        ({"labels": ["yes"], "annotator": True}, 'an answer without "annotator"'),
        ({"annotations": [{"annotator": "A"}]}, 'no "labels" or "label"'),
        ({"annotations": "none"}, '"annotations" is no list of objects'),
        ({"annotations": [1]}, '"annotations" is no list of objects'),
        ({"labels": ["maybe"], "annotator": "A"}, 'unknown label "maybe"'),
        ({"labels": [], "annotator": "A", "answer": "ok"}, 'answer "ok" is none of accept'),
        ({"text": 5, "labels": [], "annotator": "A"}, '"text" is int'),
    ],
)
def test_rows_that_cannot_be_used_say_why(write, fields, reason):
    """Alone such a row stops the reading; beside a good one it is told."""
    bad = {"text": "The dam leaks."} | fields
    good = {"text": "The dam holds.", "labels": ["yes"], "annotator": "A"}
    with pytest.raises(InputError, match=f"rows.jsonl:1: .*{reason}"):
        file_judgements(rows(write, bad), BOOK)
    found, _ = file_judgements(rows(write, good, bad), BOOK)
    assert len(found.sentences) == 1
    assert reason in found.refused[0]


def test_some_annotators_of_all():
    """Others' answers go, and sentences that are then without one."""
    found = Judgements(
        (
            Judged("1", "t", "a", {"ana": (), "bo": ("yes",)}, {"ana": "n"}),
            Judged("2", "t", "a", {"bo": ()}),
        )
    )
    assert found.annotators == ("ana", "bo")
    assert found.of(()) == found
    assert found.of(["ana"]).sentences == (Judged("1", "t", "a", {"ana": ()}, {"ana": "n"}),)
    with pytest.raises(ConfigError, match=r'called "anna" answered\. Did you mean "ana"\?'):
        found.of(["anna"])
    with pytest.raises(ConfigError, match="named twice"):
        found.of(["bo", "bo"])
    assert [one.id for one in shared(found)] == ["1"]
    with pytest.raises(DataError, match=r"two annotators \(answers of: ana\)"):
        shared(found.of(["ana"]))


labels = st.lists(st.sampled_from(["yes", "no"]), unique=True).map(tuple)


@given(st.dictionaries(st.sampled_from("abcd"), labels, max_size=4))
def test_a_dispute_is_two_sets_that_differ(given_labels):
    """The order of labels within an answer is no difference."""
    one = Judged("1", "t", "a", given_labels)
    assert one.is_disputed == (len({frozenset(found) for found in given_labels.values()}) > 1)
