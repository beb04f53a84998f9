"""One sentence is answered at once, in the very words of the whole program."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from stance.cli import quick

ROOT = Path(__file__).parents[2]
DEFAULT = str(ROOT / "models" / "default")
SENTENCES = (
    "Lithuania is ready to send soldiers to Ukraine after a ceasefire.",
    "“We won’t send troops,” he said – not now, not ever; the ΟΔΟΣ İs 2nd.",
    "",
    " \n",
    "zzyzx qwrtp",
    "tab\there",
    "a" * 5000,
)


def run(program, *arguments, cwd=ROOT):
    return subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, cwd=cwd, timeout=120
    )


QUICK = """
import sys
from stance.cli.quick import answered
done = answered(sys.argv[1:])
heavy = {"numpy", "pydantic", "typer", "rich", "pyarrow", "sklearn"} & set(sys.modules)
sys.exit(f"{done} {heavy}" if heavy or not done else 0)
"""
WHOLE = "import sys; sys.argv[0] = 'stance'; from stance.cli.app import app; app()"


@pytest.mark.parametrize("model", [(), ("--model", DEFAULT), ("--model", "default")])
def test_the_answer_is_that_of_the_whole_program(model):
    """Byte by byte on both streams, and nothing heavy was loaded for it."""
    texts = [part for text in SENTENCES for part in ("--text", text)]
    fast = run(QUICK, "predict", *texts, *model)
    assert fast.returncode == 0, fast.stderr
    whole = run(WHOLE, "predict", *texts, *model)
    assert (fast.stdout, fast.stderr) == (whole.stdout, whole.stderr)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("predict",),
        ("predict", "--text"),
        ("predict", "--text", "a", "--json"),
        ("predict", "--text", "a", "--threshold", "0.5"),
        ("predict", "--text", "a", "--model", DEFAULT, "--model", DEFAULT),
        ("predict", "--text", "a", "--model", "/nowhere/at/all"),
        ("predict", "--text", "-"),
        ("predict", "a sentence", "b"),
        ("train", "--text", "a"),
        ("predict", "--text", "half a \udcff"),
    ],
)
def test_anything_else_is_left_to_the_whole_program(arguments, capfd):
    """Other options, no model, half a character: not answered, and nothing printed."""
    assert quick.answered(list(arguments)) is False
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("file", ["info.json", "info.sha256", "scorer.safetensors"])
def test_a_damaged_model_is_left_to_the_whole_program(file, tmp_path, capfd):
    """Which says what is wrong with it."""
    folder = Path(shutil.copytree(DEFAULT, tmp_path / "model"))
    arguments = ["predict", "--text", "a b", "--model", str(folder)]
    assert quick.answered(arguments) is True
    content = bytearray((folder / file).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / file).write_bytes(bytes(content))
    capfd.readouterr()
    assert quick.answered(arguments) is False
    (folder / file).unlink()
    assert quick.answered(arguments) is False
    assert capfd.readouterr() == ("", "")


def test_a_setting_that_it_does_not_know_is_left_to_the_whole_program(tmp_path, capfd):
    """A record with one more setting may mean another answer."""
    import hashlib

    folder = Path(shutil.copytree(DEFAULT, tmp_path / "model"))
    record = json.loads((folder / "info.json").read_text()) | {"another": 1}
    content = json.dumps(record).encode()
    (folder / "info.json").write_bytes(content)
    (folder / "info.sha256").write_text(hashlib.sha256(content).hexdigest() + "\n")
    assert quick.answered(["predict", "--text", "a b", "--model", str(folder)]) is False
