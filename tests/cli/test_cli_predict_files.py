"""`stance predict` on files large and small: compressed, on processes, killed, and continued."""

import contextlib
import gzip
import json
import os
import resource
import select
import signal
import subprocess
import time
from pathlib import Path

import pytest

PRAISE = "The cook praises the new bridge today."
N_ROWS = 30_000


@pytest.fixture(scope="module")
def big(tmp_path_factory):
    """JSON lines that take a few seconds."""
    path = tmp_path_factory.mktemp("big") / "big.jsonl"
    with path.open("w") as stream:
        for n in range(N_ROWS):
            row = {"id": n, "text": f"{PRAISE} The crew calls pier {n % 977} a folly."}
            stream.write(json.dumps(row) + "\n")
    return path


@pytest.fixture(scope="module")
def whole(big, model, tmp_path_factory, done):
    """What comes of it when nothing interrupts."""
    path = tmp_path_factory.mktemp("whole") / "o.jsonl"
    done("predict", big, "--model", model, "-o", path)
    return path.read_bytes()


def finished(process):
    """(exit code, lines on stderr) of a process, which must end by itself."""
    _, error = process.communicate(timeout=60)
    assert b"Traceback" not in error
    return process.returncode, error.decode().splitlines()


def children_of(process):
    """The processes that it started."""
    path = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return [int(one) for one in path.read_text().split()] if path.exists() else []


def wait_for(condition):
    """Waits until the condition holds."""
    for _ in range(3000):
        if found := condition():
            return found
        time.sleep(0.01)
    raise AssertionError("waited in vain")


def is_alive(process):
    """Whether the process runs; one that ended and was not fetched does not."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return False


@pytest.mark.parametrize("suffix", ["jsonl", "csv"])
@pytest.mark.parametrize("compression", ["gz", "zst"])
def test_compressed_in_and_out(rows, model, tmp_path, done, suffix, compression):
    """What goes through compressed files is what goes through plain ones."""
    done("predict", rows, "--model", model, "-o", f"plain.{suffix}")
    done("predict", rows, "--model", model, "-o", f"packed.{suffix}.{compression}")
    done("predict", f"packed.{suffix}.{compression}", "--model", model, "-o", f"again.{suffix}")
    plain = (tmp_path / f"plain.{suffix}").read_bytes()
    assert (tmp_path / f"again.{suffix}").read_bytes() == plain
    if compression == "gz":
        assert gzip.decompress((tmp_path / f"packed.{suffix}.gz").read_bytes()) == plain


def test_two_processes_write_the_same_bytes(big, whole, model, tmp_path, start):
    """Order and bytes do not depend on the number of processes."""
    process = start("predict", big, "--model", model, "-o", tmp_path / "o.jsonl", "--workers", 2)
    code, lines = finished(process)
    assert (code, lines) == (0, [f"predicted {N_ROWS:,} rows into {tmp_path}/o.jsonl; 0 refused"])
    assert (tmp_path / "o.jsonl").read_bytes() == whole


@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_ends_all_processes_and_leaves_nothing(big, model, tmp_path, start, workers):
    """130 and one line within two seconds, as from a terminal that sends it to all of them."""
    options = ("--model", model, "-o", tmp_path / "o.jsonl", "--workers", workers)
    process = start("predict", big, *options, start_new_session=True)
    wait_for(lambda: any(path.stat().st_size for path in tmp_path.glob(".stance-part-*")))
    helpers = children_of(process)
    os.killpg(process.pid, signal.SIGINT)
    started = time.monotonic()
    assert finished(process) == (130, ["stance: interrupted"])
    assert time.monotonic() - started < 5
    assert list(tmp_path.iterdir()) == []
    wait_for(lambda: not any(map(is_alive, helpers)))


def test_helpers_do_not_outlive_a_killed_command(big, model, tmp_path, start):
    """After kill -9 the processes that helped end by themselves."""
    options = ("--model", model, "-o", tmp_path / "o.jsonl", "--workers", 2)
    process = start("predict", big, *options)
    helpers = wait_for(lambda: len(children_of(process)) >= 3 and children_of(process))
    process.kill()
    process.communicate()
    assert wait_for(lambda: not any(map(is_alive, helpers)))


def test_killed_again_and_again_and_continued(big, whole, model, tmp_path, start):
    """After each kill -9 it goes on where it was; in the end no byte is other."""
    command = ("predict", big, "--model", model, "-o", tmp_path / "o.jsonl", "--resume")
    n_continued = 0
    for delay in (0.1, 1.2, 0.4, 1.5):
        process = start(*command)
        wait_for(lambda: any(tmp_path.iterdir()))
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=delay)
        process.kill()
        process.communicate()
        n_continued += any(tmp_path.glob(".stance-part-*.json"))
        if (tmp_path / "o.jsonl").exists():  # a quick machine was done before the kill
            break
    code, _ = finished(start(*command))
    assert code == 0 and n_continued
    assert (tmp_path / "o.jsonl").read_bytes() == whole
    assert [path.name for path in tmp_path.iterdir()] == ["o.jsonl"]
    assert finished(start(*command)) == (
        0,
        [f"{tmp_path}/o.jsonl is there already; nothing was cut off."],
    )


def test_a_disk_that_is_full_is_told_and_continued(big, whole, model, tmp_path, start):
    """When no more can be written one line says so; with room again it goes on."""
    limit = len(whole) * 2 // 3
    command = ("predict", big, "--model", model, "-o", tmp_path / "o.jsonl")

    def little_room():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    code, lines = finished(start(*command, preexec_fn=little_room))
    assert (code, len(lines)) == (1, 1)
    assert lines[0].startswith("stance: File too large")
    assert list(tmp_path.iterdir()) == []
    code, lines = finished(start(*command, "--resume", preexec_fn=little_room))
    assert code == 1
    assert lines[0] == "What is done so far is kept; the same command goes on from there."
    assert lines[1].startswith("stance: File too large")
    code, _ = finished(start(*command, "--resume"))
    assert code == 0
    assert (tmp_path / "o.jsonl").read_bytes() == whole


def test_a_reader_that_has_enough_ends_the_helpers_too(big, model, start):
    """`| head -1` with two processes: one line, no complaint, nobody left."""
    process = start("predict", big, "--model", model, "--json", "--workers", 2)
    head = subprocess.run(["head", "-1"], stdin=process.stdout, capture_output=True)
    helpers = children_of(process)
    process.stdout.close()
    error = process.stderr.read()
    process.stderr.close()
    assert (process.wait(timeout=60), error, head.stdout.count(b"\n")) == (141, b"", 1)
    wait_for(lambda: not any(map(is_alive, helpers)))


def test_a_slow_pipe_is_answered_by_helpers_at_once(model, start):
    """Also with two processes a line is answered before the next one is there."""
    process = start("predict", "-", "--model", model, "--json", "--workers", 2, stdin=-1)
    for _ in range(3):
        process.stdin.write(f"{PRAISE}\n".encode())
        process.stdin.flush()
        assert select.select([process.stdout], [], [], 30)[0], "no answer"
        assert b'"predicted_labels": ["for_bridge"]' in process.stdout.readline()
    assert finished(process)[0] == 0


def test_many_files_into_a_folder(rows, model, tmp_path, done, fails):
    """Each input file becomes a file of its name; a folder is named by its slash."""
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_bytes(rows.read_bytes())
    done("predict", "a.csv", "b.csv", "--model", model, "-o", "out/")
    done("predict", "a.csv", "--model", model, "-o", "one.csv")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.csv", "b.csv"]
    for name in ("a.csv", "b.csv"):
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "one.csv").read_bytes()
    command = ("predict", "a.csv", "b.csv", "--model", model, "-o", "out")
    assert "exists already. Write over it with --force" in fails(*command)
    done(*command, "--force", "--workers", 2)
    assert done(*command, "--resume") == ""


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--engine", "spark", "-o", "out/"], 'unknown engine "spark". Engines: local, dask.'),
        (["--scheduler", "tcp://x:1", "-o", "out/"], "Add --engine dask"),
        (["--engine", "dask", "-o", "o.csv"], "writes many files into a folder"),
        (["--resume"], "--resume continues a file. Name it with --output."),
        (["--resume", "-o", "o.parquet"], "a Parquet file cannot be continued"),
        (["-o", "out/", "--text", "x"], "leave --text out"),
    ],
)
def test_options_that_do_not_go_together_are_told(
    rows, model, tmp_path, fails, unchanged, options, told
):
    """One line says which and what to do; nothing is written."""
    (tmp_path / "x.csv").write_bytes(rows.read_bytes())
    with unchanged():
        assert told in fails("predict", "x.csv", "--model", model, *options, code=2)


@pytest.mark.parametrize("name", ["x.csv.gz", "x.jsonl.zst"])
def test_a_broken_archive_is_told_with_its_name(model, tmp_path, fails, unchanged, name):
    """A compressed file that is none, or empty."""
    (tmp_path / name).write_bytes(b"text\nno archive\n")
    with unchanged():
        told = fails("predict", name, "--model", model, "-o", "o.jsonl")
    assert told.startswith(f"{name}: cannot be decompressed")


def test_a_line_of_a_hundred_megabytes_takes_no_memory(model, tmp_path, start):
    """It is refused with its number; the rows before and behind it are answered."""
    path = tmp_path / "long.jsonl"
    with path.open("wb") as stream:
        stream.write(b'{"text": "The bridge is good."}\n{"text": "')
        for _ in range(100):
            stream.write(b"so long " * 125_000)
        stream.write(b'"}\n{"text": "It is bad."}\n')
    process = start("predict", path, "--model", model, "-o", tmp_path / "o.jsonl")
    peak = 0
    while process.poll() is None:
        with contextlib.suppress(OSError, StopIteration):
            status = Path(f"/proc/{process.pid}/status").read_text().splitlines()
            peak = max(peak, next(int(x.split()[1]) for x in status if x.startswith("VmHWM")))
        time.sleep(0.01)
    code, lines = finished(process)
    assert code == 1
    assert "long.jsonl:2: the line is longer" in "".join(lines)
    assert 0 < peak < 300_000  # kB
    assert len((tmp_path / "o.jsonl").read_text().splitlines()) == 2
