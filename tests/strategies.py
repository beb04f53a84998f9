"""Random material for property tests: texts, JSON, codebooks, and files that are nearly right."""

import json

from hypothesis import strategies as st

from stance.codebook.codebook import Codebook, Label

# Any character but half a surrogate pair: what a UTF-8 file can hold.
texts = st.text(st.characters(codec="utf-8"), max_size=80)
# Any Python string at all.
any_strings = st.text(st.characters(codec=None, exclude_categories=()), max_size=80)

_PIECES = (
    "The mayor spoke.",
    "Nobody answered her!",
    "“Shall we help?” he asked.",
    "Cafe\u0301s closed early.",
    "Ask Dr. Lund, please.",
    "🚢 Ships left 🏳️‍🌈.",
    "one, two; three",
    "By Ada Stone",
    "https://example.org/a",
    *(" ", "\n", "\n\n", "\r\n", "\r", "\u2028", "\u00a0", "\u200b", "\ufeff", "…", '"', "e\u0301"),
)
prose = st.lists(st.one_of(st.sampled_from(_PIECES), texts), max_size=25).map("".join)

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
json_objects = st.dictionaries(texts, json_values, max_size=5)

_JSON_PIECES = (
    *'{}[]":,\\ \n\r\t\0-',
    *("text", "\\u", "d83d", "\\ud800", "\\udc00", "NaN", "-Infinity", "1e400", "1" * 4400),
    *("null", "true", '{"text": "x"}', '{"a":1,"a":2}', "[" * 3000, "é", "\ufeff", "\u2028"),
)
_JSON_BYTES = st.sampled_from([piece.encode() for piece in _JSON_PIECES])
_json_pieces = st.lists(_JSON_BYTES | st.binary(max_size=4), max_size=30).map(b"".join)

_ODD = (
    *(b'{"text":"a"}', b'{"text": "b", "n": 1.50}', b'{"text" : "c"}', b'{"text":"\\u0041"}'),
    *(b'{"text":"x","text":"y"}', b'{"text":"\\ud83d\\ude00"}', b'{"text":"\\ud800"}'),
    *(b'{"text":1}', b'{"a":{"text":"z"}}', b'{"text":"q","a":{"b":1,"b":2}}', b"\r", b"\n"),
    *(b'{"text":"it says \\":"}', b"{}", b"[]", b" ", b"\xff", b"\0", b'{"text":"\\u0000"}'),
)
# Lines that are out of the common, one behind the other or in one.
odd_lines = st.lists(st.sampled_from(_ODD), max_size=12).map(b"".join)

_CSV_PIECES = (b"text", b"label", b",", b'"', b'""', b"\n", b"\r", b"\r\n", b"\0", b"\xff", b" a")
_CSV_BYTES = st.sampled_from([*_CSV_PIECES, "ü".encode(), "\u2028".encode(), b"text,label\n"])
_csv_pieces = st.lists(_CSV_BYTES | st.binary(max_size=4), max_size=40).map(b"".join)
csv_like = st.tuples(st.sampled_from([b"text,label\n"] * 3 + [b""]), _csv_pieces).map(b"".join)

# What a file may begin with; most begin with nothing of the kind.
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0", b"PAR1")
marks = st.sampled_from([b""] * 10 + [*_MARKS])


@st.composite
def damaged(draw, whole):
    """The bytes with some of them changed, cut out or repeated."""
    content = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        if not content:
            break
        place = draw(st.integers(0, len(content) - 1))
        size = draw(st.integers(1, 8))
        what = draw(st.sampled_from(["flip", "cut", "repeat", "end"]))
        if what == "flip":
            content[place] ^= draw(st.integers(1, 255))
        elif what == "cut":
            del content[place : place + size]
        elif what == "repeat":
            content[place:place] = content[place : place + size]
        else:
            del content[place:]
    return bytes(content)


_json_line = json_objects.map(lambda fields: json.dumps(fields, ensure_ascii=False).encode())
json_like = st.lists(_json_line | _json_line.flatmap(damaged) | _json_pieces, max_size=4).map(
    b"\n".join
)

label_names = st.from_regex(r"[A-Za-zéß][\w]{0,8}([ ./+-][\w]{1,5}){0,2}", fullmatch=True)


@st.composite
def codebooks(draw):
    """A codebook with any texts in its free fields."""
    names = draw(st.lists(label_names, min_size=2, max_size=6, unique_by=str.casefold))
    keys = draw(st.lists(st.characters(codec="utf-8"), min_size=6, max_size=6, unique=True))
    polarities = st.sampled_from(["for", "against", "neutral"])
    labels = tuple(
        Label(
            name=name,
            key=draw(st.sampled_from(["", key])),
            polarity=draw(polarities),
            definition=draw(texts),
        )
        for name, key in zip(names, keys, strict=False)
    )
    return Codebook(
        name=draw(texts),
        version=draw(texts),
        question=draw(texts),
        exclusive=draw(st.booleans()),
        none_allowed=draw(st.booleans()),
        labels=labels,
    )
