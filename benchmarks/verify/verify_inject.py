"""Work in a process whose n-th call of a kind to the kernel fails, once or from then on.

Where `strace` is there and may attach, it makes the call fail in the kernel's stead, wherever it
comes from. Elsewhere Python's own `os` is patched, which misses what other libraries call.
"""

import contextlib
import ctypes
import errno
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from verify_desk import forked, waited

CALLS = ("write", "fsync", "fdatasync", "rename", "openat", "mkdir", "ftruncate", "close")
ERRORS = ("ENOSPC", "EIO", "EMFILE")
_PATCHED = {"openat": ("open",), "rename": ("rename", "replace")}
_PR_SET_PTRACER, _ANYBODY = 0x59616D61, 2**64 - 1


@dataclass(frozen=True)
class Fault:
    """The n-th call fails with the error; with `for_ever` every later one does, too."""

    call: str
    number: int
    error: str
    for_ever: bool

    def __str__(self) -> str:
        """As it is told."""
        since = " and all after it" if self.for_ever else ""
        return f"{self.call} number {self.number}{since} with {self.error}"


@dataclass(frozen=True)
class Outcome:
    """The exit code, what stderr was told, whether the fault came to pass, and on stderr itself."""

    code: int
    errors: str
    was_hit: bool
    on_stderr: bool


def is_traced(call: str) -> bool:
    """Whether strace makes this call fail.

    Not a close: strace would leave the file open and its lock held, as no kernel does.
    """
    return call != "close" and can_trace()


@cache
def can_trace() -> bool:
    """Whether strace is here and may attach to a process."""
    if shutil.which("strace") is None:
        return False
    code, lines = _traced(lambda: 0, ["-e", "trace=write"], Path(os.devnull), None)
    return code == 0 and lines is not None


def counted(work: Callable[[], int], folder: Path) -> dict[str, int]:
    """How often undisturbed work makes each call."""
    if can_trace():
        path = folder / "trace"
        _traced(work, ["-e", f"trace={','.join(CALLS)}"], folder / "errors", path)
        found = re.findall(r"^\d+ +(\w+)\(", path.read_text("utf-8", "replace"), re.MULTILINE)
        counts = {call: found.count(call) for call in CALLS}
    else:
        counts = dict.fromkeys(CALLS, 6)
    return counts | {"close": 6}


def disturbed(work: Callable[[], int], fault: Fault, folder: Path) -> Outcome:
    """Does the work with the fault in its way."""
    errors, path = folder / "errors", folder / "trace"
    path.unlink(missing_ok=True)
    if not is_traced(fault.call):
        code = waited(forked(partial(_patched, work, fault, path), errors))
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
    else:
        when = f"{fault.number}{'+' * fault.for_ever}"
        inject = f"inject={fault.call}:error={fault.error}:when={when}"
        code, _ = _traced(work, ["-e", f"trace={fault.call}", "-e", inject], errors, path)
        lines = [one for one in path.read_text("utf-8", "replace").splitlines() if "INJ" in one]
    on_stderr = any(re.search(r"write\(2,", line) for line in lines)
    return Outcome(code, errors.read_text("utf-8", "replace"), bool(lines), on_stderr)


def _traced(
    work: Callable[[], int], options: list[str], errors: Path, trace: Path | None
) -> tuple[int, bool | None]:
    """Runs the work with strace attached; its exit code, and None where that was not allowed."""
    # The child's own beginning is over when the first fault may come.
    (begun, begin), (ready, go) = os.pipe(), os.pipe()

    def waiting() -> int:
        os.close(go)
        with contextlib.suppress(OSError, AttributeError):
            libc = ctypes.CDLL(None)
            libc.prctl(_PR_SET_PTRACER, ctypes.c_ulong(_ANYBODY), 0, 0, 0)
        os.write(begin, b"x")
        os.read(ready, 1)
        return work()

    child = forked(waiting, errors)
    os.close(ready)
    os.close(begin)
    os.read(begun, 1)
    os.close(begun)
    command = ["strace", "-f", "-o", str(trace or os.devnull), "-p", str(child), *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
        assert tracer.stderr is not None
        is_attached = "attached" in tracer.stderr.readline()
        os.write(go, b"x")
        os.close(go)
        code = waited(child)
        tracer.stderr.read()
    return code, True if is_attached else None


def _patched(work: Callable[[], int], fault: Fault, hit: Path) -> int:
    """Does the work with Python's own calls failing; a hit is noted in the file."""
    counter = iter(range(1, 1 << 30))
    note = os.open(hit, os.O_WRONLY | os.O_CREAT, 0o644)
    write, close = os.write, os.close

    def failing(name: str, real: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **settings: object) -> object:
            number = next(counter)
            if number != fault.number and not (fault.for_ever and number > fault.number):
                return real(*arguments, **settings)
            write(note, f"{name}({arguments[0]}, INJECTED\n".encode())
            if name == "close":  # which is closed all the same
                close(arguments[0])  # type: ignore[arg-type]
            code = getattr(errno, fault.error)
            raise OSError(code, os.strerror(code))

        return call

    for name in _PATCHED.get(fault.call, (fault.call,)):
        setattr(os, name, failing(name, getattr(os, name)))
    return work()


def faults_of(counts: dict[str, int]) -> Iterator[Fault]:
    """Every fault that can meet work with so many calls."""
    for call, n_calls in counts.items():
        for number in range(1, n_calls + 1):
            for error in ERRORS:
                for for_ever in (False, True):
                    yield Fault(call, number, error, for_ever)
