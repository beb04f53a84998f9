"""Options that several commands share, each with one meaning and one help text."""

from pathlib import Path
from typing import Annotated

import typer

ProjectOption = Annotated[
    Path | None,
    typer.Option(
        "--project",
        help="Project folder (default: the current folder or the nearest above with a codebook).",
        show_default=False,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object, for programs.")]
EncodingOption = Annotated[
    str | None,
    typer.Option(
        help="Encoding of files without a byte order mark (default: utf-8).", show_default=False
    ),
]
TextKeyOption = Annotated[str, typer.Option("--text-key", help="Column that holds the sentence.")]
CodebookOption = Annotated[
    str | None,
    typer.Option(
        "--codebook",
        help="Codebook file, or `auto` to take the labels from the data.",
        show_default=False,
    ),
]
ModelOption = Annotated[
    str | None,
    typer.Option(
        "--model",
        help="Model folder, version or @alias (default: @champion, or the latest).",
        show_default=False,
    ),
]
ThresholdOption = Annotated[
    list[str],
    typer.Option(
        "--threshold",
        help="Threshold for all labels (0.4) or for one (label=0.4), or those for texts like a "
        "file's, where labels may be rarer than in training (like:FILE).",
    ),
]
ForceOption = Annotated[bool, typer.Option("--force", help="Write over what is there.")]
TestDataOption = Annotated[
    list[Path],
    typer.Option("--data", help="Labelled rows (default: the project's test articles)."),
]
ByOption = Annotated[str, typer.Option("--by", help="Who does it (default: the user's name).")]
NoteOption = Annotated[str, typer.Option("--note", help="Why, for the history.")]
SpreadsheetOption = Annotated[
    bool,
    typer.Option(
        "--spreadsheet-safe",
        help="In CSV put an apostrophe before what a spreadsheet would take for a formula.",
    ),
]
