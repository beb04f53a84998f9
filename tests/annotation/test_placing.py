"""Which sentence a row is about: by its words, by its place, or a new one."""

import pytest

from stance.annotation.placing import Placement
from stance.corpus.articles import Article
from stance.corpus.normalise import sha256
from stance.corpus.segment import segment
from stance.corpus.store import Corpus

TEXT = 'The minister said: "We help; we stay." 🚢 The harbour was quiet all day.'


@pytest.fixture
def corpus():
    """One article with its text and sentences."""
    article = Article(id="paper", source="paper.txt", text=TEXT, sha256=sha256(TEXT))
    return Corpus({"paper": article}, {one.id: one for one in segment(article)})


@pytest.fixture
def row(small):
    """A row of the article with these fields."""

    def make(text, **fields):
        return small.example("r1", text, [], article_id="paper", fields=fields)

    return make


def test_a_sentence_whose_signs_were_changed_is_found_by_its_place(corpus, row):
    """Discourse Network Analyzer writes a comma for a semicolon and ' for a double quote."""
    for sentence in corpus.sentences.values():
        changed = sentence.text.replace(";", ",").replace('"', "'")
        found = Placement(corpus).sentence_of(row(changed, start=sentence.start, end=sentence.end))
        assert found == sentence


def test_a_stretch_of_a_sentence_belongs_to_it(corpus, row):
    """A statement may be a part of a sentence; as text, places are numbers, too."""
    start = TEXT.index("harbour")
    found = Placement(corpus).sentence_of(row("harbour was", start=str(start), end=start + 11))
    assert found.start <= start and start + 11 <= found.end
    assert found in corpus.sentences.values()


@pytest.mark.parametrize(
    "place", [{}, {"start": 4}, {"start": 0, "end": 7}, {"start": "x", "end": 9}]
)
def test_other_words_at_a_place_are_another_sentence(corpus, row, place):
    """A place alone proves nothing."""
    placed = Placement(corpus)
    found = placed.sentence_of(row("Nobody came.", **place))
    assert placed.new_sentences == [found]


@pytest.mark.parametrize("given", [7, "7"])
def test_a_new_sentence_keeps_its_number_where_that_is_free(corpus, row, given):
    """So that ids stay what they are from one project to the next."""
    placed = Placement(corpus)
    assert placed.sentence_of(row("Nobody came.", sent_index=given)).id == "paper#7"
    assert placed.sentence_of(row("They came.", sent_index=given)).id == "paper#8"
    assert placed.sentence_of(row("They left.", sent_index=0)).id == "paper#9"
    assert placed.sentence_of(row("They sat.", sent_index=-1)).id == "paper#10"
