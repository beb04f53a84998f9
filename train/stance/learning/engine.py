"""Where parallel work runs: on the processes of this machine, or on a Dask cluster.

Dask is an engine that exists (docs.dask.org): it hands out tasks, notices a worker that is lost,
and gives its tasks to another. Without an address a cluster of this machine's processes is started
for the time of the work, without a web page and reachable from this machine only.
"""

import contextlib
import os
from collections.abc import Iterator
from typing import Any

from stance.storage.errors import ProjectError, UsageError, printable

ENGINES = ("local", "dask")
_CONNECT_SECONDS = 10


@contextlib.contextmanager
def parallel(
    engine: str = "local", scheduler: str | None = None, jobs: int | None = None
) -> Iterator[None]:
    """Inside the block, joblib's parallel calls run on `jobs` processes of the engine.

    `jobs` is the number of processors when it is not given; with a scheduler's address it is
    what the cluster has. Raises UsageError for an engine that is unknown or not installed, and
    ProjectError when the scheduler does not answer.
    """
    import joblib

    check_engine(engine, scheduler)
    if engine == "local":
        with joblib.parallel_config(n_jobs=jobs or n_processors()):
            yield
        return
    with (
        dask_client(scheduler, jobs) as client,
        joblib.parallel_config(backend="dask", client=client, n_jobs=-1),
    ):
        yield


def check_engine(engine: str, scheduler: str | None) -> None:
    """Raises UsageError for an engine that is unknown, and an address that none would use."""
    if engine not in ENGINES:
        raise UsageError(
            f'--engine: unknown engine "{printable(engine)}". Engines: {", ".join(ENGINES)}.'
        )
    if scheduler is not None and engine != "dask":
        raise UsageError("--scheduler is the address of a Dask cluster. Add --engine dask.")


def n_processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextlib.contextmanager
def dask_client(scheduler: str | None = None, jobs: int | None = None) -> Iterator[Any]:
    """A client of the cluster at the address, or of one with `jobs` processes on this machine."""
    try:
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise UsageError(
            "--engine dask needs Dask. Install it with: pip install 'stancedesk[dask]'."
        ) from error
    with contextlib.ExitStack() as stack:
        if scheduler is None:
            cluster = stack.enter_context(
                LocalCluster(
                    n_workers=jobs or n_processors(),
                    threads_per_worker=1,
                    dashboard_address=None,
                    host="127.0.0.1",
                )
            )
            yield stack.enter_context(Client(cluster))
            return
        try:
            client = Client(scheduler, timeout=_CONNECT_SECONDS)
        except (OSError, ValueError) as error:
            raise ProjectError(
                f"{printable(scheduler)}: no Dask scheduler answers there. Start one with "
                "`dask scheduler`, or leave --scheduler out."
            ) from error
        yield stack.enter_context(client)
