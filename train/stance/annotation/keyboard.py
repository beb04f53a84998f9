"""Keys as they are pressed on a terminal, without waiting for the end of a line."""

import codecs
import os
import select
import termios
import tty
from types import TracebackType
from typing import Self

ENTER = ("\n", "\r")
END = "\x04"  # Ctrl-D; also what a closed terminal gives
_ESCAPE = "\x1b"
_PAUSE = 0.05  # seconds; what follows an escape at once is one key, such as an arrow


class Keyboard:
    """The terminal behind a file descriptor, to be used in a `with` block.

    The terminal is as it was when the block ends, however it ends; Ctrl-C stays a signal.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def __enter__(self) -> Self:
        self._before = termios.tcgetattr(self._descriptor)
        tty.setcbreak(self._descriptor)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        termios.tcsetattr(self._descriptor, termios.TCSADRAIN, self._before)

    def key(self) -> str:
        """The next key; `END` when there is none any more. Arrows and the like are passed over."""
        while True:
            content = os.read(self._descriptor, 1)
            if not content:
                return END
            key = self._decoder.decode(content)
            if key == _ESCAPE:
                while select.select([self._descriptor], [], [], _PAUSE)[0]:
                    if not os.read(self._descriptor, 64):
                        return END
            elif key:
                return key

    def line(self) -> str:
        """A line, edited as the terminal does it, without its end."""
        termios.tcsetattr(self._descriptor, termios.TCSADRAIN, self._before)
        try:
            content = os.read(self._descriptor, 1 << 16)
        finally:
            tty.setcbreak(self._descriptor)
        return content.decode("utf-8", "replace").rstrip("\r\n")
