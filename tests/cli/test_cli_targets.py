"""Rows with a `target`: one model for several targets, from the file to the report."""

import json

import pytest

PEOPLE = ("A diver", "The cook", "Our vicar", "Mrs Adeyemi", "The crew", "Young Tomas", "Rita")
PLACES = ("quay", "market", "inn", "mill")


def rows_of(people):
    """The same words are for the bridge and against the ferry, or the other way round."""
    for person in people:
        for place in PLACES:
            for said, side in (("cheers the crossing", 1), ("curses the crossing", 0)):
                for target, sign in (("the bridge", 1), ("the ferry", 0)):
                    label = "for" if side == sign else "against"
                    text = f"{person} {said} at the {place}."
                    yield {"text": text, "target": target, "label": label}


@pytest.fixture
def files(tmp_path):
    """Rows to train on and others to test on."""
    for name, people in (("train", PEOPLE[:5]), ("test", PEOPLE[5:])):
        lines = [json.dumps(row) for row in rows_of(people)]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    return tmp_path / "train.jsonl", tmp_path / "test.jsonl"


def test_a_sentence_may_be_for_one_target_and_against_another(files, done, run):
    """Crossed features learn it; the report and the predictions read each row's target."""
    train, test = files
    done("train", "--data", train, "--codebook", "auto", "--models", "models",
         "-S", "features.crossed.enabled=true", "-S", "training.C=100")  # fmt: skip
    done("evaluate", "--data", test, "--model", "models/v1", "--out", "report")
    report = json.loads((train.parent / "report" / "report.json").read_text("utf-8"))
    assert report["accuracy"] == 1
    found = [
        json.loads(line)
        for line in done("predict", test, "--model", "models/v1", "--json").splitlines()
    ]
    assert [one["predicted_labels"] for one in found] == [
        [row["label"]] for row in rows_of(PEOPLE[5:])
    ]
    explained = done("predict", test, "--model", "models/v1", "--explain", "3", "--json")
    assert "the_bridge¦" in explained


def test_targets_may_have_coefficients_of_their_own(files, done):
    """A file of rows, one text alone and an explanation give the same; weights of 32 bits, too."""
    train, test = files
    rows = list(rows_of(PEOPLE[5:]))
    for bits in ("float64", "float32"):
        done("train", "--data", train, "--codebook", "auto", "--models", "models", "--name", bits,
             "-S", "features.by_target=true", "-S", "training.C=100",
             "-S", f"model.weights={bits}")  # fmt: skip
        model = f"models/{bits}"
        lines = done("predict", test, "--model", model, "--json").splitlines()
        found = [json.loads(line) for line in lines]
        assert [one["predicted_labels"] for one in found] == [[row["label"]] for row in rows]
    explained = done("predict", test, "--model", model, "--explain", "2", "--json").splitlines()
    for one in (json.loads(line)["explanation"] for line in explained):
        for label in one.values():
            added = sum(part["added"] for part in label["parts"])
            assert label["logit"] == pytest.approx(label["intercept"] + added + label["others"])


def test_a_sentence_may_praise_one_and_blame_another(tmp_path, done):
    """What stands beside the target decides, in rows whose targets no model has seen before."""
    for name, towns in (("train", ("Lund", "Bath", "Nice")), ("test", ("Graz", "Oslo"))):
        rows = [
            {"text": f"{one} {place} cheers {first} and now curses {second}.", "target": target,
             "label": label}
            for one in PEOPLE for place in ("here", "there")
            for first, second in zip(towns, towns[1:] + towns[:1], strict=True)
            for target, label in ((first, "for"), (second.upper(), "against"))
        ]  # fmt: skip
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (tmp_path / f"{name}.jsonl").write_text(lines, "utf-8")
    done("train", "--data", "train.jsonl", "--codebook", "auto", "--models", "models",
         "-S", "features.near.enabled=true",
         "-S", "features.near_classes.enabled=true")  # fmt: skip
    answers = done("predict", "test.jsonl", "--model", "models/v1", "--json").splitlines()
    assert [json.loads(one)["predicted_labels"] for one in answers] == [["for"], ["against"]] * 28
    explained = done("predict", "test.jsonl", "--model", "models/v1", "--explain", "3", "--json")
    assert "before_curses" in explained


def test_two_answers_about_two_targets_are_no_conflict(files, run):
    """Neither training nor validation takes them for a contradiction."""
    result = run("train", "--data", files[0], "--codebook", "auto", "--models", "models")
    assert result.exit_code == 0
    assert "different labels" not in result.stderr
    found = json.loads(run("validate", "--data", files[0], "--codebook", "auto", "--json").stdout)
    assert {one["count"] for one in found if one["name"] == "conflicting_labels"} == {0}
