"""`stance who --changes`: who has turned, told once."""

import json


def test_changes_are_told_once(bridge_desk, bridge_rows, run, tmp_path):
    """Rita's turn is found with its dates; with --known a second run has nothing new."""
    order = ("who", bridge_rows, "--project", bridge_desk, "--changes", "--json")
    first = run(*order, "--known", tmp_path / "known.json")
    assert first.exit_code == 3
    found = json.loads(first.stdout)
    change = found["changes"][0]
    assert (change["key"], change["position_before"], change["position_after"]) == (
        "rita-okonkwo",
        "for_bridge",
        "against_bridge",
    )
    assert (change["before"]["last"], change["after"]["first"]) == ("2024-05-05", "2024-05-06")
    assert change["p"] < 0.05
    assert found["contradictions"][0]["days"] == 1
    second = run(*order, "--known", tmp_path / "known.json")
    assert (second.exit_code, json.loads(second.stdout)["n_new"]) == (0, 0)
    assert "Rita Okonkwo: for_bridge (5 of 5" in run(*order[:-1]).stdout


def test_days_apart_bound_what_is_opposite(bridge_desk, bridge_rows, run):
    """--within 0 asks for the same day, on which Rita said one thing only."""
    told = run("who", bridge_rows, "--project", bridge_desk, "--changes", "--json", "--within", 0)
    assert json.loads(told.stdout)["contradictions"] == []


def test_a_damaged_memory_of_changes_is_told(bridge_desk, bridge_rows, tmp_path, fails):
    """It might be somebody's other file."""
    path = tmp_path / "known.json"
    path.write_text("[]", "utf-8")
    order = ("who", bridge_rows, "--project", bridge_desk, "--changes", "--known", path)
    assert "not a file that" in fails(*order)
