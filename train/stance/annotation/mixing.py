"""Random sentences among picked ones, so that evaluation and the shares of labels stay honest."""

import numpy as np

from stance.annotation.picking import Array

BLOCK = 10
PICKED, RANDOM, TEST, ANY = "", "random", "test", "any"


class Mix:
    """Draws the next sentence: picked, or with a share of all draws at random.

    Of each ten draws in a row as many are random as the share says, at places that cannot be
    foreseen; every second of these is from a test article. With a share of 1 all are random, and
    test articles come in with the share that they have.
    """

    def __init__(self, is_test: Array, share: float, seed: int) -> None:
        self._is_test, self._share = is_test, share
        self._random = np.random.default_rng(seed)
        self._chance = self._random.random(len(is_test))
        self._block: list[bool] = []
        self._n_blocks = self._n_random = 0

    def kind(self) -> str:
        """What is to be drawn next: `PICKED`, `RANDOM`, `TEST`, or `ANY` with a share of 1."""
        if self._share >= 1:
            return ANY
        if not self._block:
            self._block = self._new_block()
        if not self._block.pop():
            return PICKED
        self._n_random += 1
        return RANDOM if self._n_random % 2 else TEST

    def draw(self, kind: str, open_: Array, priority: Array) -> tuple[int, str] | None:
        """The position drawn of those open, and how: `PICKED`, `RANDOM` or `TEST`.

        Where there is nothing of the kind, another is drawn; None where nothing is open.
        """
        is_picked = open_ & np.isfinite(priority)
        if kind == PICKED and is_picked.any():
            return int(np.where(is_picked, priority, -np.inf).argmax()), PICKED
        is_wanted = open_ & (self._is_test == (kind == TEST)) if kind in (RANDOM, TEST) else open_
        is_wanted = is_wanted if is_wanted.any() else open_
        if not is_wanted.any():
            return None
        position = int(np.where(is_wanted, self._chance, -1).argmax())
        return position, TEST if self._is_test[position] else RANDOM

    def _new_block(self) -> list[bool]:
        """Which of the next draws are random."""
        before, after = (
            int(BLOCK * self._share * n + 1e-9) for n in (self._n_blocks, self._n_blocks + 1)
        )
        self._n_blocks += 1
        flags = np.arange(BLOCK) < after - before
        return [bool(one) for one in self._random.permutation(flags)]
