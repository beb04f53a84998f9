"""The command line as a whole: help for everything, and quick to start."""

import subprocess
import sys

import pytest
import typer

from stance import __version__
from stance.cli.app import app

HEAVY = {"sklearn", "datasets", "pandas", "scipy", "matplotlib", "starlette", "uvicorn"}


def commands(command=None, path=()):
    """Every command and group with its path."""
    command = command or typer.main.get_command(app)
    yield path, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, (*path, name))


ALL = {" ".join(path): command for path, command in commands()}


def test_the_commands_are_there():
    """The names a user has learnt stay."""
    first = {"init", "ingest", "import", "status", "validate", "train", "predict", "evaluate"}
    assert first | {"models list", "models show"} <= set(ALL)


@pytest.mark.parametrize("name", ALL)
def test_everything_has_help(name, run):
    """Every command, argument and option says what it is for, and --help ends with 0."""
    command = ALL[name]
    assert (command.help or "").strip(), "the command says nothing"
    silent = [
        parameter.name
        for parameter in command.params
        if not (getattr(parameter, "help", None) or "").strip()
    ]
    assert silent == []
    result = run(*name.split(), "--help")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "Usage:" in result.stdout


def test_version(done):
    """`--version` prints name and version."""
    assert done("--version") == f"stance {__version__}\n"


def test_no_command_shows_help(run):
    """`stance` alone shows what there is."""
    result = run()
    assert "Usage:" in result.stdout + result.stderr
    assert "predict" in result.stdout + result.stderr


def imported(*arguments):
    """The top-level packages that a run of the command imports."""
    found = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "stance", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [line for line in found.stderr.splitlines() if line.startswith("import time:")]
    assert len(lines) > 50, "nothing was measured"
    return {line.rpartition("|")[2].strip().split(".")[0] for line in lines}


def test_help_imports_nothing_heavy():
    """`stance --help` appears at once."""
    assert not (HEAVY | {"numpy", "pyarrow"}) & imported("--help")


def test_predict_imports_nothing_heavy(model):
    """`stance predict` needs NumPy, and for a sentence not even that; never what training needs."""
    arguments = ("predict", "--text", "The cook praises the new bridge.", "--model", model)
    found = imported(*arguments, "--json")
    assert "numpy" in found
    assert not HEAVY & found
    assert not (HEAVY | {"numpy", "pydantic", "typer"}) & imported(*arguments)
