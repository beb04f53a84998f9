"""Who may ask: a layer around an application, through which every request goes.

The server is on 127.0.0.1, but so is every page that the user's browser shows, and every other
user of the machine. Hence a Host that is ours (a stranger's name may be made to point here), proof
that a request that changes something comes from our own page, and a token that only the person at
the terminal has seen. A body is read whole before the application sees it, up to a size and a
time. Nothing here writes a log, so no token gets into one.
"""

import asyncio
import hmac
import re
import secrets
from collections.abc import Mapping
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY = 2 * 1024 * 1024  # bytes
BODY_SECONDS = 10.0
SAFE = ("GET", "HEAD")
POLICY = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# A redirect would still count as the stranger's link that led here, and go without the cookie.
WELCOME = """<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Stancedesk</title>
<link rel="icon" href="/static/icon.svg"><meta http-equiv="refresh" content="0;url=/">
<p><a href="/">Open the page</a></p></html>"""
_SESSION = re.compile(r"[A-Za-z0-9_-]{22}")


class Refused(Exception):  # noqa: N818  not an error of ours: an answer
    """A request that gets no further; the message is for whoever sent it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


def refusal(status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
    """What every refused request gets: `{"error": message}`."""
    return JSONResponse({"error": message}, status, headers)


class Guard:
    """The application behind its checks, on a port of 127.0.0.1.

    With a token, a browser has to come through `/?token=…` once and gets a cookie, and a request
    that changes something must come from a page of this server. Without one (`token=None`, for
    programs that have no cookies) such a request may come from a program, but from no other page.
    The application finds the browser's session id in `request.state.session`.
    """

    def __init__(self, app: ASGIApp, port: int, token: str | None) -> None:
        self._app, self._token = app, token
        self._hosts = {f"{name}:{port}" for name in ("127.0.0.1", "localhost")}
        self._address = f"http://127.0.0.1:{port}/"
        self._cookie = f"stance-{port}"  # browsers do not keep the cookies of two ports apart
        self._tickets: set[str] = set()

    @property
    def address(self) -> str:
        """What to open in a browser: it can be given to those who may work here."""
        return f"{self._address}?token={self._token}" if self._token else self._address

    def ticket(self) -> str:
        """An address that opens the page once.

        Other users of the machine can read it on the command line of the browser; by then it
        has been used.
        """
        if not self._token:
            return self._address
        ticket = secrets.token_urlsafe(16)
        self._tickets.add(ticket)
        return f"{self._address}?token={ticket}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers, or hands on what is allowed."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        try:
            answer = self._checked(scope)
            if answer is None and scope["method"] not in SAFE:
                receive = _replay(await _body(Headers(scope=scope), receive), receive)
        except Refused as refused:
            answer = refusal(refused.status, refused.message)
        await (answer or self._app)(scope, receive, _with_headers(send))

    def _checked(self, scope: Scope) -> Response | None:
        """An answer for a newcomer with the right token; raises Refused for who may not ask."""
        headers = Headers(scope=scope)
        if headers.get("host") not in self._hosts or len(headers.getlist("host")) > 1:
            raise Refused(403, f"This server answers at {self._address} only.")
        if scope["method"] not in SAFE:
            self._check_origin(headers)
        if self._token is None:
            return None
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        if scope["method"] == "GET" and scope["path"] == "/" and self._is_right(given):
            return self._welcome()
        scope.setdefault("state", {})["session"] = self._session(headers)
        return None

    def _check_origin(self, headers: Headers) -> None:
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        is_own = site == "same-origin" if site else origin == f"http://{headers['host']}"
        is_program = not site and not origin
        if not is_own and (self._token or not is_program):
            raise Refused(403, "A request from another page is not answered.")
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise Refused(415, "Send JSON, with Content-Type: application/json.")

    def _is_right(self, given: str) -> bool:
        if given in self._tickets:
            self._tickets.discard(given)
            return True
        return _equal(given, self._token or "")

    def _welcome(self) -> Response:
        response = HTMLResponse(WELCOME)
        value = f"{secrets.token_urlsafe(16)}.{self._token}"
        response.set_cookie(self._cookie, value, httponly=True, samesite="strict", path="/")
        return response

    def _session(self, headers: Headers) -> str:
        for pair in "; ".join(headers.getlist("cookie")).split(";"):
            name, _, value = pair.strip().partition("=")
            session, _, token = value.partition(".")
            if name == self._cookie and _SESSION.fullmatch(session):
                if _equal(token, self._token or ""):
                    return session
                break
        raise Refused(
            403, "Open the address that the terminal shows: it has this start's token in it."
        )


def new_token() -> str:
    """A token of 256 random bits."""
    return secrets.token_urlsafe(32)


def _equal(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), right.encode())


async def _body(headers: Headers, receive: Receive) -> bytes:
    """The whole body. Raises Refused when it is too long, or too long under way."""
    told = headers.get("content-length", "0")
    if not told.isascii() or not told.isdigit() or int(told[:20]) > MAX_BODY:
        raise Refused(413, f"A request may have {MAX_BODY:,} bytes.")
    content = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Refused(400, "The request ended before its body.")
                content += message.get("body", b"")
                if len(content) > MAX_BODY:
                    raise Refused(413, f"A request may have {MAX_BODY:,} bytes.")
                if not message.get("more_body"):
                    return bytes(content)
    except TimeoutError:
        raise Refused(408, "The request took too long to arrive.") from None


def _replay(content: bytes, receive: Receive) -> Receive:
    """Gives the body as one message, and then what comes."""
    waiting: list[Message] = [{"type": "http.request", "body": content, "more_body": False}]

    async def replayed() -> Message:
        return waiting.pop() if waiting else await receive()

    return replayed


def _with_headers(send: Send) -> Send:
    """Sends every answer with the headers that a browser needs to keep others out."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
        await send(message)

    return sending
