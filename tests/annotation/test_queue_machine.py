"""The queue under any interleaving of holders: no sentence served twice, no answer lost."""

import json
import shutil
import tempfile
from pathlib import Path

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from stance.annotation.queue import Queue
from stance.annotation.store import read_annotations
from stance.codebook.codebook import Codebook, Label, to_toml
from stance.corpus.articles import Article
from stance.corpus.normalise import sha256
from stance.corpus.segment import Sentence
from stance.corpus.store import add_to_corpus
from stance.storage.project import create_project

CODEBOOK = Codebook(name="bridge", labels=(Label(name="for"), Label(name="against")))
SIDES = {"a0": "train", "a1": "test", "a2": "aside"}
N_EACH = 4
LAPSE = 1800

# A holder is one browser of one person; two of them are the same person's.
HOLDERS = {"x1": "ana", "x2": "ana", "y": "ben", "z": "eve"}
holders = st.sampled_from(sorted(HOLDERS))
labels = st.lists(st.sampled_from(CODEBOOK.names), unique=True)


def suggest(texts):
    """Any probabilities that are the same each time."""
    return np.array([[len(text) % 7 / 7, len(text) % 5 / 5] for text in texts])


class QueueMachine(RuleBasedStateMachine):
    """Holds a model of what each holder has and has said, and compares."""

    @initialize(
        pick=st.sampled_from(["order", "random", "entropy", "class:for"]),
        overlap=st.integers(1, 2),
        seed=st.integers(0, 5),
    )
    def begin(self, pick, overlap, seed):
        self.root = Path(tempfile.mkdtemp())
        self.project = create_project(self.root / "project", to_toml(CODEBOOK))
        for article in SIDES:
            texts = [f"{article} {'word ' * (index + 3)}{index}." for index in range(N_EACH)]
            sentences = [
                Sentence(id=f"{article}#{n}", article_id=article, sent_index=n, text=text,
                         sha256=sha256(text))
                for n, text in enumerate(texts)
            ]  # fmt: skip
            add_to_corpus(self.project, [Article(id=article)], sentences)
        self.project.split.write_text(json.dumps({"format": 1, "articles": SIDES}), "utf-8")
        self.settings = {"pick": pick, "overlap": overlap, "seed": seed}
        self.time = 0.0
        self.said, self.skipped = {}, set()
        self.start()

    def start(self):
        suggester = suggest if self.settings["pick"] not in ("order", "random") else None
        self.queue = Queue(
            self.project, CODEBOOK, suggester=suggester, clock=lambda: self.time, **self.settings
        )
        self.holds, self.acts = {}, {name: [] for name in HOLDERS}
        self.skipped = set()

    def is_live(self, holder):
        return holder in self.holds and self.time - self.holds[holder][1] < LAPSE

    @rule(holder=holders)
    def ask(self, holder):
        """Only what nobody else holds or has said, and the same again until it is done."""
        person = HOLDERS[holder]
        item = self.queue.next(person, holder)
        if item is None:
            assert not self.is_live(holder)
            assert not self.free_for(person)
            self.holds.pop(holder, None)
            return
        name = item.sentence.id
        if self.is_live(holder):
            assert name == self.holds[holder][0]
        elif holder not in self.holds or self.holds[holder][0] != name:
            assert name in self.free_for(person)
        assert (item.shown == "test") == (item.article.id == "a1")
        if item.article.id == "a2":
            assert item.shown == "random"
        self.drop_lapsed(name, holder)
        self.holds[holder] = (name, self.time)

    def free_for(self, person):
        """The sentences that this person may be given by what is known here."""
        free = set()
        for article in SIDES:
            for n in range(N_EACH):
                name = f"{article}#{n}"
                takers = {who for who, what in self.said if what == name}
                held = [one for one in self.holds if self.is_live(one)]
                held = [one for one in held if self.holds[one][0] == name]
                if person in takers or (person, name) in self.skipped:
                    continue
                if any(HOLDERS[one] == person for one in held):
                    continue
                if len(takers) + len(held) < self.settings["overlap"]:
                    free.add(name)
        return free

    def drop_lapsed(self, name, but):
        for other in list(self.holds):
            if other != but and self.holds[other][0] == name and not self.is_live(other):
                del self.holds[other]

    @precondition(lambda self: self.holds)
    @rule(data=st.data(), given=labels, kind=st.sampled_from(["accept", "accept", "ignore"]))
    def answer(self, data, given, kind):
        """What is held can be answered, and is on the disk then."""
        holder = data.draw(st.sampled_from(sorted(self.holds)))
        name, _ = self.holds.pop(holder)
        person = HOLDERS[holder]
        saved = self.queue.answer(person, holder, name, given, kind)
        assert saved in read_annotations(self.project)
        self.said[person, name] = saved
        self.acts[holder].append((name, True))

    @precondition(lambda self: self.holds)
    @rule(data=st.data())
    def skip(self, data):
        """What is skipped is nobody's then, and not this person's again."""
        holder = data.draw(st.sampled_from(sorted(self.holds)))
        name, _ = self.holds.pop(holder)
        self.queue.skip(HOLDERS[holder], holder, name)
        self.skipped.add((HOLDERS[holder], name))
        self.acts[holder].append((name, False))

    @precondition(lambda self: not self.holds and any(self.acts.values()))
    @rule(data=st.data())
    def undo(self, data):
        """The last act of the holder is taken back and its sentence is there again."""
        holder = data.draw(st.sampled_from(sorted(one for one in HOLDERS if self.acts[one])))
        name, was_answer = self.acts[holder].pop()
        person = HOLDERS[holder]
        item = self.queue.undo(person, holder)
        assert item.sentence.id == name
        if was_answer:
            del self.said[person, name]
        else:
            self.skipped.discard((person, name))
        self.holds[holder] = (name, self.time)

    @rule(holder=holders)
    def release(self, holder):
        """What a closed page held is free."""
        self.queue.release(holder)
        self.holds.pop(holder, None)

    @rule(seconds=st.sampled_from([1, 600, LAPSE]))
    def wait(self, seconds):
        """Time passes, and leases lapse."""
        self.time += seconds

    @rule()
    def restart(self):
        """A new process knows what the disk knows."""
        self.start()

    @invariant()
    def the_disk_has_every_answer_and_no_other(self):
        """What was said and not taken back, word for word."""
        if not hasattr(self, "queue"):
            return
        kept = {
            (one.annotator, one.sentence_id): one
            for one in read_annotations(self.project)
            if one.note != "undone"
        }
        assert kept == self.said
        for person in sorted(set(HOLDERS.values())):
            told = self.queue.progress(person)
            assert told.done == sum(who == person for who, _ in self.said)

    def teardown(self):
        if hasattr(self, "root"):
            shutil.rmtree(self.root)


TestQueueMachine = QueueMachine.TestCase
TestQueueMachine.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
