"""Whose word counts in `stance who`: the model's, an editor's, gold, or the codebook's."""

import json
import shutil

import pytest


@pytest.fixture
def desk(bridge_desk, tmp_path):
    """A copy of the project, for tests that write into it."""
    return shutil.copytree(bridge_desk, tmp_path / "desk")


def test_a_correction_takes_effect_at_once(desk, bridge_rows, done, row_of):
    """The corrected sentence moves to its cell, marked with the editor's name."""
    order = ("who", bridge_rows, "--project", desk, "--json")
    before = row_of(json.loads(done(*order)), "rita-okonkwo")["cells"]
    sha256 = before["for_bridge"]["best"]["sentence_sha256"]
    name = before["for_bridge"]["best"]["sentence_id"]
    done("correct", name, "against_bridge", "--by", "eve", "--sha256", sha256, "--project", desk)
    after = row_of(json.loads(done(*order)), "rita-okonkwo")["cells"]
    assert (after["for_bridge"]["n_statements"], after["against_bridge"]["n_statements"]) == (4, 6)
    best = after["against_bridge"]["best"]
    assert (best["sentence_id"], best["corrected_by"]) == (name, "eve")
    assert after["against_bridge"]["n_checked"] == 1


def test_a_corrected_holder_moves_the_statement(desk, bridge_rows, done, row_of):
    """The editor knows who spoke."""
    order = ("who", bridge_rows, "--project", desk, "--json")
    best = row_of(json.loads(done(*order)), "rita-okonkwo")["cells"]["for_bridge"]["best"]
    done(
        "correct", best["sentence_id"], "for_bridge", "--by", "eve", "--holder", "Mrs Adeyemi",
        "--sha256", best["sentence_sha256"], "--project", desk,
    )  # fmt: skip
    found = json.loads(done(*order))
    assert row_of(found, "rita-okonkwo")["cells"]["for_bridge"]["n_statements"] == 4
    assert row_of(found, "mrs-adeyemi")["cells"]["for_bridge"]["best"]["how"] == "corrected"


def test_gold_counts_before_the_model_only_when_asked(bridge_desk, tmp_path, done, row_of):
    """A row's own labels are an answer with --gold, and nothing otherwise."""
    path = tmp_path / "rows.jsonl"
    text = "Rita praises the new bridge with her friends."
    path.write_text(json.dumps({"id": "x", "text": text, "labels": ["price"]}) + "\n", "utf-8")
    order = ("who", path, "--project", bridge_desk, "--json")
    assert list(row_of(json.loads(done(*order)), "rita-okonkwo")["cells"]) == ["for_bridge"]
    cells = row_of(json.loads(done(*order, "--gold")), "rita-okonkwo")["cells"]
    assert list(cells) == ["price"]
    assert cells["price"]["best"]["decided_by"] == "gold"


@pytest.fixture(scope="session")
def labelled(tmp_path_factory):
    """Sixty labelled sentences that no model has learnt from."""
    path = tmp_path_factory.mktemp("labelled") / "labelled.jsonl"
    said_of = {
        "for_bridge": "praises the new bridge",
        "against_bridge": "calls the bridge a folly",
        "price": "asks what it will cost",
        "": "mends a sail",
    }
    rows = []
    for number in range(60):
        kind, said = list(said_of.items())[number % 4]
        row = {"id": f"l{number}", "text": f"Rita {said} in week {number} of that year."}
        rows.append(row | {"labels": [kind] if kind else [], "article_id": f"w{number // 3}"})
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def test_labelled_rows_show_how_often_the_model_errs(
    bridge_desk, bridge_rows, done, labelled, row_of
):
    """With them shares are corrected, and the rates are in the table."""
    order = ("who", bridge_rows, "--project", bridge_desk, "--json", "--errors-from", labelled)
    found = json.loads(done(*order))
    praise = row_of(found, "rita-okonkwo")["cells"]["for_bridge"]
    assert praise["share_corrected"]["low"] <= praise["share_corrected"]["value"]
    assert praise["n_corrected"]["high"] <= 10
    assert found["errors"]["for_bridge"]["sensitivity"]["n"] == 15
    assert any("labelled.jsonl (20 articles)" in note for note in found["notes"])
    assert {one["verdict"] for one in found["differences"]} <= {"more", "less", "cannot tell"}


def test_a_label_that_is_no_stance_is_left_out(desk, bridge_rows, done, row_of):
    """The codebook says so with the polarity "none"; asked for by name, it has an empty column."""
    order = ("who", bridge_rows, "--project", desk, "--json")
    before = json.loads(done(*order))
    codebook = desk / "configs" / "codebook.toml"
    head, tail = codebook.read_text("utf-8").split('name = "for_bridge"', 1)
    tail = tail.replace('polarity = "for"', 'polarity = "none"', 1)
    codebook.write_text(f'{head}name = "for_bridge"{tail}', "utf-8")
    after = json.loads(done(*order))
    assert "for_bridge" in before["labels"]
    assert after["labels"] == [one for one in before["labels"] if one != "for_bridge"]
    assert not any("for_bridge" in one["cells"] for one in after["rows"])
    assert (
        row_of(before, "rita-okonkwo")["cells"].keys()
        > row_of(after, "rita-okonkwo")["cells"].keys()
    )
