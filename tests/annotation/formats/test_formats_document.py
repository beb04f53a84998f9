"""docs/formats.md says what was measured."""

import importlib.util
from pathlib import Path

from stance.annotation.formats.registry import FORMATS

ROOT = Path(__file__).parents[3]


def test_the_table_is_the_measured_one():
    """Each cell is what comes back of a row that has every field."""
    path = ROOT / "benchmarks" / "formats_table.py"
    spec = importlib.util.spec_from_file_location("formats_table", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.measured() in (ROOT / "docs" / "formats.md").read_text("utf-8")


def test_every_format_is_described():
    """By its name, in the document and in the help of the command."""
    told = (ROOT / "docs" / "formats.md").read_text("utf-8")
    help_text = (ROOT / "train" / "stance" / "cli" / "export.py").read_text("utf-8")
    for one in FORMATS:
        assert f"`{one.name}`" in told, one.name
        assert one.name in help_text, one.name
