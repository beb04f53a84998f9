"""The command as a user types it: in this process, or in one of its own."""

import csv
import itertools
import json
import shutil
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from stance.cli.app import app
from stance.cli.errors import Settings

PEOPLE = ("A diver", "The cook", "Our vicar", "Mrs Adeyemi", "The crew", "Young Tomas", "Rita", "I")
SAYS = {
    "for_bridge": "praises the new bridge",
    "against_bridge": "calls the bridge a folly",
    "price": "asks what it will cost",
}
CHOICES = ((), ("for_bridge",), ("against_bridge",), ("for_bridge", "price"), ("price",))


def _labelled(choices):
    for n, (person, choice) in enumerate(itertools.product(PEOPLE, choices)):
        said = " and ".join(SAYS[label] for label in choice) or "mends a sail"
        yield f"r{n:02}", f"{person} {said} today.", choice, f"talk-{n // len(choices)}"


def write_rows(path, choices=CHOICES, label_column="labels"):
    """A CSV of made-up sentences, one for each person and choice of labels."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", "text", label_column, "article_id"])
        for name, text, labels, article in _labelled(choices):
            writer.writerow([name, text, "|".join(labels), article])
    return path


@pytest.fixture(autouse=True)
def _apart(tmp_path, monkeypatch):
    """Each test works in an empty folder; what a command set for the process is set back."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Settings, "debug", False)
    for name in ("FORCE_COLOR", "NO_COLOR", "PYTHONUNBUFFERED"):
        monkeypatch.delenv(name, raising=False)


def _run(*arguments, stdin=None):
    result = CliRunner().invoke(app, [str(one) for one in arguments], input=stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception  # a bug: the user would see a traceback
    return result


@pytest.fixture(scope="session")
def run():
    """Runs a command here; gives exit code, stdout and stderr. A traceback fails the test."""
    return _run


@pytest.fixture(scope="session")
def done(run):
    """Runs a command that must succeed; gives its stdout."""

    def command(*arguments, stdin=None):
        result = run(*arguments, stdin=stdin)
        assert result.exit_code == 0, result.stderr
        return result.stdout

    return command


@pytest.fixture(scope="session")
def fails(run):
    """Runs a command that must fail with a told mistake; gives the message without prefix."""

    def command(*arguments, code=1, stdin=None):
        result = run("--quiet", *arguments, stdin=stdin)
        assert result.exit_code == code, result.stdout + result.stderr
        lines = result.stderr.splitlines()
        assert lines
        assert all(line.startswith("stance: ") for line in lines), lines
        return "\n".join(line.removeprefix("stance: ") for line in lines)

    return command


@pytest.fixture(scope="session")
def start():
    """Starts the command in a process of its own."""

    def command(*arguments, **settings):
        return subprocess.Popen(
            [sys.executable, "-m", "stance", *map(str, arguments)],
            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | settings,
        )

    return command


@pytest.fixture(scope="session")
def template(tmp_path_factory, done):
    """A project with labelled sentences and a model, to be copied and never changed."""
    root = tmp_path_factory.mktemp("template") / "bridge"
    root.parent.joinpath("rows.csv").touch()
    rows = write_rows(root.parent / "rows.csv")
    done("import", rows, "--project", root, "--codebook", "auto")
    done("train", "--project", root)
    return root


@pytest.fixture
def project(template, tmp_path):
    """A project of the test's own, with labelled sentences and the model v1."""
    return shutil.copytree(template, tmp_path / "project")


@pytest.fixture(scope="session")
def model(template):
    """The folder of a model of three labels, to be read only."""
    return template / "models" / "v1"


@pytest.fixture(scope="session")
def one_label_model(tmp_path_factory, done):
    """The folder of a model whose labels exclude each other."""
    root = tmp_path_factory.mktemp("exclusive")
    rows = write_rows(root / "rows.csv", [(label,) for label in SAYS], "label")
    done("train", "--data", rows, "--codebook", "auto", "--models", root / "models")
    return root / "models" / "v1"


@pytest.fixture
def rows(tmp_path):
    """A CSV of labelled sentences."""
    return write_rows(tmp_path / "rows.csv")


def _content(folder):
    """Path → content of all files below the folder, but for locks, which hold nothing."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b"/"
        for path in sorted(folder.rglob("*"))
        if not path.name.endswith(".lock")
    }


@pytest.fixture
def unchanged(tmp_path):
    """Checks on the way out that no file below the test's folder came, went or changed."""

    class Watch:
        def __enter__(self):
            self.before = _content(tmp_path)

        def __exit__(self, *error):
            if error[0] is None:
                assert _content(tmp_path) == self.before

    return Watch


BRIDGE_ACTORS = """format = 1
[[actors]]
name = "Rita Okonkwo"
aliases = ["Rita"]
kind = "person"
country = "FI"
[[actors]]
name = "Mrs Adeyemi"
kind = "person"
country = "SE"
"""


@pytest.fixture(scope="session")
def bridge_desk(template, tmp_path_factory):
    """A project whose labels have polarities and whose speakers are known actors."""
    root = shutil.copytree(template, tmp_path_factory.mktemp("desk") / "bridge")
    codebook = root / "configs" / "codebook.toml"
    text = codebook.read_text("utf-8")
    for label, polarity in (("for_bridge", "for"), ("against_bridge", "against")):
        head, tail = text.split(f'name = "{label}"', 1)
        tail = tail.replace('polarity = "neutral"', f'polarity = "{polarity}"', 1)
        text = f'{head}name = "{label}"{tail}'
    codebook.write_text(text, "utf-8")
    (root / "configs" / "actors.toml").write_text(BRIDGE_ACTORS, "utf-8")
    return root


@pytest.fixture(scope="session")
def bridge_rows(tmp_path_factory):
    """Rows of dated articles: Rita turns from praise to blame, and one sentence is reprinted."""
    path = tmp_path_factory.mktemp("rows") / "talks.jsonl"
    rows = []
    for day in range(1, 11):
        said = SAYS["for_bridge" if day < 6 else "against_bridge"]
        texts = [f"On day {day} the crew mends a sail.", f"Rita {said} on day {day} of all."]
        for index, text in enumerate([*texts, "A diver waits."]):
            row = {"id": f"t{day}#{index}", "text": text, "article_id": f"t{day}"}
            row |= {"sent_index": index, "outlet": f"Paper {day % 3}", "title": f"Day <{day}> & co"}
            rows.append(
                row | {"published_at": f"2024-05-{day:02}", "url": f"https://a.example/{day}"}
            )
    wire = "Mrs Adeyemi praises the new bridge, which a thousand people crossed in the rain."
    for number in range(4):
        row = {"id": f"wire{number}", "text": wire, "article_id": f"wire{number}"}
        rows.append(row | {"outlet": f"Wire {number}", "published_at": "2024-05-04"})
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


@pytest.fixture(scope="session")
def table(bridge_desk, bridge_rows, done):
    """What `stance who` tells of the dated rows, as JSON."""
    return json.loads(done("who", bridge_rows, "--project", bridge_desk, "--json"))


@pytest.fixture(scope="session")
def row_of():
    """Gives the row of a table that has this key."""
    return lambda table, key: next(one for one in table["rows"] if one["key"] == key)


CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def browser():
    """A real browser, where there is one and its driver."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine")
    with playwright.sync_playwright() as engine:
        found = engine.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield found
        found.close()


@pytest.fixture
def window(browser):
    """Opens an address in a browser of its own; whatever the console says fails the test."""
    opened, told = [], []

    def look(address, width=1280, scheme="light", may_tell=False):
        context = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
        )
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        if not may_tell:
            page.on("console", lambda message: told.append(message.text))
        page.on("pageerror", lambda error: told.append(str(error)))
        page.on("dialog", lambda dialog: (told.append(dialog.message), dialog.dismiss()))
        page.goto(address, wait_until="commit")  # it leads on at once
        page.wait_for_selector("#work:not([hidden]), #start:not([hidden])")
        return page

    yield look
    for context in opened:
        context.close()
    assert told == []
