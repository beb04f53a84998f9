"""`stance train` and `stance models`, as a user types them."""

import json
import tomllib

import pytest


def test_the_last_line_is_the_folder(rows, tmp_path, done):
    """A script can take the model's folder from the last line of stdout."""
    out = done("train", "--data", rows, "--codebook", "auto", "--models", "m", "--name", "first")
    assert out.splitlines()[-1] == "m/first"
    assert (tmp_path / "m" / "first" / "info.json").is_file()
    assert sorted(path.name for path in (tmp_path / "m").iterdir() if path.name[0] != ".") == [
        "aliases.json",
        "first",
        "history.jsonl",
    ]


def test_autotune_tells_what_it_tried_and_keeps_stdout_for_results(rows, tmp_path, run):
    """The table is on stderr and beside the model; the last line of stdout is the folder."""
    arguments = ["--data", rows, "--codebook", "auto", "--models", "m", "--autotune-duration", "1"]
    result = run("train", *arguments, "--autotune-metric", "ap")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == "m/v1"
    assert "on rows that it never saw" in result.stderr
    tuned = json.loads((tmp_path / "m" / "v1" / "tuning.json").read_text())
    assert tuned["metric"] == "ap"
    config = tomllib.loads((tmp_path / "m" / "v1" / "config.toml").read_text())
    assert config["training"]["C"] == [one for one in tuned["trials"] if one["kept"]][-1]["C"]
    refused = run("train", *arguments, "--autotune-metric", "f2", "--name", "other")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert 'unknown metric "f2"' in refused.stderr


def test_json_says_what_was_made(project, done):
    """Version, path, number of sentences and scores, for a program."""
    found = json.loads(done("train", "--project", project, "--json"))
    assert found["version"] == "v2"
    assert found["path"] == str(project / "models" / "v2")
    shown = json.loads(done("models", "show", "v2", "--project", project, "--json"))
    assert shown["data"]["n_sentences"] == found["n_sentences"] > 0
    assert shown["out_of_fold"] == found["scores"]
    assert shown["faults"] == []


def test_overrides_and_print_config(rows, tmp_path, done):
    """-S changes one value, --print-config shows every value and trains nothing."""
    options = ["-S", "training.C=4", "--set", "features.char.enabled=false", "--models", "m"]
    shown = tomllib.loads(done("train", "--data", rows, *options, "--print-config"))
    assert shown["training"]["C"] == 4
    assert shown["features"]["char"]["enabled"] is False
    assert not (tmp_path / "m").exists()
    done("train", "--data", rows, "--codebook", "auto", *options)
    assert tomllib.loads((tmp_path / "m" / "v1" / "config.toml").read_text()) == shown


def test_rows_of_another_split_are_left_out(tmp_path, run):
    """With a column `split` only its training rows are learnt from, and this is told."""
    lines = ["text,labels,split"]
    for n in range(12):
        lines.append(f"Diver {n} praises the bridge,for,{'train' if n < 8 else 'test'}")
        lines.append(f"Cook {n} calls it a folly,against,{'train' if n < 8 else ''}")
    (tmp_path / "s.csv").write_text("\n".join(lines) + "\n")
    arguments = ["--data", "s.csv", "--codebook", "auto", "--models", "m", "--json"]
    result = run("train", *arguments)
    assert result.exit_code == 0
    assert json.loads(result.stdout)["n_sentences"] == 20
    assert "4 rows are not for training" in result.stderr


def test_bad_rows_are_told_and_the_others_learnt_from(rows, run):
    """A row that cannot be used is named on stderr; the model is made from the rest."""
    with rows.open("a") as stream:
        stream.write("x,,price,elsewhere\n")
    result = run("train", "--data", rows, "--codebook", "auto", "--models", "m", "--json")
    assert result.exit_code == 1
    assert "stance: rows.csv:42: the text is blank." in result.stderr.replace(f"{rows.parent}/", "")
    assert json.loads(result.stdout)["n_sentences"] == 40


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("text,label\nOne thing,for\nOther thing,for\n", "only one class"),
        ("text,label\nOne thing,for\nOther thing,against\n", 'the label "against" has 1 of 2'),
        ("text\nOne thing\n", 'no "labels" or "label"'),
    ],
)
def test_data_that_cannot_be_learnt_from(tmp_path, fails, unchanged, content, told):
    """Too little data is told with its counts, and no model folder is left."""
    (tmp_path / "few.csv").write_text(content)
    arguments = ["train", "--data", "few.csv", "--codebook", "auto", "--models", "m"]
    with unchanged():
        assert told in fails(*arguments)


def test_models_list_shows_versions_and_aliases(project, done):
    """The oldest first, with their scores and where the aliases point."""
    done("train", "--project", project, "--name", "b")
    done("train", "--project", project, "--name", "a", "-S", "training.C=1")
    rows = json.loads(done("models", "list", "--project", project, "--json"))
    assert [row["version"] for row in rows] == ["v1", "b", "a"]
    assert [row["aliases"] for row in rows] == ["", "", "@latest"]
    assert all(0 <= row["macro_f1"] <= 1 for row in rows)
    shown = done("models", "list", "--models", project / "models")
    assert [line.split()[0] for line in shown.splitlines()[1:] if line.strip()] == ["v1", "b", "a"]


def test_models_list_without_a_model(tmp_path, done):
    """An empty project says how to make a model."""
    done("init", "new")
    assert done("models", "list", "--project", "new") == (
        "no model yet. Make one with `stance train`.\n"
    )


def test_a_damaged_version_does_not_hide_the_others(project, done):
    """The list names the damaged version; the others are shown as ever."""
    done("train", "--project", project)
    (project / "models" / "v1" / "info.json").write_text("{")
    rows = json.loads(done("models", "list", "--project", project, "--json"))
    assert [(row["version"], "fault" in row) for row in rows] == [("v1", True), ("v2", False)]
    assert "damaged" in done("models", "list", "--project", project)


def test_models_show_finds_by_path_version_and_alias(project, done, monkeypatch):
    """The folder, the name and the alias are three ways to the same version."""
    found = [
        json.loads(done("models", "show", *arguments, "--json"))
        for arguments in (
            (str(project / "models" / "v1"),),
            ("v1", "--project", project),
            ("@latest", "--models", project / "models"),
            ("--project", project),
        )
    ]
    for one in found:
        one.pop("path")
    assert found[0]["version"] == "v1"
    assert all(one == found[0] for one in found)


def test_models_show_checks_the_files(project, done):
    """A file that was changed or lost is named."""
    folder = project / "models" / "v1"
    (folder / "config.toml").write_text("changed")
    (folder / "pipeline.joblib").unlink()
    found = json.loads(done("models", "show", folder, "--json"))
    assert sorted(found["faults"]) == [
        "config.toml: differs from what was written",
        "pipeline.joblib: is missing",
    ]
    assert "pipeline.joblib: is missing" in done("models", "show", folder)


def test_a_damaged_model_predicts_nothing(project, fails):
    """One changed byte in the weights, and the model is refused."""
    path = project / "models" / "v1" / "scorer.safetensors"
    content = bytearray(path.read_bytes())
    content[-9] ^= 1
    path.write_bytes(content)
    told = fails("predict", "--text", "The cook", "--project", project)
    assert "is not the file that was written" in told
