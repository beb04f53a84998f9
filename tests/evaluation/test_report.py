"""The headline of a report and how its numbers are rounded."""

from dataclasses import replace

import pytest

from stance.evaluation.intervals import Estimate
from stance.evaluation.report import headline, percent, tenths
from stance.evaluation.tables import baseline_columns, baseline_rows, whole_rows, with_interval


def test_headline(report):
    """How good, on what, how sure, better than what, and where it is weakest."""
    assert headline(report) == (
        "On 1,200 sentences from 35 articles it reaches a macro-F1 of 57.4 (between 44.0 and "
        "65.0), better than the best simple rule (41.0); its weakest label is against_tram, of "
        "which it finds 3 in 10, and 5 of 10 that it calls so are."
    )


def test_headline_without_interval(report):
    """Where no interval can be given the headline claims none."""
    macro = replace(report.macro, f1=Estimate(0.574))
    assert "a macro-F1 of 57.4, better than" in headline(replace(report, macro=macro))


@pytest.mark.parametrize(("value", "claim"), [(0.4101, "better"), (0.41, "no better")])
def test_headline_claims_no_more_than_is_true(report, value, claim):
    """A model as good as the best simple rule is no better than it."""
    macro = replace(report.macro, f1=Estimate(value))
    assert f", {claim} than the best simple rule (41.0)" in headline(replace(report, macro=macro))


def test_headline_names_a_weakest_label_that_occurs(report):
    """A label that the data does not carry is not called the weakest."""
    absent = replace(report.labels[1], support=0, f1=Estimate(0.0))
    with_absent = replace(report, labels=(report.labels[0], absent))
    assert "its weakest label is for_tram" in headline(with_absent)


def test_headline_when_the_data_has_no_label(report):
    """Without a labelled sentence there is nothing to claim."""
    empty = replace(report, labels=tuple(replace(one, support=0) for one in report.labels))
    assert headline(empty) == (
        "The data carries none of the model's labels, so there is nothing to score."
    )


@pytest.mark.parametrize(
    ("value", "shown"), [(0, "0.0"), (1, "100.0"), (0.66449, "66.4"), (None, "–")]
)
def test_percent(value, shown):
    """Points out of 100 with one decimal."""
    assert percent(value) == shown


@pytest.mark.parametrize(("value", "shown"), [(0, "0"), (0.74, "7"), (0.76, "8"), (1, "10")])
def test_tenths(value, shown):
    """A share as so many of ten."""
    assert tenths(value) == shown


def test_with_interval():
    """The score, and its interval where there is one."""
    assert with_interval(Estimate(0.5)) == "50.0"
    assert with_interval(Estimate(0.5, 0.25, 1.0)) == "50.0 [25.0, 100.0]"


def test_tables_have_a_cell_for_each_column(report):
    """The model stands above the baselines, each with one cell a column."""
    columns, rows = baseline_columns(report), baseline_rows(report)
    assert {len(row) for row in rows} == {len(columns)}
    assert [row[0] for row in rows] == ["this model", "majority", "keywords", "names only"]


def test_accuracy_has_its_usual_name_where_labels_exclude(report, exclusive_report):
    """With one label a sentence it is accuracy, otherwise subset accuracy."""
    assert whole_rows(exclusive_report)[0] == ("accuracy", "71.0 [66.0, 76.0]")
    assert whole_rows(report)[0][0].startswith("subset accuracy")
