"""Prodigy: what was accepted, and when."""

import json

TEXT = "Germany will send 14 tanks."


def prodigy(text, answer="accept", **fields):
    return json.dumps({"text": text, "answer": answer, "_input_hash": hash(text), **fields})


def test_prodigy_rejects_are_never_positive(read, answers):
    """Single labels of one text and annotator are one answer, made of the accepted ones."""
    lines = [
        prodigy("one", label="for", _annotator_id="ds-ana", dataset="ds"),
        prodigy("one", label="unsure", _annotator_id="ds-ana", dataset="ds"),
        prodigy("one", "reject", label="against", _annotator_id="ds-ana", dataset="ds"),
        prodigy("two", "reject", label="for"),
        prodigy("three", "ignore", accept=["for"]),
        prodigy("four", accept=["for"], options=[{"id": "for"}, {"id": "against"}]),
        prodigy("five", accept=[1], options=[{"id": 1, "text": "for"}]),
    ]
    assert sorted(answers(read("out.jsonl", "\n".join(lines)))) == [
        ("", ("for",), "accept"),
        ("", ("for",), "accept"),
        ("", ("for",), "ignore"),
        ("", ("for",), "reject"),
        ("ana", ("for", "unsure"), "accept"),
    ]


def test_prodigy_tells_the_moment_in_seconds(read_rows):
    """Where no other field does."""
    record = {"text": TEXT, "answer": "accept", "accept": ["for"], "_timestamp": 1767607200}
    (row,) = read_rows("a.jsonl", record, "prodigy")
    assert row["annotated_at"] == "2026-01-05T10:00:00Z"
