"""The page of annotators: one sentence at a time, from a queue that all browsers share."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from stance.annotation.asking import Asking
from stance.annotation.label_keys import label_keys
from stance.annotation.queue import Item, Queue
from stance.annotation.store import check_annotator
from stance.annotation.terminal import Why
from stance.codebook.codebook import MAX_LABELS
from stance.serving.exchange import application, exchange
from stance.serving.guard import Refused
from stance.serving.pages import filled, static_routes
from stance.serving.running import run
from stance.storage.jsonl import Fields
from stance.storage.toml import Record

STATIC = ("page.css", "icon.svg", "server.js", "labels.js", "options.js", "annotate.js")
MAX_SESSIONS = 10_000  # browsers remembered; beyond it the oldest has to give its name again

Words = Annotated[str, Field(max_length=400)]


class Start(Record):
    """A person says who labels."""

    annotator: Words


class Nothing(Record):
    """A request that needs no more than to be made."""


class OfSentence(Record):
    """A request about one sentence."""

    sentence_id: Words


class Answer(OfSentence):
    """What a person says of a sentence."""

    labels: Annotated[list[Words], Field(max_length=MAX_LABELS)]
    note: Annotated[str, Field(max_length=2000)] = ""

    @property
    def kind(self) -> str:
        """Whether the labels hold: an annotator can say nothing else."""
        return "accept"


@dataclass
class Session:
    """What is remembered of one browser: who labels, and what lies there."""

    annotator: str
    item: Item | None = None


class Desk:
    """The page's side of a queue. Its methods run on several threads at once.

    With `by` all answers are that person's; otherwise each browser is asked for a name, `names`
    being those to choose from. What the queue's model says is shown with a sentence when `suggest`
    is set, with the words that `why` gives for each label, and else after its answer.
    """

    template = "annotate.html"
    asked_answer: type[Answer] = Answer

    def __init__(
        self,
        queue: Asking,
        by: str = "",
        suggest: bool = False,
        why: Why | None = None,
        names: Sequence[str] = (),
    ) -> None:
        self._queue, self._by, self._names = queue, by, names
        self._suggest, self._why = suggest and queue.suggests, why
        self._sessions: dict[str, Session] = {}
        self._lock = threading.Lock()

    def application(self) -> Starlette:
        """The page with what its script asks for; it belongs behind a guard."""
        return application(
            [
                Route("/", self._page, methods=["GET"]),
                *static_routes(STATIC),
                exchange("/api/start", Start, self._start),
                exchange("/api/next", Nothing, self._next),
                exchange("/api/answer", self.asked_answer, self._answer),
                exchange("/api/skip", OfSentence, self._skip),
                exchange("/api/undo", Nothing, self._undo),
            ]
        )

    async def _page(self, request: Request) -> Response:
        session = self._sessions.get(request.state.session)
        return filled(
            self.template,
            codebook=self._queue.codebook,
            keys={label: key for key, label in label_keys(self._queue.codebook).items()},
            annotator=session.annotator if session else self._by,
            may_rename=not self._by,
            suggest=self._suggest,
            names=self._names,
            **self._words(),
        )

    def _words(self) -> Fields:
        """What the template needs besides."""
        return {}

    def _start(self, request: Request, asked: Start) -> Fields:
        name = self._by or asked.annotator
        check_annotator(name)
        self._queue.release(request.state.session)
        with self._lock:
            if len(self._sessions) >= MAX_SESSIONS:
                self._queue.release(first := next(iter(self._sessions)))
                del self._sessions[first]
            self._sessions[request.state.session] = Session(name)
        return {"annotator": name}

    def _session(self, request: Request) -> Session:
        with self._lock:
            found = self._sessions.get(request.state.session)
            if found is None and self._by:
                found = self._sessions[request.state.session] = Session(self._by)
        if found is None:
            raise Refused(409, "Say first who labels: load the page again.")
        return found

    def _next(self, request: Request, asked: Nothing) -> Fields:
        session = self._session(request)
        item = self._queue.next(session.annotator, request.state.session)
        return self._shown(session, item)

    def _answer(self, request: Request, asked: Answer) -> Fields:
        session = self._session(request)
        item = session.item
        saved = self._queue.answer(
            session.annotator,
            request.state.session,
            asked.sentence_id,
            asked.labels,
            asked.kind,
            note=asked.note.strip(),
            suggested=self._suggest,
        )
        is_it = item is not None and item.sentence.id == saved.sentence_id
        suggested = item.suggested if item and is_it and self._queue.suggests else None
        return {"labels": saved.labels, "suggested": suggested}

    def _skip(self, request: Request, asked: OfSentence) -> Fields:
        session = self._session(request)
        self._queue.skip(session.annotator, request.state.session, asked.sentence_id)
        return {}

    def _undo(self, request: Request, asked: Nothing) -> Fields:
        session = self._session(request)
        return self._shown(session, self._queue.undo(session.annotator, request.state.session))

    def _shown(self, session: Session, item: Item | None) -> Fields:
        session.item = item or session.item
        progress = self._queue.progress(session.annotator)
        return {
            "item": self._fields(item) if item else None,
            "progress": {
                "done": progress.done,
                "left": progress.left,
                "per_label": progress.per_label,
                "per_hour": progress.per_hour,
            },
        }

    def _fields(self, item: Item) -> Fields:
        """What the page shows of a sentence; nothing of the model unless that was asked for."""
        article = item.article
        return {
            "id": item.sentence.id,
            "text": item.sentence.text,
            "before": item.before,
            "after": item.after,
            "article": article.id,
            "title": article.title,
            "outlet": article.outlet,
            "date": article.published_at,
            "url": article.url,
            "lang": article.lang,
            "suggested": item.suggested if self._suggest else None,
            "why": self._reasons(item) if self._suggest else [],
        }

    def _reasons(self, item: Item) -> list[Fields]:
        """For each suggested label the words that weighed most."""
        words = self._why(item.sentence.text) if self._why and item.suggested else {}
        return [{"label": label, "words": words.get(label, ())} for label in item.suggested]


def serve(
    queue: Queue,
    by: str,
    suggest: bool,
    why: Why | None,
    port: int,
    browser: bool,
    tell: Callable[[str], None],
) -> None:
    """Serves the page until a signal; `tell` gets the address. Raises ProjectError when the port
    is taken.
    """
    names = sorted(path.stem for path in queue.project.annotations.glob("*.jsonl"))
    run(Desk(queue, by, suggest, why, names).application(), port, tell, browser)
