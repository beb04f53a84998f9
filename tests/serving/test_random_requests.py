"""Random requests of several browsers: never a fault of the server, and what it acknowledged is
what is kept (a model of the answers is carried along and compared with the disk).
"""

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from stance.annotation.queue import Queue
from stance.annotation.store import read_annotations
from stance.codebook.codebook import read_codebook
from stance.serving.annotating import Desk

N_BROWSERS, SIZES = 3, (4, 3)
IDS = [f"a{article}#{index}" for article, size in enumerate(SIZES) for index in range(size)]
NAMES = ("for", "against", "price")
PATHS = ("/api/start", "/api/next", "/api/answer", "/api/skip", "/api/undo", "/api/x", "/", "/x")

browsers = some.integers(0, N_BROWSERS - 1)
label_lists = some.lists(some.sampled_from(NAMES), max_size=4)
json_values = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(-9, 9) | some.text(max_size=5),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=9), inner),
    max_leaves=6,
)


class Browsers(RuleBasedStateMachine):
    """What each browser was lent and has done, beside what the server says."""

    make = visitor = ask = None  # the fixtures of these names, see `desk_machine`
    n_steps = 0  # of all machines

    def __init__(self):
        super().__init__()
        self.root = Path(tempfile.mkdtemp())
        self.project = self.make(self.root / "project", SIZES)
        queue = Queue(self.project, read_codebook(self.project.codebook), seed=1)
        app = Desk(queue).application()
        self.clients = [self.visitor(app, raises=False) for _ in range(N_BROWSERS)]
        self.name = [""] * N_BROWSERS
        self.lent = [[] for _ in range(N_BROWSERS)]
        self.acts = []  # (browser, name, sentence, labels or None for a skip)
        self.store = {}

    def teardown(self):
        found = {
            (one.annotator, one.sentence_id): (one.answer, one.labels)
            for one in read_annotations(self.project)
        }
        shutil.rmtree(self.root)
        assert found == self.store

    def post(self, browser, path, asked=None, **more):
        answer = self.ask(self.clients[browser], path, asked, **more)
        assert answer.status_code < 500, answer.text
        if answer.status_code != 200:
            assert list(answer.json()) == ["error"]
        return answer.json() if answer.status_code == 200 else None

    def last(self, browser):
        mine = [one for one in self.acts if one[:2] == (browser, self.name[browser])]
        return mine[-1] if mine else None

    @rule(browser=browsers, name=some.sampled_from(["ana", "bert", "", "../x", "a b"]))
    def start(self, browser, name):
        told = self.post(browser, "/api/start", {"annotator": name})
        assert (told is not None) == (name in ("ana", "bert"))
        if told:
            self.name[browser], self.lent[browser] = name, []

    @rule(browser=browsers)
    def next(self, browser):
        told = self.post(browser, "/api/next")
        assert (told is not None) == bool(self.name[browser])
        item = told and told["item"]
        if not item:
            assert not self.lent[browser]
        elif self.lent[browser]:
            assert item["id"] == self.lent[browser][-1]
        else:
            assert not any(one[2] == item["id"] and one[3] is not None for one in self.acts)
            self.lent[browser].append(item["id"])

    @rule(browser=browsers, place=some.integers(0, 20), labels=label_lists, twice=some.booleans())
    def answer(self, browser, place, labels, twice):
        mine = self.lent[browser]
        sentence = mine[-1] if mine and place > 4 else IDS[place % len(IDS)]
        asked = {"sentence_id": sentence, "labels": labels, "note": "\u202e<b>"}
        given = tuple(name for name in NAMES if name in labels)
        for _ in range(1 + twice):
            told = self.post(browser, "/api/answer", asked)
            if sentence in self.lent[browser]:
                assert told and tuple(told["labels"]) == given
                self.lent[browser].remove(sentence)
                self.acts.append((browser, self.name[browser], sentence, given))
                self.store[self.name[browser], sentence] = "accept", given
            else:
                is_repeated = self.last(browser) == (
                    *(browser, self.name[browser], sentence, given),
                )
                assert (told is not None) == is_repeated

    @rule(browser=browsers, label=some.text(max_size=8))
    def answer_with_an_unknown_label(self, browser, label):
        if self.lent[browser] and label.strip() not in (*NAMES, ""):
            asked = {"sentence_id": self.lent[browser][-1], "labels": [label]}
            assert self.post(browser, "/api/answer", asked) is None

    @rule(browser=browsers, place=some.integers(0, 20))
    def skip(self, browser, place):
        mine = self.lent[browser]
        sentence = mine[-1] if mine and place > 4 else IDS[place % len(IDS)]
        told = self.post(browser, "/api/skip", {"sentence_id": sentence})
        assert (told is not None) == (sentence in mine)
        if told is not None:
            mine.remove(sentence)
            self.acts.append((browser, self.name[browser], sentence, None))

    @rule(browser=browsers)
    def undo(self, browser):
        told = self.post(browser, "/api/undo")
        assert (told is not None) == bool(self.name[browser])
        last = self.last(browser)
        item = told and told["item"]
        assert (item["id"] if item else None) == (last[2] if last else None)
        if last:
            _, name, sentence, labels = last
            self.acts.remove(last)
            if sentence in self.lent[browser]:
                self.lent[browser].remove(sentence)
            self.lent[browser].append(sentence)
            if labels is not None:
                self.store[name, sentence] = "ignore", ()

    @rule(browser=browsers, labels=label_lists)
    def answer_and_undo(self, browser, labels):
        """By chance the two hardly ever follow each other."""
        if not self.name[browser]:
            self.start(browser, "ana")
        self.next(browser)
        if self.lent[browser]:
            self.answer(browser, 20, labels, False)
            self.undo(browser)

    @rule(browser=browsers, path=some.sampled_from(PATHS), value=json_values)
    def any_json(self, browser, path, value):
        if path in ("/api/next", "/api/undo") and value == {}:
            return  # that is no nonsense
        asked = value if isinstance(value, dict) else {"sentence_id": value, "annotator": value}
        assert self.post(browser, path, asked | {"nonsense": 1}) is None

    @rule(browser=browsers, path=some.sampled_from(PATHS), content=some.binary(max_size=40))
    def any_bytes(self, browser, path, content):
        if content.strip() != b"{}":
            self.post(browser, path, content=content)

    @rule(
        browser=browsers,
        path=some.sampled_from(PATHS),
        method=some.sampled_from(["GET", "PUT"]),
    )
    def any_method(self, browser, path, method):
        headers = {"Origin": "http://127.0.0.1:8123", "Content-Type": "application/json"}
        answer = self.clients[browser].request(method, path, headers=headers)
        assert answer.status_code < 500

    @precondition(lambda self: any(self.lent))
    @invariant()
    def each_sentence_lies_at_one_place(self):
        type(self).n_steps += 1
        lent = [one for mine in self.lent for one in mine]
        assert len(lent) == len(set(lent))


@pytest.fixture(scope="module")
def desk_machine(make, visitor, ask):
    """The state machine, with the fixtures that it needs."""
    needed = {"make": make, "visitor": visitor, "ask": ask}
    return type("Machine", (Browsers,), {name: staticmethod(one) for name, one in needed.items()})


def test_random_requests(desk_machine):
    """A thousand and more, in rows of forty."""
    desk_machine.TestCase.settings = settings(
        max_examples=30, stateful_step_count=40, deadline=None
    )
    desk_machine.TestCase().runTest()
    assert desk_machine.n_steps > 100
