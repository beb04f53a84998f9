"""Importing labelled rows: nothing twice, nothing lost, no choice between conflicts."""

import unicodedata
from dataclasses import replace

import pytest

from stance.annotation.examples import Labelled
from stance.annotation.importing import import_examples
from stance.annotation.store import read_annotations, read_gold
from stance.corpus.store import read_corpus
from stance.storage.errors import ProjectError

ACCENTED = "Le maire a refusé l’aide à l’été."


def data_files(project):
    """The bytes of every data file of the project, by its path; lock files aside."""
    folder = project.articles.parent
    return {
        str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.jsonl"))
    }


def labelled(*rows, refused=()):
    return Labelled(tuple(rows), tuple(refused), is_single=False)


@pytest.fixture
def row(small):
    """One row; its number names it and its place."""

    def make(number, text, labels=("unsure",), **fields):
        return small.example(f"r{number}", text, labels, **fields)

    return make


def test_importing_twice_adds_nothing_the_second_time(project, small):
    """The same rows once more leave every data file as it was, byte by byte."""
    rows = labelled(*small.examples(12))
    first = import_examples(project, rows, "ana")
    before = data_files(project)
    second = import_examples(project, rows, "ana")
    assert (first.n_annotations, first.n_sentences, first.n_same) == (12, 12, 0)
    assert (second.n_annotations, second.n_sentences, second.n_same) == (0, 0, 12)
    assert before.keys() == {"articles.jsonl", "sentences.jsonl", "annotations/ana.jsonl"}
    assert data_files(project) == before


def test_the_order_of_rows_does_not_change_what_is_stored(project, small):
    """Rows that came in another order are known all the same."""
    rows = small.examples(12)
    import_examples(project, labelled(*rows), "ana")
    assert import_examples(project, labelled(*rows[::-1]), "ana").n_annotations == 0


def test_a_row_accepted_and_rejected_is_imported_once(project, row):
    """Also rows that contradict each other by their answer add nothing the second time."""
    rows = labelled(row(1, "We may help."), row(2, "We may help.", answer="reject"))
    import_examples(project, rows, "ana")
    before = data_files(project)
    import_examples(project, rows, "ana")
    assert data_files(project) == before


def test_gold_of_two_names_is_imported_once(project, row):
    """Adjudicated rows that bear two names do not take turns with every import."""
    rows = labelled(
        row(1, "We may help.", annotator="ana"),
        row(2, "We may help.", ["for_aid"], annotator="ben"),
    )
    import_examples(project, rows, "gold", is_gold=True)
    before = [one.labels for one in read_gold(project)]
    import_examples(project, rows, "gold", is_gold=True)
    assert [one.labels for one in read_gold(project)] == before


def test_taken_ignored_and_refused_are_all_rows(project, row):
    """Every row of a file is taken, asked to be ignored, or refused with a reason."""
    rows = labelled(
        row(1, "We help."),
        row(2, "We help.", ["for_aid"]),
        row(3, "We wait."),
        row(4, "We wait."),
        row(5, "We pass.", answer="ignore"),
        row(6, "We do not.", answer="reject"),
        refused=["rows.csv:7: the text is blank."],
    )
    found = import_examples(project, rows, "ana")
    assert (found.n_taken, found.n_ignored, len(found.refused)) == (3, 1, 3)
    assert (found.n_duplicates, found.n_sentences) == (1, 2)


def test_rows_in_conflict_are_all_refused(project, row):
    """One sentence with two answers of one annotator: the tool takes neither, and names both."""
    rows = labelled(row(1, "We help.", ["for_aid"]), row(2, "we HELP.", ["unsure"]))
    found = import_examples(project, rows, "ana")
    assert [one.split(": ")[0] for one in found.refused] == ["rows.csv:r1", "rows.csv:r2"]
    assert all("rows.csv:r1 for_aid, rows.csv:r2 unsure" in one for one in found.refused)
    assert read_annotations(project) == []
    assert data_files(project) == {}


def test_two_annotators_may_differ(project, row):
    """Different answers of different annotators are no conflict but a matter to settle."""
    rows = labelled(row(1, "We help.", ["for_aid"], annotator="ben"), row(2, "We help."))
    assert import_examples(project, rows, "ana").refused == ()
    found = {one.annotator: one.labels for one in read_annotations(project)}
    assert found == {"ana": ("unsure",), "ben": ("for_aid",)}
    assert len(read_corpus(project).sentences) == 1


def test_composed_and_decomposed_accents_are_one_sentence(project, row):
    """NFC and NFD of the same words are one sentence, in one import and over two."""
    forms = [unicodedata.normalize(form, ACCENTED) for form in ("NFC", "NFD")]
    assert forms[0] != forms[1]
    found = import_examples(project, labelled(row(1, forms[0]), row(2, forms[1])), "ana")
    assert (found.n_taken, found.n_sentences, found.n_annotations) == (2, 1, 1)
    again = import_examples(project, labelled(row(3, forms[1])), "ana")
    assert (again.n_sentences, again.n_same) == (0, 1)


def test_a_changed_answer_is_a_new_line(project, row):
    """The same row with another label keeps the old line and adds one, which then counts."""
    import_examples(project, labelled(row(1, "We help.", ["for_aid"])), "ana")
    import_examples(project, labelled(row(1, "We help.", ["unsure"])), "ana")
    path = project.annotations / "ana.jsonl"
    assert len(path.read_text(encoding="utf-8").splitlines()) == 2
    assert [one.labels for one in read_annotations(project)] == [("unsure",)]


def test_an_ignored_row_leaves_no_trace(project, row):
    """A row whose answer is ignore brings neither a sentence nor an annotation."""
    import_examples(project, labelled(row(1, "We help.", answer="ignore")), "ana")
    assert data_files(project) == {}


def test_a_rejected_row_stays_rejected(project, row):
    """A rejected answer is stored as such."""
    import_examples(project, labelled(row(1, "We help.", answer="reject")), "ana")
    assert [one.answer for one in read_annotations(project)] == ["reject"]


def test_gold_goes_to_its_own_file(project, row):
    """Adjudicated rows do not appear among the annotators' answers."""
    import_examples(project, labelled(row(1, "We help.")), "ana", is_gold=True)
    assert [one.labels for one in read_gold(project)] == [("unsure",)]
    assert read_annotations(project) == []


def test_sentences_of_an_article_join_it_and_others_stand_alone(project, row):
    """Rows with an article id share the article; rows without one are articles by themselves."""
    rows = labelled(
        row(1, "We help.", article_id="paper"),
        row(2, "We wait.", article_id="paper"),
        row(3, "We go."),
        row(4, "We stay."),
    )
    import_examples(project, rows, "ana")
    corpus = read_corpus(project)
    assert [one.id for one in corpus.of_article("paper")] == ["paper#0", "paper#1"]
    assert len(corpus.articles) == 3


def test_what_describes_the_article_is_kept_and_a_bad_date_is_not(project, row):
    """Title, outlet and event go to the article; a date that is none costs no row."""
    fields = {"title": "News", "outlet": "Post", "event": "vote", "published_at": "last May"}
    rows = labelled(row(1, "We help.", article_id="paper", fields=fields))
    assert import_examples(project, rows, "ana").n_taken == 1
    article = read_corpus(project).articles["paper"]
    assert (article.title, article.outlet, article.event) == ("News", "Post", "vote")
    assert article.published_at == ""
    assert article.text is None


@pytest.mark.parametrize("name", ["../ana", "a/b", "", "-x", ".hidden", "a b", "a\n", "x" * 61])
def test_a_name_that_is_no_file_name_is_refused_before_anything_is_written(project, row, name):
    """No annotator's name leads out of the folder, and nothing is half imported."""
    rows = labelled(row(1, "We help."), replace(row(2, "We wait."), annotator=name))
    with pytest.raises(ProjectError, match="annotator's name"):
        import_examples(project, rows, name)
    assert data_files(project) == {}


def test_one_row_with_a_name_that_is_none_does_not_stop_the_others(project, row):
    """An annotator's name is that of a file; a row with a path in its place is refused."""
    rows = labelled(row(1, "We help."), row(2, "We may.", annotator="../../etc/x"))
    found = import_examples(project, rows, "ana")
    assert (found.n_taken, len(found.refused)) == (1, 1)
    assert "cannot be an annotator's name" in found.refused[0]
    assert data_files(project).keys() >= {"annotations/ana.jsonl"}


def test_dates_that_are_none_are_counted(project, row):
    """The row stays, without its date."""
    rows = labelled(
        row(1, "We help.", fields={"published_at": "2024-02-31"}),
        row(2, "We may.", fields={"published_at": "2024-02"}),
        row(3, "We will.", fields={"published_at": ""}),
    )
    assert import_examples(project, rows, "ana").n_bad_dates == 1
