"""The champion: promoted, brought back, and whole after a kill between any two steps."""

import json
import os
import shutil
import subprocess
import sys
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.models.champion import champions, check_whole, promote, rollback
from stance.models.origin import ORIGIN, read_origin
from stance.models.registry import HISTORY, Registry
from stance.models.saving import save
from stance.storage.errors import ModelError, ProjectError, StanceError


@pytest.fixture(scope="module")
def three(trained, tmp_path_factory):
    """Three versions of one model, none of them champion; to be copied."""
    root = tmp_path_factory.mktemp("three") / "models"
    for _ in range(3):
        save(trained, root, None, "stance train", by="ana", note="new rows")
    return root


@pytest.fixture
def registry(three, tmp_path):
    """A registry of the test's own with v1, v2 and v3."""
    return Registry(shutil.copytree(three, tmp_path / "models"))


def test_a_promotion_moves_the_champion_and_says_why(registry):
    """The alias moves, the history has who and why and from where to where."""
    assert promote(registry, "v1", "stance models promote v1", {"by": "ana", "note": "first"})
    assert registry.find(None).name == "v1"
    last = registry.history()[-1]
    assert (last["event"], last["version"], last["by"], last["note"]) == (
        "promote", "v1", "ana", "first",
    )  # fmt: skip
    assert last["moves"] == {"champion": [None, "v1"]}


def test_promoting_the_champion_changes_nothing(registry):
    """No line, no move: it is the champion already."""
    promote(registry, "v1", "", {})
    before = (registry.root / HISTORY).read_bytes()
    assert not promote(registry, "v1", "", {})
    assert (registry.root / HISTORY).read_bytes() == before


def test_a_promoted_challenger_is_no_challenger_any_more(trained, tmp_path):
    """The alias `challenger` is gone when its version is the champion, and not before."""
    registry = Registry(tmp_path / "models")
    save(trained, registry.root, None, "", aliases=("challenger",))
    save(trained, registry.root, None, "")
    promote(registry, "v2", "", {})
    assert registry.aliases() == {"champion": "v2", "challenger": "v1", "latest": "v2"}
    promote(registry, "v1", "", {})
    assert registry.aliases() == {"champion": "v1", "latest": "v2"}


def test_another_champion_meanwhile_is_not_replaced(registry):
    """Who compared with v1 does not put v3 in the place of v2."""
    promote(registry, "v1", "", {})
    promote(registry, "v2", "", {})
    with pytest.raises(ProjectError, match="v2 has become the champion meanwhile, where v1 was"):
        promote(registry, "v3", "", {}, instead_of="v1")
    assert registry.aliases()["champion"] == "v2"


def test_a_damaged_version_is_not_promoted(registry):
    """One byte of any file, and the champion stays."""
    promote(registry, "v1", "", {})
    path = registry.root / "v2" / "config.toml"
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(ModelError, match=r"v2 is not whole: config\.toml"):
        promote(registry, "v2", "", {})
    assert registry.aliases()["champion"] == "v1"


def test_rollback_goes_back_one_champion_each_time(registry):
    """v3, v2, v1, and then there is none before."""
    for version in ("v1", "v2", "v3"):
        promote(registry, version, "", {})
    assert rollback(registry, "", {}) == ("v3", "v2")
    assert rollback(registry, "", {"note": "v2 was wrong, too"}) == ("v2", "v1")
    with pytest.raises(ProjectError, match="no champion before v1"):
        rollback(registry, "", {})
    assert [one["event"] for one in registry.history()] == [
        *["train"] * 3, *["promote"] * 3, *["rollback"] * 2,
    ]  # fmt: skip


def test_rollback_without_a_champion_is_told(registry):
    """Nothing was promoted, so there is nothing to go back to."""
    with pytest.raises(ProjectError, match="no champion before the first"):
        rollback(registry, "", {})


def test_a_champion_set_by_hand_comes_back(registry):
    """Also what aliases.json alone knew is a champion before."""
    (registry.root / "aliases.json").write_text('{"champion": "v1"}', "utf-8")
    promote(registry, "v2", "", {})
    assert rollback(registry, "", {}) == ("v2", "v1")


@given(st.lists(st.sampled_from(["v1", "v2", "v3", "v4"]), min_size=1, max_size=12))
def test_rollback_undoes_a_promotion(promoted):
    """rollback(promote(x)) is as before, whatever was promoted before, by what the history says."""
    events, champion = [], None
    for version in promoted:
        if version != champion:
            events.append({"event": "promote", "moves": {"champion": [champion, version]}})
            champion = version
    found = champions(events)
    assert found[-1] == champion
    assert len(found) == len(set(found))
    if len(found) > 1:
        back = {"event": "rollback", "moves": {"champion": [found[-1], found[-2]]}}
        assert champions([*events, back]) == found[:-1]


def test_a_move_that_was_cut_off_is_finished(registry, caplog):
    """Killed between the line and the alias: the old champion stands, the next start goes on."""
    promote(registry, "v1", "", {})
    aliases = (registry.root / "aliases.json").read_bytes()
    promote(registry, "v2", "", {})
    (registry.root / "aliases.json").write_bytes(aliases)
    assert registry.find(None).name == "v1"
    with registry.holding():
        assert registry.aliases()["champion"] == "v2"
    assert "@champion is v2" in caplog.text


def test_what_was_set_by_hand_afterwards_stays(registry):
    """Only a move that never began is finished: a third version was somebody's will."""
    promote(registry, "v1", "", {})
    promote(registry, "v2", "", {})
    (registry.root / "aliases.json").write_text('{"champion": "v3"}', "utf-8")
    with registry.holding():
        assert registry.aliases() == {"champion": "v3"}


def test_a_version_without_its_line_gets_one(registry):
    """Killed between the folder and the line: who made it stands in the folder."""
    path = registry.root / HISTORY
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]))
    with registry.holding():
        last = registry.history()[-1]
    assert (last["event"], last["version"], last["by"]) == ("found", "v3", "ana")
    assert registry.versions() == ["v1", "v2", "v3"]
    with registry.holding():
        assert len(registry.history()) == 3


@pytest.mark.parametrize("torn", [b'{"at": "2026', b'{"at": "x", "event": "promote"', b"\xff"])
def test_a_torn_last_line_hides_nothing(registry, torn):
    """Readers pass it over, the next writer moves it aside; whole lines stay."""
    with (registry.root / HISTORY).open("ab") as stream:
        stream.write(torn)
    assert [one["version"] for one in registry.history()] == ["v1", "v2", "v3"]
    promote(registry, "v2", "", {})
    assert registry.history()[-1]["version"] == "v2"
    assert (registry.root / f"{HISTORY}.torn").read_bytes() == torn + b"\n"


def test_the_origin_stands_in_the_folder(registry):
    """Who, when, command, parent and note; damaged it is told, missing it is empty."""
    origin = read_origin(registry.root / "v2")
    assert (origin.by, origin.command, origin.parent, origin.note) == (
        "ana", "stance train", "v1", "new rows",
    )  # fmt: skip
    assert registry.history()[1]["parent"] == "v1"
    (registry.root / "v2" / ORIGIN).write_text(json.dumps({"by": 1}), "utf-8")
    with pytest.raises(ModelError, match="not the record"):
        read_origin(registry.root / "v2")
    (registry.root / "v2" / ORIGIN).unlink()
    assert read_origin(registry.root / "v2").by == ""


def test_the_default_model_names_nobody(trained, tmp_path):
    """It is published: no name of a user and no command line go with it."""
    folder, _ = save(trained, tmp_path, "default", "stance train --models /home/ana/secret")
    assert not (folder / ORIGIN).exists()


def test_promotions_at_the_same_time_wait_for_each_other(registry):
    """Four processes promote at once: every move begins where the one before it ended."""
    code = """
        import sys
        from pathlib import Path
        from stance.models.champion import promote
        from stance.models.registry import Registry
        for number in range(8):
            promote(Registry(Path(sys.argv[1])), f"v{1 + (number + int(sys.argv[2])) % 3}", "", {})
    """
    processes = [
        subprocess.Popen([sys.executable, "-c", textwrap.dedent(code), registry.root, str(number)])
        for number in range(4)
    ]
    assert [process.wait(timeout=60) for process in processes] == [0] * 4
    moves = [one["moves"]["champion"] for one in registry.history() if one["event"] == "promote"]
    assert [was for was, _ in moves] == [None, *(now for _, now in moves[:-1])]
    assert registry.aliases()["champion"] == moves[-1][1]


@pytest.mark.parametrize("name", ["fsync", "replace", "open"])
def test_a_full_disk_at_any_call_leaves_one_of_the_two_champions(registry, monkeypatch, name):
    """Each call fails once: an error, a champion that is whole, and the next try succeeds."""
    promote(registry, "v1", "", {})
    real, number, n_failed = getattr(os, name), 0, 0
    while number == n_failed:  # until a round has no call left to fail
        number += 1
        calls = iter(range(1, 1_000))

        def failing(*arguments, calls=calls, number=number, **settings):
            if next(calls) == number:
                raise OSError(28, "No space left on device")
            return real(*arguments, **settings)

        before = registry.aliases()["champion"]
        other = "v2" if before != "v2" else "v3"
        with monkeypatch.context() as patch:
            patch.setattr(os, name, failing)
            try:
                promote(registry, other, "", {})
            except (OSError, StanceError):
                n_failed += 1
        assert registry.aliases()["champion"] in (before, other)
        check_whole(registry, registry.aliases()["champion"])
        promote(registry, other, "", {})
        assert registry.aliases()["champion"] == other
        assert not list(registry.root.glob(".stance-tmp-*"))
    assert n_failed > 0


def test_the_first_champion_may_be_wanted_in_the_place_of_none(registry):
    """With "" it is, and not when somebody was quicker."""
    assert promote(registry, "v1", "", {}, instead_of="", event="retrain")
    assert registry.history()[-1]["event"] == "retrain"
    with pytest.raises(ProjectError, match=r"^v1 has become the champion meanwhile, where none w"):
        promote(registry, "v2", "", {}, instead_of="")
    assert promote(registry, "v2", "", {}, instead_of="v1")


def test_nobody_goes_back_to_a_damaged_version(registry):
    """The champion stays, and what is wrong with the other is told."""
    for version in ("v1", "v2"):
        promote(registry, version, "", {})
    path = registry.root / "v1" / "config.toml"
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(ModelError, match=r"v1 is not whole: config\.toml.*Nothing was promoted"):
        rollback(registry, "", {})
    assert registry.aliases()["champion"] == "v2"


def test_events_that_move_nothing_are_no_champions():
    """A version that was trained, and a champion that was there before the history began."""
    events = [
        {"event": "train", "moves": {"latest": [None, "v3"]}},
        {"event": "train"},
        {"event": "promote", "moves": {"champion": ["v1", "v2"]}},
        {"event": "promote", "moves": {"champion": ["v2", "v3"]}},
        {"event": "promote", "moves": {"champion": ["v3", "v1"]}},
        {"event": "remove", "moves": {"champion": ["v1", None]}},
    ]
    assert champions(events[:4]) == ["v1", "v2", "v3"]
    assert champions(events) == ["v2", "v3", "v1"]
    back = {"event": "rollback", "moves": {"champion": ["v3", "v1"]}}
    assert champions([*events[:4], back]) == ["v1"]
    assert champions([back]) == ["v3", "v1"]
