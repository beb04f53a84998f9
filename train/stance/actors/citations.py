"""Sources in the forms that others cite and link by: CSL-JSON, BibTeX, JSON-LD."""

import json
import re
from collections.abc import Sequence
from typing import Any

from stance.actors.sources import Source
from stance.actors.table import Line, Print
from stance.actors.who import Who
from stance.corpus.normalise import sha256
from stance.storage.jsonl import Fields

_SCHEMA_TYPES = {"person": "Person", "country": "Country"}
_BIB_SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{char: f"\\{char}" for char in "{}&%$#_"},
}


def sources_of(prints: Sequence[Print]) -> list[Source]:
    """The articles of all prints, each once, in the order of their dates."""
    found = {each.article.id: each.article for one in prints for each in one.statements}
    return sorted(found.values(), key=lambda one: (one.published_at or "9", one.id))


def citation_key(source: Source) -> str:
    """A key of letters, digits and hyphens that tells the article from all others."""
    name = re.sub(r"[^A-Za-z0-9]+", "-", source.id).strip("-")[:40]
    return f"{name or 'article'}-{sha256(source.id)[:8]}"


def to_csl(sources: Sequence[Source]) -> str:
    """CSL-JSON (citeproc-js.readthedocs.io/en/latest/csl-json), a newspaper article each."""
    items = []
    for one in sources:
        item: Fields = {"id": citation_key(one), "type": "article-newspaper"}
        item["title"] = one.title or one.id
        item |= {"container-title": one.outlet} if one.outlet else {}
        item |= {"URL": one.url} if one.url else {}
        parts = [int(part) for part in one.day.split("-") if part.isdigit()]
        item |= {"issued": {"date-parts": [parts]}} if parts else {}
        items.append(item)
    return json.dumps(items, indent=1, ensure_ascii=False) + "\n"


def to_bibtex(sources: Sequence[Source]) -> str:
    """BibTeX, one @misc an article."""
    entries = []
    for one in sources:
        year, _, rest = one.day.partition("-")
        fields = {
            "title": _bib(one.title or one.id),
            "howpublished": _bib(one.outlet),
            "year": _bib(year),
            "month": _bib(rest[:2]),
            "note": _bib(one.day),
            "url": re.sub(r"[{}\\%\s]", "", one.url),
        }
        lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
        entries.append("@misc{" + ",\n".join([citation_key(one), *lines]) + "\n}\n")
    return "\n".join(entries)


def _bib(text: str) -> str:
    return "".join(_BIB_SPECIAL.get(char, char) for char in " ".join(text.split()))


def to_json_ld(line: Line, label: str | None, prints: Sequence[Print], who: Who) -> str:
    """The claim as schema.org has it, with the sentences as W3C Web Annotations.

    The context stands in the file, so that it can be read without the network.
    """
    labels = [label] if label else list(line.cells)
    holder = {"@type": _SCHEMA_TYPES.get(line.kind, "Organization"), "name": line.name}
    claim: Fields = {
        "@id": f"urn:stance:claim:{line.key}:{label or 'all'}",
        "@type": "Claim",
        "name": f"{line.name}: {', '.join(labels)}",
        "creator": {"@id": f"urn:stance:actor:{line.key}", **holder},
        "claimInterpreter": {
            "@type": "SoftwareApplication",
            "name": "stancedesk",
            "softwareVersion": who.model_version,
        },
        "appearance": [{"@id": _article_id(one)} for one in sources_of(prints)],
    }
    graph = [
        claim,
        *(_article(one) for one in sources_of(prints)),
        *(_annotation(one, str(claim["@id"]), who) for one in prints),
    ]
    context = {
        "@vocab": "https://schema.org/",
        "oa": "http://www.w3.org/ns/oa#",
        "dcterms": "http://purl.org/dc/terms/",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "stance": "https://stancedesk.org/ns#",
    }
    return json.dumps({"@context": context, "@graph": graph}, indent=1, ensure_ascii=False) + "\n"


def _article_id(source: Source) -> str:
    is_link = source.url.startswith(("https://", "http://"))
    return source.url if is_link else f"urn:stance:article:{citation_key(source)}"


def _article(source: Source) -> Fields:
    fields: Fields = {"@id": _article_id(source), "@type": "NewsArticle"}
    fields["headline"] = source.title or source.id
    fields |= (
        {"publisher": {"@type": "Organization", "name": source.outlet}} if source.outlet else {}
    )
    fields |= {"datePublished": source.published_at} if source.published_at else {}
    return fields | ({"url": source.url} if source.url else {})


def _annotation(one: Print, claim: str, who: Who) -> Fields:
    best = one.best
    start = best.article.starts[best.index]
    quote: Any = {"@type": "oa:TextQuoteSelector", "oa:exact": best.text}
    selectors = [quote]
    if start is not None:
        end = start + len(best.text)
        selectors.append({"@type": "oa:TextPositionSelector", "oa:start": start, "oa:end": end})
    name = sha256(f"{claim} {best.sentence_id}")[:20]
    return {
        "@id": f"urn:stance:statement:{name}",
        "@type": "oa:Annotation",
        "oa:motivatedBy": {"@id": "oa:classifying"},
        "oa:hasBody": {"@type": "oa:TextualBody", "rdf:value": best.label},
        "oa:hasTarget": {
            "oa:hasSource": {"@id": _article_id(best.article)},
            "oa:hasSelector": selectors,
        },
        "dcterms:creator": best.person or who.model_version,
        "stance:claim": {"@id": claim},
        "stance:probability": best.probability,
        "stance:decidedBy": best.decided,
        "stance:sentenceSha256": best.article.sentence_sha256(best.index),
    }
