"""Web pages: what is the article, in which encoding, and what the page says of itself."""

import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.corpus.articles import Article, read_article
from stance.corpus.html import extract_html
from stance.storage.errors import InputError
from strategies import damaged

FIRST = "The harbour council met on Monday evening and agreed to send three more ships north."
SECOND = "Nobody in the crowded room spoke against the plan, although it rained through the roof."
THIRD = "A second vote is planned for the end of the month, when the mayor is back from her trip."
CAFE = "The small café near the pier stayed open until midnight for all the people who had come."


def page(*paragraphs, head="", end="", lang="en"):
    body = "".join(f"<p>{paragraph}</p>\n" for paragraph in paragraphs)
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head>{head}<title>Ships go north</title></head><body>'
        f"<nav><a href='/'>Home</a> <a href='/sport'>Sport</a></nav>"
        f"<article><h1>Ships go north</h1>{body}</article>{end}</body></html>"
    )


HEAD = (
    '<meta property="og:site_name" content="Harbour Post">'
    '<meta property="article:published_time" content="2025-03-09T07:30:00Z">'
    '<link rel="canonical" href="https://example.org/2025/ships">'
)
PAGE = page(FIRST, SECOND, THIRD, head=HEAD)


def test_the_article_is_found():
    """The paragraphs come in order, each on its own with an empty line between."""
    text = extract_html(PAGE.encode())["text"]
    assert text.index(FIRST) < text.index(SECOND) < text.index(THIRD)
    assert f"{FIRST}\n\n{SECOND}\n\n{THIRD}" in text
    assert "Sport" not in text


def test_the_page_tells_of_itself(tmp_path):
    """Title, outlet, address and day are read from the page into the article's record."""
    path = tmp_path / "ships.html"
    path.write_text(PAGE)
    article = read_article(path)
    assert article.title == "Ships go north"
    assert article.outlet == "Harbour Post"
    assert article.url == "https://example.org/2025/ships"
    assert article.published_at == "2025-03-09"
    assert article.id == "ships"
    assert article.lang == ""


def test_scripts_and_comments_are_no_text():
    """Nothing that a reader would not read gets into the text."""
    hidden = "<script>var secretWord = 1;</script><style>.secretWord {}</style><!-- secretWord -->"
    comments = "<div class='comments' id='comments'><p>Reader: what a lot of secretWord.</p></div>"
    text = extract_html(page(FIRST, SECOND + hidden, THIRD, end=comments).encode())["text"]
    assert THIRD in text
    assert "secretWord" not in text


@pytest.mark.parametrize(
    ("meta", "codec"),
    [
        ('<meta charset="windows-1252">', "cp1252"),
        ("<META CHARSET=ISO-8859-2>", "iso-8859-2"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">', "latin-1"),
        ('<meta charset="utf-8">', "utf-8"),
        ("", "utf-8"),
        ('<meta charset="utf-8">', "utf-16"),
        ("", "utf-8-sig"),
    ],
)
def test_the_declared_encoding_is_used(meta, codec):
    """A byte order mark or the page's declaration says how the page is read."""
    content = page(FIRST, CAFE, SECOND, head=meta).encode(codec)
    assert CAFE in extract_html(content)["text"]


def test_utf_8_is_utf_8_whatever_the_page_declares(caplog):
    """A page that declares another encoding but is UTF-8 is read as UTF-8, with a note."""
    content = page(FIRST, CAFE, SECOND, head='<meta charset="windows-1252">').encode()
    assert CAFE in extract_html(content)["text"]
    assert caplog.messages == ["the page declares windows-1252 but is UTF-8; read as UTF-8"]


def test_an_ascii_page_causes_no_note(caplog):
    """Where every encoding says the same, a declaration is not worth a word."""
    extract_html(page(FIRST, SECOND, head='<meta charset="windows-1252">').encode())
    for name in ("utf8", "UTF-8"):
        extract_html(page(FIRST, CAFE, SECOND, head=f'<meta charset="{name}">').encode())
    extract_html(page(FIRST, CAFE, SECOND).encode())
    assert caplog.text == ""


def test_the_users_word_is_stronger_than_the_pages():
    """An encoding that the user names is used, whatever the page declares."""
    content = page(FIRST, CAFE, SECOND, head='<meta charset="utf-8">').encode("cp1252")
    assert CAFE in extract_html(content, "cp1252")["text"]
    with pytest.raises(InputError, match="byte 0xE9"):
        extract_html(content)


def test_a_page_in_no_known_encoding_is_refused():
    """A declaration that names no encoding is told when it is needed."""
    content = page(FIRST, CAFE, head='<meta charset="x-mystery-9">').encode("cp1252")
    with pytest.raises(InputError, match='unknown encoding "x-mystery-9"'):
        extract_html(content)


@pytest.mark.parametrize("codec", ["base64", "rot13", "undefined"])
def test_a_page_cannot_name_a_codec_that_is_no_encoding(codec):
    """A stranger's page cannot stop the program by what it declares."""
    content = page(FIRST, CAFE, head=f'<meta charset="{codec}">').encode("cp1252")
    with pytest.raises(InputError, match="encoding"):
        extract_html(content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" ",
        b"<html></html>",
        b"<nav><a href='/'>Home</a></nav>",
        b"<!--",
        b"<script>x</script>",
    ],
)
def test_a_page_without_an_article_is_refused(content):
    """Where no article is found, the message says what can be done."""
    with pytest.raises(InputError, match="no article text found"):
        extract_html(content)


def test_an_xhtml_page_is_read():
    """A page that begins with an XML declaration is a page like another."""
    content = '<?xml version="1.0" encoding="utf-8"?>\n' + page(FIRST, CAFE, SECOND)
    assert CAFE in extract_html(content.encode())["text"]


@settings(max_examples=60)
@given(st.one_of(st.binary(max_size=60), damaged(PAGE.encode())))
def test_any_bytes_are_an_article_or_an_input_error(tmp_path_factory, content):
    """Whatever the page, the result is an article whose record can be written, or InputError."""
    path = tmp_path_factory.mktemp("page") / "a.html"
    path.write_bytes(content)
    try:
        article = read_article(path)
    except InputError:
        return
    assert article.text.strip()
    assert Article.model_validate_json(article.model_dump_json()) == article


def test_a_page_with_a_nul_is_no_page():
    """The extractor would take it out without a word."""
    with pytest.raises(InputError, match="holds a NUL character"):
        extract_html(b"<p>The ferry waits at the\0 pier for everyone who has come today.</p>")


def test_a_date_in_a_strange_zone_is_no_warning():
    """The parser of dates warns of zones that it does not know; people are not told."""
    head = '<meta property="article:published_time" content="2025-03-09T07:30:00ZZ">'
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        assert extract_html(page(FIRST, SECOND, THIRD, head=head).encode())["text"]
    assert told == []


def test_what_a_page_does_not_tell_is_empty():
    """No field is made up."""
    found = extract_html(f"<p>{FIRST} {SECOND}</p><p>{THIRD}</p>".encode())
    assert {name: found[name] for name in found if name != "text"} == dict.fromkeys(
        ("title", "outlet", "url", "published_at", "lang"), ""
    )


def test_an_address_names_the_outlet():
    """Where the page has no name for it, it is the host."""
    head = '<link rel="canonical" href="https://example.org/2025/ships">'
    assert extract_html(page(FIRST, SECOND, THIRD, head=head).encode())["outlet"] == "example.org"


def test_tables_and_comments_are_no_sentences():
    """Results and prices are not what an article says; readers' words are not its author's."""
    table = "<table><tr><td>Tonnage</td><td>1200</td></tr><tr><td>Crew</td><td>9</td></tr></table>"
    comments = f"<div class='comments' id='comments'><p>{CAFE}</p><p>{CAFE} Indeed.</p></div>"
    text = extract_html(page(FIRST, SECOND + table, THIRD, end=comments).encode())["text"]
    assert THIRD in text
    assert "Tonnage" not in text
    assert "café" not in text


def test_a_declaration_far_down_is_no_declaration():
    """Browsers look at the beginning only."""
    far = f'<!--{"x" * 5000}--><meta charset="windows-1252">'
    with pytest.raises(InputError, match="is not UTF-8"):
        extract_html(page(FIRST, CAFE, head=far).encode("cp1252"))
