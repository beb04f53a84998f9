"""Two forms of a text: the one that is kept, and the key by which equal sentences are found."""

import hashlib
import re
import unicodedata

# Characters without a width hide in copied text; two sentences that differ only by them are one.
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
_QUOTES = str.maketrans(
    {"‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "–": "-", "—": "-"}
)
_SPACES = re.compile(r"\s+")


def normalise(text: str) -> str:
    r"""The text in NFC with LF line ends and no byte order mark: what offsets count in.

    >>> normalise("Cafe\u0301\r\n")
    'Café\n'
    """
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", text)


def is_blank(text: str) -> bool:
    """Whether there is nothing to see: no character but white space and invisible ones.

    >>> is_blank("\u00a0\u200b"), is_blank("-")
    (True, False)
    """
    return not text.strip() or (not text.isascii() and not _INVISIBLE.sub("", text).strip())


def sentence_key(text: str) -> str:
    """What two sentences have in common when a reader would call them the same.

    NFKC, case, kinds of quotes and dashes, invisible characters and white space are levelled.
    Look-alike letters of other alphabets are not.

    >>> sentence_key(" “Never” ") == sentence_key('"NEVER"')
    True
    """
    # Twice: case folding can bring out compositions that NFKC would have joined, and the reverse.
    folded = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).casefold()
    folded = unicodedata.normalize("NFKC", folded).translate(_QUOTES)
    return _SPACES.sub(" ", folded).strip()


def sha256(text: str) -> str:
    """The hexadecimal SHA-256 of the normalised text."""
    return hashlib.sha256(normalise(text).encode("utf-8", "surrogatepass")).hexdigest()


def short_hash(text: str) -> bytes:
    """Eight bytes that stand for the sentence's key, from which it cannot be read back."""
    return hashlib.sha256(sentence_key(text).encode("utf-8", "surrogatepass")).digest()[:8]
