"""The evidence for one claim, as a folder that can be handed on and checked.

`manifest.json` has the hash of every other file and of the model's; its own hash, which the
command prints and `manifest.sha256` holds, stands for all of it.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from stance import __version__
from stance.actors.citations import citation_key, sources_of, to_bibtex, to_csl, to_json_ld
from stance.actors.exports import to_csv
from stance.actors.pages import is_weblink, percent_interval, shown_statement, text_of
from stance.actors.records import statement_fields
from stance.actors.table import Cell, Line, Print
from stance.actors.who import Who
from stance.annotation.examples import Example
from stance.evaluation.render_html import page
from stance.storage.atomic import write_files
from stance.storage.jsonl import Fields

# 1: first form.
FORMAT = 1
MANIFEST = "manifest.json"
FILES = (
    "evidence.html",
    "evidence.csv",
    "evidence.jsonld",
    "references.bib",
    "references.csl.json",
    MANIFEST,
    "manifest.sha256",
)


@dataclass(frozen=True)
class Verdict:
    """What one person said of a sentence."""

    person: str
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Claim:
    """A row and, unless all are meant, one label of it, with its statements and the verdicts on
    their sentences, by sentence id.
    """

    line: Line
    label: str | None
    prints: tuple[Print, ...]
    verdicts: dict[str, tuple[Verdict, ...]]

    @property
    def cells(self) -> list[Cell]:
        """The cells of the table that the claim is about."""
        return [one for one in self.line.cells.values() if self.label in (None, one.label)]

    def n_judged(self, cell: Cell) -> int:
        """How many sentences of the cell a person has labelled."""
        return sum(1 for one in cell.prints if self.verdicts[one.best.sentence_id])


def make_claim(line: Line, label: str | None, gold: Mapping[str, Example]) -> Claim:
    """The claim with its statements in the order of the labels and, within one, the best first."""
    cells = [cell for cell in line.cells.values() if label in (None, cell.label)]
    prints = tuple(one for cell in cells for one in cell.prints)
    verdicts = {}
    for one in prints:
        best = one.best
        found = [
            Verdict(str(answer["annotator"]), tuple(answer["labels"]))
            for answer in _answers(gold.get(best.sentence_id))
        ]
        if best.person:
            found.append(Verdict(f"{best.person} (correction)", (best.label,)))
        verdicts[best.sentence_id] = tuple(found)
    return Claim(line, label, prints, verdicts)


def _answers(example: Example | None) -> Sequence[Fields]:
    return example.fields.get("annotations", ()) if example else ()


def write_evidence(folder: Path, claim: Claim, who: Who, spreadsheet_safe: bool = False) -> str:
    """Writes the files; returns the SHA-256 of the manifest."""
    sources = sources_of(claim.prints)
    contents = {
        "evidence.html": _page(claim, who),
        "evidence.csv": to_csv([_row(one, claim, who) for one in claim.prints], spreadsheet_safe),
        "evidence.jsonld": to_json_ld(claim.line, claim.label, claim.prints, who),
        "references.bib": to_bibtex(sources),
        "references.csl.json": to_csl(sources),
    }
    manifest = json.dumps(_manifest(claim, who, contents), indent=1, ensure_ascii=False) + "\n"
    digest = _hash(manifest)
    told = f"{digest}  {MANIFEST}\n"
    write_files(folder, {**contents, MANIFEST: manifest, "manifest.sha256": told})
    return digest


def _hash(content: str) -> str:
    return hashlib.sha256(content.encode("utf-8")).hexdigest()


def _manifest(claim: Claim, who: Who, contents: dict[str, str]) -> Fields:
    info = who.desk.scorer.info
    return {
        "format": FORMAT,
        "stancedesk": __version__,
        "claim": {"actor": claim.line.key, "name": claim.line.name, "label": claim.label},
        "model": {"version": info.version, "files": dict(info.files)},
        "codebook": f"{info.codebook} {info.codebook_version}",
        "n_statements": len(claim.prints),
        "statements": [
            {
                "sentence_id": one.best.sentence_id,
                "sentence_sha256": one.best.article.sentence_sha256(one.best.index),
                "label": one.best.label,
                "decided_by": one.best.decided,
            }
            for one in claim.prints
        ],
        "files": {name: _hash(content) for name, content in contents.items()},
    }


def _row(one: Print, claim: Claim, who: Who) -> Fields:
    verdicts = claim.verdicts[one.best.sentence_id]
    return {
        **statement_fields(one.best, who.desk.gazetteer),
        "reference": citation_key(one.best.article),
        "outlets": list(one.outlets),
        "n_prints": len(one.statements),
        "human_verdicts": [f"{each.person}: {', '.join(each.labels)}" for each in verdicts],
        "model_version": who.model_version,
    }


def _page(claim: Claim, who: Who) -> str:
    from markupsafe import Markup

    shown = {
        cell.label: [
            shown_statement(f"s{place}-{n}", one, who) for n, one in enumerate(cell.prints)
        ]
        for place, cell in enumerate(claim.cells)
    }
    return page(
        "evidence.html",
        package="stance.actors",
        claim=claim,
        who=who,
        shown=shown,
        sources=[(citation_key(one), one) for one in sources_of(claim.prints)],
        share=percent_interval,
        is_weblink=is_weblink,
        style=Markup(text_of("who.css")),  # noqa: S704
    )
