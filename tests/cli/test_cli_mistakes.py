"""The mistakes of a tired person: told in one line each, and nothing is half-written."""

import pytest

ROWS = {
    "csv": (b"", b"text,labels\nThe caf\xe9 likes it,price\n"),
    "jsonl": (b"", b'{"text": "The caf\xe9 likes it", "labels": ["price"]}\n'),
    "parquet": (b"", b"PAR1 not really"),
}
ARTICLES = {
    "txt": (b"", b"The caf\xe9 likes the bridge."),
    "md": (b"", b"# Talk\n\nThe caf\xe9 likes the bridge."),
    "html": (b"", b"<p>The caf\xe9 likes the bridge, says everyone here.</p>"),
}
CONFIGS = {"toml": (b"not toml", b'name = "caf\xe9"\n')}

# {} stands for the file with the mistake, in a folder with a project and rows.csv.
COMMANDS = [
    ("ingest {} --project project", ARTICLES),
    ("predict {} --model project/models/v1", ARTICLES),
    ("import {} --project project", ROWS),
    ("validate --data {}", ROWS),
    ("train --data {} --models new", ROWS),
    ("train --data {} --codebook auto --models new", ROWS),
    ("evaluate --data {} --model project/models/v1 --out new", ROWS),
    ("predict {} --model project/models/v1", ROWS),
    ("train --data rows.csv --config {} --models new", CONFIGS),
    ("train --data rows.csv --codebook {} --models new", CONFIGS),
    ("validate --data rows.csv --codebook {}", CONFIGS),
    ("import rows.csv --codebook {} --project new", CONFIGS),
]
FILES = [
    (command, suffix, kind)
    for command, contents in COMMANDS
    for suffix in contents
    for kind in ("missing", "empty", "not UTF-8")
]


@pytest.mark.parametrize(("command", "suffix", "kind"), FILES)
def test_a_file_that_cannot_be_read(
    command, suffix, kind, project, rows, tmp_path, fails, unchanged
):
    """A file that is missing, empty or not UTF-8 is named, and nothing else happens."""
    contents = {**ROWS, **ARTICLES, **CONFIGS}[suffix]
    if kind != "missing":
        (tmp_path / f"bad.{suffix}").write_bytes(contents[kind == "not UTF-8"])
    with unchanged():
        told = fails(*command.format(f"bad.{suffix}").split())
    assert f"bad.{suffix}" in told or "no sentence found" in told or "row" in told
    assert len(told.splitlines()) <= 3
    if kind == "missing":
        assert len(told.splitlines()) == 1
        assert "no such file" in told


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("init rows.csv", "rows.csv: is a file. Name a folder."),
        ("init project", "is a project already"),
        ("status --project nowhere", "nowhere: no project"),
        ("status", "here: no project"),
        ("train", "here: no project"),
        ("train --project nowhere --data rows.csv", "nowhere: no project"),
        ("validate", "here: no project"),
        ("evaluate --model project/models/v1", "here: no project"),
        ("evaluate --project project --out rows.csv", "rows.csv: is a file. Name a folder."),
        ("evaluate --data rows.csv --model v1", "no project here, so no model to choose from"),
        ("evaluate --project project --model v9", 'no version "v9"'),
        ("predict --text x --model @best", "no project here, so no model to choose from"),
        ("predict --text x --model nowhere/v1", "nowhere/v1: no such model folder"),
        ("predict --text x --model rows.csv", "not a model folder"),
        ("predict --text x --model project", "no readable info.json"),
        ("predict brigde.txt --model project/models/v1", "brigde.txt: no such file"),
        ("predict bridge --model project/models/v1", "bridge: no such file"),
        ("predict rows.csv --model project/models/v1 -o rows.csv", "exists already"),
        ("predict rows.csv --model project/models/v1 -o out.xlsx", "unknown kind of output"),
        ("predict rows.csv --model project/models/v1 -o no/out.csv", "folder does not exist"),
        ("predict rows.csv --model project/models/v1 --threshold 7", "no number between 0 and 1"),
        ("predict rows.csv --model project/models/v1 --threshold prcie=.5", 'Did you mean "price"'),
        ("predict rows.csv --model project/models/v1 --text-key satz", 'no "satz"'),
        ("predict rows.csv --model project/models/v1 --encoding klingon", "unknown encoding"),
        ("models list --models nowhere", "nowhere: no such folder"),
        ("models list", "here: no project"),
        ("models show v9 --project project", 'no version "v9"'),
        ("models show @best --project project", "no alias @best. Known: @latest"),
        ("models show nowhere/v1", "no such model folder"),
        ("train --data rows.csv --models new -S training.c=4", 'Did you mean "training.C"'),
        ("train --data rows.csv --models new -S training.C=-1", "training.C"),
        ("train --data rows.csv --models project/models --name v1", "exists already"),
        ("train --data rows.csv --models new --name ../v1", "cannot be a version"),
        ("train --data rows.csv --models new", 'unknown label "for_bridge"'),
        ("import rows.csv --project project --by ../ana", "ana"),
    ],
)
def test_a_mistake_is_told(command, told, project, rows, fails, unchanged):
    """What is wrong, where, and what to do: in one line, before anything is written."""
    with unchanged():
        message = fails(*command.split())
    assert told in message


@pytest.mark.parametrize(
    "command",
    [
        "",
        "no-such-command",
        "predict --no-such-option",
        "train --name",
        "import",
        "ingest",
        "models show a b",
        "evaluate --fail-under much",
    ],
)
def test_wrong_usage_is_2(command, run):
    """A command line that cannot be understood ends with 2."""
    assert run(*command.split()).exit_code == 2


def test_an_empty_argument_is_told(project, tmp_path, model, fails):
    """`stance predict "$FILE"` with an unset variable must not read the current folder."""
    (tmp_path / "talk.txt").write_text("The cook praises the new bridge.")
    assert "no such file" in fails("predict", "", "--model", model)


def test_debug_shows_the_traceback(run):
    """With --debug a mistake keeps its traceback for whoever mends the program."""
    from stance.storage.errors import UsageError

    with pytest.raises(UsageError, match="nothing to predict"):
        run("--debug", "predict")
