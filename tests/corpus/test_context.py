"""The sentences around a sentence."""

from hypothesis import given
from hypothesis import strategies as st

from stance.corpus.articles import Article
from stance.corpus.context import Context
from stance.corpus.segment import Sentence
from stance.corpus.store import Corpus


def sentence(article, index, **fields):
    return Sentence(
        id=f"{article}#{index}",
        article_id=article,
        sent_index=index,
        text=f"{article} says {index}.",
        sha256="",
        **fields,
    )


def corpus(*sentences):
    articles = {one.article_id: Article(id=one.article_id) for one in sentences}
    return Corpus(articles, {one.id: one for one in sentences})


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 30)), unique=True, min_size=1))
def test_neighbours_are_of_the_same_article_in_reading_order(places):
    """Whatever the order of the file, and whatever numbers are missing."""
    sentences = [sentence(article, index) for article, index in places]
    context = Context(corpus(*sentences), n_around=3)
    for one in sentences:
        mates = sorted(index for article, index in places if article == one.article_id)
        before = [index for index in mates if index < one.sent_index][-3:]
        after = [index for index in mates if index > one.sent_index][:3]
        assert context.around(one) == (
            tuple(f"{one.article_id} says {index}." for index in before),
            tuple(f"{one.article_id} says {index}." for index in after),
        )


def test_an_imported_row_has_the_context_that_it_brought():
    """Its neighbours in the corpus are other rows, not the sentences around it."""
    row = sentence("a", 1, context_after="And then?")
    context = Context(corpus(sentence("a", 0), row))
    assert context.around(row) == ((), ("And then?",))
