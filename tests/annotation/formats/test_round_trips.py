"""Every format gives back what it was given, whatever characters are in it."""

import json
import os
import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.annotation.formats.dna import as_text as dna_text
from stance.annotation.formats.fasttext import as_text as fasttext_text
from stance.annotation.formats.fields import canonical, spans
from stance.annotation.formats.format import Reading, Writing, fitting
from stance.annotation.formats.registry import FORMATS, OWN, detected
from stance.codebook.codebook import Codebook, Label
from stance.prediction.outputs import writing
from stance.storage.rows import Row

NAMES = ("for_aid", "against aid", "un.sure", "émigré")
MULTI = Codebook(name="aid", labels=tuple(Label(name=name) for name in NAMES))
EXCLUSIVE = Codebook(
    name="aid", exclusive=True, none_allowed=False, labels=tuple(Label(name=name) for name in NAMES)
)
BOTH_WAYS = [one for one in FORMATS if one.read and (one.write or one in OWN)]

# Any character that a file can hold; NUL is refused in every text.
characters = st.characters(codec="utf-8", exclude_characters="\0") | st.sampled_from(
    "🇺🇦👩‍🚀🚢\r\n\t \"';,|#:[]{}\\_\u2028\ufeff\u202e=+-@"
)
texts = st.text(characters, min_size=1, max_size=40).filter(str.strip)
days = st.sampled_from(["2026-01-02", "2026-01-02T10:11:12", "2024-12-31"])
about = {
    "sent_index": st.integers(0, 500),
    "context_before": texts,
    "context_after": texts,
    "title": texts,
    "url": texts,
    "outlet": texts,
    "event": texts,
    "lang": st.sampled_from(["en", "uk"]),
    "target": texts,
}
names = st.from_regex(r"[A-Za-z0-9_é][\w.@+-]{0,12}", fullmatch=True)
DNA_META = ("person", "organization", "document_author", "document_section", "document_type")
meta = st.dictionaries(
    texts | st.sampled_from(DNA_META), texts | st.integers() | st.lists(st.booleans()), max_size=2
)


@st.composite
def actors(draw, text):
    start = draw(st.integers(0, len(text) - 1))
    end = draw(st.integers(start + 1, len(text)))
    role = draw(st.sampled_from(["ACTOR", "holder"]))
    return {"text": text[start:end], "start": start, "end": end, "role": role}


@st.composite
def tables(draw, codebook):
    """Rows about some sentences, each answered by some annotators."""
    rows = []
    annotators = draw(st.lists(names, max_size=3, unique_by=str.casefold))
    for number in range(draw(st.integers(1, 4))):
        text = draw(texts)
        start = 1000 * number + draw(st.integers(0, 999))
        sentence = {
            "id": f"article {number // 2}#{number}",
            "text": text,
            "article_id": f"article {number // 2}",
            "start": start,
            "end": start + len(text),
            "published_at": draw(days),
            "split": draw(st.sampled_from(["train", "test", "validation"])),
            **draw(st.fixed_dictionaries({}, optional=about)),
        }
        if found := draw(meta):
            sentence["meta"] = found
        rows += [
            sentence | draw(answers(codebook, text)) | {"annotator": annotator}
            for annotator in annotators or [""]
        ]
    return [canonical(row) for row in rows]


@st.composite
def answers(draw, codebook, text):
    most = 1 if codebook.exclusive else len(NAMES)
    given = draw(st.sets(st.sampled_from(NAMES), min_size=1 if codebook.exclusive else 0,
                         max_size=most))  # fmt: skip
    return {
        "labels": [name for name in NAMES if name in given],
        "answer": draw(st.sampled_from(["accept", "accept", "reject", "ignore"])),
        "annotated_at": draw(st.sampled_from(["", "2026-01-05T10:00:00Z", "then"])),
        "note": draw(st.just("") | texts),
        "shown": draw(st.sampled_from(["", "random"])),
        "suggested": draw(st.booleans()),
        "actors": draw(st.lists(actors(text), max_size=2)),
    }


def written(form, path, rows, codebook):
    """Writes the rows that the format has room for, and returns them."""
    kept = rows if form in OWN else fitting(rows, form)
    if not kept:
        return kept
    if form.write is None:
        with writing(path) as write:
            write(kept)
    else:
        form.write(path, Writing(kept, codebook, force=True))
    return kept


def read(form, path):
    rows = list(form.read(path, Reading(labels=NAMES)))
    assert all(isinstance(row, Row) for row in rows), rows
    found = []
    for row in rows:
        fields = dict(row.fields)
        labels = fields.pop("labels", None) or fields.pop("label", None) or []
        labels = labels.split("|") if isinstance(labels, str) and labels else labels
        found.append(canonical({**fields, "labels": sorted(labels or [])}))
    return ordered(found)


def ordered(rows):
    return sorted(rows, key=lambda row: json.dumps(row, sort_keys=True, ensure_ascii=False))


def expected(form, rows):
    """The rows with what the format keeps of them, as it documents it."""
    found = []
    for row in rows:
        kept = {name: value for name, value in row.items() if name in form.keeps}
        kept["labels"] = sorted(kept["labels"])
        if form.name == "fasttext":
            kept["text"] = fasttext_text(row["text"])
        if form.name == "dna":
            kept = {n: dna_text(v) if isinstance(v, str) else v for n, v in kept.items()}
            # Columns of DNA that a row has among its other fields, however it came by them.
            shown = {n: dna_text(v) for n, v in kept.pop("meta", {}).items() if n in DNA_META}
            kept["meta"] = {n: v for n, v in shown.items() if v}
            kept["published_at"] = row["published_at"]
        found.append(canonical(kept))
    return ordered(found)


@pytest.mark.parametrize("form", BOTH_WAYS, ids=lambda form: form.name)
@pytest.mark.parametrize("codebook", [MULTI, EXCLUSIVE], ids=["multi", "exclusive"])
def test_what_was_written_is_read(form, codebook, tmp_path):
    """Reading gives the rows that were written, and writing those again the same once more."""
    # `benchmarks/verify/properties.py` asks for so many of all formats and codebooks together.
    asked = int(os.environ.get("STANCE_EXAMPLES", "0")) // (2 * len(BOTH_WAYS))

    @settings(max_examples=max(asked, 6 if form.endings == ("",) else 25))
    @given(tables(codebook))
    def check(rows):
        shutil.rmtree(tmp_path, ignore_errors=True)
        tmp_path.mkdir()
        ending = ".zip" if form.name == "doccano" else form.endings[0]
        kept = written(form, tmp_path / f"first{ending}", rows, codebook)
        if not kept:
            return
        found = read(form, tmp_path / f"first{ending}")
        assert found == expected(form, kept)
        written(form, tmp_path / f"second{ending}", found, codebook)
        assert read(form, tmp_path / f"second{ending}") == found

    check()


SAMPLE = {
    "id": "a#0",
    "text": "🚢 Germany will send 14 tanks.",
    "labels": ["against aid"],
    "article_id": "a",
    "start": 0,
    "end": 28,
    "published_at": "2026-01-02",
    "annotator": "ana",
    "actors": [{"text": "Germany", "start": 2, "end": 9, "role": "ACTOR"}],
}


@pytest.mark.parametrize("form", BOTH_WAYS, ids=lambda form: form.name)
def test_a_written_file_is_known_by_its_content(form, tmp_path):
    """No file of ours is taken for one of another format."""
    for ending in form.endings:
        path = tmp_path / f"rows{ending}"
        written(form, path, [SAMPLE], MULTI)
        assert detected(path) == form


@pytest.mark.parametrize(
    "form", [one for one in BOTH_WAYS if "actors" in one.keeps], ids=lambda form: form.name
)
def test_spans_stand_behind_an_emoji(form, tmp_path):
    """Offsets are code points in every format."""
    path = tmp_path / f"rows{form.endings[0]}"
    written(form, path, [SAMPLE], MULTI)
    assert [SAMPLE["text"][one["start"] : one["end"]] for one in spans(read(form, path)[0])] == [
        "Germany"
    ]


def test_nothing_is_lost_unsaid(caplog):
    """What a format has no room for is told, answers and fields."""
    form = next(one for one in BOTH_WAYS if one.name == "fasttext")
    rows = [SAMPLE, {**SAMPLE, "answer": "reject"}]
    assert fitting(rows, form) == [SAMPLE]
    assert "1 answers are reject" in caplog.text
    assert "actors, annotator, article_id" in caplog.text


def test_labels_that_would_become_one_are_refused(tmp_path):
    """FastText has no spaces: two labels that differ by one cannot both be written."""
    from stance.storage.errors import InputError

    codebook = replaced(MULTI, ("a b", "a-b"))
    form = next(one for one in BOTH_WAYS if one.name == "fasttext")
    with pytest.raises(InputError, match="Rename one"):
        written(form, tmp_path / "rows.txt", [SAMPLE], codebook)


def replaced(codebook, names):
    return codebook.model_copy(update={"labels": tuple(Label(name=name) for name in names)})
