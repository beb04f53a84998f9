"""From an article to its sentences."""

import time

import pytest
from hypothesis import example, given
from pydantic import ValidationError

from stance.corpus.articles import make_article
from stance.corpus.boilerplate import is_boilerplate
from stance.corpus.normalise import sha256
from stance.corpus.segment import Sentence, segment, sentence_id
from stance.corpus.sentences import split_sentences
from stance.storage.errors import InputError
from strategies import prose


def article(text):
    return make_article("a1", "a1.txt", {"text": text})


@given(prose)
@example("Cafe\u0301. 🏳️‍🌈 “No!” e\u0301e\u0301.\r\nBy Ada Stone\r\n\r\nShe left.")
def test_offsets_hold_and_only_boilerplate_is_left_out(text):
    """`article.text[start:end] == text`, in order, and what lies between is no sentence."""
    try:
        found = article(text)
        sentences = segment(found)
    except InputError:
        return
    last = 0
    for index, one in enumerate(sentences):
        assert found.text[one.start : one.end] == one.text != ""
        assert one.start >= last
        assert one.sha256 == sha256(one.text)
        assert (one.id, one.article_id, one.sent_index) == (f"a1#{index}", "a1", index)
        last = one.end
    kept = {(one.start, one.end) for one in sentences}
    assert kept <= set(split_sentences(found.text))
    for start, end in set(split_sentences(found.text)) - kept:
        lines = found.text[: start + 1].rpartition("\n")[2] + found.text[start + 1 :]
        assert is_boilerplate(found.text[start:end]) or is_boilerplate(lines.partition("\n")[0])


def test_a_worked_example():
    """Two sentences, a byline between them that is none, offsets in code points."""
    found = segment(article("🚢 Ships left.\n\nBy Ada Stone\n\nThe port is cafe\u0301-quiet."))
    assert [(one.id, one.start, one.end, one.text) for one in found] == [
        ("a1#0", 0, 13, "🚢 Ships left."),
        ("a1#1", 29, 52, "The port is café-quiet."),
    ]


def test_a_notice_at_the_end_of_a_paragraph_is_left_out():
    """A sentence that is boilerplate by itself is none, also beside others."""
    text = "The port is quiet. All rights reserved.\n\nShe left. https://example.org/a"
    assert [one.text for one in segment(article(text))] == ["The port is quiet.", "She left."]


def test_a_credit_of_two_sentences_is_left_out_whole():
    """A line that is boilerplate as a whole gives no sentence, however it would be split."""
    text = "The port is quiet.\n\nPhoto: Ada Stone. All ships left. Nobody stayed.\n\nShe left."
    assert [one.text for one in segment(article(text))] == ["The port is quiet.", "She left."]


@pytest.mark.parametrize("text", ["https://example.org/a", "***", "By Ada Stone\n\nAdvertisement"])
def test_a_text_of_boilerplate_alone_is_refused(text):
    """Where nothing is left, the file is probably no article."""
    with pytest.raises(InputError, match="no sentences"):
        segment(article(text))


@pytest.mark.parametrize(("n_words", "is_told"), [(100, False), (300, True)])
def test_a_very_long_sentence_is_noted(caplog, n_words, is_told):
    """A text without punctuation is kept and noted."""
    assert len(segment(article("words " * n_words))) == 1
    assert ("lack punctuation" in caplog.text) is is_told


def test_a_text_in_one_line_takes_no_longer():
    """Segmenting takes little more than splitting, also where the article is one long line."""
    found = article("The harbour council met again on Monday and voted for the plan. " * 20_000)
    began = time.process_time()
    split_sentences(found.text)
    for_splitting = time.process_time() - began
    segment(found)
    assert time.process_time() - began - for_splitting < 2.5 * for_splitting


def test_ids_count_from_zero():
    """A sentence's id is its article's and its number."""
    assert sentence_id("a1", 0) == "a1#0"


@pytest.mark.parametrize(
    "offsets", [{"start": 0}, {"end": 3}, {"start": 3, "end": 3}, {"start": -1, "end": 3}]
)
def test_impossible_offsets_are_refused(offsets):
    """Both offsets are given or none, and they span something."""
    with pytest.raises(ValidationError):
        Sentence(id="a#0", article_id="a", sent_index=0, text="abc", sha256="", **offsets)


def test_a_sentence_without_its_article_has_no_offsets():
    """Where the article's text is not known, the sentence stands alone."""
    found = Sentence(id="a#0", article_id="a", sent_index=0, text="abc", sha256=sha256("abc"))
    assert (found.start, found.end) == (None, None)
