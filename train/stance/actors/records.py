"""The table and its statements as plain values, for JSON and CSV."""

from typing import Any

from stance.actors.corrected import Difference, Rate, Share
from stance.actors.gazetteer import Gazetteer
from stance.actors.statements import Statement
from stance.actors.table import Cell, Line, Print, compare_lines
from stance.actors.who import Who
from stance.evaluation.intervals import Estimate
from stance.storage.jsonl import Fields

# 1: first form.
FORMAT = 1


def table_fields(who: Who) -> Fields:
    """The whole table, a row an actor, each cell with its best statement."""
    table = who.table
    return {
        "format": FORMAT,
        "by": table.by,
        "labels": list(table.labels),
        "model_version": who.model_version,
        "codebook": f"{who.desk.codebook.name} {who.desk.codebook.version}",
        "n_articles": who.n_articles,
        "n_sentences": who.found.n_sentences,
        "n_statements": sum(line.n_statements for line in table.lines),
        "n_without_actor": len(table.nobody),
        "errors": _rates_fields(who),
        "notes": list(who.notes),
        "rows": [line_fields(line, who) for line in table.lines],
        "differences": [
            {"label": label, "first": one, "second": other, **_difference_fields(apart)}
            for label, one, other, apart in compare_lines(table.lines, table.labels)
        ],
    }


def _rates_fields(who: Who) -> Fields | None:
    rates = who.table.rates
    if rates is None:
        return None

    def told(rate: Rate) -> Fields:
        return {"value": _round(rate.value), "n": rate.n, "n_effective": _round(rate.n_effective)}

    return {
        label: {
            "sensitivity": told(rates.sensitivity[k]),
            "false_alarm": told(rates.false_alarm[k]),
            "is_corrected_for": rates.usable(k),
        }
        for k, label in enumerate(who.desk.scorer.info.labels)
    }


def line_fields(line: Line, who: Who) -> Fields:
    """One row with its cells."""
    return {
        "key": line.key,
        "name": line.name,
        "kind": line.kind,
        "country": line.country,
        "camp": line.camp,
        "n_sentences": line.n_sentences,
        "n_articles": line.n_articles,
        "n_statements": line.n_statements,
        "cells": {label: cell_fields(line, cell, who) for label, cell in line.cells.items()},
    }


def cell_fields(line: Line, cell: Cell, who: Who) -> Fields:
    """One cell: counts, shares, dates, outlets, rungs, and the statement to show."""
    return {
        "n_statements": len(cell.prints),
        "n_prints": sum(len(one.statements) for one in cell.prints),
        "n_checked": cell.n_checked,
        **share_fields(cell.share, line.n_sentences),
        "first": cell.first,
        "last": cell.last,
        "outlets": list(cell.outlets),
        "rungs": cell.rungs,
        "trend": _difference_fields(cell.trend) if cell.trend else None,
        "best": print_fields(cell.prints[0], who),
    }


def share_fields(share: Share, n_sentences: int) -> Fields:
    """The share as counted and corrected, and the number that the corrected one stands for."""
    corrected = share.corrected
    return {
        "share": _estimate_fields(share.raw),
        "share_corrected": _estimate_fields(corrected) if corrected else None,
        "n_corrected": _estimate_fields(corrected, n_sentences) if corrected else None,
    }


def _estimate_fields(estimate: Estimate, times: float = 1) -> Fields:
    low, high = estimate.low, estimate.high
    return {
        "value": _round(estimate.value * times),
        "low": None if low is None else _round(low * times),
        "high": None if high is None else _round(high * times),
    }


def _difference_fields(apart: Difference) -> Fields:
    return {
        "difference": _estimate_fields(apart.estimate),
        "verdict": apart.verdict,
        "is_corrected": apart.is_corrected,
    }


def print_fields(one: Print, who: Who) -> Fields:
    """One statement with everywhere it was printed."""
    best = one.best
    return {
        **statement_fields(best, who.desk.gazetteer),
        "model_version": who.model_version,
        "outlets": list(one.outlets),
        "n_prints": len(one.statements),
        "prints": [
            {
                "sentence_id": each.sentence_id,
                "article_id": each.article.id,
                "outlet": each.article.outlet,
                "published_at": each.article.published_at,
                "url": each.article.url,
            }
            for each in one.statements
        ],
    }


def statement_fields(one: Statement, gazetteer: Gazetteer) -> Fields:
    """The statement, its holder, its sentence between its neighbours, and its article."""
    actor = gazetteer.actors.get(one.actor or "")
    return {
        "sentence_id": one.sentence_id,
        "actor": one.actor,
        "actor_name": actor.name if actor else "",
        "country": gazetteer.country_of(one.actor) if one.actor else None,
        "camp": actor.camp if actor else "",
        "holder": one.holder.text,
        "holder_start": one.holder.start,
        "holder_end": one.holder.end,
        "how": one.holder.how,
        "label": one.label,
        "rung": one.rung.name if one.rung else "",
        "cameo": one.rung.cameo if one.rung else "",
        "probability": one.probability,
        "decided_by": one.decided,
        "corrected_by": one.person,
        "text": one.text,
        "context_before": one.before,
        "context_after": one.after,
        "sentence_sha256": one.article.sentence_sha256(one.index),
        "article_id": one.article.id,
        "title": one.article.title,
        "outlet": one.article.outlet,
        "published_at": one.article.published_at,
        "url": one.article.url,
        "start": one.article.starts[one.index],
    }


def all_prints(who: Who) -> list[Print]:
    """Every statement of the table once, rows and labels in order, then those of nobody."""
    found: list[Print] = []
    for line in who.table.lines:
        for label in who.table.labels:
            if label in line.cells:
                found += line.cells[label].prints
    return found + [Print((one,)) for one in who.table.nobody]


def _round(value: Any) -> float:
    return round(float(value), 6)
