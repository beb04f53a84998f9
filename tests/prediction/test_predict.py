"""From rows to rows with labels: thresholds, abstaining, and what is added to a row."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.prediction.answer import Answerer, Job
from stance.prediction.predict import Thresholds, decide, thresholds_of
from stance.storage.blocks import Block
from stance.storage.errors import ConfigError, InputError
from stance.storage.rows import RefusedRow, Row

SURE = {
    "for_tram": "The mayor welcomes the tram along the quay.",
    "against_tram": "Councillor Ilse Brandt wants the tram plan dropped.",
    "costs": "The rowing club asks who pays forty million.",
    "night": "A baker from Quay Street 12 fears loud nights in July.",
}
NO_LABEL = "The rowing club waters roses in the park."
texts = st.lists(
    st.one_of(
        st.sampled_from([*SURE.values(), NO_LABEL]),
        st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20),
    ),
    max_size=12,
)


def predicted(scorer, rows, thresholds=None, text_key="text"):
    """The answer to the rows as one block."""
    job = Job(None, thresholds or thresholds_of(scorer), text_key)
    return Answerer(job, scorer).answer(Block("rows", rows))


@pytest.mark.parametrize(("label", "text"), SURE.items())
def test_a_sentence_like_those_trained_on_gets_its_label(several, label, text):
    """The model answers what it has learnt."""
    (row,) = predicted(several, [Row(1, {"text": text})]).content
    assert row["predicted_labels"] == [label]
    assert row["abstained"] == ""


def test_several_labels_come_in_the_order_of_the_model(several):
    """A sentence with two stances gets both, in the codebook's order."""
    text = "The mayor asks who pays forty million and welcomes the tram along the quay."
    (row,) = predicted(several, [Row(1, {"text": text})]).content
    assert row["predicted_labels"] == ["for_tram", "costs"]


def test_exclusive_labels_give_exactly_one(exclusive, one_or_none):
    """One label a sentence; "no label" only where the codebook allows it."""
    rows = [Row(1, {"text": SURE["against_tram"]}), Row(2, {"text": NO_LABEL})]
    with_two = [row["predicted_labels"] for row in predicted(one_or_none, rows).content]
    assert with_two == [["against_tram"], []]
    assert [len(row["predicted_labels"]) for row in predicted(exclusive, rows).content] == [1, 1]


@pytest.mark.parametrize("name", ["several", "exclusive", "one_or_none"])
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "blank"),
        (" \t\u3000 ", "blank"),
        ("!? … –", "blank"),
        ("x", "blank"),
        ("zzyzx qwrtp", "no_known_words"),
        ("अपरिचित शब्द", "no_known_words"),
        ("zzyzx tram", ""),
    ],
)
def test_nothing_known_gets_no_label_and_says_why(request, name, text, reason):
    """Without a word, or without one the model has seen, it abstains, also when labels exclude."""
    scorer = request.getfixturevalue(name)
    (row,) = predicted(scorer, [Row(1, {"text": text})]).content
    assert row["abstained"] == reason
    if reason:
        assert row["predicted_labels"] == []


def test_what_is_added_to_a_row(several):
    """Fields stay as they are, `labels` too; added are labels, probabilities, and why not."""
    fields = {
        "id": 7,
        "text": SURE["costs"],
        "labels": "night|wrong",
        "my column": [1, {"a": None}],
    }
    (row,) = predicted(several, [Row(1, dict(fields))]).content
    assert {name: row[name] for name in fields} == fields
    assert list(row) == [
        *fields,
        "predicted_labels",
        *(f"prob_{label}" for label in SURE),
        "out_of_vocabulary",
        "abstained",
        "model_version",
    ]
    scored = several.score([SURE["costs"]])
    shown = [row[f"prob_{label}"] for label in SURE]
    assert shown == pytest.approx(scored.probabilities[0].tolist(), abs=5e-7)
    assert (row["out_of_vocabulary"], row["model_version"]) == (0, "several")


@settings(max_examples=100, deadline=None)
@given(texts, st.integers(1, 5))
def test_batches_change_nothing(several, found, size):
    """Rows come out in order, and as they would alone, whatever the batches are."""
    rows = [Row(n, {"id": n, "text": text}) for n, text in enumerate(found, 1)]
    batches = [rows[start : start + size] for start in range(0, len(rows), size)]
    together = [row for batch in batches for row in predicted(several, batch).content]
    alone = [row for one in rows for row in predicted(several, [one]).content]
    assert together == alone
    assert [row["id"] for row in together] == [row.number for row in rows]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        (
            {"txet": "x"},
            'no "text" (found: txet). Did you mean "txet"? '
            "Name the column of the text with --text-key",
        ),
        ({"text": None}, '"text" is NoneType, not a string'),
        ({"text": 3}, '"text" is int, not a string'),
        ({"text": "a\0b"}, '"text" holds a NUL character'),
    ],
)
def test_rows_without_a_usable_text_are_refused(several, fields, reason):
    """A row without a text is refused with the reason; rows before and after are predicted."""
    good = {"text": SURE["night"]}
    rows = [Row(1, good), Row(2, fields), RefusedRow(3, "read before"), Row(4, good)]
    batch = predicted(several, rows)
    assert batch.refused == (RefusedRow(2, reason), RefusedRow(3, "read before"))
    assert [row["predicted_labels"] for row in batch.content] == [["night"]] * 2


def test_the_text_may_stand_in_another_column(several):
    """The key names the column to read."""
    (row,) = predicted(several, [Row(1, {"satz": SURE["night"]})], text_key="satz").content
    assert row["predicted_labels"] == ["night"]


def test_thresholds_of_the_user(several):
    """A bare number is for all labels, a named one for its label, and the last word counts."""
    own = thresholds_of(several).per_label
    assert own.tolist() == list(several.info.thresholds)
    assert thresholds_of(several, ["0.3"]).per_label.tolist() == [0.3] * 4
    mixed = thresholds_of(several, ["0.3", "costs=0.9"]).per_label
    assert mixed.tolist() == [0.3, 0.3, 0.9, 0.3]
    one = thresholds_of(several, ["night=.25"]).per_label
    assert one.tolist() == [*own[:3], 0.25]


def test_a_label_is_given_from_its_threshold_upwards(several):
    """At the threshold a label is given, just above the probability it is not."""
    scored = several.score([SURE["costs"]])
    p = scored.probabilities[0, 2]
    for limit, is_given in ((p, True), (np.nextafter(p, 1), False)):
        given_labels, reasons = decide(several, Thresholds(np.array([1, 1, limit, 1])), scored)
        assert given_labels.tolist() == [[False, False, is_given, False]]
        assert reasons == [""]


def test_a_threshold_for_exclusive_labels_is_the_least_probability(exclusive):
    """Below it the winner is not given, and the reason says so."""
    rows = [Row(1, {"text": SURE["costs"]}), Row(2, {"text": "tram"})]
    best = exclusive.score([row.fields["text"] for row in rows]).probabilities.max(axis=1)
    limit = float(best.mean())
    assert best[0] > limit > best[1], "the example is no example"
    limits = thresholds_of(exclusive, [str(limit)])
    found = predicted(exclusive, rows, limits).content
    assert [row["abstained"] for row in found] == ["", "low_probability"]
    assert [len(row["predicted_labels"]) for row in found] == [1, 0]


@pytest.mark.parametrize(
    ("override", "told"),
    [
        ("agianst_tram=0.4", 'unknown label "agianst_tram". Did you mean "against_tram"?'),
        ("=0.4", "unknown label"),
        ("costs=", "is no number between 0 and 1"),
        ("much", "is no number between 0 and 1"),
        ("nan", "is no number between 0 and 1"),
        ("inf", "is no number between 0 and 1"),
        ("0", "is no number between 0 and 1"),
        ("1", "is no number between 0 and 1"),
        ("-0.5", "is no number between 0 and 1"),
        ("40", "is no number between 0 and 1"),
    ],
)
def test_a_threshold_that_is_none_is_refused(several, override, told):
    """An unknown label or a number outside 0 to 1 is a mistake that is told."""
    with pytest.raises(ConfigError, match=told.replace("?", r"\?")):
        thresholds_of(several, [override])


def test_exclusive_labels_have_no_threshold_each(exclusive):
    """Where one label wins, a threshold for one label has no meaning."""
    with pytest.raises(ConfigError, match="there is one threshold"):
        thresholds_of(exclusive, ["costs=0.4"])
    assert thresholds_of(exclusive) == Thresholds(None, 0.0)


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(), max_size=12))
def test_any_threshold_is_a_number_or_a_told_mistake(several, override):
    """Whatever is typed: thresholds between 0 and 1, or ConfigError."""
    try:
        limits = thresholds_of(several, [override]).per_label
    except ConfigError:
        return
    assert ((limits > 0) & (limits < 1)).all()


def test_thresholds_for_texts_like_those_of_a_file(several, exclusive, tmp_path):
    """Where labels are rare they ask for more; what is no file, or has no text, is told."""
    rows, empty = tmp_path / "rows.jsonl", tmp_path / "empty.jsonl"
    rare = [NO_LABEL] * 120 + [SURE["costs"]]
    rows.write_text("".join(json.dumps({"said": one}) + "\n" for one in rare), "utf-8")
    empty.write_text('{"said": " "}\n', "utf-8")
    own = thresholds_of(several).per_label
    found = thresholds_of(several, [f"like:{rows}", "night=0.25"], "said").per_label
    assert found[3] == 0.25
    assert (found[:3] != own[:3]).all() and ((found > 0) & (found < 1)).all()
    for argument, told in (
        (tmp_path / "none", "no such file"),
        (empty, "0 texts;"),
        ("", "no such"),
    ):
        with pytest.raises(InputError, match=told):
            thresholds_of(several, [f"like:{argument}"], "said")
    with pytest.raises(ConfigError, match="the largest wins"):
        thresholds_of(exclusive, [f"like:{rows}"], "said")
