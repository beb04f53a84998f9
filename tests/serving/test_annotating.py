"""The page's side of the queue: what it shows, what it keeps, and what it says when it cannot."""

import numpy as np
import pytest

from pages import Page
from stance.annotation.queue import Queue
from stance.annotation.store import read_annotations
from stance.codebook.codebook import read_codebook, to_toml
from stance.serving.annotating import STATIC, Desk


@pytest.fixture
def project(make, tmp_path):
    return make(tmp_path / "project")


@pytest.fixture
def desk(project, visitor):
    """A browser on the page of a queue in order; the keywords are the queue's and the desk's."""

    def open_page(by="ana", suggest=False, why=None, **settings):
        codebook = read_codebook(project.codebook)
        queue = Queue(project, codebook, "order", random_share=0, **settings)
        return visitor(Desk(queue, by, suggest, why, ["bert"]).application())

    return open_page


def always(label):
    """A model that gives this label to everything."""
    return {
        "suggester": lambda texts: np.full((len(texts), 3), 0.5),
        "decide": lambda text: (label,) if label else (),
    }


def test_a_sentence_is_shown_answered_and_kept(desk, ask, project):
    """What the page says is saved lies on the disk, with how it was shown."""
    client = desk()
    shown = ask(client, "/api/next").json()
    item = shown["item"]
    assert (item["id"], item["before"], item["title"], item["outlet"]) == (
        *("a0#0", [], "Talk 0", "Paper"),
    )
    assert len(item["after"]) == 2 and item["text"].startswith("0 ")
    assert shown["progress"]["done"] == 0 and shown["progress"]["left"] == 6
    assert ask(client, "/api/next").json()["item"] == item, "the same until it is answered"
    answer = {"sentence_id": "a0#0", "labels": ["price", "for"], "note": " hm "}
    told = ask(client, "/api/answer", answer)
    assert told.json() == {"labels": ["for", "price"], "suggested": None}
    (kept,) = read_annotations(project)
    assert (kept.annotator, kept.labels, kept.note) == ("ana", ("for", "price"), "hm")
    assert (kept.shown, kept.suggested) == ("order", False)
    then = ask(client, "/api/next").json()
    assert then["item"]["id"] == "a0#1" and then["progress"]["done"] == 1
    assert then["progress"]["per_label"]["price"] == 1


def test_a_lost_reply_is_given_again(desk, ask, project):
    """Asked twice with the same answer, one line is written; after an undo it counts anew."""
    client = desk()
    ask(client, "/api/next")
    answer = {"sentence_id": "a0#0", "labels": ["for"], "note": ""}
    first, second = ask(client, "/api/answer", answer), ask(client, "/api/answer", answer)
    assert first.status_code == 200 and first.json() == second.json()
    assert len((project.annotations / "ana.jsonl").read_text("utf-8").splitlines()) == 1
    assert ask(client, "/api/undo").json()["item"]["id"] == "a0#0"
    assert read_annotations(project)[0].answer == "ignore"
    assert ask(client, "/api/answer", answer).status_code == 200
    assert read_annotations(project)[0].labels == ("for",)


def test_two_browsers_never_get_the_same(project, visitor, ask):
    """Each has its own sentence and name, and gives it back when the name changes."""
    codebook = read_codebook(project.codebook)
    app = Desk(Queue(project, codebook, "order", random_share=0)).application()
    one, other = visitor(app), visitor(app)
    assert ask(one, "/api/next").status_code == 409, "nobody has said who labels"
    for client, name in ((one, "ana"), (other, "bert")):
        assert ask(client, "/api/start", {"annotator": name}).json() == {"annotator": name}
    assert ask(one, "/api/next").json()["item"]["id"] == "a0#0"
    assert ask(other, "/api/next").json()["item"]["id"] == "a0#1"
    stolen = ask(other, "/api/answer", {"sentence_id": "a0#0", "labels": []})
    assert stolen.status_code == 409 and "not on this screen" in stolen.json()["error"]
    assert ask(one, "/api/start", {"annotator": "cleo"}).status_code == 200
    assert ask(one, "/api/next").json()["item"]["id"] == "a0#0"
    assert read_annotations(project) == []


@pytest.mark.parametrize("name", ["", " ", "../x", "a/b", "a b", ".x", "x" * 61, "a\n", "\u202ea"])
def test_a_name_that_is_no_file_name_is_told(project, visitor, ask, name):
    """A name never leads out of the folder of answers."""
    app = Desk(Queue(project, read_codebook(project.codebook))).application()
    answer = ask(visitor(app), "/api/start", {"annotator": name})
    assert answer.status_code == 409 and "cannot be an annotator's name" in answer.json()["error"]


def test_with_a_name_given_nobody_takes_another(desk, ask):
    """`--by` decides; the page asks no one."""
    client = desk(by="ana")
    assert ask(client, "/api/start", {"annotator": "bert"}).json() == {"annotator": "ana"}
    assert 'id="rename"' not in client.get("/").text


def test_suggestions_wait_for_the_answer(desk, ask, project):
    """What a model says is nowhere in the page before, and beside the answer after it."""
    client = desk(**always("against"))
    shown = ask(client, "/api/next")
    assert shown.json()["item"]["suggested"] is None and "against" not in shown.text.replace(
        '"against":', ""
    )
    told = ask(client, "/api/answer", {"sentence_id": "a0#0", "labels": ["for"]}).json()
    assert told["suggested"] == ["against"]
    assert read_annotations(project)[0].suggested is False


def test_suggestions_come_with_their_words(desk, ask, project):
    """With `--suggest`, and the line says that the label was on the screen."""
    client = desk(suggest=True, why=lambda text: {"for": text.split()[1:3]}, **always("for"))
    item = ask(client, "/api/next").json()["item"]
    assert item["suggested"] == ["for"]
    assert item["why"] == [{"label": "for", "words": item["text"].split()[1:3]}]
    ask(client, "/api/answer", {"sentence_id": "a0#0", "labels": ["for"]})
    assert read_annotations(project)[0].suggested is True


def test_a_codebook_changed_under_way_is_told(desk, ask, project):
    """Nothing is saved that may not fit any more."""
    client = desk()
    ask(client, "/api/next")
    codebook = read_codebook(project.codebook)
    project.codebook.write_text(to_toml(codebook.model_copy(update={"name": "other"})), "utf-8")
    answer = ask(client, "/api/answer", {"sentence_id": "a0#0", "labels": []})
    assert answer.status_code == 409 and "was changed under way" in answer.json()["error"]
    assert read_annotations(project) == []


def test_a_full_disk_is_told_and_the_answer_can_be_sent_again(desk, ask, project, monkeypatch):
    """Not saved is not "saved"; the sentence stays with the browser."""
    client = desk()
    ask(client, "/api/next")
    answer = {"sentence_id": "a0#0", "labels": ["for"]}

    def full(descriptor):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("stance.storage.atomic.os.fsync", full)
        told = ask(client, "/api/answer", answer)
        assert (told.status_code, told.json()["error"]) == (
            *(503, "the disk gave an error: No space left on device."),
        )
    assert ask(client, "/api/answer", answer).status_code == 200
    assert [one.labels for one in read_annotations(project)] == [("for",)]


def test_skip_and_the_end(desk, ask):
    """What is skipped does not come back; at the end there is no item."""
    client = desk()
    for number in range(6):
        item = ask(client, "/api/next").json()["item"]
        if number % 2:
            assert ask(client, "/api/skip", {"sentence_id": item["id"]}).json() == {}
        else:
            ask(client, "/api/answer", {"sentence_id": item["id"], "labels": []})
    assert ask(client, "/api/next").json()["item"] is None
    assert ask(client, "/api/skip", {"sentence_id": "a0#0"}).status_code == 409


def test_text_from_data_never_becomes_markup(make, tmp_path, visitor, ask):
    """Sentences travel as JSON; question and definitions are escaped in the page."""
    evil = "</script><img src=x onerror=alert(1)>"
    project = make(tmp_path / "evil", last=evil)
    app = Desk(Queue(project, read_codebook(project.codebook)), "ana").application()
    client = visitor(app)
    page = client.get("/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    parsed = Page(page.text)
    assert "img" not in parsed.tags and parsed.tags.count("script") == 1
    assert not [
        name for _, name, _ in parsed.attributes if name.startswith("on") or name == "style"
    ]
    assert any("<img src=x" in text for text in parsed.whole("p")), "shown as it is written"
    item = ask(client, "/api/next").json()["item"]
    assert item["text"].endswith(evil) and item["title"].endswith(evil)


def test_everything_comes_from_this_server(desk):
    """Scripts, style and icon are files of the package, under fixed names; nothing else is."""
    client = desk()
    page = Page(client.get("/").text)
    named = [v for tag, n, v in page.attributes if n in ("src", "href") and tag != "a"]
    assert sorted(named) == ["/static/annotate.js", "/static/icon.svg", "/static/page.css"]
    for name in STATIC:
        answer = client.get(f"/static/{name}")
        assert answer.status_code == 200
        assert "http:" not in answer.text.replace("http://www.w3.org/2000/svg", "")
    assert client.get("/static/page.css").headers["content-type"].startswith("text/css")
    for path in ("/static/", "/static/x.js", "/static/..%2fguard.py", "/static/page.css/"):
        assert client.get(path).status_code == 404


def test_every_label_has_its_key_and_rule(desk, project):
    """A key of the codebook or a digit; the definition is tied to the button."""
    page = Page(desk().get("/").text)
    keys = [value for tag, name, value in page.attributes if name == "data-key"]
    assert keys == ["1", "2", "p"]
    ids = {value for _, name, value in page.attributes if name == "id"}
    tied = {
        one
        for _, name, value in page.attributes
        if name in ("aria-describedby", "aria-labelledby", "aria-controls", "for", "list")
        for one in value.split()
    }
    assert tied <= ids
