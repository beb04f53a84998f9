"""Faults that one row shows by itself."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.learning.row_checks import (
    broken_spans,
    damaged_characters,
    future_dates,
    not_english,
    unreadable_dates,
)

TODAY = "2024-03-15"


def test_other_languages_are_found_by_words_and_by_column(small):
    """Words decide; a column `lang` that says otherwise is believed, too."""
    rows = [
        small.example("r1", "We will not send soldiers to this war."),
        small.example("r2", "Wir werden keine Soldaten in diesen Krieg schicken."),
        small.example("r3", "We will not send soldiers to this war.", fields={"lang": "de"}),
        small.example("r4", "We will not send soldiers to this war.", fields={"lang": "en-GB"}),
        small.example("r5", "Paris"),
    ]
    assert [told.split(": ")[0] for told in not_english(rows)] == ["rows.csv:r2", "rows.csv:r3"]


@pytest.mark.parametrize(
    "text", ["the worldâ€™s end", "El NiÃ±o came", "a \ufffd byte", "Itâ\x80\x99s"]
)
def test_characters_of_a_wrong_encoding_are_found(small, text):
    """UTF-8 that was read as Windows-1252 or Latin-1, and bytes that were replaced."""
    assert len(damaged_characters([small.example("r1", text)])) == 1


@given(
    st.text(st.characters(codec="ascii")) | st.sampled_from(["Orbán", "São Paulo", "“Non”", "ÂGE"])
)
def test_sound_characters_are_not(small, text):
    """Accents and curly quotes that are as they should be are no fault."""
    assert damaged_characters([small.example("r1", text)]) == []


@pytest.mark.parametrize(
    ("value", "n"),
    [
        ("2024-03-15", 0),
        ("2024-03-16", 1),
        ("2024-03", 0),
        ("2024-04", 1),
        ("2024", 0),
        ("2025", 1),
        ("2024-03-16T00:00:00Z", 1),
        ("2024-03-15T23:59:59Z", 0),
        ("", 0),
        ("soon", 0),
        (date(2024, 3, 16), 1),
        (None, 0),
    ],
)
def test_dates_after_today_are_found(small, value, n):
    """Years, months, days and moments are compared as exactly as they are known."""
    rows = [small.example("r1", fields={"published_at": value})]
    assert len(future_dates(rows, TODAY)) == n


def test_dates_of_answers_count(small):
    """In a project each answer has its own date."""
    answers = [{"annotator": "ana", "annotated_at": "2031-01-01T00:00:00Z"}, {"annotator": "ben"}]
    rows = [small.example("r1", fields={"annotations": answers})]
    assert future_dates(rows, TODAY) == ["rows.csv:r1: annotated_at of ana 2031-01-01T00:00:00Z"]
    assert future_dates([small.example("r1", fields={"annotated_at": "2999"})]) != []


@pytest.mark.parametrize(("value", "n"), [("2024-09-31", 1), ("2014/2018", 1), ("2024-09", 0)])
def test_dates_that_are_none_are_found(small, value, n):
    """A day that does not exist, or two years, is no date."""
    assert len(unreadable_dates([small.example("r1", fields={"published_at": value})])) == n


@pytest.mark.parametrize(
    ("actor", "n"),
    [
        ({"text": "Rita", "start": 0, "end": 4}, 0),
        ({"text": "Rita", "start": 1, "end": 5}, 1),
        ({"text": "Rita", "start": -9, "end": 4}, 1),
        ({"text": "", "start": 4, "end": 4}, 0),
        ({"text": "Rita", "start": "0", "end": 4}, 1),
        ({"text": "Rita"}, 0),
        ("Rita", 0),
    ],
)
def test_offsets_of_actors_must_hold(small, actor, n):
    """`text` is what the sentence has from `start` to `end`; without offsets nothing is claimed."""
    rows = [small.example("r1", "Rita mends a sail.", fields={"actors": [actor]})]
    assert len(broken_spans(rows)) == n
