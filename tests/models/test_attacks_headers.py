"""Headers and ends of the file of arrays, made to harm: refused in one line, at once."""

import json
import struct
import time

import pytest

from stance.models.folder import SCORER
from stance.models.mapped import fields_of
from stance.prediction.scorer import load_scorer
from stance.prediction.single import Single
from stance.storage.errors import ModelError


def rewritten(content, change_header, more=b""):
    """The file with another header, and bytes behind it."""
    size = int.from_bytes(content[:8], "little")
    header = change_header(json.loads(content[8 : 8 + size]))
    encoded = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(encoded)) + encoded + content[8 + size :] + more


def first(header):
    return min(header, key=lambda name: header[name]["data_offsets"])


def overlap(header):
    one, other = sorted(header, key=lambda name: header[name]["data_offsets"])[:2]
    header[other] |= header[one]
    return header


def reshaped(*shape):
    def how(header):
        header[first(header)]["shape"] = list(shape)
        return header

    return how


def with_empty(shape):
    def how(header):
        end = max(told["data_offsets"][1] for told in header.values())
        return header | {"more": {"dtype": "F64", "shape": shape, "data_offsets": [end, end]}}

    return how


HEADERS = {
    "arrays that overlap": overlap,
    "a hole where an array was": lambda header: header.pop(first(header)) and header,
    "a hundred dimensions": reshaped(*[1] * 100),
    "no dimension": reshaped(),
    "no end of numbers": reshaped(2**62, 2**62),
    "a number of five thousand digits": lambda header: (
        json.dumps(header).replace('"shape": [', '"shape": [' + "9" * 5000 + ", ", 1).encode()
    ),
    "nothing times very much": with_empty([0, 2**70]),
    "nothing a hundred times": with_empty([0] * 100),
    "one array more": with_empty([0]),
    "a key twice": lambda header: (
        json.dumps(header)[:-1].encode() + b', "idf": ' + json.dumps(header["idf"]).encode() + b"}"
    ),
    "nesting without end": lambda header: b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "a list": lambda header: [header],
    "not UTF-8": lambda header: b'{"\xff": 1}',
    "half a character": lambda header: json.dumps(header | {"\ud800": 1}).encode(),
    "control bytes in a name": lambda header: {"\x1b[2J\n": [], **header},
    "lying offsets": lambda header: {
        name: told | {"data_offsets": [0, 2**63]} for name, told in header.items()
    },
}


@pytest.mark.parametrize("name", HEADERS)
def test_headers_made_to_harm_are_refused_in_one_line(forge, name):
    """Both ways to load refuse it with ModelError, without control bytes, and within a second."""
    folder = forge()
    content = rewritten((folder / SCORER).read_bytes(), HEADERS[name])
    folder = forge(scorer=content)
    start = time.process_time()
    with pytest.raises(ModelError) as caught:
        load_scorer(folder)
    assert str(caught.value).isprintable()
    if name not in ("one array more", "no dimension"):  # it looks at no more than it needs
        with pytest.raises(ModelError):
            Single(folder)
    assert time.process_time() - start < 1


@pytest.mark.parametrize("more", [b"\0", b"PK\x05\x06" + bytes(18), bytes(4096)])
def test_nothing_can_hide_behind_the_arrays(forge, more):
    """A file that is a model and something else, say an archive, is refused."""
    folder = forge()
    content = (folder / SCORER).read_bytes() + more
    with pytest.raises(ModelError, match="the arrays take"):
        load_scorer(forge(scorer=content))
    with pytest.raises(ModelError):
        fields_of(memoryview(content))
