"""Argilla: responses that count, in both of its forms."""


def test_argilla_discards_drafts_and_suggestions(read, answers):
    """Only submitted responses count; in the nested form there is no status."""
    flat = {
        "id": "a",
        "text": "x",
        "stance.responses": [["for"], ["against"], "for"],
        "stance.responses.users": ["u1", "u2", "u3"],
        "stance.responses.status": ["submitted", "discarded", "draft"],
        "stance.suggestion": "against",
    }
    assert answers(read("flat.jsonl", flat)) == [
        ("u1", ("for",), "accept"),
        ("u2", ("against",), "ignore"),
        ("u3", ("for",), "ignore"),
    ]
    nested = {"fields": {"text": "x"}, "responses": {"q": [{"value": "for", "user_id": "u1"}]}}
    assert answers(read("records.json", [nested])) == [("u1", ("for",), "accept")]


def test_argilla_wants_names(read_rows):
    """A response to another kind of question; kept answers that are none are passed over."""
    flat = {"id": "a", "text": "x", "stance.responses": [{"rank": 1}, 7, None]}
    told, *others = read_rows("a.json", [flat], "argilla")
    assert "a response holds no labels. Name the right question with --question" in told
    assert others == []
    nested = {"fields": {"text": "x"}, "responses": {"q": [{"value": "for", "user_id": "u"}]}}
    for kept in ("[", 7, '{"a": 1}', "[1]"):
        (row,) = read_rows("b.json", [{**nested, "metadata": {"answers": kept}}], "argilla")
        assert (row["labels"], row["annotator"]) == (["for"], "u")
