"""Files as they should not be, each with what the tool does with them; every word is made up.

A case is a name (whose first word says the command), bytes, and the outcome: "accept" (exit code
0), "some" (1: rows were refused, the others used) or "reject" (1: nothing was used); with it a part
of what is told.
"""

import gzip
import json
from dataclasses import dataclass

ROWS = [
    {"text": "The ferry will sail again in May.", "label": "favor"},
    {"text": "Nobody wants to pay the toll.", "label": "against"},
]
CSV = "text,label\n" + "".join(f"{row['text']},{row['label']}\n" for row in ROWS)
JSONL = "".join(json.dumps(row) + "\n" for row in ROWS)
PAGE = (
    "<html><head><title>Ferry</title>{}</head><body><article><p>The ferry waits at the pier for "
    "the people of the island. They have come for the market, and they will stay.{}</p></article>"
    "</body></html>"
)


@dataclass(frozen=True)
class Case:
    """One file, the command that reads it, and what comes of it."""

    name: str
    command: str
    content: bytes
    outcome: str
    told: str = ""


def cases() -> list[Case]:
    """All of them."""
    return [*_csv(), *_jsonl(), *_articles(), *_configs(), *_codebooks()]


def _made(command: str, suffix: str, rows: dict[str, tuple[str | bytes, str, str]]) -> list[Case]:
    return [
        Case(
            f"{name}{suffix if '.' not in name else ''}",
            command,
            content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"),
            outcome,
            told,
        )
        for name, (content, outcome, told) in rows.items()
    ]


def _csv() -> list[Case]:
    wide = ",".join(f"c{n}" for n in range(12_000))
    return _made(
        "import",
        ".csv",
        {
            "utf-16 big": (b"\xfe\xff" + CSV.encode("utf-16-be"), "accept", ""),
            "utf-16 cut": (b"\xff\xfe" + CSV.encode("utf-16-le") + b"a", "reject", "not whole"),
            "utf-16 bare": (CSV.encode("utf-16-le"), "reject", "holds a NUL character"),
            "utf-32": (CSV.encode("utf-32"), "reject", "UTF-32"),
            "cut character": (CSV.encode() + b"Caf\xc3", "some", "byte 0xC3"),
            "cesu-8": (CSV.encode() + b"\xed\xa0\xbd,favor\n", "some", "byte 0xED"),
            "two marks": ("\ufeff\ufeff" + CSV, "reject", 'no "text"'),
            "marked, quoted": ('\ufeff"text","label"\nAll is well.,favor\n', "accept", ""),
            "noncharacter": (CSV + "odd \ufffe \uffff one,favor\n", "accept", ""),
            "packed, not named so": (gzip.compress(CSV.encode()), "reject", ""),
            "packed.csv.gz": (gzip.compress(CSV.encode()), "accept", ""),
            "cut.csv.gz": (gzip.compress(CSV.encode())[:-9], "reject", "cannot be decompressed"),
            "plain.csv.gz": (CSV, "reject", "cannot be decompressed"),
            "LF CR": (CSV.replace("\n", "\n\r"), "accept", ""),
            "blank lines": (CSV.replace("\n", "\n\n"), "accept", ""),
            "blank first line": ("\n" + CSV, "reject", "line 1: is blank"),
            "end of DOS": (CSV + "\x1a", "some", "1 fields"),
            "vertical tab": (CSV + "a\x0bb\x0cc\u2028d,favor\n", "accept", ""),
            "semicolons": (CSV.replace(",", ";"), "reject", "semicolons"),
            "tabs": (CSV.replace(",", "\t"), "reject", "tabs"),
            "header in capitals": (CSV.replace("text", "Text"), "reject", 'Did you mean "Text"?'),
            "name over two lines": ('"text\nmore",label\na b,c\n', "reject", "text\\nmore"),
            "short record": (CSV + "alone\n", "some", "1 fields where the header has 2"),
            "long record": (CSV + "one,favor,\n", "some", "3 fields where the header has 2"),
            "quote inside": (CSV + 'He said "no" twice,favor\n', "accept", ""),
            "letter behind quote": (CSV + '"no"x,favor\n', "some", "broken CSV"),
            "header alone": ("text,label\n", "reject", "has no rows"),
            "empty": ("", "reject", "is empty"),
            "NUL in header": ("te\0xt,label\na,b\n", "reject", "holds a NUL"),
            "open quote in header": ('text,"label\n' + CSV, "reject", "header cannot be read"),
            "odd quotes": (CSV + '"' * 1001 + ",favor\n", "reject", "a quote opens here"),
            "12,000 columns": (wide + ",text\n", "reject", "12,001 columns, over 10,000"),
            "page not found": ("<!DOCTYPE html><p>404, sorry</p>", "reject", ""),
            "workbook": (b"PK\x03\x04\x14\0\x06\0" + bytes(range(256)), "reject", ""),
            "label and labels": ("text,label,labels\na b,x,y\nc d,y,y\n", "some", "do not say"),
            "formula as label": (CSV + "one,=HYPERLINK()\n", "reject", "starts with a letter"),
            "label over two lines": (CSV + 'one more,"fa\nvor"\n', "reject", "fa\\nvor"),
            "impossible date": ("text,label,published_at\na b,x,2024-02-31\n", "accept", "a date"),
        },
    )


# Lines of JSON: refused alone beside good ones, or used; then whole files that are refused.
_GOOD = '{"text": "All is well.", "label": "favor"'
_MANY = ",".join(f'"k{n}":1' for n in range(100_000))
REFUSED_LINES: dict[str, tuple[str | bytes, str]] = {
    "byte": (b'{"text": "br\x80ken", "label": "favor"}', "byte 0x80"),
    "mark inside": ("\ufeff" + _GOOD + "}", "byte order mark"),
    "half a pair in a label": ('{"text": "a b", "label": "\\ud83d"}', "surrogate"),
    "half a pair in a key": (_GOOD + ', "\\udc00": 1}', "surrogate"),
    "comment": ("// hello", "not JSON"),
    "NaN": (_GOOD + ', "p": NaN}', "NaN is not JSON"),
    "infinity": (_GOOD + ', "p": -Infinity}', "is not JSON"),
    "too large": (_GOOD + ', "p": -1e999}', "too large"),
    "key twice": (_GOOD + ', "text": "other"}', 'key "text" stands there twice'),
    "key twice, inside": (_GOOD + ', "m": {"a": 1, "a": 2}}', 'key "a" stands there twice'),
    "key twice, spaced": ('{"text" : "a", "text" : "b"}', "twice"),
    "100,000 keys": (f'{{{_MANY},"k7":1}}', 'key "k7" stands there twice'),
    "null as label": ('{"text": "a b", "label": null}', "labels are NoneType"),
    "null in labels": ('{"text": "a b", "labels": ["x", null]}', "labels are list"),
    "object as label": ('{"text": "a b", "label": {"a": 1}}', "labels are dict"),
    "no label": ('{"text": "a b", "label": ""}', "no label"),
    "blank text": ('{"text": " \u00a0\u200b ", "label": "favor"}', "the text is blank"),
    "junk behind": (_GOOD + "} junk", "Extra data"),
    "null": ("null", "not an object"),
    "number": ("1", "not an object"),
    "list": ("[]", "not an object"),
    "nothing": ("{}", 'no "text"'),
    "truth as id": (_GOOD + ', "id": true}', '"id" is bool'),
    "list as id": (_GOOD + ', "id": [1]}', '"id" is list'),
    "endless id": (f'{_GOOD}, "id": {"9" * 4400}}}', "4300 digits"),
    "long id": (f'{_GOOD}, "id": "{"x" * 2001}"}}', '"id" is too long'),
    "raw tab": ('{"text": "a\tb", "label": "favor"}', "control character"),
    "NUL in text": ('{"text": "a\\u0000b", "label": "favor"}', "NUL"),
    "NUL in article": (_GOOD + ', "article_id": "a\\u0000"}', "NUL"),
    "deep": (f'{_GOOD}, "m": {"[" * 1500}{"]" * 1500}}}', "nesting is too deep"),
    "annotator is a path": (_GOOD + ', "annotator": "../../x"}', "annotator's name"),
    "unknown answer": (_GOOD + ', "answer": "maybe"}', 'answer "maybe"'),
    "list as moment": (_GOOD + ', "annotated_at": [1]}', '"annotated_at" is list'),
}
ACCEPTED_LINES = {
    "pair": '{"text": "smile \\ud83d\\ude00", "label": "favor"}',
    "line separator": '{"text": "a\u2028b\u0085c", "label": "favor"}',
    "tiny number": _GOOD + ', "p": 1e-999}',
    "article is a path": _GOOD + ', "article_id": "../../etc/passwd"}',
    "id over two lines": _GOOD + ', "id": "a\\nb"}',
    "escapes": '{"text": "a\\tb \\/ c", "label": "favor"}',
    "nested": f'{_GOOD}, "m": {"[" * 50}{"]" * 50}}}',
}
REJECTED_FILES: dict[str, tuple[str | bytes, str]] = {
    "carriage returns": (JSONL.replace("\n", "\r"), "not JSON"),
    "spread out": (json.dumps(ROWS[0], indent=1), "not JSON"),
    "UTF-16 bare": (JSONL.encode("utf-16-le"), "NUL"),
    "pipe in label": (JSONL + '{"text": "a b", "label": "x|y"}\n', "starts with a letter"),
    "option as label": (JSONL + '{"text": "a b", "label": "-x"}\n', "starts with a letter"),
    "hidden in label": (JSONL + '{"text": "a", "label": "fav\u200bor"}\n', "fav\\u200bor"),
    "60 labels": (
        "".join(json.dumps({"text": f"text {n}", "label": f"l{n}"}) + "\n" for n in range(60)),
        "60 different labels",
    ),
}


def _jsonl() -> list[Case]:
    lines = {
        name: (
            (JSONL.encode() + (line if isinstance(line, bytes) else line.encode())),
            "some",
            told,
        )
        for name, (line, told) in REFUSED_LINES.items()
    }
    return _made(
        "import",
        ".jsonl",
        {
            **lines,
            **{name: (JSONL + line + "\n", "accept", "") for name, line in ACCEPTED_LINES.items()},
            **{name: (content, "reject", told) for name, (content, told) in REJECTED_FILES.items()},
        },
    )


def _articles() -> list[Case]:
    text = "The ferry waits at the pier. Nobody is on board."
    deep = "<div>" * 3000 + text + "</div>" * 3000
    external = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + PAGE.format("", "&x;")
    rows: dict[str, tuple[str | bytes, str, str]] = {
        "ebcdic.txt": (text.encode("cp500"), "reject", "is not UTF-8"),
        "koi8.txt": ("Паром снова пойдёт.".encode("koi8-r"), "reject", "is not UTF-8"),
        "nul.txt": (text + "\0", "reject", "NUL"),
        "mark alone.txt": ("\ufeff", "reject", "has no text"),
        "white.txt": (" \n\t\u00a0\n", "reject", "has no text"),
        "signs.txt": ("... !!! ???", "reject", "no sentences"),
        "pdf.txt": ("%PDF-1.4\n1 0 obj\n", "reject", "no text file"),
        "rtf.txt": ("{\\rtf1 The ferry waits.}", "reject", "no text file"),
        "letters.txt": ("a" * 300_000, "accept", "lack punctuation"),
        "marks.txt": ("a" + "\u0301" * 50_000, "accept", ""),
        "initials.txt": ("A. " * 20_000, "accept", ""),
        "lines.txt": ("\n" * 300_000 + text, "accept", ""),
        "front.md": (f"---\ntitel: x\n---\n{text}", "reject", 'Did you mean "title"?'),
        "front twice.md": (f"---\ntitle: x\ntitle: y\n---\n{text}", "reject", "twice"),
        "front date.md": (f"---\ndate: 2024-02-31\n---\n{text}", "reject", "a date is written"),
        "rule.md": (f"---\n\n{text}", "accept", ""),
        "quotes.md": ("> " * 5000 + text, "reject", "has no text"),
        "brackets.md": ("[" * 20_000, "accept", ""),
        "stars.md": ("a**b" * 10_000, "accept", ""),
        "links.md": ("[a](<b" * 5000, "accept", ""),
        "ok.html": (PAGE.format("", ""), "accept", ""),
        "deep.html": (deep, "reject", "no article text"),
        "frames.html": ("<frameset><frame src='http://127.0.0.1/x'></frameset>", "reject", ""),
        "strange set.html": (PAGE.format('<meta charset="foo-8">', ""), "accept", ""),
        "wrong set.html": (PAGE.format('<meta charset="utf-16">', ""), "accept", ""),
        "codec.html": (
            PAGE.format('<meta charset="rot13">', "\xff").encode("latin-1"),
            "reject",
            "",
        ),
        "nul.html": (PAGE.format("", "\0"), "reject", "NUL"),
        "external.html": (external, "accept", ""),
        "references.html": (PAGE.format("", "&#x110000;&#0;&#xD800; and more"), "accept", ""),
        "paper.pdf": ("%PDF-1.4", "reject", "not an article file"),
        "data.json": ("{}", "reject", "not an article file"),
    }
    return _made("ingest", "", rows)


def _configs() -> list[Case]:
    return _made(
        "config",
        ".toml",
        {
            "types": ('seed = "1"\n[training]\nC = "x"\n', "reject", "training.C"),
            "unknown": ("sed = 1\n", "reject", 'Did you mean "seed"?'),
            "deep list": ("a = " + "[" * 900 + "]" * 900, "reject", ""),
            "deep tables": ("[a" + ".a" * 3000 + "]\nx = 1", "reject", "nesting is too deep"),
            "endless": ("seed = " + "9" * 5000, "reject", "4300 digits"),
            "nan": ("[training]\nC = nan", "reject", "finite"),
            "negative": ("[training]\nC = -1.0", "reject", "greater than 0"),
            "date": ("seed = 1979-05-27", "reject", "integer"),
            "truth": ("seed = true", "reject", "integer"),
            "twice": ("seed = 1\nseed = 2", "reject", "not TOML"),
            "control": ('name = "a\x01"', "reject", "not TOML"),
            "nul": ("seed = 1\0", "reject", "not TOML"),
            "turned round": ("[features.word]\nngram_range = [2, 1]", "reject", "ngram_range"),
            "huge range": ("[features.char]\nngram_range = [1, 100000]", "reject", "ngram_range"),
            "one fold": ("[thresholds]\nfolds = 1", "reject", "folds"),
            "latin": (b"# caf\xe9\nseed = 1", "reject", "Save it as UTF-8"),
            "yaml.yaml": ("seed: 1\n", "reject", "Configs are TOML files"),
            "large": ("# " + "x" * 1_100_000, "reject", "larger than"),
        },
    )


def _codebooks() -> list[Case]:
    label = '[[labels]]\nname = "{}"\n'
    many = "".join(label.format(f"l{n}") for n in range(60))
    return _made(
        "codebook",
        ".toml",
        {
            "none": ('name = "x"', "reject", "labels"),
            "case": (label.format("favor") + label.format("Favor"), "reject", "twice"),
            "empty name": (label.format(""), "reject", "at least 1"),
            "number": ("[[labels]]\nname = 1\n", "reject", "string"),
            "truth": ("[[labels]]\nname = true\n", "reject", "string"),
            "words": ('labels = ["no", "yes"]', "reject", "labels.0"),
            "sixty": (many, "reject", "at most 50"),
            "exclusive": ('exclusive = "yes"\n' + label.format("a"), "reject", "exclusive"),
            "later format": ("format = 9\n" + label.format("a"), "reject", "format"),
            "polarity": (label.format("a") + 'polarity = "pro"\n', "reject", "polarity"),
            "other labels": (label.format("pro") + label.format("con"), "reject", "No row fits"),
        },
    )
