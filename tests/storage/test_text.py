"""Bytes to characters: byte order marks, named bytes, regular files only."""

import os
import signal
import socket
from contextlib import contextmanager

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from stance.storage.errors import InputError, StanceError
from stance.storage.text import decode, encoded, open_regular, read_bytes
from strategies import marks, texts


@contextmanager
def within(seconds):
    """Fails the block instead of waiting for ever."""

    def late(number, frame):
        raise AssertionError(f"still waiting after {seconds} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
@given(text=texts)
def test_text_comes_back_from_every_unicode_form(codec, text):
    """UTF-8, with or without its mark, and UTF-16 with its mark are read without being named."""
    assume(codec != "utf-16" or not text.startswith("\0"))  # it begins like UTF-32 then
    content = text.encode(codec)
    if codec == "utf-8" and text.startswith("\ufeff"):
        text = text[1:]
    assert decode(content) == text


@pytest.mark.parametrize("mark", [b"\xfe\xff", b"\xff\xfe", b"\xef\xbb\xbf"])
def test_a_mark_is_stronger_than_the_named_encoding(mark):
    """A byte order mark decides, whatever the user names."""
    codec = {b"\xfe\xff": "utf-16-be", b"\xff\xfe": "utf-16-le"}.get(mark, "utf-8")
    assert decode(mark + "naïve".encode(codec), "cp1252") == "naïve"


def test_the_named_encoding_is_used():
    """Without a mark the user's word counts, and 0x92 in cp1252 is a quote."""
    assert decode(b"it\x92s", "cp1252") == "it’s"
    assert decode("дім".encode("koi8-u"), "KOI8-U") == "дім"


@pytest.mark.parametrize("mark", [b"\xff\xfe\0\0", b"\0\0\xfe\xff"])
def test_utf_32_is_refused_by_name(mark):
    """UTF-32 is not taken for UTF-16, which its mark begins like."""
    with pytest.raises(InputError, match="UTF-32"):
        decode(mark + b"a\0\0\0")


@pytest.mark.parametrize(
    ("content", "named", "byte", "offset"),
    [
        (b"\xff", None, "0xFF", 0),
        (b"It\x92s late.", None, "0x92", 2),
        ("Žije ".encode() + b"\xe2\x28", None, "0xE2", 6),
        (b"\xef\xbb\xbfabc\xff", None, "0xFF", 6),  # the mark counts, too
        (b"\xc0\xaf", None, "0xC0", 0),  # an overlong slash
        (b"ab\x81", "cp1252", "0x81", 2),
    ],
)
def test_the_byte_that_does_not_fit_is_named(content, named, byte, offset):
    """The message has the first bad byte and its offset in the file."""
    with pytest.raises(InputError, match=f"byte {byte} at offset {offset} "):
        decode(content, named)


def test_an_unknown_encoding_is_refused():
    """A name that is no encoding is told, not a traceback."""
    with pytest.raises(InputError, match='unknown encoding "utf-ate"'):
        decode(b"abc", "utf-ate")


@pytest.mark.parametrize("named", ["base64", "rot13", "zlib", "undefined"])
def test_a_codec_that_is_no_text_encoding_is_refused(named):
    """Python's codecs from bytes to bytes and the like are no encodings of text."""
    with pytest.raises(InputError, match="encoding"):
        decode(b"some text \xff", named)


@pytest.mark.parametrize(
    ("named", "content"), [("utf-7", b"+2AA-"), ("unicode_escape", b"\\ud800")]
)
def test_what_was_decoded_can_be_written_again(named, content):
    """No encoding brings half a surrogate pair in: it is refused or the text can be encoded."""
    try:
        text = decode(content, named)
    except InputError:
        return
    assert text.encode("utf-8").decode("utf-8") == text


@given(marks, st.binary(max_size=40), st.sampled_from([None, "utf-8", "cp1252", "big5", "utf-16"]))
@example(b"", b"\xed\xa0\x80", None)
@example(b"\xff\xfe", b"a", None)
def test_any_bytes_are_text_or_an_input_error(mark, content, named):
    """Decoding gives text that can be written again, or InputError."""
    try:
        text = decode(mark + content, named)
    except InputError:
        return
    assert text.encode("utf-8").decode("utf-8") == text


def test_read_bytes_stops_at_its_limit(tmp_path):
    """A file as large as the limit is read, one byte more is refused."""
    path = tmp_path / "a.txt"
    path.write_bytes(b"12345")
    assert read_bytes(path, limit=5) == b"12345"
    with pytest.raises(InputError, match="larger than 4 bytes"):
        read_bytes(path, limit=4)


def test_a_pipe_is_refused_without_waiting(tmp_path):
    """A pipe that nobody writes to is refused at once."""
    path = tmp_path / "pipe.txt"
    os.mkfifo(path)
    with within(5), pytest.raises(InputError, match="not a regular file"):
        read_bytes(path)


def test_folders_sockets_and_devices_are_refused(tmp_path, monkeypatch):
    """Only regular files are opened; the message says what else is there."""
    with pytest.raises(InputError, match="is a folder"):
        read_bytes(tmp_path)
    with within(5), pytest.raises(InputError, match="not a regular file"):
        read_bytes(type(tmp_path)("/dev/zero"))
    monkeypatch.chdir(tmp_path)  # the path of a socket has about 100 bytes at most
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s")
        with pytest.raises(InputError):
            read_bytes(tmp_path / "s")


@pytest.mark.parametrize("name", ["missing.txt", "n" * 300 + ".txt", "loop.txt"])
def test_a_file_that_cannot_be_opened_is_told(tmp_path, name):
    """A missing file, an impossible name and a link to itself are InputErrors."""
    (tmp_path / "loop.txt").symlink_to("loop.txt")
    with pytest.raises(InputError):
        open_regular(tmp_path / name)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_told(tmp_path):
    """Missing rights are told with what to do."""
    path = tmp_path / "secret.txt"
    path.write_text("x")
    path.chmod(0)
    with pytest.raises(InputError, match="permissions"):
        open_regular(path)


def test_messages_escape_the_path(tmp_path):
    """A file's name cannot steer the terminal through an error."""
    with pytest.raises(StanceError) as caught:
        open_regular(tmp_path / "\x1b[2J.txt")
    assert "\x1b" not in str(caught.value)


def test_half_a_character_is_not_written():
    """It stands for a byte that did not decode, and cannot go out as text."""
    assert encoded("é") == b"\xc3\xa9"
    with pytest.raises(InputError, match="bytes that are not UTF-8"):
        encoded("\udcff")


def test_a_name_that_is_too_long_is_told(tmp_path):
    """What the system says of it, behind the name."""
    with pytest.raises(InputError, match="File name too long"):
        open_regular(tmp_path / ("n" * 300))


def test_rights_that_the_system_denies_are_told(tmp_path, monkeypatch):
    """Whoever is root may read everything, so the system is made to refuse."""

    def refuse(*_):
        raise PermissionError

    (tmp_path / "a.txt").touch()
    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(InputError, match=r"may not be read\. Change its permissions"):
        open_regular(tmp_path / "a.txt")


@pytest.mark.usefixtures("all_closed")
def test_what_is_refused_is_closed(tmp_path):
    """A folder with thousands of pipes in it does not use up what a process may open."""
    os.mkfifo(tmp_path / "pipe")
    for name, what in (("pipe", "not a regular file"), (".", "a folder")):
        with pytest.raises(InputError, match=f"is {what}\\. Name a file"):
            open_regular(tmp_path / name)


def test_a_file_that_grows_while_it_is_read_has_its_limit(tmp_path, monkeypatch):
    """What was measured before may not be what is there; no more than a byte above is read."""
    path = tmp_path / "log"
    path.write_bytes(b"12345")
    assert read_bytes(path, 5) == b"12345"
    before = path.stat()
    monkeypatch.setattr(os, "fstat", lambda descriptor: before)
    path.write_bytes(b"123456")
    with pytest.raises(InputError, match="log: is larger than 5 bytes"):
        read_bytes(path, 5)
    assert read_bytes(path, 6) == b"123456"
