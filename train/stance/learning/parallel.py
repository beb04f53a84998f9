"""Calls side by side: processes of this machine, or whatever joblib was told to use.

Processes, because SciPy's sparse products hold Python's lock; joblib maps the large arrays into
their memory instead of copying them. What is small is done on the spot. On two processors two
processes gained little, even with 100,000 sentences, and took 5.3 GB where one took 3.3
(`benchmarks/README.md`), so one is the default of `stance train`.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from stance.storage.errors import ProjectError

Progress = Callable[[str], None]
Call = tuple[Callable[..., Any], tuple[Any, ...]]

WORTH_A_PROCESS = 3_000_000  # counts of n-grams; some 5,000 sentences


def started(calls: Iterable[Call], size: int) -> Iterator[Any]:
    """What the calls return, in order. Where they run elsewhere, they have begun.

    `size` is how many numbers each of them works through.
    """
    from joblib import Parallel, delayed

    results: Iterator[Any] = Parallel(
        n_jobs=1 if size < WORTH_A_PROCESS else None, return_as="generator"
    )(delayed(function)(*arguments) for function, arguments in calls)
    return results


def told(results: Iterator[Any], steps: list[str], progress: Progress) -> list[Any]:
    """The results, each step told before its result is waited for.

    Raises ProjectError when a process was killed.
    """
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    found = []
    try:
        for step in steps:
            progress(step)
            found.append(next(results))
    except TerminatedWorkerError as error:
        raise ProjectError(
            "a process that was fitting was killed, perhaps for want of memory. Use --jobs 1."
        ) from error
    return found
