"""Cells that no spreadsheet takes for a formula (CWE-1236), and back.

Excel, LibreOffice and Google Sheets run a cell of a CSV file that begins with =, +, - or @, also
behind a tab or a carriage return, and in their full-width forms. Such a cell gets an apostrophe in
front (OWASP ASVS 1.2.10), and so does one that begins with apostrophes before one of these: then
`unguard` gives back every cell as it was.
"""

import re
from typing import Any

from stance.storage.records import cell

_guarded = re.compile("'*[=+\\-@\t\r＝＋－＠]").match


def guard(text: str) -> str:
    """The cell as a spreadsheet may open it.

    >>> guard("=1+1"), guard("'=1+1"), guard("'tis"), guard("1+1")
    ("'=1+1", "''=1+1", "'tis", '1+1')
    """
    return f"'{text}" if _guarded(text) else text


def unguard(text: str) -> str:
    """The cell as it was before `guard`.

    >>> [unguard(one) for one in ("'=1+1", "''=1+1", "'tis", "=1")]
    ['=1+1', "'=1+1", "'tis", '=1']
    """
    return text[1:] if text.startswith("'") and _guarded(text) else text


def guarded_cell(value: Any) -> str:
    """The value as a CSV cell (`records.cell`), guarded unless it is a number.

    >>> guarded_cell("-1+cmd"), guarded_cell(-1.5), guarded_cell(["@a", "b"])
    ("'-1+cmd", '-1.5', "'@a|b")
    """
    return cell(value) if isinstance(value, int | float) else guard(cell(value))
