"""Texts without labels, for the commands that learn from them."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stance.cli.errors import tell_refused

if TYPE_CHECKING:
    from stance.annotation.examples import Example

UnlabelledOption = Annotated[
    list[Path],
    typer.Option(
        "--unlabelled",
        help="Texts without labels; learnt from where held-out sentences prove that it helps.",
    ),
]


def unlabelled_texts(
    files: Iterable[Path],
    examples: "Iterable[Example]",
    text_key: str = "text",
    encoding: str | None = None,
) -> list[str]:
    """The files' texts, each once and in order, without those of labelled sentences of any side.

    Rows that cannot be used are told. Raises InputError when a file has no text that is new.
    """
    from stance.corpus.normalise import sentence_key
    from stance.corpus.targets import targeted
    from stance.prediction.inputs import usable_rows
    from stance.storage.errors import InputError, printable

    known = {sentence_key(one.text) for one in examples}
    texts: list[str] = []
    refused: list[str] = []
    for file in files:
        n_before = len(texts)
        for _, text, fields in usable_rows(str(file), None, refused, text_key, encoding):
            whole = targeted(text, fields.get("target"))
            if (key := sentence_key(whole)) not in known:
                known.add(key)
                texts.append(whole)
        if len(texts) == n_before:
            raise InputError(
                f"{printable(str(file))}: no text that is not labelled already. Name another file."
            )
    tell_refused(refused)
    return texts
