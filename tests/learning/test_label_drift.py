"""Shares of labels are compared between imports, with articles as what varies."""

import random

import pytest

from stance.learning.label_drift import MIN_ARTICLES, label_drift


def rows_of(small, source, share, n_articles=60, per_article=5, seed=0, **fields):
    """Rows of one file whose articles are more or less inclined to carry the label."""
    draw = random.Random(f"{source} {seed}")
    return [
        small.example(
            f"{source}{article}#{k}",
            labels=["for_aid"] if draw.random() < inclined else [],
            article_id=f"{source}{article}",
            place=f"{source}.csv:{article * per_article + k}",
            fields=fields,
        )
        for article in range(n_articles)
        for inclined in [draw.betavariate(2 * share, 2 * (1 - share))]
        for k in range(per_article)
    ]


def test_a_different_share_is_found_with_its_numbers(small):
    """Half of the rows in one file, a tenth in the other."""
    rows = rows_of(small, "old", 0.5) + rows_of(small, "new", 0.1)
    (told,) = label_drift(rows, ["for_aid", "unsure"])
    assert told.startswith("for_aid by file: ")
    assert " % of 300 in new.csv, " in told
    assert told.split("p = ")[1] < "2"


def test_equal_shares_alarm_hardly_ever(small):
    """In 200 draws from one population at most two alarms: the level is one in a thousand."""
    alarms = sum(
        bool(
            label_drift(
                rows_of(small, "old", 0.3, seed=seed) + rows_of(small, "new", 0.3, seed=seed),
                ["for_aid"],
            )
        )
        for seed in range(200)
    )
    assert alarms <= 2


@pytest.mark.parametrize("n_articles", [1, MIN_ARTICLES - 1])
def test_few_articles_say_nothing(small, n_articles):
    """Hundreds of rows of a few articles are no sample of a file."""
    rows = rows_of(small, "old", 0.99, n_articles, 100) + rows_of(small, "new", 0.01, 60)
    assert label_drift(rows, ["for_aid"]) == []


def test_years_and_annotators_are_compared(small):
    """By year of publication, by annotator and by month of annotation."""
    rows = rows_of(small, "a", 0.5, published_at="2022-05-01", annotator="ana")
    rows += rows_of(small, "a", 0.1, seed=1, published_at="2024", annotator="ana")
    found = label_drift(rows, ["for_aid"])
    assert len(found) == 1
    assert "by year" in found[0]
    answers = [
        small.example(
            f"s{k}",
            place=f"s{k}",
            fields={
                "annotations": [
                    {"annotator": "ana", "labels": ["for_aid"], "annotated_at": "2024-01-02"},
                    {"annotator": "ben", "labels": [], "annotated_at": "2024-01-03"},
                ]
            },
        )
        for k in range(40)
    ]
    (told,) = label_drift(answers, ["for_aid"])
    assert told.startswith("for_aid by annotator: 0.0 % of 40 in ben, 100.0 % of 40 in ana")
