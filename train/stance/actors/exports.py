"""The table as files: CSV, JSON, JSON lines, GraphML, and the event list of DNA."""

import json
from collections.abc import Iterable, Sequence
from xml.etree import ElementTree

from stance.actors.records import all_prints, cell_fields, print_fields, table_fields
from stance.actors.table import Print
from stance.actors.who import Who
from stance.annotation.formats.dna import COLUMNS, as_text
from stance.prediction.outputs import csv_text_of
from stance.storage.jsonl import Fields, to_jsonl
from stance.storage.spreadsheet import guard
from stance.storage.text import encoded


def exports(who: Who, spreadsheet_safe: bool = False) -> dict[str, str | Iterable[bytes]]:
    """The files' contents by name, who.json last; who.csv for spreadsheets, if that is wished."""
    prints = all_prints(who)
    return {
        "who.csv": to_csv(cell_rows(who), spreadsheet_safe),
        # The texts of an archive, one after the other.
        "who.jsonl": (encoded(to_jsonl([print_fields(one, who)])) for one in prints),
        "who.graphml": to_graphml(who),
        "who-dna.csv": to_dna(prints, who, spreadsheet_safe),
        "who.json": json.dumps(table_fields(who), indent=1, ensure_ascii=False) + "\n",
    }


def cell_rows(who: Who) -> list[Fields]:
    """One flat row a cell, with its best statement."""
    rows = []
    for line in who.table.lines:
        for label, cell in line.cells.items():
            fields = cell_fields(line, cell, who)
            best = fields["best"]
            row: Fields = {
                "row": line.key,
                "name": line.name,
                "kind": line.kind,
                "country": line.country,
                "camp": line.camp,
                "label": label,
                "n_sentences": line.n_sentences,
            }
            row |= {name: fields[name] for name in ("n_statements", "n_prints", "n_checked")}
            for name in ("share", "share_corrected", "n_corrected"):
                for end in ("value", "low", "high"):
                    value = fields[name][end] if fields[name] else None
                    row[name if end == "value" else f"{name}_{end}"] = value
            row |= {"first": fields["first"], "last": fields["last"]}
            row |= {"n_outlets": len(fields["outlets"]), "rungs": list(fields["rungs"])}
            row["trend"] = fields["trend"]["verdict"] if fields["trend"] else ""
            for name in ("text", "probability", "article_id", "outlet", "published_at", "url"):
                row[f"best_{name}"] = best[name]
            row["model_version"] = who.model_version
            rows.append(row)
    return rows


def to_csv(rows: Sequence[Fields], spreadsheet_safe: bool = False) -> str:
    """The rows as CSV with a header; an empty text for no rows."""
    return csv_text_of(spreadsheet_safe)(rows)


def to_dna(prints: Sequence[Print], who: Who, spreadsheet_safe: bool = False) -> str:
    """The event list as Discourse Network Analyzer writes it: semicolons, every field quoted.

    The concept is the label, and the agreement 1: the actor takes that stance. As DNA does, a
    semicolon in a text becomes a comma and a double quote a single one. A statement without a
    day has no place on DNA's time line and is left out, and so is one without an actor.
    """
    lines = [";".join(f'"{name}"' for name in COLUMNS)]
    as_shown = guard if spreadsheet_safe else str
    number = 0
    for one in prints:
        actor = who.desk.gazetteer.actors.get(one.best.actor or "")
        if actor is None or len(one.first) < 10:
            continue
        number += 1
        best = one.best
        country = who.desk.gazetteer.country_of(actor.id) or ""
        home = who.desk.gazetteer.actors[country].name if country else ""
        start = best.article.starts[best.index]
        values = (
            number,
            f"{one.first} 00:00:00",
            actor.name if actor.kind == "person" else "",
            home if actor.kind == "person" else actor.name,
            best.label,
            1,
            "" if start is None else start,
            "" if start is None else start + len(best.text),
            best.text,
            best.person or who.model_version,
            best.article.id,
            best.article.title,
            "",
            best.article.outlet,
            "",
            best.rung.name if best.rung else "",
        )
        lines.append(";".join(f'"{as_shown(as_text(value))}"' for value in values))
    return "\n".join(lines) + "\n"


_KEYS = (
    ("name", "node", "string"),
    ("kind", "node", "string"),
    ("country", "node", "string"),
    ("camp", "node", "string"),
    ("statements", "edge", "int"),
    ("weight", "edge", "double"),
    ("share", "edge", "double"),
    ("outlets", "edge", "int"),
    ("first", "edge", "string"),
    ("last", "edge", "string"),
)


def to_graphml(who: Who) -> str:
    """A network of two kinds of nodes, actors and labels; an edge is a cell of the table.

    The form is GraphML 1.0 (http://graphml.graphdrawing.org), as visone, Gephi and networkx read.
    """
    root = ElementTree.Element("graphml", xmlns="http://graphml.graphdrawing.org/xmlns")
    for name, of, kind in _KEYS:
        values = {"id": f"{of}-{name}", "for": of, "attr.name": name, "attr.type": kind}
        ElementTree.SubElement(root, "key", values)
    graph = ElementTree.SubElement(root, "graph", id="who", edgedefault="undirected")
    for label in who.table.labels:
        _node(graph, f"label:{label}", name=label, kind="label", country="", camp="")
    for line in who.table.lines:
        _node(
            graph,
            f"actor:{line.key}",
            name=line.name,
            kind=line.kind,
            country=line.country,
            camp=line.camp,
        )
        for label, cell in line.cells.items():
            ends = {"source": f"actor:{line.key}", "target": f"label:{label}"}
            edge = ElementTree.SubElement(graph, "edge", ends)
            share = (cell.share.corrected or cell.share.raw).value
            n = len(cell.prints)
            fields: Fields = {"statements": n, "weight": float(n), "share": round(share, 6)}
            fields |= {"outlets": len(cell.outlets), "first": cell.first, "last": cell.last}
            _data(edge, "edge", fields)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _node(graph: ElementTree.Element, key: str, **values: object) -> None:
    _data(ElementTree.SubElement(graph, "node", id=_xml(key)), "node", values)


def _data(parent: ElementTree.Element, of: str, values: Fields) -> None:
    for name, value in values.items():
        ElementTree.SubElement(parent, "data", key=f"{of}-{name}").text = _xml(str(value))


def _xml(text: str) -> str:
    """The text without characters that XML cannot hold."""
    return "".join(char for char in text if char.isprintable() or char in "\t\n")
