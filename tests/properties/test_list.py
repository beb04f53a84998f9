"""The list of properties is whole: each number says something and names tests that are there."""

import ast
import tomllib
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
LISTED = TESTS.parent / "benchmarks" / "verify" / "properties.toml"
pytestmark = pytest.mark.skipif(
    not LISTED.is_file(), reason="benchmarks are not packed with the source"
)


def test_every_property_has_its_tests():
    """28 of them; each test is a function of the file named, and draws its examples."""
    tables = tomllib.loads(LISTED.read_text(encoding="utf-8"))
    assert list(tables) == [str(number) for number in range(1, 29)]
    for number, table in tables.items():
        assert table["says"]
        assert table["tests"], number
        for test in table["tests"]:
            file, _, name = test.partition("::")
            tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
            found = [one for one in tree.body if getattr(one, "name", "") == name]
            assert found, test
            assert "@given(" in ast.unparse(found[0]) or "machine" in file, test
