"""Names of actors in a text, and whom a shared name means."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.actors.gazetteer import Gazetteer, fold, read_gazetteer

GAZETTEER = read_gazetteer(None)


@pytest.fixture
def gazetteer() -> Gazetteer:
    return GAZETTEER


def named(text: str, date: str | None = None, context: str = "") -> list[tuple[str, ...]]:
    return [one.actors for one in GAZETTEER.find(text, date, context)]


def test_the_packaged_facts_are_many(gazetteer: Gazetteer) -> None:
    """60 countries with words for their people, 250 persons and bodies."""
    actors = gazetteer.actors.values()
    assert sum(one.kind == "country" and bool(one.adjectives) for one in actors) >= 60
    assert sum(one.kind in ("person", "body", "organisation") for one in actors) >= 250
    assert {one.camp for one in actors} == {"adversary", "ukraine", "ally", "other"}


def test_roles_end_after_they_begin(gazetteer: Gazetteer) -> None:
    for actor in gazetteer.actors.values():
        for role in actor.roles:
            assert not role.until or not role.since or role.since <= role.until, actor.id


def test_officials_of_adversaries_are_of_their_camp(gazetteer: Gazetteer) -> None:
    for actor in gazetteer.actors.values():
        if actor.country in ("russia", "north-korea"):
            assert actor.camp == "adversary", actor.id


@pytest.mark.parametrize(
    ("text", "actor"),
    [
        ("Downing Street hesitated.", "united-kingdom"),
        ("the Kremlin hesitated.", "russia"),
        ("The Élysée hesitated.", "france"),
        ("The U.S. hesitated.", "united-states"),
        ("HUNGARY hesitated.", "hungary"),
        ("Orban hesitated.", "viktor-orban"),
        ("Sikorski and the Löwe hesitated.", "radoslaw-sikorski"),
        ("Türkiye hesitated.", "turkey"),
        ("The Republic of Korea hesitated.", "south-korea"),
    ],
)
def test_a_name_is_found_in_its_forms(text: str, actor: str) -> None:
    assert named(text)[0] == (actor,)


def test_small_letters_are_no_names() -> None:
    assert named("let us polish the west wing of the house, chad") == []


@pytest.mark.parametrize(
    ("text", "form"),
    [("Berlin hesitated.", "name"), ("They met in Berlin.", "place"), ("He left Berlin.", "place")],
)
def test_a_capital_is_an_actor_or_a_place(text: str, form: str) -> None:
    assert [one.form for one in GAZETTEER.find(text)] == [form]


@pytest.mark.parametrize(
    ("text", "date", "context", "actors"),
    [
        ("Johnson hesitated.", "2022-03-01", "", ("boris-johnson",)),
        ("Johnson hesitated.", "2024-03-01", "", ("mike-johnson",)),
        ("Johnson hesitated.", None, "", ("boris-johnson", "mike-johnson")),
        ("Speaker Johnson hesitated.", None, "", ("mike-johnson",)),
        ("The British prime minister, Johnson, hesitated.", None, "", ("boris-johnson",)),
        ("Johnson hesitated.", None, "Boris Johnson came.", ("boris-johnson",)),
        ("Macron hesitated.", None, "", ("emmanuel-macron",)),
        ("Brigitte Macron waved.", None, "", ("brigitte-macron",)),
        ("Georgia hesitated.", None, "", ("georgia", "georgia-us")),
        ("Georgia hesitated.", None, "Votes were counted in Atlanta.", ("georgia-us",)),
        ("Georgia hesitated.", None, "Crowds filled Tbilisi.", ("georgia",)),
        ("Jordan hesitated.", None, "Egypt and Lebanon, too.", ("jordan",)),
    ],
)
def test_a_shared_name_is_decided_by_what_stands_around(
    text: str, date: str | None, context: str, actors: tuple[str, ...]
) -> None:
    names = ("Johnson", "Macron", "Brigitte Macron", "Georgia", "Jordan")
    found = [one for one in GAZETTEER.find(text, date, context) if one.text in names]
    assert tuple(sorted(found[0].actors)) == actors
    assert (found[0].actor is None) == (len(actors) > 1)


def test_the_last_name_of_a_stranger_is_not_taken() -> None:
    assert named("A baker called Wilhelmina Merz hesitated.") == []


def test_an_office_in_another_organisation_is_no_country_s(gazetteer: Gazetteer) -> None:
    assert gazetteer.country_of("mark-rutte", "2023-05-01") == "netherlands"
    assert gazetteer.country_of("mark-rutte", "2025-05-01") is None


def test_who_held_an_office(gazetteer: Gazetteer) -> None:
    assert (
        gazetteer.in_office("foreign secretary", "united-kingdom", "2023-12-05") == "david-cameron"
    )
    assert gazetteer.in_office("premier", "united-kingdom", "1900-01-01") is None


@given(st.text(max_size=80), st.sampled_from(["Poland", "U.S.", "Støre", "Johnson", "Berlin"]))
def test_mentions_are_spans_in_order(noise: str, name: str) -> None:
    text = f"{noise} {name} {noise}"
    found = GAZETTEER.find(text)
    assert all(text[one.start : one.end] == one.text for one in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(key in GAZETTEER.actors for one in found for key in one.actors)


@given(st.text(max_size=40))
def test_folding_is_settled_at_once(text: str) -> None:
    once = fold(text)
    assert fold(once).replace("the ", "") == once.replace("the ", "") or "." in once
