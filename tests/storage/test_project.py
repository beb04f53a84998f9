"""Projects: found from below, made without overwriting."""

from pathlib import Path

import pytest

from stance.storage.errors import ProjectError
from stance.storage.project import (
    FOLDERS,
    Project,
    create_project,
    default_text,
    find_project,
    require_project,
)


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_new_project_has_its_folders_and_configs(tmp_path):
    """What the flow needs is there, and nothing else."""
    project = create_project(tmp_path / "news")
    assert names_in(project.root) == sorted(FOLDERS)
    assert names_in(project.root / "configs") == ["codebook.toml", "train.toml"]
    assert project.codebook.read_text(encoding="utf-8") == default_text("codebook.toml")


def test_making_a_project_twice_changes_nothing(tmp_path):
    """Files that are there stay as they are, byte for byte."""
    create_project(tmp_path, codebook="# mine\n")
    (tmp_path / "configs" / "train.toml").write_text("# edited\n")
    (tmp_path / "seeds" / "a.txt").write_text("kept")
    create_project(tmp_path, codebook="# other\n")
    assert (tmp_path / "configs" / "codebook.toml").read_text() == "# mine\n"
    assert (tmp_path / "configs" / "train.toml").read_text() == "# edited\n"
    assert (tmp_path / "seeds" / "a.txt").read_text() == "kept"


def test_a_file_is_no_place_for_a_project(tmp_path):
    """A project cannot be made where a file is, and the file stays."""
    (tmp_path / "taken").write_text("x")
    with pytest.raises(ProjectError, match="is a file"):
        create_project(tmp_path / "taken")
    assert (tmp_path / "taken").read_text() == "x"


def test_the_nearest_project_above_is_found(tmp_path, monkeypatch):
    """A project is found from any folder below it; an inner project hides the outer one."""
    outer = create_project(tmp_path)
    inner = create_project(tmp_path / "data" / "inner")
    deep = tmp_path / "seeds" / "2025" / "march"
    deep.mkdir(parents=True)
    assert find_project(deep) == outer
    assert find_project(inner.root / "models") == inner
    monkeypatch.chdir(deep)
    assert find_project() == outer


def test_no_project_is_told_with_what_to_do(tmp_path):
    """Without a codebook a folder is no project, and the message says how to make one."""
    (tmp_path / "configs").mkdir()
    assert find_project(tmp_path) is None
    with pytest.raises(ProjectError, match="stance init"):
        require_project(tmp_path)


def test_a_deleted_working_folder_is_told(tmp_path, monkeypatch):
    """Starting in a folder that is gone is a mistake, not a bug."""
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(ProjectError, match="gone"):
        find_project()


def test_every_path_lies_in_the_project(tmp_path):
    """Asking for a path makes nothing, and no path leads out of the project or to another one."""
    project = Project(tmp_path)
    names = [name for name, value in vars(Project).items() if isinstance(value, property)]
    paths = [path for name in names if isinstance(path := getattr(project, name), Path)]
    assert len(set(paths)) == len(paths) >= 8
    assert all(path.is_relative_to(tmp_path) and path != tmp_path for path in paths)
    assert names_in(tmp_path) == []


def test_a_missing_project_is_told_with_the_folder(tmp_path):
    """Where it was looked for, and what to do."""
    with pytest.raises(ProjectError, match=f"{tmp_path}: no project") as told:
        require_project(tmp_path)
    assert "stance init DIR" in str(told.value)


PLACES = {
    "data": "data",
    "codebook": "configs/codebook.toml",
    "config": "configs/train.toml",
    "actors": "configs/actors.toml",
    "articles": "data/articles.jsonl",
    "sentences": "data/sentences.jsonl",
    "annotations": "data/annotations",
    "gold": "data/gold.jsonl",
    "corrections": "data/corrections.jsonl",
    "split": "data/split.json",
    "stand_off": "data/stand-off",
    "models": "models",
    "reports": "reports",
}


def test_everything_has_its_place(tmp_path):
    """The names that are documented (data/README.md); what is not listed is no path."""
    project = Project(tmp_path)
    assert {name: getattr(project, name) for name in PLACES} == {
        name: tmp_path / path for name, path in PLACES.items()
    }
    properties = {name for name, value in vars(Project).items() if isinstance(value, property)}
    assert properties == {*PLACES, "hydrated"}


def test_what_was_found_again_lies_apart(tmp_path):
    """A corpus of its own below the data, for the same codebook and models."""
    hydrated = Project(tmp_path).hydrated
    assert hydrated.articles == tmp_path / "data" / "hydrated" / "articles.jsonl"
    assert hydrated.gold == tmp_path / "data" / "hydrated" / "gold.jsonl"
    assert (hydrated.codebook, hydrated.models) == (
        Project(tmp_path).codebook,
        Project(tmp_path).models,
    )


def test_a_project_that_is_there_is_given(tmp_path, monkeypatch):
    """Where none is, it is told what was looked at, which may be the current folder."""
    project = create_project(tmp_path / "news")
    assert require_project(tmp_path / "news" / "seeds") == project
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ProjectError, match=r"^here: no project \(no configs/codebook"):
        require_project()
