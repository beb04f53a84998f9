"""The readable and the machine-readable report, character by character.

With STANCE_ACCEPT_GOLDEN=1 in the environment a changed form is written down as the new one;
read the difference before you keep it.
"""

import os
from pathlib import Path

import pytest

from stance.evaluation.render_json import to_json
from stance.evaluation.render_markdown import to_markdown

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize(("name", "render"), [("report.md", to_markdown), ("report.json", to_json)])
def test_the_report_is_the_golden_one(report, name, render):
    """People and programs rely on the form of the report: it changes on purpose only."""
    found, golden = render(report), GOLDEN / name
    if os.environ.get("STANCE_ACCEPT_GOLDEN") == "1":
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")
