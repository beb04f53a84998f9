"""`stance reproduce`: the same weights again, or why not."""

import csv
import json

import pytest


def rows_of(path):
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.reader(stream))


def write(path, rows):
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows(rows)
    return path


def test_a_version_comes_out_the_same(project, done):
    """The record is enough: data, config and seed give the same bytes."""
    assert "v1 comes out the same, to the last bit." in done(
        "reproduce", "v1", "--project", project
    )
    found = json.loads(done("reproduce", "@latest", "--project", project, "--json"))
    assert (found["is_same"], found["libraries"]) == (True, [])
    assert found["difference"] < 1e-15  # the two are added up in different orders
    assert found["expected_sha256"] == found["found_sha256"]


def test_annotations_that_came_later_change_nothing(project, done, tmp_path):
    """The sentences whose hashes stand in the version decide."""
    extra = [["text", "labels"], ["A heron stood in the reeds all morning.", "price"]]
    done("import", write(tmp_path / "new.csv", extra), "--project", project)
    done("train", "--project", project)
    assert "the same" in done("reproduce", "v1", "--project", project)


def test_with_another_config_than_recorded_it_is_not_met(project, run):
    """Exit code 3 when weights come out otherwise."""
    path = project / "models" / "v1" / "config.toml"
    path.write_text(path.read_text("utf-8").replace("C = 10.0", "C = 9.0"), "utf-8")
    result = run("reproduce", "v1", "--project", project)
    assert result.exit_code == 3, result.stderr
    assert "v1 comes out otherwise: its probe sentences differ by up to" in result.stdout


def test_sentences_that_are_gone_are_counted(project, rows, tmp_path, fails):
    """It cannot be reproduced, and the message says how many are missing."""
    fewer = write(tmp_path / "fewer.csv", rows_of(rows)[:-3])
    told = fails("reproduce", project / "models" / "v1", "--data", fewer)
    assert "v1 cannot be reproduced: 3 of its 40 training sentences are not among" in told


def test_changed_labels_are_told(rows, tmp_path, done, fails):
    """All sentences are there, but not the labels of then."""
    done("train", "--data", rows, "--codebook", "auto", "--models", "m")
    assert "the same" in done("reproduce", "m/v1", "--data", rows)
    table = rows_of(rows)
    table[1][2] = "price"
    told = fails("reproduce", "m/v1", "--data", write(tmp_path / "other.csv", table))
    assert "their labels changed: price (16 then, 17 now)" in told
    table = rows_of(rows)
    table[1][0] = "another-id"
    told = fails("reproduce", "m/v1", "--data", write(tmp_path / "other.csv", table))
    assert "ids, labels, articles or events of some changed" in told


def test_labels_that_exclude_each_other(tmp_path, done):
    """An exclusive codebook is reproduced as well."""
    people = ("A tailor", "The pilot", "Her cousin", "Two clerks", "Mr Osei", "The twins")
    table = [["id", "text", "label", "article_id"]]
    for n, person in enumerate(people):
        for label, said in (("for", "praises the bridge"), ("against", "calls it a folly")):
            table.append([f"{label}{n}", f"{person} {said}.", label, f"a{n}"])
    rows = write(tmp_path / "one.csv", table)
    done("train", "--data", rows, "--codebook", "auto", "--models", "m")
    assert "the same" in done("reproduce", "m/v1", "--data", rows)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(("v9",), 'no version "v9"'), (("v1", "--data", "no.csv"), "no such file")],
)
def test_a_wrong_name_or_path_is_one_line(project, fails, arguments, words):
    """Version or file that is not there."""
    assert words in fails("reproduce", *arguments, "--project", project).casefold()
