"""Names of versions and models: none leads out of the folder, each is found or told."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.models.registry import Registry, find_model
from stance.storage.errors import ModelError, ProjectError, StanceError


def test_a_name_that_is_taken_is_refused(registry, add):
    """Versions never change: the name of one cannot be used again."""
    add(registry, "autumn")
    with pytest.raises(ProjectError, match="exists already"):
        add(registry, "autumn")
    with pytest.raises(ProjectError, match="exists already"):
        registry.check_name("autumn")


BAD_NAMES = ["", ".", "..", "../v1", "a/b", "/tmp/v1", "a\\b", ".x", "-x", "v1\n", "v 1", "x" * 65]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_name_that_leads_elsewhere_is_refused(registry, name, add):
    """No name of a version, given or sought, leads out of the models folder."""
    add(registry)
    outside = sorted(registry.root.parent.rglob("*"))
    with pytest.raises(ProjectError, match="cannot be a version"):
        add(registry, name)
    with pytest.raises(ModelError):
        registry.find(name)
    assert sorted(registry.root.parent.rglob("*")) == outside


@pytest.mark.parametrize("name", BAD_NAMES)
def test_an_alias_that_leads_elsewhere_is_refused(registry, name, add):
    """Also what aliases.json says is only followed to a version in the models folder."""
    add(registry)
    (registry.root / "aliases.json").write_text(json.dumps({"champion": name}), encoding="utf-8")
    for wanted in (None, "@champion"):
        with pytest.raises(ModelError, match=r"no version|no model yet"):
            registry.find(wanted)


@pytest.mark.parametrize("name", ["aliases.json", "history.jsonl"])
def test_the_names_of_the_registrys_files_are_no_versions(registry, name):
    """A version called like the aliases or the history would put them out of use for ever."""
    with pytest.raises(ProjectError):
        registry.check_name(name)


def test_a_registry_that_chooses_the_name_needs_no_check(registry):
    """Without a name there is nothing that could be taken."""
    assert registry.check_name(None) is None


def test_a_version_that_is_not_there_is_told_with_the_nearest(registry, add):
    """A slip in a name is answered with the nearest version and those that are known."""
    add(registry, "autumn")
    with pytest.raises(ModelError, match=r'"autum".* Did you mean "autumn"\? Known: autumn\.'):
        registry.find("autum")
    with pytest.raises(ModelError, match=r"no alias @champion\. Known: @latest"):
        registry.find("@champion")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=12) | st.sampled_from(["@", "@latest", "@../x", "v1/../v1", "./v1"]))
def test_any_name_is_found_inside_or_refused(add, tmp_path_factory, name):
    """Whatever is asked for, the answer is a version's folder or a StanceError."""
    registry = Registry(tmp_path_factory.getbasetemp() / "named")
    if not registry.versions():
        add(registry)
    try:
        found = registry.find(name)
    except StanceError:
        return
    assert found.parent == registry.root
    assert found.name in registry.versions()


def test_a_model_is_named_by_path_version_or_alias(registry, tmp_path, monkeypatch, add):
    """A path with a slash is a path; a plain name is a version where there is a registry."""
    add(registry, "autumn")
    folder = registry.root / "autumn"
    monkeypatch.chdir(tmp_path)
    (tmp_path / "autumn").mkdir()
    assert find_model("autumn", registry.root) == folder
    assert find_model("@latest", registry.root) == find_model(None, registry.root) == folder
    assert find_model(str(folder), None) == folder
    assert find_model("models/autumn", registry.root).resolve() == folder.resolve()
    assert find_model("autumn", None).resolve() == tmp_path.resolve() / "autumn"
    with pytest.raises(ModelError, match="no such model folder"):
        find_model("models/winter", registry.root)
    with pytest.raises(ModelError):
        find_model(None, None)


def test_what_is_named_where_there_is_no_project(tmp_path, monkeypatch):
    """Without a project a folder has to be named, and without a packaged model one is needed."""
    from stance.models import registry as module

    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.joblib").touch()
    assert find_model("model.joblib", tmp_path).name == "model.joblib"
    with pytest.raises(ModelError, match="no such model folder"):
        find_model("./nowhere", None)
    for name in ("v1", "@champion"):
        with pytest.raises(ModelError, match="no project here"):
            find_model(name, None)
    monkeypatch.setattr(module.resources, "files", lambda package: tmp_path)
    with pytest.raises(ModelError, match="no model yet"):
        find_model(None, None)
    (tmp_path / "defaults" / "model").mkdir(parents=True)
    assert find_model(None, None) == tmp_path / "defaults" / "model"
