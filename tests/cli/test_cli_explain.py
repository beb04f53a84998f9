"""`stance predict --explain`: what decided, on the terminal and for programs."""

import csv
import json
import math

import pytest

PRAISE = "The cook praises the new bridge today."
PRICE = "Rita asks what it will cost today."
TEXTS = (PRAISE, PRICE, "", "zzyzx qwrtp", "İpek calls\u3000the bridge a folly ☂", PRAISE * 20)
LABELS = ("against_bridge", "for_bridge", "price")


def explained(done, model, n_parts, *texts):
    arguments = [part for text in texts for part in ("--text", text)]
    out = done("predict", *arguments, "--model", model, "--explain", n_parts, "--json")
    return [json.loads(line) for line in out.splitlines()]


@pytest.mark.parametrize("n_parts", [1, 3, 100])
def test_it_adds_up(model, done, n_parts):
    """Intercept, parts and others make the logit, and the logit the probability."""
    for row in explained(done, model, n_parts, *TEXTS):
        assert tuple(row["explanation"]) == LABELS
        for label, one in row["explanation"].items():
            total = one["intercept"] + sum(part["added"] for part in one["parts"]) + one["others"]
            assert total == pytest.approx(one["logit"], abs=1e-9)
            share = 1 / (1 + math.exp(-one["logit"]))
            assert share == pytest.approx(row[f"prob_{label}"], abs=1e-6)
            assert len(one["parts"]) <= n_parts


def test_places_are_those_in_the_text(model, done):
    """Places count characters of the text as it was given, end exclusive."""
    (row,) = explained(done, model, 100, PRICE)
    parts = row["explanation"]["price"]["parts"]
    assert parts
    plain = [part for part in parts if not set(part["ngram"]) & set("~-_")]
    assert 10 < len(plain) < len(parts)  # the others name classes, stems or marks
    for part in plain:
        for start, end in part["spans"]:
            assert PRICE[start:end].lower() == part["ngram"].strip()


def test_the_strongest_come_first(model, done):
    """Fewer parts are the first of more, and what is left over is in `others`."""
    (few,), (many,) = (explained(done, model, n, PRAISE) for n in (2, 50))
    for label in LABELS:
        one, other = few["explanation"][label], many["explanation"][label]
        assert one["parts"] == other["parts"][:2]
        sizes = [abs(part["added"]) for part in other["parts"]]
        assert sizes == sorted(sizes, reverse=True)


def test_exclusive_labels_add_up(one_label_model, done):
    """Where labels exclude each other, the shares of the exponentials are the probabilities.

    The logits are multiplied by the calibration's scale first, where there is one.
    """
    (scale,) = json.loads((one_label_model / "info.json").read_text())["calibration"]["scales"] or [
        1
    ]
    for row in explained(done, one_label_model, 4, PRAISE, PRICE, ""):
        logits = {label: scale * one["logit"] for label, one in row["explanation"].items()}
        total = sum(math.exp(logit) for logit in logits.values())
        for label, one in row["explanation"].items():
            parts = one["intercept"] + sum(part["added"] for part in one["parts"]) + one["others"]
            assert parts == pytest.approx(one["logit"], abs=1e-9)
            share = math.exp(logits[label]) / total
            assert share == pytest.approx(row[f"prob_{label}"], abs=1e-6)


def test_nothing_known_is_the_intercept(model, done):
    """A sentence without a known n-gram has no part, and no other adds anything."""
    (row,) = explained(done, model, 5, "☂")
    for one in row["explanation"].values():
        assert one["parts"] == []
        assert one["others"] == pytest.approx(0, abs=1e-12)
        assert one["logit"] == pytest.approx(one["intercept"])


def test_the_prediction_stays_the_same(model, done):
    """An explanation is added; nothing else changes, and without --explain there is none."""
    (with_it,) = explained(done, model, 5, PRAISE)
    (without,) = explained(done, model, 0, PRAISE)
    del with_it["explanation"]
    assert with_it == without


def test_lines_say_what_decided(model, done):
    """On plain lines the n-grams stand below the sentence, with the sum they make."""
    out = done("predict", "--text", PRICE, "--model", model, "--explain", "3")
    first, *rest = out.splitlines()
    assert first.split("\t")[0] == "price"
    assert len(rest) == 1
    label, told = rest[0].strip().split(": ", 1)
    assert label == "price"
    shown, logit = told.rsplit(" = ", 1)
    parts = [float(part.rsplit(" ", 1)[1]) for part in shown.split(", ")]
    assert len(parts) == 3 + 2  # others and intercept
    assert sum(parts) == pytest.approx(float(logit), abs=0.005 * len(parts) + 0.005)


def test_without_a_label_the_likeliest_is_explained(model, done):
    """Where no label is given one still sees why the nearest was not."""
    text = "Rita mends a sail today."
    (row,) = explained(done, model, 2, text)
    assert row["predicted_labels"] == []
    likeliest = max(LABELS, key=lambda label: row[f"prob_{label}"])
    _, line = done("predict", "--text", text, "--model", model, "--explain", "2").splitlines()
    assert line.strip().startswith(f"{likeliest}: ")


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_files_hold_the_explanation(model, tmp_path, done, suffix):
    """In a table the explanation is JSON in its column, in JSONL it is a value."""
    (tmp_path / "x.csv").write_text(f"id,text\na,{PRICE}\nb,\n", encoding="utf-8")
    done("predict", "x.csv", "--model", model, "--explain", "3", "-o", f"o.{suffix}")
    path = tmp_path / f"o.{suffix}"
    if suffix == "csv":
        with path.open(newline="", encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream, strict=True))
    elif suffix == "jsonl":
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    else:
        import pyarrow.parquet as pq

        rows = pq.read_table(path).to_pylist()
    found = rows[0]["explanation"]
    found = json.loads(found) if isinstance(found, str) else found
    assert found == explained(done, model, 3, PRICE)[0]["explanation"]


@pytest.mark.parametrize("value", ["-1", "101", "many"])
def test_a_number_out_of_range_is_refused(model, run, value):
    """Up to a hundred n-grams can be told; anything else is a slip of the user's."""
    result = run("predict", "--text", PRICE, "--model", model, "--explain", value)
    assert result.exit_code == 2
    assert "--explain" in result.stderr
