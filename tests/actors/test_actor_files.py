"""A project's own actors: what they add, and how a wrong file is told."""

from pathlib import Path

import pytest

from stance.actors.gazetteer import read_gazetteer
from stance.storage.errors import ConfigError


def written(folder: Path, actors: str) -> Path:
    path = folder / "actors.toml"
    path.write_text(f"format = 1\nactors = [\n{actors}\n]\n", "utf-8")
    return path


def test_a_new_actor_is_found(tmp_path: Path) -> None:
    path = written(tmp_path, '{ name = "Ada Quist", country = "Norway", camp = "other" }')
    found = read_gazetteer(path)
    assert [one.actor for one in found.find("Ada Quist and Quist spoke.")] == ["ada-quist"] * 2
    assert found.actors["ada-quist"].country == "norway"


def test_an_entry_extends_the_packaged_one(tmp_path: Path) -> None:
    path = written(
        tmp_path, '{ id = "france", name = "France", places = ["Hexagon"], camp = "other" }'
    )
    found = read_gazetteer(path)
    assert [one.actor for one in found.find("Hexagon and Paris spoke.")] == ["france", "france"]
    assert found.actors["france"].camp == "other" and "French" in found.actors["france"].adjectives
    assert found.actors["emmanuel-macron"].camp == "other"  # a person has the country's camp


WRONG = {
    '{ name = "Ada Quist", aliases = ["Wall"] },\n{ name = "Bo Lind", aliases = ["Wall"] }': (
        'line 4: the name "Wall" belongs to ada-quist and bo-lind'
    ),
    '{ name = "Ada Quist", aliases = ["NATO"] }': (
        'line 3: the name "NATO" belongs to nato and ada-quist'
    ),
    '{ name = "Ada Quist", country = "Norwey" }': (
        'line 3: "Ada Quist": unknown country "Norwey". Did you mean "norway"?'
    ),
    '{ name = "Club A", kind = "body", parent = "club-b" },\n'
    '{ name = "Club B", kind = "body", parent = "club-a" }': (
        "a circle of parents: club-a → club-b → club-a"
    ),
    '{ name = "Ada Quist", parent = "nowhere" }': 'unknown parent "nowhere"',
    '{ name = "Ada Quist" },\n{ name = "Ada Quist" }': (
        'line 4: the id "ada-quist" stands there twice'
    ),
    '{ name = "Ada Quist", colour = "red" }': 'unknown key "actors.0.colour"',
    '{ name = "Ada Quist", roles = [{ title = "Mayor", since = "2023-13" }] }': (
        "actors.0.roles.0.since"
    ),
    '{ name = "Ada Quist", roles = [{ title = "Mayor", of = "nato-x" }] }': (
        'unknown organisation "nato-x"'
    ),
    '{ name = "Land", kind = "country", country = "QQ" }': 'unknown country code "QQ"',
}


@pytest.mark.parametrize(("actors", "told"), WRONG.items(), ids=list(WRONG.values()))
def test_a_wrong_file_is_told_with_its_lines(tmp_path: Path, actors: str, told: str) -> None:
    path = written(tmp_path, actors)
    with pytest.raises(ConfigError) as error:
        read_gazetteer(path)
    assert told in str(error.value) and "actors.toml" in str(error.value)


def test_all_faults_are_listed(tmp_path: Path) -> None:
    path = written(
        tmp_path, '{ name = "Ada Quist", country = "Norwey" },\n{ name = "Bo Lind", parent = "x" }'
    )
    with pytest.raises(ConfigError) as error:
        read_gazetteer(path)
    assert "Norwey" in str(error.value) and '"x"' in str(error.value)


def test_no_file_is_no_fault(tmp_path: Path) -> None:
    assert read_gazetteer(tmp_path / "none.toml").actors == read_gazetteer(None).actors
