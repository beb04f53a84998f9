"""The stand-off record: each field where it belongs, and nothing of the text."""

import json

import pytest

from stance.annotation.standoff import (
    StandOff,
    export_stand_off,
    read_stand_off,
    shareable_id,
    to_web_annotation,
)
from stance.annotation.store import Annotation, append_annotations, append_gold
from stance.codebook.codebook import read_codebook
from stance.corpus.anchors import anchor_of
from stance.corpus.normalise import sha256
from stance.corpus.store import ingest, read_corpus
from stance.storage.errors import DataError, InputError

HEAD = "---\ntitle: Ferries\nurl: https://example.org/f\noutlet: Harbour Post\ndate: 2026-01-02\n"
TEXT = "We shall lend ferries. Nobody came."


@pytest.fixture
def filled(project):
    """Two articles; the first one's sentences are answered, one of them also as gold."""
    for name, text in (("ferries.txt", f"{HEAD}event: e1\n---\n{TEXT}"), ("b.txt", "It rained.")):
        (project.root / "seeds" / name).write_text(text, "utf-8")
    ingest(project, [project.root / "seeds"])
    first, second = read_corpus(project).of_article("ferries")
    (rain,) = read_corpus(project).of_article("b")
    append_annotations(project, [answer(first), answer(second, "reject"), answer(rain)])
    append_gold(project, [answer(second)])
    return project


def answer(sentence, kind="accept", **fields):
    fields = {"sentence_id": sentence.id, "sentence_sha256": sentence.sha256} | fields
    return Annotation(
        labels=("sceptical",),
        annotator="ana",
        annotated_at="2026-01-03T10:00:00Z",
        answer=kind,
        **fields,
    )


def exported(project, *articles):
    return export_stand_off(project, read_codebook(project.codebook), articles)


def test_a_record_says_where_the_sentence_stands_and_what_was_answered(filled):
    """Annotators' answers first, then what was adjudicated."""
    codebook = read_codebook(filled.codebook)
    record, rejected, gold = exported(filled, "ferries")
    assert record.model_dump() == {
        **anchor_of("We shall lend ferries.").model_dump(),
        "format": 1,
        "article_id": "ferries",
        "sentence_id": "ferries#0",
        "sent_index": 0,
        "url": "https://example.org/f",
        "outlet": "Harbour Post",
        "published_at": "2026-01-02",
        "event": "e1",
        "article_sha256": sha256(TEXT),
        "start": 0,
        "end": 22,
        "normalisation": "NFC+LF",
        "codebook": f"{codebook.name} {codebook.version}",
        "labels": ("sceptical",),
        "annotator": "ana",
        "annotated_at": "2026-01-03T10:00:00Z",
        "answer": "accept",
        "is_gold": False,
    }
    assert (rejected.answer, rejected.is_gold, gold.answer, gold.is_gold) == (
        "reject", False, "accept", True,
    )  # fmt: skip


def test_only_the_articles_that_are_named(filled):
    """All where none is; one that nobody answered has nothing to share."""
    assert {one.article_id for one in exported(filled)} == {"b", "ferries"}
    assert [one.sentence_id for one in exported(filled, "b")] == ["b#0"]
    with pytest.raises(DataError, match="no annotation to export"):
        exported(filled, "c")


def test_answers_about_sentences_that_are_gone_are_left_out(filled):
    """They have no place to point to."""
    (rain,) = read_corpus(filled).of_article("b")
    append_annotations(filled, [answer(rain, sentence_id="z#0")])
    assert len(exported(filled)) == 4


@pytest.mark.parametrize(
    ("name", "is_kept"),
    [
        ("a_b_c", True),
        ("a_b_c_d", False),
        ("https://example.org/a_b_c_d", True),
        ("a/b", True),
        ("plain", True),
    ],
)
def test_an_id_that_reads_like_a_headline_is_hashed(name, is_kept):
    """By its spaces, of which it has three at least."""
    assert shareable_id(name) == (name if is_kept else f"sha256-{sha256(name)[:20]}")


def test_a_file_of_others_is_whole_or_damaged(tmp_path, filled):
    """Half a line at its end is no crash of ours."""
    path = tmp_path / "shared.jsonl"
    records = exported(filled)
    lines = "".join(one.model_dump_json() + "\n" for one in records)
    path.write_text(lines, "utf-8")
    assert read_stand_off([path, path]) == records * 2
    path.write_text(lines[:-9], "utf-8")
    with pytest.raises(InputError, match=r"shared\.jsonl:4: not JSON"):
        read_stand_off([path])


def test_a_web_annotation_has_every_field(filled):
    """As the vocabulary of the W3C has them, and ours in a namespace of their own."""
    record = exported(filled)[0]
    assert to_web_annotation(record) == {
        "@context": [
            "http://www.w3.org/ns/anno.jsonld",
            {"stance": "https://stancedesk.org/ns#"},
        ],
        "type": "Annotation",
        "id": "urn:stance:ferries#0:ana",
        "motivation": "classifying",
        "body": [{"type": "TextualBody", "value": "sceptical", "purpose": "classifying"}],
        "target": {
            "source": "https://example.org/f",
            "selector": {"type": "TextPositionSelector", "start": 0, "end": 22},
        },
        "creator": {"type": "Person", "nickname": "ana"},
        "created": "2026-01-03T10:00:00Z",
        "stance:articleSha256": sha256(TEXT),
        "stance:sentenceSha256": sha256("We shall lend ferries."),
        "stance:normalization": "NFC+LF",
        "stance:codebook": record.codebook,
    }


def test_a_sentence_of_no_known_place_is_pointed_at_by_its_number(filled):
    """And an article without an address by its id."""
    record = exported(filled, "b")[0]
    bare = StandOff(**{**json.loads(record.model_dump_json()), "start": None, "end": None})
    assert to_web_annotation(bare)["target"] == {
        "source": "urn:stance:b",
        "selector": {"type": "FragmentSelector", "value": "sentence=0"},
    }
