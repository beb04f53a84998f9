"""Markdown to plain text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.corpus.markdown import plain_text
from strategies import prose

MARKUP = st.sampled_from([*"*_`#>[]()!<&-+=\\~\n |1.a", "  "])


def without_nul(text):
    return text.replace("\0", "")


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("# Ships\n\nThe port *waits*.", "Ships\n\nThe port waits."),
        ("Ships\n=====\nText", "Ships\n\nText"),
        ("See [the plan](https://example.org/x) **now**.", "See the plan now."),
        ("- one\n- two\n  wrapped\n\n1. three", "one\n\ntwo\nwrapped\n\nthree"),
        ("> He said no.\n>\n> Twice.", "He said no.\n\nTwice."),
        ("Before\n\n```\ncode()\n```\n\n    more()\n\nAfter", "Before\n\nAfter"),
        ("Use `help` twice", "Use help twice"),
        ("A line\nand its  \nwrap", "A line\nand its\nwrap"),
        (r"5 \* 3 &amp; 1\_000 &copy;", "5 * 3 & 1_000 ©"),
        ("one\n\n---\n\ntwo", "one\n\ntwo"),
        ("![a map](map.png)\n\nText <b>here</b>", "Text here"),
        ("“Quotes” -- and 'these' ...", "“Quotes” -- and 'these' ..."),
        ("snake_case_name and 2*3*4", "snake_case_name and 234"),
        ("", ""),
        ("[ref]: https://example.org\n\nOnly a [link][ref].", "Only a link."),
    ],
)
def test_markup_goes_and_words_stay(markdown, plain):
    """Each block is a paragraph of its words as written; code and pictures are left out."""
    assert plain_text(markdown) == plain


@pytest.mark.parametrize("tag", ["<br>", "<br/>"])
def test_a_break_in_html_parts_words(tag):
    """Two words with a line break of HTML between them stay two words."""
    assert plain_text(f"first{tag}second").split() == ["first", "second"]


@given(st.lists(st.from_regex(r"[a-zà-ö]{1,8}( [a-zà-ö]{1,8}){0,5}\.", fullmatch=True), min_size=1))
def test_paragraphs_without_markup_stay(paragraphs):
    """Plain paragraphs come through as they are."""
    assert plain_text("\n\n".join(paragraphs)) == "\n\n".join(paragraphs)


@given(st.one_of(prose.map(without_nul), st.lists(MARKUP).map("".join)))
def test_any_text_has_a_plain_form(markdown):
    """Whatever the markup, the result is text in paragraphs that are not empty."""
    plain = plain_text(markdown)
    assert plain == "" or all(block.strip() for block in plain.split("\n\n") if block)
    assert (
        set(plain) <= set(markdown) | {"\n", " "} or "&" in markdown
    )  # in code a line end is a space
