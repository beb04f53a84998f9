"""Article files: text, front matter and names."""

import os
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from stance.corpus.articles import Article, article_id, is_date, make_article, read_article
from stance.corpus.normalise import normalise, sha256
from stance.storage.errors import InputError
from strategies import any_strings, marks, prose, texts

FRONT = """---
title: "Ships leave: the port waits"
Outlet: Harbour Post
url: https://example.org/a?b=c:d
date: 2025-03-09

event: port-strike
lang: en
---

The first ship left. It was late.
"""


def article(tmp_path, content, name="a.txt", encoding=None):
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_article(path, encoding)


def test_a_plain_text_is_an_article(tmp_path):
    """The text is normalised, the id is the file's name, and the hash is that of the text."""
    found = article(tmp_path, "\ufeffCafe\u0301 talk.\r\nIt went on.", "2025-03-09.port.txt")
    assert found.text == "Café talk.\nIt went on."
    assert (found.id, found.source) == ("2025-03-09.port", "2025-03-09.port.txt")
    assert found.sha256 == sha256("Café talk.\nIt went on.")
    assert (found.title, found.outlet, found.published_at) == ("", "", "")


@pytest.mark.parametrize("name", ["a.txt", "a.md", "A.TXT"])
def test_front_matter_is_read(tmp_path, name):
    """What stands between two rules at the top is no text but what is known of the article."""
    found = article(tmp_path, FRONT, name)
    assert found.title == "Ships leave: the port waits"
    assert found.outlet == "Harbour Post"
    assert found.url == "https://example.org/a?b=c:d"
    assert (found.published_at, found.event, found.lang) == ("2025-03-09", "port-strike", "en")
    assert found.text.strip() == "The first ship left. It was late."
    assert article(tmp_path, FRONT.replace("\n", "\r\n")) == article(tmp_path, FRONT)


@pytest.mark.parametrize(
    "text",
    [
        "---\nNo colon here\n---\nBody.",
        "---\ntitle: never closed\nBody.",
        "Above.\n---\ntitle: x\n---\nBody.",
        "--- \ntitle: x\n---\nBody.",
    ],
)
def test_a_rule_at_the_top_is_no_front_matter(tmp_path, text):
    """Where it is not clearly front matter, everything is text."""
    found = article(tmp_path, text)
    assert (found.text, found.title) == (text, "")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("titel: x", 'unknown front matter "titel". Did you mean "title"?'),
        ("author: x", 'unknown front matter "author".'),
        ("date: 09.03.2025", "published_at: a date is written YYYY-MM-DD"),
        ("date: 2025-02-29", "published_at: "),
    ],
)
def test_wrong_front_matter_is_told(tmp_path, line, told):
    """A key that nobody knows and a date that is none are mistakes, with the file's name."""
    with pytest.raises(InputError) as caught:
        article(tmp_path, f"---\n{line}\n---\nBody.")
    assert told in str(caught.value)
    assert str(caught.value).startswith(str(tmp_path / "a.txt"))


@pytest.mark.parametrize(
    ("value", "is_one"),
    [
        ("2025", True),
        ("2025-03", True),
        ("2024-02-29", True),
        ("2025-03-09T07:30:00+02:00", True),
        ("2025-02-29", False),
        ("2025-13", False),
        ("25-03-09", False),
        ("9 March 2025", False),
        ("", False),
        ("yyyy", False),
    ],
)
def test_dates_are_iso(value, is_one):
    """Years, months, days and moments of the calendar are dates, and nothing else is."""
    assert is_date(value) is is_one


@given(any_strings)
def test_any_string_is_a_date_or_not(value):
    """The question can be put to every string."""
    assert is_date(value) in (True, False)


@pytest.mark.parametrize(
    "content", [b"", b" \n\t\n", "\u00a0\u2028".encode(), b"---\ntitle: x\n---\n\n"]
)
@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_a_file_without_text_is_refused(tmp_path, content, name):
    """White space alone, or front matter alone, is no article."""
    with pytest.raises(InputError, match="has no text"):
        article(tmp_path, content, name)


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_a_nul_is_refused_and_never_replaced(tmp_path, name):
    """A NUL character is a sign that this is no text file."""
    with pytest.raises(InputError, match="NUL"):
        article(tmp_path, b"A text. \0 More.", name)


def test_the_encoding_is_never_guessed(tmp_path):
    """Bytes beyond UTF-8 are refused with their place, and read when the encoding is named."""
    with pytest.raises(InputError, match=r"a\.txt: byte 0x92 at offset 2 "):
        article(tmp_path, b"It\x92s late.")
    assert article(tmp_path, b"It\x92s late.", encoding="cp1252").text == "It’s late."
    assert article(tmp_path, "Žije.".encode("utf-16")).text == "Žije."


@pytest.mark.parametrize("name", ["a.pdf", "a", ".txt", "a.txt.gz"])
def test_other_files_are_no_articles(tmp_path, name):
    """The ending says what a file is, and the known ones are told."""
    with pytest.raises(InputError, match=r"Known endings: \.txt, \.md, \.html, \.htm"):
        article(tmp_path, "Some text.", name)


def test_pipes_folders_and_missing_files_are_refused(tmp_path):
    """Only a regular file can be an article."""
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "folder.txt").mkdir()
    for name, told in (("pipe", "regular"), ("folder", "a folder"), ("none", "no such file")):
        with pytest.raises(InputError, match=told):
            read_article(tmp_path / f"{name}.txt")


@pytest.mark.parametrize(
    ("name", "identifier"),
    [
        ("plain-1", "plain-1"),
        ("with space\u00a0and#hash", "with_space_and_hash"),
        ("e\u0301", "é"),
        ("\x1b[2J", "\\x1b[2J"),
        ("\udcff", "\\udcff"),
        ("", "article"),
    ],
)
def test_ids_are_printable(name, identifier):
    """An id has no white space, no number sign and nothing that steers a terminal."""
    assert article_id(name) == identifier


@given(any_strings)
def test_every_name_gives_a_usable_id(name):
    """The id of any file's name is one that an article may have, and its own id."""
    identifier = article_id(name)
    assert Article(id=identifier).id == identifier
    assert not any(char.isspace() or char == "#" for char in identifier)
    assert identifier.isprintable()
    assert len(identifier) <= 300


@given(prose)
@example("---\n---\n")
def test_what_is_read_is_what_was_written(tmp_path_factory, text):
    """A text without front matter is kept whole in its normal form."""
    path = tmp_path_factory.mktemp("article") / "a.txt"
    path.write_bytes(text.encode())
    try:
        found = read_article(path)
    except InputError:
        is_empty = not text.lstrip("\ufeff").strip()
        assert is_empty or "\0" in text or text.lstrip("\ufeff").startswith("---\n")
        return
    assert found.sha256 == sha256(found.text)
    if not text.startswith(("\ufeff", "---\n")):
        assert found.text == normalise(text)


@given(marks, st.binary(max_size=60), st.sampled_from([".txt", ".md"]))
@example(b"", b"---\n:\n---\n", ".txt")
@example(b"", b"---\ndate: \xd9\xa2\n---\nx", ".md")
def test_any_bytes_are_an_article_or_an_input_error(tmp_path_factory, mark, content, suffix):
    """Whatever the file, the result is an article whose record can be written, or InputError."""
    path = tmp_path_factory.mktemp("article") / f"a{suffix}"
    path.write_bytes(mark + content)
    try:
        found = read_article(path)
    except InputError as error:
        assert str(path) in str(error)
        return
    assert Article.model_validate_json(found.model_dump_json()) == found


@given(st.dictionaries(st.sampled_from(["title", "outlet", "url", "event", "published_at"]), texts))
def test_any_fields_make_an_article_or_an_input_error(fields):
    """What a reader found fits the record or is told; nothing else happens."""
    try:
        found = make_article("a", "a.html", {**fields, "text": "One. Two."})
    except InputError:
        assert not is_date(fields["published_at"])
        return
    assert {name: getattr(found, name) for name in fields} == fields


def test_an_article_cannot_be_changed():
    """Records are frozen and know no other fields."""
    found = Article(id="a", text="x")
    with pytest.raises(ValidationError):
        found.text = "y"
    with pytest.raises(ValidationError):
        Article(id="a", author="x")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("%PDF-1.4\n1 0 obj", "no text file by its first characters"),
        ("{\\rtf1 The ferry waits.}", "no text file by its first characters"),
        ("---\ntitle: a\ntitle: b\n---\nThe ferry waits.", 'the field "title" stands there twice'),
        ("---\ndate: 2024-05-01\npublished_at: 2024-05-02\n---\nThe ferry waits.", "twice"),
    ],
)
def test_what_is_no_article_by_its_beginning(tmp_path, text, told):
    """Another program's file, and front matter that says a thing twice."""
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=told):
        read_article(tmp_path / "a.txt")


def test_fields_from_a_reader_are_checked():
    """Whoever read them: no NUL, some text, and a date that is one."""
    with pytest.raises(InputError, match="holds a NUL"):
        make_article("a", "a.txt", {"text": "a\0b"})
    with pytest.raises(InputError, match="has no text"):
        make_article("a", "a.txt", {"text": " \n"})
    with pytest.raises(InputError, match="published_at: a date is written"):
        make_article("a", "a.txt", {"text": "a b", "published_at": "May"})


def test_names_are_ids():
    """Spaces and the sign of a sentence's number go; long ones keep their beginning and a hash."""
    assert article_id("A day#2 off") == "A_day_2_off"
    assert article_id("") == "article"
    long = article_id("x" * 400)
    assert (len(long), long[:280]) == (297, "x" * 280)
    assert article_id("x" * 400) != article_id("x" * 401)
    assert article_id("x" * 300) == "x" * 300


def test_a_page_may_have_the_short_ending(tmp_path):
    """It is HTML all the same."""
    path = tmp_path / "a.htm"
    words = "The harbour council met on Monday evening and agreed to send three ships north."
    path.write_text(f"<html><body><article><p>{words}</p></article></body></html>")
    assert read_article(path).text.strip() == words


def test_front_matter_may_be_quoted(tmp_path):
    """Quotes round a value are none of it, and empty lines behind it are none of the text."""
    found = article(tmp_path, '---\ntitle: "Ships leave"\n---\n\n\nBody.\n')
    assert (found.title, found.text) == ("Ships leave", "Body.\n")


def test_a_long_name_is_cut_where_it_differs():
    """An id has 300 characters at most, and of two long names each its own."""
    names = ["a" * 300, "a" * 301, "a" * 302, "a" * 4000 + "b", "a" * 4000 + "c"]
    found = [article_id(name) for name in names]
    assert found[0] == names[0]
    assert all(re.fullmatch("a{280}-[0-9a-f]{16}", one) for one in found[1:])
    assert len(set(found)) == len(names)
