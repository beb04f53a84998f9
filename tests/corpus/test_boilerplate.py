"""Lines that are no sentences of an article."""

import time

import pytest
from hypothesis import given

from stance.corpus.boilerplate import MAX_LINE, is_boilerplate
from strategies import any_strings, prose


@pytest.mark.parametrize(
    "line",
    [
        "By Ada Stone",
        "By Ada Stone, Jan van der Berg and Lea O’Neil",
        "  By Ada Stone.  ",
        "Ada Stone and Bo Lind contributed reporting.",
        "Reporting by Ada Stone in Oslo; editing by Bo Lind",
        "(Additional reporting by Ada Stone)",
        "Editing by Bo Lind",
        "ADVERTISEMENT",
        "Read more: Ships go north",
        "Related: the plan for the port",
        "Sign up for our weekly letter",
        "© 2025 Harbour Post",
        "Copyright 2025 Harbour Post",
        "All rights reserved.",
        "Photo: Ada Stone / Harbour Post",
        "Last updated: 9 March 2025",
        "Published 09:15, Sunday 9 March",
        "https://example.org/a?b=c",
        "<https://example.org>",
        "* * *",
        "———",
    ],
)
def test_a_line_of_the_page_is_left_out(line):
    """Bylines, credits, links, notices and rules are no sentences."""
    assert is_boilerplate(line)


@pytest.mark.parametrize(
    "line",
    [
        "By Friday the port was open again.",
        "By then, nobody was surprised.",
        "Sharing the load, the two ports agreed at last.",
        "Reporters waited outside.",
        "The updated plan has 12 pages.",
        "Printed on 9 May, the plan was out of date.",
        "He said: https://example.org is not ours.",
        "“No.”",
        "7",
        "Yes",
        "Photographs from the port show three ships.",
        "Rights are reserved for those who ask.",
        "Related questions were put to the mayor.",
        "Watching the ships, she counted nine.",
        "",
        "   ",
    ],
)
def test_a_sentence_is_kept(line):
    """A sentence that only begins like such a line is kept."""
    assert not is_boilerplate(line)


@pytest.mark.parametrize("line", ["Share prices fell.", "Print is not dead."])
def test_a_short_sentence_is_kept(line):
    """A whole sentence is no button, even if it begins with a button's word."""
    assert not is_boilerplate(line)


def test_a_long_line_is_never_left_out():
    """Beyond the limit a line is text, whatever it begins with."""
    line = "https://example.org/" + "a" * (MAX_LINE - 20)
    assert is_boilerplate(line)
    assert not is_boilerplate(line + "a")


@pytest.mark.parametrize(
    "line",
    [
        "By " + "A b " * 64,
        "By " + "Aa, " * 64 + "!",
        "By " + "Aa de " * 42 + "x",
        "A." * 130,
        "Aa and " * 37,
        "Updated " + "1 " * 120 + "\n",
    ],
)
def test_no_line_takes_long(line):
    """Lines made to be nearly matched are decided at once."""
    began = time.perf_counter()
    is_boilerplate(line)
    assert time.perf_counter() - began < 0.2


@given(any_strings | prose)
def test_white_space_around_a_line_does_not_matter(line):
    """The answer is one of the line's words, whatever stands around them."""
    assert is_boilerplate(f" \t{line}\n") is is_boilerplate(line)
