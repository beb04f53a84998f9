"""The rung of a statement, by cues and the label's side."""

from pathlib import Path

import pytest

from stance.actors.ladder import RUNGS, Ladder, cameo, read_ladders, rung
from stance.codebook.codebook import Codebook, Label

CODEBOOK = Codebook(
    labels=(
        Label(name="helps", polarity="for"),
        Label(name="hinders", polarity="against"),
        Label(name="mentions"),
    )
)


@pytest.mark.parametrize(
    ("text", "label", "name", "code"),
    [
        ("Malta stands with its neighbour.", "helps", "verbal support", "051"),
        ("Malta called on others to send weapons.", "helps", "calls on others", "0232"),
        ("Malta is considering a loan.", "helps", "considers", "014"),
        ("Malta does not rule out soldiers.", "helps", "considers", "014"),
        ("Malta would send peacekeepers after a ceasefire.", "helps", "conditional", "0334"),
        ("Malta will send tanks.", "helps", "pledges", "0332"),
        ("Malta has delivered medical kits.", "helps", "provides", "073"),
        ("Malta doubts that the plan is sound.", "hinders", "sceptical", "111"),
        ("Malta will not send weapons.", "hinders", "opposes", "1222"),
        ("Malta has suspended its military aid.", "hinders", "withdraws", "1622"),
    ],
)
def test_cues_decide(text: str, label: str, name: str, code: str) -> None:
    found = rung(text, [label], label, CODEBOOK)
    assert found is not None and (found.name, found.cameo) == (name, code)
    assert found.cue in text


def test_a_neutral_label_has_no_rung() -> None:
    assert rung("Malta will help.", ["mentions"], "mentions", CODEBOOK) is None


def test_a_label_that_the_sentence_lacks_has_no_rung() -> None:
    assert rung("Malta will help.", ["hinders"], "helps", CODEBOOK) is None


def test_a_table_says_what_a_label_stands_for_without_a_cue() -> None:
    ladders = {"helps": Ladder("considers", "protection")}
    found = rung("Malta and its neighbour.", ["helps"], "helps", CODEBOOK, ladders)
    assert found is not None and (found.name, found.cameo, found.cue) == ("considers", "014", "")


def test_every_rung_has_a_code() -> None:
    assert all(cameo(name).isdigit() and cameo(name, "military").isdigit() for name in RUNGS)
    assert cameo("withdraws", "protection") == "1661"


def test_a_project_s_table_goes_before_the_packaged_one(tmp_path: Path) -> None:
    path = tmp_path / "actors.toml"
    path.write_text('format = 1\n[ladder.helps]\nrung = "pledges"\naid = "economic"\n', "utf-8")
    assert read_ladders(path)["helps"] == Ladder("pledges", "economic")
