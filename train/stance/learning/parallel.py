"""Calls side by side: threads of this process, or whatever joblib was told to use."""

from collections.abc import Callable, Iterable
from typing import Any

Progress = Callable[[str], None]
Call = tuple[Callable[..., Any], tuple[Any, ...]]


def run(calls: Iterable[Call], steps: list[str], progress: Progress) -> list[Any]:
    """What the calls return, in order; each step is told before its call is waited for.

    Threads, because the sparse products run outside of Python's lock and share the counts; Dask
    takes over where `joblib.parallel_config` says so.
    """
    from joblib import Parallel, delayed

    results = Parallel(prefer="threads", return_as="generator")(
        delayed(function)(*arguments) for function, arguments in calls
    )
    found = []
    for step in steps:
        progress(step)
        found.append(next(results))
    return found
