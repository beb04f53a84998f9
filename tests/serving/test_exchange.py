"""Requests in JSON: one shape of error, whatever comes."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from stance.serving.exchange import application, exchange, reply
from stance.storage.errors import DataError
from stance.storage.toml import Record


class Sum(Record):
    numbers: list[int]
    what: str = ""


def add(request, asked):
    if asked.what == "mistake":
        raise DataError("x: cannot be added. Use numbers.")
    if asked.what == "disk":
        raise OSError(28, "No space left on device", "/secret/path")
    if asked.what == "bug":
        raise ZeroDivisionError("/secret/path")
    return {"sum": sum(asked.numbers), "what": asked.what}


@pytest.fixture(scope="module")
def client(visitor):
    return visitor(application([exchange("/sum", Sum, add)]), raises=False)


def test_an_exchange(client, ask):
    """JSON in, JSON out."""
    answer = ask(client, "/sum", {"numbers": [1, 2], "what": "é😀"})
    assert answer.json() == {"sum": 3, "what": "é😀"}
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        ({"numbers": [1], "what": "mistake"}, 409, "x: cannot be added. Use numbers."),
        ({"numbers": [1], "what": "disk"}, 503, "the disk gave an error: No space left on device."),
        ({"numbers": [1], "what": "bug"}, 500, "Something is wrong here; the terminal says what."),
        ({"numbers": ["1"]}, 400, "numbers.0: Input should be a valid integer."),
        ({}, 400, "numbers: Field required."),
        ({"numbers": [], "more": 1}, 400, "more: Extra inputs are not permitted."),
    ],
)
def test_errors_have_one_shape(client, ask, asked, status, told):
    """A status and one line; never a path, a traceback or what was sent."""
    answer = ask(client, "/sum", asked)
    assert (answer.status_code, answer.json()) == (status, {"error": told})


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"{", b"[]", b"1", b"null", b"\xff", b"\xef\xbb\xbf{}", b'{"numbers": [NaN]}'),
        *(b'{"numbers": [1], "numbers": [2]}', b"[" * 100_000, b'{"numbers": ' + b"[" * 20_000),
        *(b'{"numbers": [1e999]}', b'{"what": "\\ud800", "numbers": []}', b'{"numbers": [1]} x'),
        b'{"numbers": [' + b"9" * 5000 + b"]}",
    ],
)
def test_malformed_json_is_told(client, ask, content):
    """Nothing that is not one strict object reaches a handler."""
    answer = ask(client, "/sum", content=content)
    assert answer.status_code == 400 and list(answer.json()) == ["error"]
    assert "\n" not in answer.json()["error"]


def test_unknown_routes_and_methods(client, ask):
    """Told in the same shape."""
    assert client.get("/nowhere").json() == {"error": "There is nothing at this address."}
    answer = client.get("/sum")
    assert answer.status_code == 405 and answer.headers["allow"] == "POST"
    assert answer.json() == {"error": "That cannot be done here."}
    assert ask(client, "/static/../../etc/passwd").status_code == 404


ODD = some.text() | some.text(some.characters(min_codepoint=0xD700, max_codepoint=0xE010))


@given(value=some.recursive(ODD, lambda inner: some.lists(inner), max_leaves=5))
@example(value=["\ud800", "\0", "\u2028"])
def test_any_text_can_be_answered(value):
    """Half a surrogate pair, which is no UTF-8, becomes a question mark."""
    sent = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
    assert json.loads(reply(value).body) == json.loads(sent)
