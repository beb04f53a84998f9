"""The article in a web page: its text and what the page says of itself.

Extraction is trafilatura's (Barbaresi 2021, https://aclanthology.org/2021.acl-demo.15/), without
its downloads: nothing is ever fetched.
"""

import logging
import re
import warnings

from stance.storage.errors import InputError
from stance.storage.text import decode, encoding_of

log = logging.getLogger(__name__)

_DECLARED = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?([\w.:-]{2,40})""", re.IGNORECASE)


def extract_html(content: bytes, named: str | None = None) -> dict[str, str]:
    """Title, outlet, URL, date, language and text, as far as the page gives them.

    Raises InputError when the bytes cannot be decoded or no article text is found.
    """
    from trafilatura import bare_extraction

    page = _decode_page(content, named)
    if "\0" in page:
        raise InputError("holds a NUL character. Is this a web page?")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the parser of dates, about zones that it does not know
        found = bare_extraction(
            page, with_metadata=True, include_comments=False, include_tables=False
        )
    fields = found.as_dict() if found is not None else {}
    if not (fields.get("text") or "").strip():
        raise InputError("no article text found in the page. Save the text as .txt.")
    return {
        # trafilatura writes one paragraph a line; for us an empty line ends a paragraph.
        "text": re.sub(r"\n+", "\n\n", fields["text"]),
        "title": fields.get("title") or "",
        "outlet": fields.get("sitename") or fields.get("hostname") or "",
        "url": fields.get("url") or "",
        "published_at": fields.get("date") or "",
        "lang": fields.get("language") or "",
    }


def _decode_page(content: bytes, named: str | None) -> str:
    """By byte order mark, the user's word, UTF-8 where it fits, the page's declaration.

    A page that is valid UTF-8 with characters beyond ASCII is UTF-8 whatever it declares: no text
    in another encoding looks so by chance.
    """
    if named or encoding_of(content[:4]) != "utf-8":
        return decode(content, named)
    declared = _DECLARED.search(content[:4096])
    encoding = declared[1].decode("ascii").lower() if declared else "utf-8"
    try:
        page = content.decode("utf-8")
    except UnicodeDecodeError:
        return decode(content, encoding)
    if not content.isascii() and encoding not in ("utf-8", "utf8"):
        log.warning("the page declares %s but is UTF-8; read as UTF-8", encoding)
    return page
