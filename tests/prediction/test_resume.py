"""Outputs that were cut off: continued to the byte, or refused with the reason."""

import gzip
import itertools

import pytest

from stance.prediction import resume as module
from stance.prediction.answer import Answerer, Job
from stance.prediction.files import Run, predict_file
from stance.prediction.inputs import input_blocks
from stance.prediction.predict import thresholds_of
from stance.prediction.resume import continuing, partial_paths
from stance.prediction.workers import answering
from stance.storage import blocks
from stance.storage.errors import InputError, ProjectError, UsageError
from stance.storage.row_files import row_kind

OPTIONS = {"model": "m1", "threshold": "0.5"}


class Killed(BaseException):
    """Stands for the end of the process: nothing after it is cleaned up."""


@pytest.fixture
def source(tmp_path, monkeypatch):
    """Rows of which some are refused, in many small blocks; every block is a checkpoint."""
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 300)
    monkeypatch.setattr(module, "CHECKPOINT_SECONDS", 0)
    path = tmp_path / "in.jsonl"
    lines = [f'{{"text": "The mayor welcomes tram {n}", "id": {n}}}\n' for n in range(200)]
    lines[7] = lines[150] = '{"text": 5}\n'
    path.write_text("".join(lines))
    return path


@pytest.fixture
def predict(several, source, tmp_path):
    """Predicts into a file, and dies after so many answers."""

    def into(name, dies_after=None, resume=True, options=OPTIONS):
        suffix, compression = row_kind(tmp_path / name)
        job = Job(None, thresholds_of(several), form=suffix[1:], compression=compression)
        count = itertools.count(1)

        def told(answer):
            if next(count) == dies_after:
                raise Killed

        with answering(job, 1, Answerer(job, several)) as answers:
            run = Run(answers, resume, options, told)
            return predict_file(job, input_blocks([str(source)], [], None), tmp_path / name, run)

    return into


@pytest.mark.parametrize("name", ["o.jsonl", "o.csv", "o.jsonl.gz", "o.csv.zst"])
def test_however_often_it_is_cut_off_the_output_is_the_same(predict, tmp_path, name):
    """Bytes and counts equal those of a run that nothing interrupts."""
    counts = predict("whole-" + name)
    for dies_after in (1, 3, 2, 5, 1):
        with pytest.raises(Killed):
            predict(name, dies_after)
        assert not (tmp_path / name).exists()
        with partial_paths(tmp_path / name)[0].open("ab") as torn:
            torn.write(b"half a row that was never confirmed")
    assert predict(name) == counts
    assert (tmp_path / name).read_bytes() == (tmp_path / ("whole-" + name)).read_bytes()
    assert not any(path.exists() for path in partial_paths(tmp_path / name))
    assert (counts.n_rows, counts.n_refused) == (198, 2)


def test_compressed_outputs_are_ordinary_files(predict, tmp_path):
    """Other programs unpack them, and they hold what the plain file holds."""
    predict("o.jsonl")
    predict("o.jsonl.gz")
    assert (
        gzip.decompress((tmp_path / "o.jsonl.gz").read_bytes())
        == (tmp_path / "o.jsonl").read_bytes()
    )


def test_a_changed_input_is_refused(predict, source, tmp_path):
    """A character in the part that is done, or less input than that: told, and nothing lost."""
    content = source.read_text()
    with pytest.raises(Killed):
        predict("o.jsonl", 4)
    before = partial_paths(tmp_path / "o.jsonl")[0].read_bytes()
    for changed in (content.replace("tram 3", "tram 4", 1), content[:400]):
        source.write_text(changed)
        with pytest.raises(InputError, match="the input is not the one"):
            predict("o.jsonl")
    source.write_text(content)
    assert partial_paths(tmp_path / "o.jsonl")[0].read_bytes().startswith(before)
    assert predict("o.jsonl").n_rows == 198


@pytest.mark.parametrize("name", OPTIONS)
def test_other_options_are_refused(predict, name):
    """Half of a file from one model and half from another would be no result."""
    with pytest.raises(Killed):
        predict("o.jsonl", 2)
    with pytest.raises(InputError, match=f"another {name} made its beginning"):
        predict("o.jsonl", options=OPTIONS | {name: "other"})


def test_without_resume_it_starts_anew_and_leaves_nothing(predict, tmp_path):
    """What an earlier run left is not used, and a failure leaves the folder as it was."""
    with pytest.raises(Killed):
        predict("o.jsonl", 3)
    with pytest.raises(Killed):
        predict("o.jsonl", 3, resume=False, options={"model": "m2"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl"]
    assert predict("o.jsonl", resume=False).n_rows == 198


def test_parquet_says_that_it_cannot(predict, tmp_path):
    """A single Parquet file cannot be continued; the reason and the way out are told."""
    with pytest.raises(UsageError, match=r"cannot be continued.*\.jsonl or \.csv"):
        predict("o.parquet")


def test_one_process_at_a_time_writes_an_output(tmp_path):
    """A second one is told, and does not touch what the first has."""
    target = tmp_path / "o.jsonl"
    with continuing(target, {}, resume=True) as partial:
        partial.write(b"first\n")
        with (
            pytest.raises(ProjectError, match="another process"),
            continuing(target, {}, resume=False),
        ):
            pass
    assert target.read_bytes() == b"first\n"


def test_a_beginning_that_is_gone_is_told(predict, tmp_path):
    """A record that promises more bytes than there are is not believed."""
    with pytest.raises(Killed):
        predict("o.jsonl", 4)
    content, record = partial_paths(tmp_path / "o.jsonl")
    content.write_bytes(b"")
    with pytest.raises(InputError, match="its beginning is gone"):
        predict("o.jsonl")
    record.write_text("{")
    with pytest.raises(InputError, match="cannot be read"):
        predict("o.jsonl")
