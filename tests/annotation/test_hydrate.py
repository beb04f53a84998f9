"""Stand-off annotations: shared without the text, restored from the reader's own files."""

import json
import os
import sys
import unicodedata
from pathlib import Path

import pytest

from stance.annotation.examples import read_labelled, with_codebook
from stance.annotation.gold import check_answers, project_examples
from stance.annotation.hydrate import hydrate
from stance.annotation.importing import import_examples
from stance.annotation.library import read_library
from stance.annotation.standoff import (
    StandOff,
    export_stand_off,
    read_stand_off,
    shareable_id,
    to_web_annotation,
)
from stance.codebook.codebook import read_codebook
from stance.corpus.store import ingest, read_corpus
from stance.storage.errors import DataError, InputError
from stance.storage.project import Project, create_project

ARTICLE = """The harbour towns met on Monday. “We shall lend ferries to Ukraine,” said the chair.

Nobody from the inland county came. Its council doubts that ferries help anyone at war.
"""


def make_project(folder: Path, text: str = ARTICLE) -> Project:
    """A project with one article, every sentence answered by one annotator."""
    project = create_project(folder)
    source = folder / "ferries.txt"
    source.write_text(text, "utf-8")
    ingest(project, [source])
    rows = folder / "rows.jsonl"
    labels = [[], ["supports_ukraine"], [], ["sceptical"]]
    sentences = list(read_corpus(project).sentences.values())
    assert len(sentences) == len(labels)
    rows.write_text(
        "".join(
            json.dumps({"text": one.text, "labels": given, "article_id": "ferries"}) + "\n"
            for one, given in zip(sentences, labels, strict=True)
        ),
        "utf-8",
    )
    codebook = read_codebook(project.codebook)
    import_examples(project, with_codebook(read_labelled([rows]), codebook), "ana")
    return project


def exported(project: Project) -> list[StandOff]:
    return export_stand_off(project, read_codebook(project.codebook), [])


def restore(tmp_path: Path, records: list[StandOff], text: str, name: str = "ferries.txt"):
    """Hydrates an empty project from one file with the text."""
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / name).write_text(text, "utf-8")
    project = create_project(tmp_path / "fresh")
    return project, hydrate(project, records, read_library([texts]))


def test_stand_off_holds_no_text(tmp_path: Path) -> None:
    """No word of the article leaves the project."""
    told = "\n".join(one.model_dump_json() for one in exported(make_project(tmp_path / "p")))
    assert not any(word in told for word in ("harbour", "Monday", "council", "chair"))


def test_stand_off_files_round_trip(tmp_path: Path) -> None:
    """What is written is read back the same."""
    records = exported(make_project(tmp_path / "p"))
    path = tmp_path / "a.jsonl"
    path.write_text("".join(one.model_dump_json() + "\n" for one in records), "utf-8")
    assert read_stand_off([path]) == records


def test_same_article_is_restored_with_offsets_and_labels(tmp_path: Path) -> None:
    """From the same text everything comes back: sentences, places, answers."""
    records = exported(make_project(tmp_path / "p"))
    project, done = restore(tmp_path, records, ARTICLE)
    assert (done.n_found, done.n_sentences, done.missing) == (4, 4, {})
    corpus = read_corpus(project)
    for one in corpus.sentences.values():
        text = corpus.articles[one.article_id].text or ""
        assert text[one.start : one.end] == one.text
    found = project_examples(project, read_codebook(project.codebook))
    assert [one.labels for one in found.examples] == [(), ("supports_ukraine",), (), ("sceptical",)]
    assert found.n_stale == 0


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("“", '"').replace("”", '"'),
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: "A new first line.\n\n" + text,
        lambda text: text.replace(" ", "  "),
        lambda text: text.replace("towns met on", "towns\nmet on"),
    ],
    ids=["quotes", "NFD", "moved", "spaces", "wrapped"],
)
def test_changed_form_is_restored(tmp_path: Path, change) -> None:
    """A sentence that moved or whose form changed is found, and its new offsets hold."""
    records = exported(make_project(tmp_path / "p"))
    project, done = restore(tmp_path, records, change(ARTICLE))
    assert done.n_found == 4 and not done.alike
    corpus = read_corpus(project)
    for one in corpus.sentences.values():
        text = corpus.articles[one.article_id].text or ""
        assert one.start is not None and text[one.start : one.end] == one.text
    assert len(project_examples(project, read_codebook(project.codebook)).examples) == 4


def test_changed_words_are_found_only_in_the_article_and_told(tmp_path: Path) -> None:
    """A sentence with a changed word counts as found, and is named for a person to check."""
    records = exported(make_project(tmp_path / "p"))
    changed = ARTICLE.replace("Its council doubts", "Its councils doubt")
    _, done = restore(tmp_path, records, changed)
    assert done.n_found == 4
    assert len(done.alike) == 1 and done.alike[0].startswith("ferries#3")


def test_changed_words_elsewhere_are_not_guessed(tmp_path: Path) -> None:
    """A like sentence in another article is another sentence."""
    records = exported(make_project(tmp_path / "p"))
    changed = ARTICLE.replace("Its council doubts", "Its councils doubt")
    _, done = restore(tmp_path, records, changed, name="another-paper.txt")
    assert done.missing == {"ferries": ("ferries#3",)}


def test_wrong_folder_names_what_is_missing(tmp_path: Path) -> None:
    """Without the texts nothing is written, and every article is named."""
    records = exported(make_project(tmp_path / "p"))
    project, done = restore(tmp_path, records, "Something else entirely. Indeed so.")
    assert done.n_found == 0
    assert {name: len(ids) for name, ids in done.missing.items()} == {"ferries": 4}
    assert not read_corpus(project).sentences


def test_second_run_adds_nothing_and_keeps_everything(tmp_path: Path) -> None:
    """Hydrating again from nothing loses no sentence that was found before."""
    records = exported(make_project(tmp_path / "p"))
    project, _ = restore(tmp_path, records, ARTICLE)
    before = read_corpus(project)
    empty = tmp_path / "empty"
    empty.mkdir()
    again = hydrate(project, records, read_library([empty]))
    assert again.n_found == 4 and again.how == {"here before": 4}
    assert read_corpus(project) == before


def test_same_article_twice_is_told(tmp_path: Path) -> None:
    """Two files with one article, in two encodings, are one article, and the reader hears it."""
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "a.txt").write_text(ARTICLE, "utf-8")
    (texts / "b.txt").write_text(ARTICLE, "utf-16")
    told = read_library([texts]).told
    assert len(told) == 1 and "the same article as a.txt" in told[0]


def test_labels_of_another_codebook_are_refused(tmp_path: Path) -> None:
    """An answer that the codebook does not know is never taken."""
    project = make_project(tmp_path / "p")
    records = [one.model_copy(update={"labels": ("agianst",)}) for one in exported(project)[:1]]
    with pytest.raises(InputError, match="agianst"):
        check_answers(records, read_codebook(project.codebook))


def test_web_annotation_has_position_and_no_quote(tmp_path: Path) -> None:
    """The JSON-LD form points by position and hash only."""
    record = exported(make_project(tmp_path / "p"))[1]
    told = to_web_annotation(record)
    assert told["type"] == "Annotation"
    assert told["target"]["selector"] == {
        "type": "TextPositionSelector",
        "start": record.start,
        "end": record.end,
    }
    assert [body["value"] for body in told["body"]] == ["supports_ukraine"]
    assert "exact" not in json.dumps(told)


def test_headlines_as_ids_are_hashed() -> None:
    """An id that is a title is text of the article, too; an address or a slug is not."""
    assert shareable_id("A_title_of_several_words").startswith("sha256-")
    assert shareable_id("https://example.org/a_b_c_d") == "https://example.org/a_b_c_d"
    assert shareable_id("2024-02-01-a-slug") == "2024-02-01-a-slug"


@pytest.mark.skipif("STANCE_SHARED" not in os.environ, reason="needs the texts in STANCE_SHARED")
def test_committed_stand_off_is_restored_whole() -> None:
    """All of it from the texts as they are, 99 % and more from changed copies, half from half."""
    root = Path(__file__).parents[2]
    sys.path.insert(0, str(root / "benchmarks"))
    import hydration

    shared = Path(os.environ["STANCE_SHARED"])
    assert hydration.run(shared, str).missing == {}
    changed = hydration.run(
        shared,
        lambda text: hydration.decomposed(hydration.other_quotes(hydration.rewrapped(text))),
    )
    assert changed.n_found / changed.n_sentences >= 0.99
    half = hydration.run(shared, str, 0.5)
    assert half.n_found + sum(map(len, half.missing.values())) == half.n_sentences
    assert half.missing


def test_a_project_without_answers_has_nothing_to_share(tmp_path):
    """No file is made of nothing."""
    project = create_project(tmp_path / "p")
    with pytest.raises(DataError, match="no annotation to export"):
        export_stand_off(project, read_codebook(project.codebook), [])
