"""Blocks answered by several processes, in the order of the blocks.

Each process loads the model by itself; its arrays are mapped from the file, so that all share one
copy in memory. It gets one block at a time through a pipe of its own. A pipe tells at once when
the process at its other end is gone, whichever end that is, so that nobody waits for the dead.
"""

import contextlib
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from stance.prediction.answer import Answer, Answerer, Job
from stance.storage.blocks import Block
from stance.storage.errors import ProjectError, StanceError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

Work = Iterable[tuple[Block, Sequence[str]]]
Answers = Callable[[Work], Iterator[Answer]]
_AHEAD = 4  # answers a process may be ahead of the slowest one


@contextlib.contextmanager
def answering(job: Job, n_workers: int = 1, own: Answerer | None = None) -> Iterator[Answers]:
    """A function that gives the answers to blocks, in order, from any number of processes the
    same. With one process, `own` answers in this one.

    It raises ProjectError when a process is lost, and what a process raises over its block; then
    it cannot be used again.
    """
    if n_workers == 1:
        one = own or Answerer(job)
        yield lambda work: (one.answer(block, columns) for block, columns in work)
        return
    with _started(job, n_workers) as pipes:
        yield lambda work: _in_order(pipes, iter(work))


def _in_order(
    pipes: "list[Connection]", work: Iterator[tuple[Block, Sequence[str]]]
) -> Iterator[Answer]:
    from multiprocessing.connection import wait

    idle: list[Any] = list(pipes)
    busy: dict[Any, int] = {}
    done: dict[int, Answer] = {}
    n_sent = n_given = 0
    is_more, waits = True, False
    while True:
        while n_given in done:
            yield done.pop(n_given)
            n_given += 1
        # A writer that waits for its answer gets it before more is read from it.
        while is_more and idle and not (waits and n_sent > n_given):
            if n_sent - n_given >= _AHEAD * len(pipes):
                break
            try:
                block, columns = next(work)
            except StopIteration:
                is_more = False
                break
            pipe = idle.pop()
            _send(pipe, (block, columns))
            busy[pipe], waits = n_sent, block.waits
            n_sent += 1
        if not busy and not is_more:
            return
        for ready in wait(list(busy)):
            done[busy.pop(ready)] = _received(ready)
            idle.append(ready)


def _send(pipe: "Connection", message: object) -> None:
    try:
        pipe.send(message)
    except OSError as error:
        raise _lost() from error


def _received(pipe: Any) -> Answer:
    try:
        found = pipe.recv()
    except (EOFError, OSError) as error:
        raise _lost() from error
    if isinstance(found, BaseException):
        raise found
    assert isinstance(found, Answer)
    return found


def _lost() -> ProjectError:
    return ProjectError(
        "a process that helped with the work was killed (out of memory?). Use fewer --workers."
    )


@contextlib.contextmanager
def _started(job: Job, n_workers: int) -> "Iterator[list[Connection]]":
    """The pipes to so many processes, which end with the block."""
    import multiprocessing

    context = multiprocessing.get_context("spawn")
    pipes: list[Connection] = []
    processes = []
    # What the new processes inherit: Ctrl-C is for this one, which then closes their pipes.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        for _ in range(n_workers):
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(job, theirs), daemon=True)
            process.start()
            theirs.close()
            pipes.append(ours)
            processes.append(process)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    try:
        yield pipes
    finally:
        for pipe in pipes:
            pipe.close()
        for process in processes:
            process.join(timeout=1)
            if process.is_alive():
                process.kill()
                process.join()


def _serve(job: Job, pipe: "Connection") -> None:
    """Answers block after block until the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answerer: Answerer | None = None
    with contextlib.suppress(EOFError, OSError):
        while True:
            block, columns = pipe.recv()
            try:
                answerer = answerer or Answerer(job)
                pipe.send(answerer.answer(block, columns))
            except (StanceError, MemoryError) as error:
                pipe.send(error)
