"""The tools themselves read our exports, as far as they are installed."""

import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[3] / "benchmarks"
if not SCRIPTS.is_dir():
    pytest.skip("benchmarks are not packed with the source", allow_module_level=True)
sys.path.append(str(SCRIPTS))

import formats_check  # noqa: E402
from formats_tools import CHECKS, Expected  # noqa: E402


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Every export of a few sentences."""
    found = tmp_path_factory.mktemp("exports")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(formats_check, "N_SENTENCES", 40)
        formats_check.write(found)
    return found


@pytest.mark.filterwarnings("default")  # of the tools
@pytest.mark.parametrize("name", CHECKS)
def test_a_tool_reads_its_format(name, folder):
    """What it reads is what was written; `benchmarks/formats_check.py` prints the same."""
    try:
        assert CHECKS[name](folder, Expected(folder))
    except (ModuleNotFoundError, FileNotFoundError) as error:
        pytest.skip(str(error))
