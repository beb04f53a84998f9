"""DNA: statements with their places, and lines that are none."""

import pytest

from stance.storage.errors import InputError


def test_dna_statements_of_one_stretch_are_one_row(read, answers):
    """A concept that is denied is a rejected label, never a positive one."""
    header = (
        '"statement_id";"time";"person";"organization";"concept";"agreement";"start_position";'
        '"stop_position";"text";"coder";"document_id";"document_title";"document_author";'
        '"document_source";"document_section";"document_type"'
    )
    line = '"{}";"2026-01-02 00:00:00";"Ada";"";"{}";"{}";"{}";"9";"x, y";"ana";"a";"";"";"P";"";""'
    lines = [header, line.format(1, "for", 1, 0), line.format(2, "unsure", 1, 0)]
    found = read("events.csv", "\n".join([*lines, line.format(3, "for", 0, 4)]) + "\n")
    assert answers(found) == [
        ("ana", ("for", "unsure"), "accept"),
        ("ana", ("for",), "reject"),
    ]
    fields = found.examples[0].fields
    assert (fields["start"], fields["end"], fields["published_at"]) == (0, 9, "2026-01-02")


DNA = "statement_id;time;person;concept;start_position;stop_position;text;coder;document_id"


def dna(*records, head=DNA):
    return "\n".join(";".join(f'"{one}"' for one in line.split(";")) for line in (head, *records))


def test_dna_without_a_place_is_a_sentence(read_rows):
    """A line of another length, one without a number and one with a NUL are refused."""
    content = dna(
        "1;2026-01-02 10:00:00;Ada;for;;;x;ana;a",
        "2;2026-01-02;Ada;for",
        "3;2026-01-02;Ada;for;one;9;x;ana;a",
        "4;2026-01-02;Ada;for;0;9;x\0;ana;a",
    )
    short, nul, row, number = read_rows("e.csv", content, "dna")
    assert row == {
        "text": "x",
        "labels": ["for"],
        "annotator": "ana",
        "article_id": "a",
        "published_at": "2026-01-02T10:00:00",
        "meta": {"person": "Ada"},
    }
    assert short == "4 fields where the header has 9"
    assert nul == "holds a NUL character"
    assert number.startswith("not a statement of DNA: invalid literal for int()")


def test_dna_with_a_quote_in_an_odd_place_is_damaged(read_rows):
    """The line is named."""
    with pytest.raises(InputError, match=r"e\.csv: line 2: broken CSV: "):
        read_rows("e.csv", dna() + '\n"1"x;"2"\n', "dna")
