"""Several processes: the same answers in the same order, and a loss that is told."""

import os
import signal

import pytest

from stance.prediction import workers
from stance.prediction.answer import Answerer, Job, with_columns
from stance.prediction.predict import thresholds_of
from stance.prediction.workers import answering
from stance.storage.blocks import Block
from stance.storage.errors import InputError, ProjectError

TEXTS = ["The mayor welcomes the tram", "wants the tram plan dropped", "zzyzx", "", "ΟΔΟΣ İpek"]


@pytest.fixture
def job(folders, several):
    """JSON lines with the predictions of a model of four labels."""
    return Job(folders["several"], thresholds_of(several), form="jsonl")


def answers(job, work, n_workers=1, own=None):
    """The answers to the work."""
    with answering(job, n_workers, own) as answer_all:
        yield from answer_all(work)


def blocks(n_blocks):
    """Blocks of unequal size, the first one by far the largest."""
    for number in range(n_blocks):
        texts = TEXTS[number % 5 :] * (200 if number == 0 else 1)
        yield Block("lines", "\n".join(texts).encode(), number)


def test_any_number_of_processes_gives_the_same_bytes(job, several):
    """Answers come in the order of the blocks, byte for byte as one process gives them."""
    alone = list(answers(job, with_columns(blocks(30), job), 1, Answerer(job, several)))
    assert list(answers(job, with_columns(blocks(30), job), 2)) == alone
    assert len(alone) == 30


def test_a_writer_that_waits_is_answered_before_more_is_read(job):
    """No second block is asked for while the first one's answer is awaited."""
    given = []

    def slow():
        for number in range(3):
            given.append(number)
            yield Block("lines", b"tram", number, waits=True), ()

    found = answers(job, slow(), 2)
    for number in range(3):
        next(found)
        assert given == list(range(number + 1))
    found.close()


def test_a_mistake_in_a_block_reaches_the_user(job):
    """What a process raises over a quote that never closes is raised here."""
    work = [(Block("csv", b'"open\n', 1, ("text",)), ())]
    with pytest.raises(InputError, match="line 1: a quote opens here"):
        list(answers(job, work, 2))


def test_a_killed_process_is_told_and_none_stays(job, monkeypatch):
    """The loss of one is an error at once, and the other one is ended."""
    started = []
    original = workers._started

    def noted(*arguments):
        import contextlib
        import multiprocessing

        @contextlib.contextmanager
        def watched():
            before = set(multiprocessing.active_children())  # another test's, a Dask cluster's
            with original(*arguments) as pipes:
                started.extend(set(multiprocessing.active_children()) - before)
                yield pipes

        return watched()

    monkeypatch.setattr(workers, "_started", noted)
    found = answers(job, with_columns(blocks(100_000), job), 2)
    next(found)
    os.kill(started[0].pid, signal.SIGKILL)
    with pytest.raises(ProjectError, match="was killed"):
        list(found)
    assert not any(process.is_alive() for process in started)
