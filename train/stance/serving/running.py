"""The server itself: one process on 127.0.0.1, until Ctrl-C."""

import errno
import os
import socket
import sys
import threading
from collections.abc import Callable

from starlette.types import ASGIApp

from stance.serving.guard import Guard, new_token
from stance.storage.errors import ProjectError

SECONDS_TO_END = 1  # for answers that are on their way when it is asked to end
KEEP_ALIVE = 120  # seconds; reading a sentence takes longer than the usual 5


def listen(port: int) -> socket.socket:
    """A socket that listens on this port of 127.0.0.1; 0 takes one that is free.

    Raises ProjectError when the port is taken or not for this user.
    """
    if not 0 <= port <= 65535:
        raise ProjectError(f"port {port}: ports go from 1 to 65535; 0 takes one that is free.")
    # The protocol is named because asyncio looks at it: only then are the two parts of an answer
    # sent at once, and not the second when the first was acknowledged, 40 ms later.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        why = {errno.EADDRINUSE: "is taken", errno.EACCES: "is not for this user"}
        raise ProjectError(
            f"port {port} {why.get(error.errno or 0, 'cannot be used')}. "
            "Name another with --port, or 0 for one that is free."
        ) from error
    return listening


def run(
    app: ASGIApp, port: int, tell: Callable[[str], None], browser: bool = True, token: bool = True
) -> None:
    """Serves the application until a signal; `tell` gets the address to open.

    A signal ends it in order: what is being answered is answered, for a second at most.
    Raises ProjectError when the port cannot be had.
    """
    import uvicorn

    with listen(port) as listening:
        number = listening.getsockname()[1]
        guard = Guard(app, number, new_token() if token else None)
        config = uvicorn.Config(
            guard,
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="error",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE,
            timeout_graceful_shutdown=SECONDS_TO_END,
        )
        tell(guard.address)
        if browser:
            open_browser(guard.ticket())
        uvicorn.Server(config).run(sockets=[listening])


def open_browser(address: str) -> threading.Thread | None:
    """Opens the address in the user's browser, where there is a screen for one.

    Returns the thread that does it: some browsers keep it busy until they are closed.
    """
    has_screen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if sys.platform == "linux" and not (has_screen or os.environ.get("BROWSER")):
        return None  # a browser of the terminal would take this one
    import webbrowser

    opening = threading.Thread(target=webbrowser.open, args=(address,), daemon=True)
    opening.start()
    return opening
