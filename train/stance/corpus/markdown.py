"""Markdown to plain text: one block a paragraph, markup gone, words as written."""

from collections.abc import Iterable
from typing import Any


def plain_text(markdown: str) -> str:
    """The readable text of the blocks, with an empty line between them; code is left out."""
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").parse(markdown)
    blocks = (_inline_text(token.children or ()) for token in tokens if token.type == "inline")
    return "\n\n".join(block for block in blocks if block.strip())


def _inline_text(tokens: Iterable[Any]) -> str:
    parts = []
    for token in tokens:
        if token.type in ("text", "code_inline"):
            parts.append(token.content)
        elif token.type in ("softbreak", "hardbreak") or token.content.startswith("<br"):
            parts.append("\n")
    return "".join(parts)
