"""`stance predict --text SENTENCE` as it is typed most, answered without the rest of the program.

The command line, its checks and NumPy take half a second to load. Here the plainest form of the
command is answered in a tenth of it, in the same words. Whatever is out of the ordinary, a fault
above all, is left to the command itself, which does the work again and says what is wrong.
"""

import contextlib
import logging
import os
import struct
import sys

from stance.storage.errors import StanceError, n_of, printable

_LONG = 100_000
_UNUSUAL = (
    StanceError, OSError, LookupError, ValueError, TypeError, AttributeError, ArithmeticError,
    RecursionError, MemoryError, struct.error,
)  # fmt: skip


def answered(arguments: list[str]) -> bool:
    """Whether the arguments asked for a sentence's labels, which are then printed."""
    asked = _asked(arguments)
    if asked is None or sys.stdout is None or sys.stderr is None or sys.stdout.isatty():
        return False
    logging.getLogger("stance").setLevel(logging.ERROR)  # the command itself would say it again
    try:
        content, notes = _told(*asked)
    except _UNUSUAL:
        return False
    try:
        # Not through the buffer: what a full disk refuses would stay in it, and fail again.
        fd = sys.stdout.fileno()
        while content:
            content = content[os.write(fd, content) :]
    except OSError:
        return False
    with contextlib.suppress(OSError):
        os.write(sys.stderr.fileno(), notes.encode("utf-8"))
    return True


def _asked(arguments: list[str]) -> tuple[list[str], str | None] | None:
    """The sentences and the model, where the arguments are nothing but these."""
    if not arguments or arguments[0] != "predict" or len(arguments) % 2 == 0:
        return None
    texts, model = [], None
    for name, value in zip(arguments[1::2], arguments[2::2], strict=True):
        if value.startswith("-"):
            return None
        if name == "--text":
            texts.append(value)
        elif name == "--model" and model is None:
            model = value
        else:
            return None
    return (texts, model) if texts else None


def _told(texts: list[str], model: str | None) -> tuple[bytes, str]:
    """What is printed: one line a sentence, and the notes."""
    from stance.models.registry import find_model
    from stance.prediction.single import Single
    from stance.storage.project import find_project

    found = find_project(None)
    scorer = Single(find_model(model, found.models if found else None))
    labels = scorer.info["labels"]
    lines, n_abstained = "", 0
    for text in texts:
        answer = scorer.score(text)
        given, reason = scorer.decide(answer)
        names = "|".join(label for label, one in zip(labels, given, strict=True) if one)
        shares = " ".join(
            f"{label}={round(one, 6):.3f}"
            for label, one in zip(labels, answer.probabilities, strict=True)
        )
        n_abstained += bool(reason)
        fields = (names or f"({reason or 'no label'})", shares, "", printable(text, _LONG))
        lines += "\t".join(fields) + "\n"
    notes = f"predicted {n_of(len(texts), 'row')}; 0 refused\n"
    if n_abstained:
        notes = (
            f"{n_abstained:,} of {len(texts):,} sentences got no label on purpose "
            f"(column `abstained`).\n{notes}"
        )
    return lines.encode("utf-8"), notes
