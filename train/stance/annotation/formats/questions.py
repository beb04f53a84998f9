"""Which question of a file holds the labels, where a tool can ask several."""

from collections.abc import Iterable

from stance.storage.errors import InputError, nearest, printable

USUAL = ("stance", "labels", "label")


class Asked:
    """The question whose answers are the labels: the one that is wanted, the only one, or the one
    with a usual name.
    """

    def __init__(self, wanted: str = "") -> None:
        self._wanted = wanted
        self._names: set[str] = set()
        self.name = wanted

    def see(self, names: Iterable[str]) -> str:
        """The question, after a record in which these were answered; "" while none was.

        Raises InputError that names the questions where it cannot be known.
        """
        new = set(names) - self._names
        if not new or self._wanted:
            self._names |= new
            return self.name
        self._names |= new
        usual = [name for name in USUAL if name in self._names]
        found = min(self._names) if len(self._names) == 1 else next(iter(usual), "")
        if not found or (self.name and self.name != found):
            raise InputError(f"has several questions: {self._listed()}. Name one with --question.")
        self.name = found
        return found

    def check(self) -> None:
        """Raises InputError when the question that was wanted never came up, but others did."""
        if self._wanted and self._names and self._wanted not in self._names:
            raise InputError(
                f'no question "{printable(self._wanted)}" here.'
                f"{nearest(self._wanted, sorted(self._names))} Questions: {self._listed()}."
            )

    def _listed(self) -> str:
        return ", ".join(printable(name, 60) for name in sorted(self._names)[:8])
