"""Data sets of Hugging Face: names of classes, columns of their own, no way out of the folder."""

import datetime
import json

import pytest

from stance.annotation.examples import read_labelled
from stance.annotation.formats.format import Reading
from stance.annotation.formats.registry import rows_in
from stance.storage.errors import InputError
from stance.storage.rows import Row

TEXT = "Germany will send 14 tanks."


def data_set(folder, features, **columns):
    import datasets

    datasets.disable_progress_bars()
    datasets.Dataset.from_dict(columns, datasets.Features(features)).save_to_disk(folder)
    return folder


def test_a_data_set_without_names_is_refused(tmp_path, answers):
    """Numbers of classes say nothing."""
    import datasets

    text, number = datasets.Value("string"), datasets.Value("int64")
    path = data_set(tmp_path / "d", {"text": text, "label": number}, text=["x"], label=[0])
    with pytest.raises(InputError, match="labels are int, not names"):
        read_labelled([path])
    named = datasets.ClassLabel(names=["for", "against"])
    path = data_set(
        tmp_path / "e", {"text": text, "label": named}, text=["x", "y"], label=[1, None]
    )
    assert answers(read_labelled([path])) == [("", ("against",), "accept"), ("", (), "accept")]


def test_a_data_set_has_columns_of_its_own(tmp_path):
    """A text of another name, moments, and objects of plain parts; pictures are not looked at."""
    from datasets import Features, Image, Value

    string = Value("string")
    features = Features(
        body=string,
        label=string,
        published_at=Value("date32"),
        about={"title": string, "pages": [Value("int64")]},
        shots={"front": Image()},
    )
    path = data_set(
        tmp_path / "d",
        features,
        body=["x"],
        label=["for"],
        published_at=[datetime.date(2026, 1, 2)],
        about=[{"title": "Ships", "pages": [1]}],
        shots=[{"front": None}],
    )
    (row,) = rows_in(path, Reading(as_format="hf", text_key="body"))[1]
    assert row == Row(
        1,
        {
            "label": "for",
            "published_at": "2026-01-02",
            "about": {"title": "Ships", "pages": [1]},
            "text": "x",
        },
    )


def test_nothing_that_a_data_set_names_is_opened(tmp_path, monkeypatch, answers):
    """Neither pictures that are addresses nor files beside its own."""
    import datasets

    monkeypatch.setattr(datasets.Image, "decode_example", lambda *args: pytest.fail("opened"))
    (tmp_path / "x.png").touch()
    features = {"text": datasets.Value("string"), "label": datasets.ClassLabel(names=["for"])}
    picture = [{"path": str(tmp_path / "x.png"), "bytes": None}]
    path = data_set(
        tmp_path / "d",
        features | {"picture": datasets.Image()},
        text=["x"],
        label=["for"],
        picture=picture,
    )
    assert answers(read_labelled([path])) == [("", ("for",), "accept")]
    state = json.loads((path / "state.json").read_text())
    state["_data_files"][0]["filename"] = "../../secret.arrow"
    (path / "state.json").write_text(json.dumps(state))
    with pytest.raises(InputError, match="names a file that is elsewhere"):
        read_labelled([path])


@pytest.mark.parametrize("damage", ["state.json", "dataset_info.json", "data-00000-of-00001.arrow"])
@pytest.mark.parametrize("content", [b"", b"{}", b"[" * 50_000, b"\xff" * 9])
def test_a_damaged_data_set_is_one_error(tmp_path, damage, content, answers):
    """No traceback, whatever stands in its files."""
    import datasets

    features = {"text": datasets.Value("string"), "label": datasets.ClassLabel(names=["for"])}
    path = data_set(tmp_path / "d", features, text=["x"], label=["for"])
    (path / damage).write_bytes(content)
    if (damage, content) == ("dataset_info.json", b"{}"):  # the names are in the other file, too
        assert answers(read_labelled([path])) == [("", ("for",), "accept")]
        return
    with pytest.raises(InputError):
        read_labelled([path], reading=Reading(as_format="hf"))


@pytest.mark.parametrize("split", ["../secret/train", "link", "..", "", 7])
def test_a_data_set_names_only_parts_of_its_own(tmp_path, split, export):
    """No path in it is followed, and no link."""
    export("hf", tmp_path / "secret", [{"text": TEXT, "labels": ["for"]}])
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "link").symlink_to(tmp_path / "secret" / "train")
    (tmp_path / "set" / "dataset_dict.json").write_text(json.dumps({"splits": [split]}))
    with pytest.raises(InputError, match=r"dataset_dict\.json: names a file that is elsewhere"):
        list(rows_in(tmp_path / "set", Reading(as_format="hf"))[1])
    (tmp_path / "set" / "dataset_dict.json").write_text("{}")
    with pytest.raises(InputError, match=r"dataset_dict\.json: is damaged"):
        list(rows_in(tmp_path / "set", Reading(as_format="hf"))[1])


@pytest.mark.parametrize("split", ["../evil", "first half", ".", "..", "a/b", "/tmp/a", "x\n"])
def test_a_split_is_no_path(tmp_path, split, export):
    """Its name is that of a folder; where it cannot be, nothing is written."""
    row = {"text": TEXT, "labels": ["for"], "split": split}
    with pytest.raises(InputError, match=r"out: .* cannot be the name of a split"):
        export("hf", tmp_path / "in" / "out", [row])
    assert list(tmp_path.rglob("*")) == []
