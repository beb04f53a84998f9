"""The corpus of a project: added to, never changed, and readable after a crash."""

import os

import pytest

from stance.corpus.articles import Article, read_article
from stance.corpus.segment import segment
from stance.corpus.store import (
    add_to_corpus,
    article_ids,
    broken_sentences,
    ingest,
    read_corpus,
    read_records,
)
from stance.storage.errors import InputError
from stance.storage.project import create_project

SHIPS = "The ships left. Nobody waved. It rained."
PORT = "The port is quiet now."


@pytest.fixture
def project(tmp_path):
    return create_project(tmp_path / "news")


def seed(project, name, text):
    path = project.root / "seeds" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def seeds(project):
    return [project.root / "seeds"]


def content_of(project):
    return project.articles.read_bytes(), project.sentences.read_bytes()


def test_a_folder_is_ingested(project):
    """Articles of all folders below come in, in order of name, with their sentences."""
    seed(project, "b.txt", SHIPS)
    seed(project, "a/z.md", "# Quiet\n\n" + PORT)
    seed(project, "notes.csv", "text\n")
    done = ingest(project, seeds(project))
    assert (done.n_articles, done.n_sentences, done.known, done.refused) == (2, 5, (), ())
    corpus = read_corpus(project)
    assert list(corpus.articles) == ["z", "b"]
    assert [one.text for one in corpus.of_article("z")] == ["Quiet", PORT]
    assert [one.id for one in corpus.of_article("b")] == ["b#0", "b#1", "b#2"]
    for one in corpus.sentences.values():
        assert corpus.articles[one.article_id].text[one.start : one.end] == one.text


def test_ingesting_twice_adds_nothing(project):
    """What is known is passed over and named, and no byte of the corpus changes."""
    seed(project, "a.txt", SHIPS)
    seed(project, "b.txt", PORT)
    ingest(project, seeds(project))
    before = content_of(project)
    done = ingest(project, seeds(project))
    assert (done.n_articles, done.n_sentences, done.refused) == (0, 0, ())
    assert [line.split(": ")[1] for line in done.known] == ["known as a", "known as b"]
    assert content_of(project) == before


def test_new_articles_join_and_old_lines_stay(project):
    """A second ingest only appends."""
    seed(project, "b.txt", SHIPS)
    ingest(project, seeds(project))
    before = content_of(project)
    seed(project, "a.txt", PORT)
    assert ingest(project, seeds(project)).n_articles == 1
    for old, new in zip(before, content_of(project), strict=True):
        assert new.startswith(old)
        assert len(new) > len(old)
    assert list(read_corpus(project).articles) == ["b", "a"]


def test_the_same_text_under_another_name_is_known(project):
    """A copy is no second article, even with other line ends and composition."""
    seed(project, "a.txt", "The café is open.\nIt rained.")
    (project.root / "seeds" / "b.txt").write_bytes(
        "\ufeffThe cafe\u0301 is open.\r\nIt rained.".encode()
    )
    done = ingest(project, seeds(project))
    assert done.n_articles == 1
    assert done.known == (f"{project.root}/seeds/b.txt: known as a",)


def test_a_changed_article_is_refused(project):
    """An article never changes: other text under its name is told and not stored."""
    seed(project, "a.txt", SHIPS)
    ingest(project, seeds(project))
    before = content_of(project)
    path = seed(project, "a.txt", SHIPS + " One more.")
    done = ingest(project, seeds(project))
    (told,) = done.refused
    assert str(path) in told
    assert "another article is called a" in told
    assert (done.n_articles, content_of(project)) == (0, before)


def test_one_name_in_two_folders_is_refused(project):
    """The first of two articles of one name comes in, the second is told."""
    seed(project, "x/a.txt", SHIPS)
    seed(project, "y/a.md", PORT)
    done = ingest(project, seeds(project))
    assert done.n_articles == len(done.refused) == 1
    assert "y/a.md" in done.refused[0]


def test_bad_files_do_not_stop_the_good_ones(project):
    """Each file that cannot be read is told once, and all others come in."""
    folder = project.root / "seeds"
    seed(project, "a.txt", SHIPS)
    seed(project, "empty.txt", " ")
    seed(project, "links.txt", "https://example.org")
    (folder / "latin.txt").write_bytes(b"caf\xe9")
    (folder / "page.html").write_bytes(b"<html></html>")
    os.mkfifo(folder / "pipe.txt")
    seed(project, "z.txt", PORT)
    done = ingest(project, [*seeds(project), folder / "missing.txt", folder / "odd.pdf"])
    assert done.n_articles == 2
    names = ["empty.txt", "latin.txt", "links.txt", "page.html", "pipe.txt"]
    names += ["missing.txt", "odd.pdf"]
    assert len(done.refused) == len(names)
    for name, told in zip(names, done.refused, strict=True):
        assert told.count(str(folder / name)) == 1


def test_links_in_folders_are_passed_over(project, tmp_path):
    """A link to a file or folder elsewhere is not followed, unless it is named itself."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text(SHIPS)
    folder = project.root / "seeds"
    (folder / "link.txt").symlink_to(outside / "secret.txt")
    (folder / "folder").symlink_to(outside)
    (folder / "loop").symlink_to(folder)
    seed(project, "a.txt", PORT)
    done = ingest(project, seeds(project))
    assert list(read_corpus(project).articles) == ["a"]
    assert [told.split(": ")[0] for told in done.refused] == [str(folder / "link.txt")]
    assert ingest(project, [folder / "link.txt"]).n_articles == 1


def test_an_empty_folder_is_told(project):
    """A folder in which nothing can be an article is a mistake worth a line."""
    seed(project, "notes.csv", "text\n")
    (project.root / "seeds" / "folder.txt").mkdir()
    (told,) = ingest(project, seeds(project)).refused
    assert told.endswith("a folder without articles (.txt, .md, .html, .htm).")


def test_the_named_encoding_is_used_for_all(project):
    """An encoding that the user names counts for each file."""
    (project.root / "seeds" / "a.txt").write_bytes(b"The caf\xe9 is open.")
    assert ingest(project, seeds(project), "cp1252").n_articles == 1
    assert read_corpus(project).articles["a"].text == "The café is open."


def stop_between(project, path):
    """What is on the disk when the process dies after the sentences and before the articles."""
    add_to_corpus(project, [], segment(read_article(path)))


def test_a_crash_between_sentences_and_articles_is_mended(project):
    """The corpus is readable without the unfinished article, and the next ingest finishes it."""
    ingest(project, [seed(project, "a.txt", PORT)])
    path = seed(project, "b.txt", SHIPS)
    stop_between(project, path)
    corpus = read_corpus(project)
    assert list(corpus.articles) == ["a"]
    assert list(corpus.sentences) == ["a#0"]
    assert ingest(project, [path]).n_articles == 1
    assert [one.text for one in read_corpus(project).of_article("b")] == [
        "The ships left.",
        "Nobody waved.",
        "It rained.",
    ]


def test_a_crash_leaves_no_sentences_to_another_text(project):
    """Sentences left by a crash do not join the article that gets the name later."""
    path = seed(project, "b.txt", SHIPS)
    stop_between(project, path)
    ingest(project, [seed(project, "b.txt", PORT)])
    corpus = read_corpus(project)
    assert [one.text for one in corpus.of_article("b")] == [PORT]
    for one in corpus.sentences.values():
        assert corpus.articles[one.article_id].text[one.start : one.end] == one.text


@pytest.mark.parametrize("name", ["sentences", "articles"])
def test_a_torn_line_is_mended_by_the_next_ingest(project, name):
    """A crash within a line costs that line only, and the next ingest goes on."""
    ingest(project, [seed(project, "a.txt", PORT)])
    path = seed(project, "b.txt", SHIPS)
    stop_between(project, path)
    with getattr(project, name).open("ab") as stream:
        stream.write(b'{"id":"b","te')
    assert ingest(project, [path]).n_articles == 1
    corpus = read_corpus(project)
    assert list(corpus.articles) == ["a", "b"]
    assert len(corpus.of_article("b")) == 3


def test_a_corpus_that_is_not_there_is_empty(project):
    """A new project has an empty corpus."""
    corpus = read_corpus(project)
    assert (corpus.articles, corpus.sentences, corpus.of_article("a")) == ({}, {}, [])


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"id": "a", "author": "x"}', "author: "),
        ('{"id": 7}', "id: "),
        ('{"title": "x"}', "id: "),
        ('{"id": "a", "published_at": "soon"}', "published_at: "),
        ('{"id": "a", "text": ["x"]}', "text: Input should be a valid string"),
        ("{", "not JSON"),
    ],
)
def test_a_damaged_record_is_named(tmp_path, line, told):
    """The error has file, line and field."""
    path = tmp_path / "articles.jsonl"
    path.write_text(Article(id="first").model_dump_json() + "\n" + line + "\n")
    with pytest.raises(InputError, match=f"articles.jsonl:2: {told}"):
        read_records(path, Article)


def test_what_a_crash_left_is_mended_even_where_nothing_is_new(project):
    """Half a line is moved aside before the corpus is read, in either file."""
    path = seed(project, "a.txt", PORT)
    ingest(project, [path])
    before = content_of(project)
    for name in ("sentences", "articles"):
        with getattr(project, name).open("ab") as stream:
            stream.write(b'{"id": "\xff')
    assert ingest(project, [path]).n_articles == 0
    assert content_of(project) == before
    assert project.sentences.with_name("sentences.jsonl.torn").exists()
    assert (project.data / ".corpus.lock").exists()


def with_hydrated(project):
    """A project with one article of its own and one that was found again."""
    ingest(project, [seed(project, "a.txt", PORT)])
    article = read_article(seed(project, "b.txt", SHIPS))
    add_to_corpus(project.hydrated, [article], segment(article))
    return article


def test_articles_that_were_found_again_are_there(project):
    """Those that the project has itself, and those of stand-off annotations."""
    assert article_ids(project) == set()
    with_hydrated(project)
    assert article_ids(project) == {"a", "b"}
    assert list(read_corpus(project).sentences) == ["b#0", "b#1", "b#2", "a#0"]


def test_sentences_without_a_place_are_whole(project):
    """An article without its text is known by name; its sentences cannot be compared."""
    article = read_article(seed(project, "a.txt", PORT))
    bare = article.model_copy(update={"text": None, "sha256": ""})
    (sentence,) = segment(article)
    nowhere = sentence.model_copy(update={"id": "a#9", "start": None, "end": None})
    add_to_corpus(project, [bare], [sentence, nowhere])
    assert list(read_corpus(project).sentences) == ["a#0", "a#9"]
    assert broken_sentences(project) == []


def test_sentences_that_are_not_in_their_article_are_named(project):
    """In the project's own corpus and in what was found again; those of no article are not."""
    article = with_hydrated(project)
    other = segment(article)[0].model_copy(update={"id": "b#7", "text": "The ships stayed."})
    lost = other.model_copy(update={"id": "c#0", "article_id": "c"})
    assert broken_sentences(project) == []
    add_to_corpus(project.hydrated, [], [other, lost])
    own = read_corpus(project).sentences["a#0"].model_copy(update={"id": "a#7", "start": 3})
    add_to_corpus(project, [], [own])
    assert broken_sentences(project) == ["b#7", "a#7"]
