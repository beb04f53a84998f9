"""Parallel work on this machine's processes and on a Dask cluster of two."""

import math
import socket

import pytest

from stance.learning.engine import parallel
from stance.storage.errors import ProjectError, UsageError


def roots():
    """Square roots worked out by whatever engine is in force."""
    import joblib

    return joblib.Parallel()(joblib.delayed(math.sqrt)(n) for n in range(4))


def test_local_work_uses_the_jobs_given():
    """Inside the block joblib has the number of jobs; the results come in order."""
    import joblib

    with parallel("local", jobs=2):
        assert joblib.Parallel().n_jobs == 2
    with parallel("local", jobs=1):
        assert roots() == [0, 1, math.sqrt(2), math.sqrt(3)]


@pytest.mark.filterwarnings("ignore")  # those of other people's packages
def test_the_same_on_a_cluster_of_two_processes():
    """Calls of joblib go to Dask's workers and come back in order."""
    pytest.importorskip("distributed", reason="Dask is not installed")
    with parallel("dask", jobs=2):
        assert roots() == [0, 1, math.sqrt(2), math.sqrt(3)]


@pytest.mark.parametrize(
    ("engine", "scheduler", "told"),
    [("spark", None, 'unknown engine "spark"'), ("local", "tcp://x:1", "Add --engine dask")],
)
def test_an_engine_that_is_none_is_told(engine, scheduler, told):
    """A mistake is told before any work is done."""
    with pytest.raises(UsageError, match=told), parallel(engine, scheduler):
        pass


@pytest.mark.filterwarnings("ignore")
def test_a_scheduler_that_does_not_answer_is_told(monkeypatch):
    """A wrong address is one line, not a traceback out of an event loop."""
    pytest.importorskip("distributed", reason="Dask is not installed")
    monkeypatch.setattr("stance.learning.engine._CONNECT_SECONDS", 0.5)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        with (
            pytest.raises(ProjectError, match="no Dask scheduler answers"),
            parallel("dask", address),
        ):
            pass
