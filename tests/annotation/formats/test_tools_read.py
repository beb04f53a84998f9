"""The tools themselves read our exports, as far as they are installed."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SPEC = importlib.util.spec_from_file_location(
    "formats_check", ROOT / "benchmarks" / "formats_check.py"
)
CHECK = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(CHECK)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Every export of a few sentences."""
    found = tmp_path_factory.mktemp("exports")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CHECK, "N_SENTENCES", 40)
        CHECK.write(found)
    return found


@pytest.mark.filterwarnings("default")  # of the tools
@pytest.mark.parametrize("name", CHECK.CHECKS)
def test_a_tool_reads_its_format(name, folder):
    """What it reads is what was written; `benchmarks/formats_check.py` prints the same."""
    try:
        assert CHECK.CHECKS[name](folder, CHECK.Expected(folder))
    except (ModuleNotFoundError, FileNotFoundError) as error:
        pytest.skip(str(error))
