"""The table of `stance who`: what is counted, for whom, and how it looks on a terminal."""

import json
import os
import subprocess
import sys

import pytest


def test_statements_are_counted_by_actor_and_label(table, row_of):
    """Five praises and five blames of Rita, with their dates and outlets."""
    rita = row_of(table, "rita-okonkwo")
    assert (rita["name"], rita["n_sentences"]) == ("Rita Okonkwo", 10)
    praise, blame = rita["cells"]["for_bridge"], rita["cells"]["against_bridge"]
    assert (praise["n_statements"], praise["first"], praise["last"]) == (
        5,
        "2024-05-01",
        "2024-05-05",
    )
    assert blame["n_statements"] == 5
    assert praise["outlets"] == ["Paper 0", "Paper 1", "Paper 2"]
    assert praise["share"]["value"] == pytest.approx(0.5)
    assert praise["share"]["low"] < 0.5 < praise["share"]["high"]


def test_a_sentence_of_many_outlets_counts_once(table, row_of):
    """The wire's sentence stands in four papers and is one statement."""
    cell = row_of(table, "mrs-adeyemi")["cells"]["for_bridge"]
    assert (cell["n_statements"], cell["n_prints"], len(cell["outlets"])) == (1, 4, 4)


def test_the_best_sentence_comes_with_its_neighbours_and_source(table, row_of):
    """Whoever reads the cell can look it up."""
    best = row_of(table, "rita-okonkwo")["cells"]["for_bridge"]["best"]
    assert best["context_before"].startswith("On day")
    assert best["context_after"] == "A diver waits."
    assert best["url"].startswith("https://a.example/")
    assert (best["decided_by"], best["holder"], best["rung"]) == (
        "model",
        "Rita",
        "verbal support",
    )


def test_rows_may_be_countries_or_camps(bridge_desk, bridge_rows, done):
    """Rita is of Finland."""
    order = ("who", bridge_rows, "--project", bridge_desk, "--json", "--by")
    assert {one["name"] for one in json.loads(done(*order, "country"))["rows"]} == {
        "Finland",
        "Sweden",
    }
    assert sum(one["n_statements"] for one in json.loads(done(*order, "camp"))["rows"]) == 11


def test_labels_actors_and_dates_narrow_the_table(bridge_desk, bridge_rows, done):
    """--label, --actor and --since leave the rest out."""
    told = done(
        "who", bridge_rows, "--project", bridge_desk, "--json", "--actor", "Rita", "--label",
        "for_bridge", "--since", "2024-05-03",
    )  # fmt: skip
    found = json.loads(told)
    assert [one["key"] for one in found["rows"]] == ["rita-okonkwo"]
    assert found["rows"][0]["cells"]["for_bridge"]["n_statements"] == 3
    assert list(found["rows"][0]["cells"]) == ["for_bridge"]


def test_the_terminal_shows_table_and_evidence(bridge_desk, bridge_rows, done):
    """Numbers, shares, and a sentence for each cell."""
    told = done("who", bridge_rows, "--project", bridge_desk)
    assert "Rita Okonkwo" in told and "5 · 50 [" in told
    assert "“Mrs Adeyemi praises the new bridge, which" in told
    assert max(len(line) for line in told.splitlines() if "·" in line and "[" in line) <= 100


def test_labels_that_exclude_each_other_have_a_table_too(one_label_model, bridge_rows, done):
    """Without polarity there is no rung, and nothing is missing."""
    rows = json.loads(done("who", bridge_rows, "--model", one_label_model, "--json"))
    assert set(rows["labels"]) == {"against_bridge", "for_bridge", "price"}


def test_names_nobody_entered_are_listed(bridge_desk, tmp_path, done):
    """A name that comes up often and is no actor."""
    path = tmp_path / "rows.jsonl"
    texts = [f"In week {n} the mayor met Ottokar Blumenfeld again." for n in range(4)]
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts), "utf-8")
    assert "Ottokar Blumenfeld" in done("who", path, "--project", bridge_desk, "--unknown")


def test_the_same_articles_give_the_same_intervals(bridge_desk, tmp_path):
    """Whatever order a process gives its sets, no figure changes."""
    (tmp_path / "rows.csv").write_text(
        "text\nFrance and Germany and Poland and Spain praises the new bridge.\n", "utf-8"
    )
    command = [sys.executable, "-m", "stance", "who", "rows.csv", "--json", "--project"]
    told = {
        subprocess.run(
            [*command, str(bridge_desk)],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(told) == 1
    assert len(json.loads(told.pop())["rows"]) > 1


def test_a_large_archive_on_several_processes_gives_the_same(
    bridge_desk, bridge_rows, done, monkeypatch
):
    """How the work is shared out changes nothing in the table."""
    order = ("who", bridge_rows, "--project", bridge_desk, "--json")
    alone = done(*order)
    monkeypatch.setattr("stance.actors.statements.MANY", 10)
    monkeypatch.setattr("stance.actors.statements.n_processors", lambda: 2)
    assert done(*order) == alone
