"""Who may ask: strange hosts, other pages and other users of the machine get no further."""

import asyncio

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from stance.serving import guard as guard_module
from stance.serving.exchange import application
from stance.serving.guard import HEADERS, MAX_BODY, Guard

PORT, ADDRESS = 8123, "http://127.0.0.1:8123"
OWN = {"Origin": ADDRESS, "Sec-Fetch-Site": "same-origin"}


async def echo(request: Request):
    body = await request.body()
    return JSONResponse({"n": len(body), "session": getattr(request.state, "session", "")})


APP = application([Route("/", echo, methods=["GET"]), Route("/echo", echo, methods=["POST"])])


def is_told(response, status):
    """Whether the answer is a refusal in the one shape, with all headers."""
    assert response.status_code == status, response.text
    assert list(response.json()) == ["error"] and response.json()["error"].endswith(".")
    assert {name: response.headers[name] for name in HEADERS} == HEADERS
    return True


def test_the_token_opens_the_page_and_leaves_the_address(visitor):
    """The token goes from the address into a cookie that no script and no other site can use."""
    client = visitor(APP, enters=False)
    assert is_told(client.get("/"), 403)
    welcome = client.get(client.guard.address)
    assert welcome.status_code == 200 and 'content="0;url=/"' in welcome.text
    assert "token" not in welcome.text
    cookie = welcome.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie and "stance-8123=" in cookie
    first = client.get("/")
    assert first.status_code == 200 and len(first.json()["session"]) == 22
    assert client.get("/").json() == first.json()
    assert visitor(APP).get("/").json() != first.json(), "two browsers are told apart"


@pytest.mark.parametrize(
    "cookie",
    [
        *("", "stance-8123", "stance-8123=", "stance-8123=x.y", "stance-8124={right}", "a=1; ;=;"),
        *("stance-8123={right}x", "stance-8123=.{token}", "stance-8123=../../etc.{token}"),
    ],
)
def test_a_wrong_cookie_opens_nothing(visitor, cookie):
    """Only the cookie of this start and port does."""
    client = visitor(APP, enters=False)
    filled = cookie.format(right="s" * 22 + "." + "t" * 43, token="t" * 43)
    assert is_told(client.get("/", headers={"Cookie": filled}), 403)
    right = {"Cookie": f"other=1; stance-8123={'s' * 22}.{'t' * 43}"}
    assert client.get("/", headers=right).json()["session"] == "s" * 22


@pytest.mark.parametrize("given", ["", "t", "T" * 43, "t" * 42, "t" * 44, "%C3%A9", "%00", "🂡"])
def test_a_wrong_token_opens_nothing(visitor, given):
    """Not even nearly."""
    client = visitor(APP, enters=False)
    assert is_told(client.get(f"/?token={given}"), 403)
    assert is_told(client.get("/echo?token=" + "t" * 43), 403)


def test_a_ticket_opens_the_page_once(visitor):
    """It stands on the browser's command line, where others can read it."""
    client = visitor(APP, enters=False)
    ticket = client.guard.ticket()
    assert "t" * 43 not in ticket
    assert client.get(ticket).status_code == 200
    client.cookies.clear()
    assert is_told(client.get(ticket), 403)


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "evil.example:8123", "127.0.0.1", "127.0.0.1:80", "localhost", "a b", ""),
        *("[::1]:8123", "127.0.0.1:8123.evil.example", "0.0.0.0:8123", "LOCALHOST:8124"),
    ],
)
def test_a_strange_host_is_refused(visitor, host):
    """A stranger's name that points to this machine is not ours, whatever cookie comes along."""
    assert is_told(visitor(APP).get("/", headers={"Host": host}), 403)


def test_localhost_is_ours(visitor):
    """The other name of 127.0.0.1, with the origin that goes with it."""
    client = visitor(APP)
    host = {"Host": "localhost:8123", "Cookie": f"stance-8123={'s' * 22}.{'t' * 43}"}
    assert client.get("/", headers=host).status_code == 200
    right = host | {"Origin": "http://localhost:8123"}
    assert client.post("/echo", json={}, headers=right).status_code == 200
    assert is_told(client.post("/echo", json={}, headers=host | {"Origin": ADDRESS}), 403)


STRANGERS = [
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    {"Origin": "http://127.0.0.1:9999", "Sec-Fetch-Site": "same-site"},
    {"Origin": ADDRESS, "Sec-Fetch-Site": "cross-site"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:9999"},
    {"Sec-Fetch-Site": "none"},
]


@pytest.mark.parametrize("headers", STRANGERS)
def test_other_pages_change_nothing(visitor, headers):
    """With the cookie or for a program, a page of another origin is refused."""
    assert is_told(visitor(APP).post("/echo", json={}, headers=headers), 403)
    assert is_told(visitor(APP, token=None).post("/echo", json={}, headers=headers), 403)


def test_who_sends_neither_header(visitor):
    """A page has to say where it comes from; a program, which has no cookies, has not."""
    assert is_told(visitor(APP).post("/echo", json={}), 403)
    program = visitor(APP, token=None)
    assert program.post("/echo", json={}).json() == {"n": 2, "session": ""}
    assert program.get("/").status_code == 200
    assert is_told(program.get("/", headers={"Host": "evil.example"}), 403)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "json"])
def test_only_json_is_taken(visitor, kind):
    """What a form of another page could send is refused by its kind."""
    answer = visitor(APP).post("/echo", content=b"{}", headers=OWN | {"Content-Type": kind})
    assert is_told(answer, 415)
    right = OWN | {"Content-Type": "application/json; charset=utf-8"}
    assert visitor(APP).post("/echo", content=b"{}", headers=right).status_code == 200


def test_a_body_has_two_megabytes_at_most(visitor, ask):
    """Announced or not."""
    client = visitor(APP)
    assert ask(client, "/echo", content=b"x" * MAX_BODY).json()["n"] == MAX_BODY
    assert is_told(ask(client, "/echo", content=b"x" * (MAX_BODY + 1)), 413)
    assert is_told(ask(client, "/echo", content=iter([b"x" * 10**6] * 3)), 413)
    for told in ("9" * 40, "-1", "x"):
        assert is_told(
            client.post(
                "/echo",
                content=b"{}",
                headers=OWN | {"Content-Type": "application/json", "Content-Length": told},
            ),
            413,
        )


def asked(messages, headers):
    """What a guard answers to these messages of a connection: status and body."""
    scope = {"type": "http", "method": "POST", "path": "/echo", "query_string": b"", "headers": []}
    scope["headers"] = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        if messages:
            return messages.pop(0)
        await asyncio.sleep(60)

    asyncio.run(Guard(APP, PORT, None)(scope, receive, send))
    return sent[0]["status"], b"".join(one.get("body", b"") for one in sent[1:])


SENT = {"Host": "127.0.0.1:8123", "Content-Type": "application/json"}


def test_a_body_that_does_not_come_is_not_waited_for(monkeypatch):
    """Half a body, and then silence, or the end of the connection."""
    monkeypatch.setattr(guard_module, "BODY_SECONDS", 0.05)
    half = {"type": "http.request", "body": b"{", "more_body": True}
    assert asked([half], SENT)[0] == 408
    assert asked([half, {"type": "http.disconnect"}], SENT)[0] == 400
    assert asked([half, {**half, "body": b"}", "more_body": False}], SENT)[0] == 200


def test_every_answer_has_the_headers(visitor):
    """Good ones too, and the policy lets no script of another place run."""
    client = visitor(APP)
    for answer in (client.get("/"), client.get("/nowhere"), client.get(client.guard.address)):
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    policy = HEADERS["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "unsafe" not in policy


def test_websockets_are_closed():
    """Nothing here speaks them."""
    sent = []

    async def send(message):
        sent.append(message)

    asyncio.run(Guard(APP, PORT, None)({"type": "websocket"}, None, send))
    assert sent == [{"type": "websocket.close", "code": 1008}]
