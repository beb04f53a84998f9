"""The files of `stance who`: table, page, network and event list say the same."""

import csv
import json

import pytest


@pytest.fixture(scope="session")
def files(bridge_desk, bridge_rows, done, tmp_path_factory):
    """The folder that --out writes."""
    out = tmp_path_factory.mktemp("who") / "out"
    done("who", bridge_rows, "--project", bridge_desk, "--out", out)
    return out


def test_all_files_are_there_and_say_the_same(files, table):
    """CSV, JSON, JSON lines and the page come from one table."""
    told = json.loads((files / "who.json").read_text("utf-8"))
    assert told["rows"] == table["rows"]
    lines = [json.loads(line) for line in (files / "who.jsonl").read_text("utf-8").splitlines()]
    assert sum(1 for one in lines if one["actor"]) == 11
    assert max(one["n_prints"] for one in lines) == 4
    with (files / "who.csv").open(encoding="utf-8", newline="") as stream:
        cells = list(csv.DictReader(stream))
    assert {(one["row"], one["label"], one["n_statements"]) for one in cells} == {
        ("rita-okonkwo", "for_bridge", "5"),
        ("rita-okonkwo", "against_bridge", "5"),
        ("mrs-adeyemi", "for_bridge", "1"),
    }


def test_the_network_opens_in_networkx(files):
    """Two kinds of nodes, and an edge for each cell with its number of statements."""
    networkx = pytest.importorskip("networkx", reason="networkx is not installed")
    graph = networkx.read_graphml(files / "who.graphml")
    assert graph.edges["actor:rita-okonkwo", "label:for_bridge"]["statements"] == 5
    assert graph.nodes["actor:rita-okonkwo"]["country"] == "Finland"
    assert {of["kind"] for _, of in graph.nodes(data=True)} == {"label", "person"}


def test_the_event_list_has_the_form_of_dna(files):
    """Its header to the letter, semicolons, a time, and no semicolon within a text."""
    lines = (files / "who-dna.csv").read_text("utf-8").splitlines()
    assert lines[0] == (
        '"statement_id";"time";"person";"organization";"concept";"agreement";"start_position";'
        '"stop_position";"text";"coder";"document_id";"document_title";"document_author";'
        '"document_source";"document_section";"document_type"'
    )
    events = list(csv.reader(lines[1:], delimiter=";"))
    assert len(events) == 11 and {len(one) for one in events} == {16}
    assert {one[1] for one in events if one[2] == "Mrs Adeyemi"} == {"2024-05-04 00:00:00"}


def test_a_folder_with_a_table_is_not_written_over(files, bridge_desk, bridge_rows, fails):
    """Unless it is asked for."""
    order = ("who", bridge_rows, "--project", bridge_desk, "--out", files)
    assert "holds who.html already" in fails(*order)
