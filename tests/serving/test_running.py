"""The server: a port of its own, an address that is told, and an end in order."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from stance.serving import running
from stance.serving.running import listen, open_browser
from stance.storage.errors import ProjectError

SCRIPT = """
import sys
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from stance.cli.signals import catch_signals
from stance.serving.exchange import application
from stance.serving.running import run

async def answer(request):
    return PlainTextResponse("here")

catch_signals()
run(application([Route("/", answer)]), 0, lambda text: print(text, flush=True), browser=False,
    token=False)
"""


def test_answers_are_sent_at_once():
    """Without the protocol's name asyncio leaves Nagle's algorithm on: 40 ms more a request."""
    with listen(0) as found:
        assert found.proto == socket.IPPROTO_TCP


def test_a_port_that_is_taken_is_told():
    """One line that says what to do, and the socket is not left open."""
    with listen(0) as first:
        port = first.getsockname()[1]
        with pytest.raises(ProjectError, match=rf"^port {port} is taken\. Name another with"):
            listen(port)
    listen(port).close()
    with pytest.raises(ProjectError, match="ports go from"):
        listen(70_000)


def test_it_listens_on_this_machine_only():
    """127.0.0.1, whatever the machine is called."""
    with listen(0) as found:
        assert found.getsockname()[0] == "127.0.0.1"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_within_two_seconds(number):
    """Also while a browser keeps its connection open; the log stays empty."""
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        address = process.stdout.readline().strip()
        port = int(address.split(":")[2].strip("/"))
        browser = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        browser.request("GET", "/")
        answer = browser.getresponse()
        assert answer.read() == b"here" and answer.getheader("server") is None
        start = time.monotonic()
        os.kill(process.pid, number)
        _, told = process.communicate(timeout=20)
        assert time.monotonic() - start < 5  # 2 on an idle machine
        assert "Stopped" in told and process.returncode == 1, "the signal reaches the command"
        browser.close()
        with pytest.raises(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1)
    finally:
        process.kill()


def test_the_browser_is_opened_where_there_is_a_screen(monkeypatch):
    """A browser of the terminal would take the terminal."""
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.setattr(running.sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    open_browser("http://127.0.0.1:1/")
    assert opened == []
    monkeypatch.setenv("DISPLAY", ":0")
    open_browser("http://127.0.0.1:2/").join()
    assert opened == ["http://127.0.0.1:2/"]
