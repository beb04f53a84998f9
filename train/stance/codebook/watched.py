"""Noticing that a codebook was changed while somebody works by it."""

from pathlib import Path

from stance.storage.errors import ConfigError, printable


class Watched:
    """A codebook's file as it was; `command` is what has to be started again when it changes."""

    def __init__(self, path: Path, command: str) -> None:
        self._path, self._command = path, command
        self._before = self._read()

    def check(self) -> None:
        """Raises ConfigError when the file is not what it was: the answer must not be saved."""
        if self._read() != self._before:
            raise ConfigError(
                f"{printable(str(self._path))}: was changed under way, so this answer was not "
                f"saved. Start `{self._command}` again."
            )

    def _read(self) -> bytes | None:
        try:
            return self._path.read_bytes()
        except FileNotFoundError:
            return None
