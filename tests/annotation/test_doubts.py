"""The file of labels in doubt, read back."""

import json

import pytest

from stance.annotation.doubts import read_doubts
from stance.codebook.codebook import Codebook, Label
from stance.storage.errors import InputError

BOOK = Codebook(labels=(Label(name="yes"), Label(name="no")))
ROW = {
    "id": "a#0",
    "text": "The dam holds.",
    "labels": ["yes"],
    "suggested_labels": ["no", "yes"],
    "given_probability": 0.25,
    "suggested_probability": 0.75,
}


def test_rows_as_lists_and_as_a_table(write):
    """JSON lines and CSV give the same."""
    (one,), refused = read_doubts(write("d.jsonl", json.dumps(ROW) + "\n"), BOOK)
    table = write(
        "d.csv",
        ",".join(ROW) + "\na#0,The dam holds.,yes,no|yes,0.25,0.75\n",
    )
    assert read_doubts(table, BOOK) == ([one], refused) == ([one], [])
    assert (one.sentence_id, one.labels, one.suggested) == ("a#0", ("yes",), ("yes", "no"))
    assert (one.given_probability, one.suggested_probability) == (0.25, 0.75)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"suggested_labels": ["maybe"]}, 'unknown label "maybe"'),
        ({"given_probability": "high"}, '"given_probability" is no number from 0 to 1'),
        ({"suggested_probability": 7}, '"suggested_probability" is no number'),
    ],
)
def test_rows_that_are_no_doubts(write, change, reason):
    """Told with file and line; a file without any says where doubts come from."""
    bad = json.dumps(ROW | change) + "\n"
    with pytest.raises(InputError, match=f"d.jsonl:1: {reason}(.|\n)*--label-errors --out FILE"):
        read_doubts(write("d.jsonl", bad), BOOK)
    found, refused = read_doubts(write("e.jsonl", bad + json.dumps(ROW) + "\n"), BOOK)
    assert len(found) == len(refused) == 1


def test_other_rows_are_no_doubts(write):
    """Labelled rows of another kind lack the column."""
    with pytest.raises(InputError, match='no "suggested_labels"'):
        read_doubts(write("d.csv", "id,text,labels\na#0,The dam holds.,yes\n"), BOOK)
