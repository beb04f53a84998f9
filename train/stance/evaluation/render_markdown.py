"""The report as Markdown. Texts from data are escaped: they are words, never markup."""

import re
from collections.abc import Sequence

from stance.evaluation.report import Mistake, Report, headline, percent
from stance.evaluation.tables import (
    CALIBRATION_COLUMNS,
    KIND_COLUMNS,
    SCORE_COLUMNS,
    SLICE_COLUMNS,
    baseline_columns,
    baseline_rows,
    calibration_rows,
    kind_rows,
    name_rows,
    score_rows,
    slice_rows,
    whole_rows,
)
from stance.storage.errors import printable

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|<>~&$-])")


def escaped(text: str) -> str:
    r"""The text with every character escaped that Markdown could take for markup.

    >>> escaped("a|b [x](y)")
    'a\\|b \\[x\\]\\(y\\)'
    """
    return _SPECIAL.sub(r"\\\1", printable(text, 3000))


def to_markdown(report: Report) -> str:
    """The report as a Markdown text."""
    parts = [
        f"# Evaluation of {escaped(report.model_version)}",
        escaped(headline(report)),
        *(f"**{escaped(one)}**" for one in report.warnings),
        f"Codebook {escaped(report.codebook)}; data {escaped(', '.join(report.data_names))}.\n"
        f"Trained on {escaped(report.training)}.",
        "## Scores",
        "In points out of 100, with 95 % intervals from resampling whole articles.",
        table(SCORE_COLUMNS, score_rows(report)),
        table(("whole answers", "score"), whole_rows(report)),
        "## Beside simple rules",
        table(baseline_columns(report), baseline_rows(report)),
        "\n".join(f"- {escaped(one.name)}: {escaped(one.how)}" for one in report.baselines),
        "## Confusion",
        *_confusions(report),
        *([table(KIND_COLUMNS, kind_rows(report))] if report.kinds else []),
        *_probabilities(report),
        *_terms(report),
        "## Surest mistakes",
        f"{report.n_mistakes:,} of {report.n_sentences:,} sentences are answered wrongly. "
        "The model is surest of these:",
        *_mistakes(report.mistakes),
        *(["## Closest calls", *_mistakes(report.unsure)] if report.unsure else []),
        *_audit(report),
        "## What to know",
        *_notes(report),
    ]
    return "\n\n".join(parts) + "\n"


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The rows as a Markdown table, the first column to the left, the others to the right."""
    lines = [
        "| " + " | ".join(escaped(one) for one in columns) + " |",
        "|---|" + "---:|" * (len(columns) - 1),
    ]
    lines += ["| " + " | ".join(escaped(one) for one in row) + " |" for row in rows]
    return "\n".join(lines)


def _confusions(report: Report) -> list[str]:
    return [
        table(
            (one.name, *(f"given {column}" for column in one.columns))
            if report.exclusive
            else (one.name, *one.columns),
            [
                (name, *(str(count) for count in counts))
                for name, counts in zip(one.rows, one.counts, strict=True)
            ],
        )
        for one in report.confusions
    ]


def _probabilities(report: Report) -> list[str]:
    if not report.calibrations:
        return []
    return ["## Probabilities", table(CALIBRATION_COLUMNS, calibration_rows(report))]


def _terms(report: Report) -> list[str]:
    if not report.terms:
        return []
    rows = []
    for one in report.terms:
        for way, terms in (("for", one.speaks_for), ("against", one.speaks_against)):
            told = ", ".join(f"{term.strip()} ({n})" for term, _, n in terms[:10])
            rows.append((f"{one.label}, {way}", told))
    return [
        "## What it looks at",
        "The strongest n-grams, with the number of these sentences that have them.",
        table(("label", "n-grams"), rows),
    ]


def _audit(report: Report) -> list[str]:
    parts = []
    if rows := name_rows(report):
        parts += ["## Does it go by names?", table(("", ""), rows)]
    if rows := slice_rows(report):
        parts += ["## Parts of the data", table(SLICE_COLUMNS, rows)]
    return parts


_VERDICTS = {"extra": "given", "missed": "missed", "right": "rightly answered"}


def _mistakes(mistakes: Sequence[Mistake]) -> list[str]:
    shown = []
    for number, one in enumerate(mistakes, start=1):
        what = f"{one.label} {_VERDICTS[one.kind]}"
        shown.append(
            f"{number}. **{escaped(what)}** (probability {percent(one.probability)}): "
            f"{escaped(one.text)}\n"
            f"   Right: {escaped(', '.join(one.gold) or 'no label')}. "
            f"Given: {escaped(', '.join(one.given) or 'no label')}. "
            f"Id: {escaped(one.id)}"
            + (f"\n   What decided: {escaped(', '.join(one.words))}" if one.words else "")
        )
    return shown or ["None."]


def _notes(report: Report) -> list[str]:
    libraries = ", ".join(f"{name} {version}" for name, version in report.libraries.items())
    return [
        *(f"- {escaped(note)}" for note in report.notes),
        *(f"- {escaped(name)}: {escaped(found)}" for name, found in report.data_checks),
        *(f"- {escaped(name)}: {escaped(value)}" for name, value in report.made_by),
        "- Thresholds were chosen on training data; this data decided nothing.",
        f"- Data SHA-256 {report.data_sha256}. Libraries: {escaped(libraries)}.",
    ]
