"""`stance annotate` as a server: the address it tells, and the ways in which it does not start."""

import signal
import socket
import time

import pytest


@pytest.fixture
def desk(tmp_path, done):
    """A project with three sentences; gives its folder."""
    article = tmp_path / "talk.txt"
    article.write_text("The bridge opens today. Nobody came. It rained on the crew.", "utf-8")
    root = tmp_path / "desk"
    done("init", root)
    done("ingest", article, "--project", root)
    return root


@pytest.fixture
def begun(start):
    """Starts the page; gives the process and the line with its address."""
    running = []

    def begin(root, *options):
        process = start("annotate", "--project", root, "--no-browser", *options, text=True)
        running.append(process)
        return process, process.stdout.readline().strip()

    yield begin
    for process in running:
        process.kill()
        process.communicate(timeout=60)


def ended(process, number):
    """Exit code and stderr after the signal, and how long it took."""
    at = time.monotonic()
    process.send_signal(number)
    told = process.communicate(timeout=60)[1]
    return process.returncode, told, time.monotonic() - at


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it(desk, begun, number, code):
    """The address is the whole of stdout; the end is told without a traceback."""
    process, address = begun(desk, "--port", "0")
    assert address.startswith("http://127.0.0.1:") and len(address.partition("token=")[2]) == 43
    returned, told, seconds = ended(process, number)
    assert returned == code and told.endswith("stance: interrupted\n") and "Traceback" not in told
    assert seconds < 10  # 2 on an idle machine


def test_a_second_session_is_refused(desk, begun):
    """Page or terminal: two would hand out the same sentences."""
    begun(desk, "--port", "0")
    for options in (("--port", "0"), ("--terminal",)):
        other, line = begun(desk, *options)
        told = other.communicate(timeout=60)[1]
        assert (line, other.returncode) == ("", 1)
        assert "another `stance annotate` is running on this project" in told


def test_a_port_that_is_taken(desk, fails):
    """One line, and what to do."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told = fails("annotate", "--project", desk, "--no-browser", "--port", str(port))
    assert told == (f"port {port} is taken. Name another with --port, or 0 for one that is free.")


def test_what_cannot_be_labelled(tmp_path, desk, done, fails):
    """No project, no sentences, a name that is none, a model that is not there."""
    assert "no project" in fails("annotate", "--project", tmp_path / "nowhere")
    done("init", tmp_path / "empty")
    told = fails("annotate", "--project", tmp_path / "empty", "--no-browser")
    assert "no sentences to label" in told
    assert "cannot be an annotator's name" in fails("annotate", "--project", desk, "--by", "../x")
    assert "no model" in fails("annotate", "--project", desk, "--suggest", "--no-browser")
