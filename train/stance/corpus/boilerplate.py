"""Lines that belong to a page, not to an article's sentences.

The rules are few and shown here whole. A line that one of them names stays in the article's text,
so that offsets hold; it only becomes no sentence.
"""

import re

_NAME = r"[A-Z][\w.'’-]+(?:\s+(?:de|van|von|der|la|[A-Z][\w.'’-]*)){0,4}"
_RULES = (
    rf"By {_NAME}(?:(?:,| and) {_NAME}){{0,4}}[.]?",
    rf"{_NAME}(?:(?:,| and) {_NAME}){{0,4}} contributed "
    r"(?:reporting|to this (?:report|article))\b.*",
    r"\(?(?:Additional )?[Rr]eporting by .{3,200}",
    r"(?:Edited|Editing) by .{3,100}",
    # A button has no full stop: "Share prices fell." is a sentence.
    r"(?:Advertisement|ADVERTISEMENT|Read more|Share|Print|Subscribe|Sign in|Log in)\b[^.!?]{0,20}",
    r"(?:Read more|Related|See also|Also read|Watch|Listen):.{0,200}",
    r"(?:Sign up|Subscribe) (?:for|to) .{3,120}",
    r"(?:©|\(c\)|Copyright\b).{0,160}",
    r"All rights reserved\.?",
    r"(?:Photo|Image|Picture|Credit|Source|Photograph)(?: credit)?: .{0,160}",
    r"(?:Last )?(?:[Uu]pdated|[Pp]ublished)(?: (?:at|on))?:? .{0,60}\d.{0,40}",
    r"<?(?:https?|ftp|file)://\S+>?",
    r"[\W_]+",  # rules of dashes, stars, lone bullets
)
_BOILERPLATE = re.compile(r"(?:" + "|".join(_RULES) + r")")
MAX_LINE = 260


def is_boilerplate(line: str) -> bool:
    """Whether the whole line is a byline, a credit, a link, a notice or a rule.

    >>> is_boilerplate("Ana Berg contributed reporting.")
    True
    >>> is_boilerplate("By Friday the vote was over.")
    False
    """
    line = line.strip()
    return len(line) <= MAX_LINE and _BOILERPLATE.fullmatch(line) is not None
