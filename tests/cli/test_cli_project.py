"""`stance init`, `ingest`, `import`, `status` and `validate`, as a user types them."""

import json

import pytest

CODEBOOK = """format = 1
name = "bridge"
[[labels]]
name = "for_bridge"
[[labels]]
name = "against_bridge"
[[labels]]
name = "price"
"""


def test_from_nothing_to_a_labelled_project(tmp_path, rows, done):
    """init, ingest, import and status go together, and status says what comes next."""
    done("init", tmp_path / "new")
    (tmp_path / "new" / "configs" / "codebook.toml").write_text(CODEBOOK)
    assert "next: stance ingest" in done("status", "--project", "new")
    (tmp_path / "talk.txt").write_text("The cook praises the new bridge. Rita mends a sail.")
    found = done("ingest", "talk.txt", "--project", "new")
    assert found == "ingested 1 article, 2 sentences; 0 known already, 0 refused\n"
    assert "next: stance annotate" in done("status", "--project", "new")
    done("import", rows, "--project", "new")
    shown = json.loads(done("status", "--project", "new", "--json"))
    counts = {name: shown[name] for name in ("articles", "sentences", "annotations", "labelled")}
    assert counts == {"articles": 9, "sentences": 42, "annotations": 40, "labelled": 40}
    assert shown["labels"] == ["for_bridge", "against_bridge", "price"]
    assert shown["next"] == "stance train"


def test_init_makes_what_the_next_steps_need(tmp_path, done):
    """The folders and both configs are there, and the labels can be read."""
    out = done("init", "new")
    assert out.startswith(str(tmp_path / "new"))
    made = sorted(path.name for path in (tmp_path / "new").iterdir())
    assert made == ["configs", "data", "models", "seeds"]
    assert "labels: supports_ukraine" in done("status", "--project", "new")


def test_init_changes_no_project(tmp_path, done, fails, unchanged):
    """A second init is a mistake and leaves the first as it is."""
    done("init", "new")
    (tmp_path / "new" / "configs" / "codebook.toml").write_text(CODEBOOK)
    with unchanged():
        assert "is a project already. Nothing was changed." in fails("init", "new")


def test_commands_find_the_project_above(tmp_path, project, done, monkeypatch):
    """Below a project its folder need not be named."""
    monkeypatch.chdir(project / "data")
    assert json.loads(done("status", "--json"))["models"] == 1


def test_ingesting_again_adds_nothing(tmp_path, done):
    """A known file is passed over and told; a folder is read with all below it."""
    (tmp_path / "seeds" / "deep").mkdir(parents=True)
    (tmp_path / "seeds" / "one.txt").write_text("The cook praises the new bridge.")
    (tmp_path / "seeds" / "deep" / "two.md").write_text("# Two\n\nRita mends a sail.")
    done("init", "new")
    first = json.loads(done("ingest", "seeds", "--project", "new", "--json"))
    assert (first["articles"], first["known"], first["refused"]) == (2, 0, [])
    again = json.loads(done("ingest", "seeds", "--project", "new", "--json"))
    assert (again["articles"], again["sentences"], again["known"]) == (0, 0, 2)


def test_one_bad_article_does_not_stop_the_others(tmp_path, done, run):
    """The bad one is named with the reason, the good one is in, and the exit code is 1."""
    (tmp_path / "bad.txt").write_bytes(b"caf\xe9 au lait")
    (tmp_path / "good.txt").write_text("The cook praises the new bridge.")
    done("init", "new")
    result = run("ingest", "bad.txt", "good.txt", "--project", "new", "--json")
    found = json.loads(result.stdout)
    assert (result.exit_code, found["articles"], len(found["refused"])) == (1, 1, 1)
    assert "bad.txt: byte 0xE9 at offset 3 is not UTF-8" in result.stderr
    again = json.loads(
        done("ingest", "bad.txt", "--encoding", "cp1252", "--project", "new", "--json")
    )
    assert again["articles"] == 1


def test_a_project_is_made_where_there_is_none(tmp_path, rows, run):
    """Import and ingest make the project they need and say so on stderr."""
    result = run("import", rows, "--codebook", "auto")
    assert result.exit_code == 0
    assert "Made a project in" in result.stderr
    assert "labels taken from the data" in result.stderr
    assert (tmp_path / "configs" / "codebook.toml").is_file()


def test_importing_again_adds_nothing(rows, done):
    """The same rows are known the second time, and no file grows."""
    first = json.loads(done("import", rows, "--codebook", "auto", "--json"))
    assert (first["n_annotations"], first["n_same"]) == (40, 0)
    again = json.loads(done("import", rows, "--json"))
    assert (again["n_annotations"], again["n_sentences"], again["n_same"]) == (0, 0, 40)


def test_rows_that_cannot_be_used_are_named(tmp_path, project, run):
    """The good rows are taken, the bad ones named with line and reason, and the exit code is 1."""
    (tmp_path / "more.csv").write_text(
        "text,labels\nThe crew loves it,for_bridge\nThe crew pays,prcie\n,price\n"
    )
    result = run("import", "more.csv", "--project", project, "--json")
    assert (result.exit_code, json.loads(result.stdout)["n_annotations"]) == (1, 1)
    assert 'stance: more.csv:3: unknown label "prcie". Did you mean "price"?' in result.stderr
    assert "stance: more.csv:4: the text is blank." in result.stderr


def test_gold_decides(tmp_path, project, done):
    """An adjudicated answer replaces what annotators said of the sentence."""
    (tmp_path / "a.csv").write_text(
        "id,text,labels,article_id,annotator\n"
        "x,The owl likes it,price,owl,ana\nx,The owl likes it,for_bridge,owl,ben\n"
    )
    (tmp_path / "g.csv").write_text("text,labels,article_id,id\nThe owl likes it,price,owl,x\n")
    done("import", "a.csv", "--project", project)
    assert json.loads(done("status", "--project", project, "--json"))["disputed"] == 1
    done("import", "g.csv", "--project", project, "--gold")
    assert json.loads(done("status", "--project", project, "--json"))["disputed"] == 0


def test_quiet_says_nothing_on_stderr(rows, run):
    """With --quiet only mistakes are told."""
    result = run("--quiet", "import", rows, "--codebook", "auto")
    assert (result.exit_code, result.stderr) == (0, "")


def test_validate_finds_nothing_in_good_data(project, done):
    """Good data passes, and every check is listed with its count."""
    found = json.loads(done("validate", "--project", project, "--json"))
    counts = {one["name"]: one["count"] for one in found if one["level"] == "error"}
    assert set(counts.values()) == {0}
    assert "conflicting_labels" in counts


@pytest.mark.parametrize("strict", [False, True])
def test_validate_fails_on_errors_and_when_strict_on_warnings(tmp_path, rows, run, strict):
    """A repeated sentence is a warning, and the exit code is 3 only with --strict."""
    with rows.open("a") as stream:
        stream.write("again,Rita mends a sail today.,,elsewhere\n")
    options = ["--strict"] if strict else []
    result = run("validate", "--data", rows, "--codebook", "auto", *options)
    assert result.exit_code == (3 if strict else 0)
    assert "text_duplicates" in result.stdout


def test_validate_fails_on_conflicts(tmp_path, rows, run):
    """One sentence with two answers is an error: the exit code is 3, and it is shown."""
    with rows.open("a") as stream:
        stream.write("again,Rita mends a sail today.,price,elsewhere\n")
    result = run("validate", "--data", rows, "--codebook", "auto")
    assert result.exit_code == 3
    assert "“Rita mends a sail today.”" in result.stdout
