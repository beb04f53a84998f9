"""The model behind HTTP: as an ML backend of Label Studio, and for any program that sends texts.

Label Studio (https://labelstud.io/guide/ml_create) asks from its own server process, which has no
cookie and comes from no page; it sends the labelling config with every request. Nothing that it
sends is fetched, stored or logged: neither the texts that are addresses, nor its access token, nor
the annotations of a webhook (they come into a project by `stance import` of its export).
"""

import base64
import binascii
import hmac
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from stance.annotation.formats.label_studio import choices
from stance.annotation.formats.label_studio_config import Question, read_config
from stance.corpus.targets import targeted
from stance.prediction.answer import Answerer, Job
from stance.prediction.predict import Thresholds, decide
from stance.prediction.scorer import Scorer
from stance.serving.exchange import application, reply
from stance.serving.guard import Refused
from stance.serving.running import run
from stance.storage.blocks import Block
from stance.storage.errors import InputError, printable
from stance.storage.jsonl import BadJsonError, Fields, parse_object
from stance.storage.rows import Row

MAX_ROWS = 10_000  # of one request; its size is bounded by the guard
_NO_LETTERS = re.compile(r"[\W_]+")


class Backend:
    """What the server answers. Its methods run on several threads at once."""

    def __init__(self, scorer: Scorer, folder: Path, thresholds: Thresholds) -> None:
        self._scorer, self._thresholds = scorer, thresholds
        job = Job(model=folder, thresholds=thresholds)
        self._answerer = Answerer(job, scorer)
        self._started = time.monotonic()
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    @property
    def version(self) -> str:
        """The model's version."""
        return self._scorer.info.version

    def count(self, what: str, n: int = 1) -> None:
        """Counts for the metrics."""
        with self._lock:
            self._counts[what] += n

    def health(self, asked: Fields) -> Fields:
        """That it runs, and with which model."""
        return {"status": "UP", "model_class": "stance", "model_version": self.version}

    def metrics(self, asked: Fields) -> Fields:
        """How much was asked since the start."""
        with self._lock:
            counts = dict(sorted(self._counts.items()))
        seconds = round(time.monotonic() - self._started, 3)
        return {"model_version": self.version, "seconds": seconds, "counts": counts}

    def setup(self, asked: Fields) -> Fields:
        """Says whether the model's labels are among the choices of a project's config.

        Raises InputError when none of them is.
        """
        config = asked.get("schema") or asked.get("label_config")
        if config:
            self._question(config)
        return {"model_version": self.version}

    def versions(self, asked: Fields) -> Fields:
        """The one version that is served."""
        return {"versions": [self.version]}

    def webhook(self, asked: Fields) -> Fields:
        """Takes note of an event and keeps nothing of it."""
        return {"status": "ok", "action": printable(str(asked.get("action", "")), 60)}

    def predict(self, asked: Fields) -> Fields:
        """The suggestions for the tasks of Label Studio, or the predictions of texts or rows."""
        if "tasks" in asked:
            return self._tasks(_listed(asked, "tasks"), asked.get("label_config"))
        if "texts" in asked:
            return self._rows([{"text": one} for one in _listed(asked, "texts")])
        if "rows" in asked:
            return self._rows(_listed(asked, "rows"))
        raise Refused(400, 'Send "texts" or "rows" (or "tasks", as Label Studio does).')

    def _rows(self, rows: Sequence[Any]) -> Fields:
        """What `stance predict --json` prints, a row each; rows without a text are refused."""
        if not all(isinstance(row, dict) for row in rows):
            raise Refused(400, "A row is an object with a text.")
        block = Block("rows", [Row(number, row) for number, row in enumerate(rows, 1)])
        answer = self._answerer.answer(block)
        self.count("texts", answer.n_rows)
        refused = [{"row": one.number, "reason": one.reason} for one in answer.refused]
        return {"rows": answer.content, "refused": refused, "model_version": self.version}

    def _tasks(self, tasks: Sequence[Any], config: Any) -> Fields:
        question = self._question(config)
        names = self._choices(question)
        data = [task.get("data") if isinstance(task, dict) else None for task in tasks]
        texts = [self._text(one, question.text_field) for one in data]
        scored = self._scorer.score(texts)
        given, reasons = decide(self._scorer, self._thresholds, scored)
        self.count("texts", len(texts))
        results = []
        for row, why in enumerate(reasons):
            labels = [names[one] for one in names if given[row, self._position(one)]]
            found = choices(labels, question.from_name, question.to_name)
            sure = abs(scored.probabilities[row] + given[row] - 1).min()
            results.append(
                {
                    "result": [found] if labels else [],
                    "score": 0.0 if why else round(float(sure), 6),
                    "model_version": self.version,
                }
            )
        return {"results": results, "model_version": self.version}

    def _text(self, data: Any, field: str) -> str:
        """The task's text, blank where it has none: then nothing is suggested."""
        text = data.get(field) if isinstance(data, dict) else None
        if not isinstance(text, str):
            return ""
        return targeted(text, data.get("target")) if self._scorer.has_targets else text

    def _position(self, label: str) -> int:
        return self._scorer.info.labels.index(label)

    def _question(self, config: Any) -> Question:
        """The choices of the config that have most of the model's labels."""
        if not isinstance(config, str):
            raise InputError("no labelling config came with the request.")
        questions = read_config(config)
        found = max(questions, key=lambda one: len(self._choices(one)))
        if not self._choices(found):
            raise InputError(
                "none of the choices in the labelling config is a label of the model. Labels: "
                f"{', '.join(self._scorer.info.labels)}."
            )
        return found

    def _choices(self, question: Question) -> dict[str, str]:
        """The choice for each of the model's labels: of the same name, case and signs aside."""
        values = {_levelled(one): one for one in question.values}
        values |= {one: one for one in question.values}
        pairs = {one: values.get(one) or values.get(_levelled(one)) for one in self._labels}
        return {label: value for label, value in pairs.items() if value}

    @property
    def _labels(self) -> Sequence[str]:
        return self._scorer.info.labels


def _levelled(name: str) -> str:
    return _NO_LETTERS.sub("_", name.casefold())


def _listed(asked: Fields, name: str) -> list[Any]:
    found = asked[name]
    if not isinstance(found, list) or len(found) > MAX_ROWS:
        raise Refused(400, f'"{name}" is a list of at most {MAX_ROWS:,}.')
    return found


def backend_application(backend: Backend, token: str = "") -> Starlette:
    """The routes of the backend; with a token only those who send it are answered."""

    def route(path: str, method: str, answer: Callable[[Fields], Fields]) -> Route:
        async def answered(request: Request) -> Response:
            _check_token(request, token)
            asked = _parsed(await request.body()) if method == "POST" else {}
            backend.count(path)
            try:
                return reply(await run_in_threadpool(answer, asked))
            except InputError as error:
                raise Refused(400, str(error)) from error

        return Route(path, answered, methods=[method])

    return application(
        [
            route("/", "GET", backend.health),
            route("/health", "GET", backend.health),
            route("/metrics", "GET", backend.metrics),
            route("/setup", "POST", backend.setup),
            route("/versions", "POST", backend.versions),
            route("/webhook", "POST", backend.webhook),
            route("/predict", "POST", backend.predict),
        ]
    )


def _parsed(content: bytes) -> Fields:
    try:
        return parse_object(content.decode("utf-8"))
    except UnicodeDecodeError:
        raise Refused(400, "The request is not UTF-8.") from None
    except BadJsonError as error:
        raise Refused(400, f"The request is {printable(str(error))}.") from None


def _check_token(request: Request, token: str) -> None:
    """Raises Refused without the token: as a bearer's, or as the password of basic authentication,
    which is what Label Studio can send.
    """
    if not token:
        return
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "basic":
        try:
            given = base64.b64decode(given, validate=True).decode("utf-8").partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            given = ""
    if not hmac.compare_digest(given.encode("utf-8", "replace"), token.encode("utf-8")):
        raise Refused(401, "Send the token: as Bearer, or as the password of basic authentication.")


def serve(backend: Backend, port: int, token: str, tell: Callable[[str], None]) -> None:
    """Serves until Ctrl-C; `tell` gets the address. Raises ProjectError when the port is taken."""
    run(backend_application(backend, token), port, tell, browser=False, token=False)
