"""Which key gives which label: the same on the page and in the terminal."""

from string import ascii_lowercase, ascii_uppercase, digits

from stance.codebook.codebook import Codebook

SKIP, UNDO, NOTE, HELP, QUIT = "s", "u", "n", "?", "q"
COMMANDS = (SKIP, UNDO, NOTE, HELP, QUIT)

_FREE = [
    key
    for key in (*digits[1:], digits[0], *ascii_lowercase, *ascii_uppercase)
    if key.lower() not in COMMANDS
]


def label_keys(codebook: Codebook) -> dict[str, str]:
    """Key to label, in the codebook's order.

    A label has the codebook's key, unless that is a command's or cannot be typed as one visible
    character; the others get the first that are free of 1 to 9, 0, a to z and A to Z.

    >>> from stance.codebook.codebook import Label
    >>> label_keys(Codebook(labels=(Label(name="yes", key="y"), Label(name="no"))))
    {'y': 'yes', '1': 'no'}
    """
    own = {label.name: label.key for label in codebook.labels if _is_usable(label.key)}
    free = iter([key for key in _FREE if key not in own.values()])
    return {own.get(name) or next(free): name for name in codebook.names}


def review_keys(codebook: Codebook, n_options: int) -> tuple[list[str], str]:
    """The keys that choose one of the answers given, and the key that leaves the sentence out.

    >>> from stance.codebook.codebook import Label
    >>> review_keys(Codebook(labels=(Label(name="yes", key="a"),)), 2)
    (['b', 'c'], 'x')
    """
    taken = label_keys(codebook)
    free = [key for key in (*ascii_lowercase, *ascii_uppercase) if key not in (*taken, *COMMANDS)]
    leave_out = next(key for key in ("x", *reversed(free)) if key in free)
    free.remove(leave_out)
    return free[:n_options], leave_out


def _is_usable(key: str) -> bool:
    return key.isprintable() and not key.isspace() and key != "" and key.lower() not in COMMANDS
