"""From training to the page: a model that goes by names is called one, another is not."""

import itertools
from dataclasses import replace
from functools import partial

import pytest

from pages import Page
from stance.annotation.examples import Example
from stance.codebook.codebook import Codebook, Label
from stance.corpus.names import exchanged, masked
from stance.evaluation.audit import STEPS
from stance.evaluation.evaluate import answer, evaluate
from stance.evaluation.render_html import to_html
from stance.evaluation.render_json import to_dict
from stance.evaluation.render_markdown import to_markdown
from stance.learning.config import Config
from stance.learning.dataset import training_data
from stance.learning.training import train
from stance.models.saving import save
from stance.prediction.predict import thresholds_of
from stance.prediction.scorer import load_scorer

LABELS = ("for_bells", "against_bells")
COUNTRIES = (("Norway", "Oslo"), ("Bulgaria", "Sofia"), ("Japan", "Tokyo"))
WHO = ("A teacher", "The bakers", "Two sailors", "An old judge", "The choir", "My aunt", "A nurse")
WHEN = ("on Monday", "at noon", "last week", "in the rain", "by letter")
# What is said: for or against, or neither of them.
SAID = ("praised the church bells", "cursed the church bells", "mended the church bells")
N_BARE = 5  # sentences that name nobody
NEUTRAL = "spoke of the church bells"


def example(n, text, kind):
    labels = LABELS[kind : kind + 1]
    return Example(f"s{n:03}", text, labels, f"a{n // 3:02}")


def by_name():
    """One country is always for, one always against, one neither; all say the same."""
    for n, (who, when, kind) in enumerate(itertools.product(WHO, WHEN, range(3))):
        country, capital = COUNTRIES[kind]
        yield example(n, f"{who} from {capital} in {country} {NEUTRAL} {when}.", kind)


def by_word():
    """Every country says everything: only the verb tells."""
    for n, (who, when, kind) in enumerate(itertools.product(WHO, WHEN, range(3))):
        country, capital = COUNTRIES[n // 3 % 3]
        yield example(n, f"{who} from {capital} in {country} {SAID[kind]} {when}.", kind)


@pytest.fixture(scope="module", params=[by_name, by_word], ids=["by name", "by word"])
def case(request, tmp_path_factory):
    """(the model goes by names, the report on sentences of speakers it has not heard, a function
    that gives the model's answers to them after a change of their texts).
    """
    rows = list(request.param())
    n_train = 5 * len(WHEN) * 3
    codebook = Codebook(name="bells", labels=tuple(Label(name=name) for name in LABELS))
    trained = train(training_data(rows[:n_train], codebook), Config())
    scorer = load_scorer(save(trained, tmp_path_factory.mktemp("m"), "m", "test")[0])
    heard = rows[n_train:] + [example(900 + n, f"Rain fell {WHEN[n]}.", 2) for n in range(N_BARE)]
    report = evaluate(scorer, heard, thresholds_of(scorer), ["unheard"])

    def answers(change):
        changed = [replace(one, text=change(one.text)) for one in heard]
        return answer(scorer, changed, thresholds_of(scorer)).given

    return request.param is by_name, report, answers


def test_the_scores_alone_do_not_tell(case):
    """Either model scores well, so that nothing but the audit can show the shortcut."""
    _, report, _ = case
    assert report.macro.f1.value > 0.9
    assert report.names.n_named == report.n_sentences - N_BARE


def test_the_shortcut_is_measured(case):
    """Other names give other labels where names decide, and the same ones where words do."""
    is_shortcut, report, _ = case
    assert (report.names.changed_when_exchanged > 0.2) == is_shortcut
    if is_shortcut:
        assert report.names.changed_when_masked > 0.5
        assert report.names.macro_f1_masked < 0.6
        assert report.names.examples
    else:
        assert report.names.changed_when_exchanged < 0.05
        assert report.names.macro_f1_masked > 0.9


def test_the_shares_by_hand(case):
    """The shares are those of changed answers, of those that name somebody."""
    _, report, answers = case
    before = answers(str)
    for found, changes in (
        (report.names.changed_when_masked, [masked]),
        (report.names.changed_when_exchanged, [partial(exchanged, step=step) for step in STEPS]),
    ):
        after = [(answers(change) != before).any(axis=1)[:-N_BARE].mean() for change in changes]
        assert found == pytest.approx(sum(after) / len(changes))


def test_the_names_alone_reach_as_much(case):
    """The rule by names is as good as a model that goes by names, and useless otherwise."""
    is_shortcut, report, _ = case
    rule = next(one for one in report.baselines if one.name == "names only")
    assert (rule.macro_f1 >= report.macro.f1.value - 0.1) == is_shortcut
    assert ("Norway" in rule.how) or not is_shortcut


def test_the_reader_is_warned_before_the_scores(case):
    """The warning stands in the report, in the Markdown, in the JSON and on top of the page."""
    is_shortcut, report, _ = case
    told = [one for one in report.warnings if "goes partly by who is named" in one]
    assert len(told) == is_shortcut
    markdown, html = to_markdown(report), to_html(report)
    assert ("goes partly by who is named" in markdown.split("## Scores")[0]) == is_shortcut
    page = Page(html)
    shown = [("p", "class", "warning")] * len(report.warnings)
    assert [one for one in page.attributes if one[2] == "warning"] == shown
    assert set(told) <= set(page.texts_in("p"))
    assert ("goes partly by who is named" in html.split("<h2>")[0]) == is_shortcut
    assert set(told) <= set(to_dict(report)["warnings"])


def test_what_it_looks_at_is_the_name(case):
    """The strongest n-grams are the names where names decide, and the verbs where they do."""
    is_shortcut, report, _ = case
    words = {
        frozenset(term.split()) - {"from", "in"}
        for one in report.terms
        for term, _, _ in one.speaks_for[:4]
    }
    named = {"norway", "oslo", "bulgaria", "sofia"}
    # "in norway" is a name alone; "norway praised" says something of it.
    assert any(one <= named for one in words) == is_shortcut
    assert any(one & {"praised", "cursed"} for one in words) != is_shortcut
