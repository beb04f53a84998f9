"""The sealed split: what belongs together lies on one side, and no article ever moves."""

import json
import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.learning.groups import group_numbers
from stance.learning.split import ASIDE, TEST, TRAIN, extend_split, read_split, split_examples
from stance.storage.errors import InputError, StanceError

SHARED = (
    "Ships loaded with blankets left the northern harbour at dawn on Tuesday",
    "A minister of the smaller party asked for a second reading of the bill",
)

ARTICLES = st.lists(
    st.tuples(
        st.integers(1, 4),
        st.sampled_from(["", "", "", "vote", "storm", "march"]),
        st.sampled_from([None, None, None, 0, 1]),
    ),
    min_size=1,
    max_size=14,
)


def rows_of(small, articles, first=0):
    """Rows of articles given as (number of sentences, event, shared sentence or None)."""
    rows = []
    for number, (n_sentences, event, shared) in enumerate(articles, start=first):
        name = f"article{number}"
        texts = [f"{name}, {n}." for n in range(n_sentences)]
        texts += [SHARED[shared]] if shared is not None else []
        rows += [
            small.example(f"{name}#{n}", text, article_id=name, event=event)
            for n, text in enumerate(texts)
        ]
    return rows


def groups_of(rows):
    numbers = group_numbers(
        [one.text for one in rows], [one.article_id for one in rows], [one.event for one in rows]
    )
    members = {}
    for one, number in zip(rows, numbers.tolist(), strict=True):
        members.setdefault(number, set()).add(one.article_id)
    return list(members.values())


@settings(max_examples=150, deadline=None)
@given(ARTICLES, ARTICLES, ARTICLES)
def test_adding_articles_never_moves_an_old_one(small, first, second, third):
    """Whatever comes later, an article keeps the side it has."""
    sides = {}
    rows = []
    for articles in (first, second, third):
        rows += rows_of(small, articles, first=len({one.article_id for one in rows}))
        grown = extend_split(sides, rows)
        assert sides.items() <= grown.items()
        assert grown.keys() == {one.article_id for one in rows}
        sides = grown


@settings(max_examples=150, deadline=None)
@given(ARTICLES)
def test_no_group_lies_on_both_sides(small, articles):
    """In a new split every article, event and near-duplicate is on one side, and none aside."""
    rows = rows_of(small, articles)
    sides = extend_split({}, rows)
    assert ASIDE not in sides.values()
    for group in groups_of(rows):
        assert len({sides[article] for article in group}) == 1


@settings(max_examples=150, deadline=None)
@given(ARTICLES, ARTICLES)
def test_no_event_or_duplicate_crosses_when_articles_join(small, first, second):
    """Without the articles set aside, no group is on both sides of a split that grew."""
    rows = rows_of(small, first)
    sides = extend_split({}, rows)
    rows += rows_of(small, second, first=len(first))
    sides = extend_split(sides, rows)
    for group in groups_of([one for one in rows if sides[one.article_id] != ASIDE]):
        assert len({sides[article] for article in group}) == 1


@settings(max_examples=100, deadline=None)
@given(ARTICLES, st.randoms(use_true_random=False))
def test_the_order_of_rows_decides_nothing(small, articles, draw):
    """The same articles in another order have the same sides."""
    rows = rows_of(small, articles)
    expected = extend_split({}, rows)
    draw.shuffle(rows)
    assert extend_split({}, rows) == expected


def test_about_a_fifth_is_for_testing(small):
    """Of many small articles about one sentence in five is for testing."""
    rows = rows_of(small, [(3, "", None)] * 60)
    sides = extend_split({}, rows)
    share = sum(sides[one.article_id] == TEST for one in rows) / len(rows)
    assert 0.15 <= share <= 0.25


def test_a_new_article_joins_the_side_of_its_event(small):
    """An article about a known event goes where that event is, whatever the shares are."""
    known = {"article0": TEST, "article1": TRAIN}
    rows = rows_of(small, [(2, "vote", None), (2, "storm", None)] + [(9, "vote", None)] * 3)
    sides = extend_split(known, rows)
    assert [sides[f"article{n}"] for n in range(5)] == [TEST, TRAIN, TEST, TEST, TEST]


def test_an_article_that_belongs_to_both_sides_is_set_aside(project, small, caplog):
    """What would carry test sentences into training is used for neither, and this is told."""
    old = rows_of(small, [(1, "vote", None), (1, "storm", None)])
    content = {"format": 1, "articles": {"article0": TEST, "article1": TRAIN}}
    project.split.parent.mkdir(exist_ok=True)
    project.split.write_text(json.dumps(content), encoding="utf-8")
    both = [
        small.example("new#0", "New, 0.", article_id="new", event="vote"),
        small.example("new#1", "New, 1.", article_id="new", event="storm"),
    ]
    with caplog.at_level(logging.WARNING):
        found = split_examples(project, [*old, *both])
    assert [one.id for one in found[ASIDE]] == ["new#0", "new#1"]
    assert [one.id for one in found[TEST]] == ["article0#0"]
    assert "2 sentences were set aside" in caplog.text
    assert read_split(project) == {"article0": TEST, "article1": TRAIN, "new": ASIDE}


def test_the_split_is_written_once_and_kept(project, small):
    """The second call gives the same sides and leaves the file as it is."""
    rows = small.examples(30)
    first = split_examples(project, rows)
    written = project.split.read_bytes()
    assert split_examples(project, rows[::-1])[TEST] == first[TEST][::-1]
    assert project.split.read_bytes() == written
    assert sorted(one.id for side in first.values() for one in side) == sorted(
        one.id for one in rows
    )
    assert read_split(project).keys() == {one.article_id for one in rows}


def test_sentences_that_are_gone_do_not_free_their_article(project, small):
    """An article keeps its side while none of its sentences is labelled."""
    rows = small.examples(30)
    split_examples(project, rows)
    before = read_split(project)
    split_examples(project, rows[:6])
    assert read_split(project) == before


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '{"format": 2, "articles": {}}',
        '{"format": 1}',
        '{"format": 1, "articles": {"a": "dev"}}',
        '{"format": 1, "articles": {"a": ["test"]}}',
        '{"format": 1, "articles": {"a": "test", "a": "train"}}',
        '{"format": 1, "articles": ["a"]}',
    ],
)
def test_a_damaged_split_stops_everything_and_is_left_alone(project, small, content):
    """A split that cannot be read is never guessed again or written over."""
    project.split.parent.mkdir(exist_ok=True)
    project.split.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match="Restore it from a backup"):
        split_examples(project, small.examples(6))
    assert project.split.read_text(encoding="utf-8") == content


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_a_split_or_the_declared_error(tmp_path_factory, content):
    """Whatever bytes the file has, the answer is sides or a StanceError."""
    from stance.storage.project import Project

    project = Project(tmp_path_factory.getbasetemp())
    project.split.parent.mkdir(exist_ok=True)
    project.split.write_bytes(content)
    try:
        sides = read_split(project)
    except StanceError:
        return
    assert set(sides.values()) <= {TRAIN, TEST, ASIDE}
