"""Who has which sentence on the screen: what is lent to one is not lent to another."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

LAPSE = 30 * 60  # seconds


@dataclass(frozen=True)
class Lease:
    """A sentence, by its position, that is lent to a holder since a moment."""

    position: int
    annotator: str
    shown: str
    since: float


class Leases:
    """Of each holder what it has, the one to be answered first last."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._held: dict[str, list[Lease]] = {}

    def current(self, holder: str, annotator: str) -> Lease | None:
        """What the holder is to answer now, lent anew; None where it has nothing."""
        mine = [one for one in self._held.get(holder, []) if one.annotator == annotator]
        if not mine:
            return None
        return self.give(holder, replace(mine[-1], since=self._clock()))

    def give(self, holder: str, lease: Lease) -> Lease:
        """Lends the sentence, to be answered before what the holder has already."""
        self.take(holder, lease.position)
        self._held.setdefault(holder, []).append(lease)
        return lease

    def lend(self, holder: str, position: int, annotator: str, shown: str) -> Lease:
        """Lends the sentence from now on; leases of others on it that have lapsed are over."""
        for other in list(self._held):
            self._held[other] = [
                one
                for one in self._held[other]
                if one.position != position or self._is_live(one) or other == holder
            ]
        return self.give(holder, Lease(position, annotator, shown, self._clock()))

    def held(self, holder: str, annotator: str, position: int) -> Lease | None:
        """The holder's lease of the sentence, lapsed or not, as long as no one else has it."""
        for one in self._held.get(holder, []):
            if (one.position, one.annotator) == (position, annotator):
                return one
        return None

    def take(self, holder: str, position: int) -> None:
        """Ends the holder's lease of the sentence."""
        self._held[holder] = [one for one in self._held.get(holder, []) if one.position != position]

    def release(self, holder: str) -> None:
        """Ends all leases of the holder."""
        self._held.pop(holder, None)

    def live(self) -> Iterator[Lease]:
        """All leases that have not lapsed."""
        return (one for held in self._held.values() for one in held if self._is_live(one))

    def _is_live(self, lease: Lease) -> bool:
        return self._clock() - lease.since < LAPSE
