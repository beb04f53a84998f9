"""Requests and answers in JSON: strict in what is taken, one shape for every error."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from stance.serving.guard import Refused, refusal
from stance.storage.errors import StanceError, printable
from stance.storage.jsonl import BadJsonError, dump, parse_object
from stance.storage.toml import Record

log = logging.getLogger(__name__)

R = TypeVar("R", bound=Record)
Handler = Callable[[Request, R], Any]


def exchange(path: str, kind: type[R], handler: Handler[R]) -> Route:
    """A route that takes a POST with a JSON object of this kind and answers with JSON.

    The handler runs on a thread of its own: it may wait for the disk.
    """

    async def answered(request: Request) -> Response:
        asked = _parsed(kind, await request.body())
        return reply(await run_in_threadpool(handler, request, asked))

    return Route(path, answered, methods=["POST"])


def reply(value: object, status: int = 200) -> Response:
    """The value as JSON; text as it is, half surrogate pairs and all replaced."""
    content = dump(value).encode("utf-8", "replace")
    return Response(content, status, media_type="application/json")


def application(routes: Sequence[BaseRoute]) -> Starlette:
    """The application of these routes, whose every error is `{"error": one line}`.

    A mistake (StanceError) is told; a bug is told in the log, with its traceback.
    """
    handlers: dict[Any, Callable[[Request, Any], Awaitable[Response]]] = {
        HTTPException: _refused,
        Refused: _refused,
        StanceError: _mistake,
        OSError: _broken,
        Exception: _bug,
    }
    app = Starlette(routes=routes, exception_handlers=handlers)
    app.router.redirect_slashes = False  # no address leads anywhere else
    return app


def _parsed(kind: type[R], content: bytes) -> R:
    """The object in the body. Raises Refused that says what is wrong with it."""
    try:
        return kind.model_validate(parse_object(content.decode("utf-8")))
    except UnicodeDecodeError:
        raise Refused(400, "The request is not UTF-8.") from None
    except BadJsonError as error:
        raise Refused(400, f"The request is {printable(str(error))}.") from None
    except ValidationError as error:
        fault = error.errors()[0]
        place = ".".join(str(one) for one in fault["loc"]) or "request"
        told = fault["msg"].removeprefix("Value error, ")
        raise Refused(400, printable(f"{place}: {told}.")) from None


async def _refused(request: Request, error: Any) -> Response:
    if isinstance(error, Refused):
        return refusal(error.status, error.message)
    told = {404: "There is nothing at this address.", 405: "That cannot be done here."}
    message = told.get(error.status_code, "The request cannot be answered.")
    return refusal(error.status_code, message, error.headers)


async def _mistake(request: Request, error: Any) -> Response:
    return refusal(409, str(error))


async def _broken(request: Request, error: Any) -> Response:
    """The disk is full, say: nothing was saved, and trying again may help."""
    log.error("%s", error)
    return refusal(503, f"the disk gave an error: {error.strerror or 'it did not say which'}.")


async def _bug(request: Request, error: Any) -> Response:
    return refusal(500, "Something is wrong here; the terminal says what.")
