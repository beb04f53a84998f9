"""Many files into a folder, here and on a Dask cluster that loses a worker."""

import os
import signal
import threading
import time

import pytest

from stance.prediction.answer import Answerer, Job
from stance.prediction.folders import (
    LIST_NAME,
    finish,
    parts_of,
    predict_here,
    predict_on_dask,
    same_kind,
)
from stance.prediction.predict import thresholds_of
from stance.storage.errors import InputError

SAID = ("The mayor welcomes the tram", "wants the tram plan dropped", "fears loud nights", "zzyzx")


@pytest.fixture
def sources(tmp_path):
    """Eight Parquet files of rows with ids."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder = tmp_path / "in"
    folder.mkdir()
    for n in range(8):
        rows = [
            {"id": f"{n}-{k:05}", "text": f"{SAID[k % 4]} {k % 37}", "n": [k]} for k in range(3000)
        ]
        pq.write_table(pa.Table.from_pylist(rows), folder / f"part-{n}.parquet")
    return sorted(folder.iterdir())


@pytest.fixture
def job(folders, several):
    """Parquet with the predictions of a model of four labels."""
    return Job(folders["several"].resolve(), thresholds_of(several), form="parquet")


def plan(job, sources, folder, resume=False, force=False, **options):
    return parts_of(job, sources, folder, None, options, resume, force)


def content(folder):
    """All rows of the files, sorted by id, as the bytes of an Arrow stream."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    tables = [pq.read_table(path) for path in sorted(folder.glob("*.parquet"))]
    table = pa.concat_tables(tables).sort_by("id").combine_chunks()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


def test_each_file_becomes_a_file(job, several, sources, tmp_path):
    """Same names, same rows, columns kept with their types; the list is gone at the end."""
    import pyarrow.parquet as pq

    out = tmp_path / "out"
    done = []
    predict_here(plan(job, sources, out), Answerer(job, several), 1, done.append)
    finish(out)
    assert sorted(path.name for path in out.iterdir()) == [path.name for path in sources]
    assert sum(one.counts.n_rows for one in done) == 24_000
    found, given = pq.read_table(out / sources[3].name), pq.read_table(sources[3])
    assert found.select(given.column_names) == given
    assert found.column("predicted_labels").to_pylist()[:2] == [["for_tram"], ["against_tram"]]


def test_a_run_into_a_folder_is_continued(job, several, sources, tmp_path):
    """Only what is missing is done; another input or option is refused."""
    out = tmp_path / "out"
    parts = plan(job, sources, out, option="a")
    predict_here(parts[:3], Answerer(job, several), 1, lambda done: None)
    before = {path.name: path.stat().st_mtime_ns for path in out.glob("*.parquet")}
    with pytest.raises(InputError, match="exists already"):
        plan(job, sources, out, option="a")
    with pytest.raises(InputError, match="cannot be continued"):
        plan(job, sources, out, resume=True, option="b")
    with pytest.raises(InputError, match="cannot be continued"):
        plan(job, sources[:-1], out, resume=True, option="a")
    left = plan(job, sources, out, resume=True, option="a")
    assert [one.source for one in left] == sources[3:]
    predict_here(left, Answerer(job, several), 1, lambda done: None)
    finish(out)
    after = {path.name: path.stat().st_mtime_ns for path in out.iterdir()}
    assert len(after) == 8
    assert before.items() <= after.items()
    assert plan(job, sources, out, resume=True, option="b") == []
    assert len(plan(job, sources, out, force=True)) == 8


def test_inputs_that_make_no_sense_together_are_told(job, sources, tmp_path):
    """Two of one name, several kinds, or the output on top of the input."""
    (tmp_path / "other").mkdir()
    twin = tmp_path / "other" / sources[0].name
    twin.write_bytes(sources[0].read_bytes())
    with pytest.raises(InputError, match="same name"):
        plan(job, [*sources, twin], tmp_path / "out")
    with pytest.raises(InputError, match="of one kind"):
        same_kind([*sources, tmp_path / "x.csv"])
    with pytest.raises(InputError, match="holds the inputs"):
        plan(job, sources, sources[0].parent)
    assert not (sources[0].parent / LIST_NAME).exists()


def test_a_broken_file_is_named(job, several, sources, tmp_path):
    """The files before it are there, and it is named with what is wrong."""
    sources[1].write_bytes(sources[1].read_bytes()[:-20])
    with pytest.raises(InputError, match=r"part-1\.parquet: cannot be read as Parquet"):
        predict_here(
            plan(job, sources, tmp_path / "out"), Answerer(job, several), 1, lambda done: None
        )
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == [LIST_NAME, "part-0.parquet"]


@pytest.mark.filterwarnings("ignore")  # those of other people's packages
def test_a_lost_worker_changes_nothing(job, several, sources, tmp_path):
    """Of two worker processes one is killed half-way; the rows are those of one process."""
    distributed = pytest.importorskip("distributed", reason="Dask is not installed")
    here, there = tmp_path / "here", tmp_path / "there"
    predict_here(plan(job, sources, here), Answerer(job, several), 1, lambda done: None)
    parts = plan(job, sources, there)
    done = []
    killed = []
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        victim = next(iter(cluster.workers.values())).pid

        def kill():
            while not done:
                time.sleep(0.01)
            os.kill(victim, signal.SIGKILL)
            killed.append(victim)

        thread = threading.Thread(target=kill, daemon=True)
        thread.start()
        predict_on_dask(parts, cluster.scheduler_address, 2, done.append)
        thread.join(timeout=10)
    assert killed == [victim]
    assert sorted(one.part.source for one in done) == sources
    assert content(there) == content(here)


@pytest.mark.filterwarnings("ignore")
def test_a_mistake_on_a_cluster_is_told(job, sources, tmp_path):
    """A file that cannot be read is a mistake of the user, not a lost worker."""
    pytest.importorskip("distributed", reason="Dask is not installed")
    sources[1].write_bytes(b"no table")
    parts = plan(job, sources[:2], tmp_path / "out")
    with pytest.raises(InputError, match=r"part-1\.parquet: cannot be read as Parquet"):
        predict_on_dask(parts, None, 1, lambda done: None)
