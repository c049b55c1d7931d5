"""The README of this folder says what the suite proves: every test that it names exists."""

import ast
import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
NAMED = re.compile(r"`(?:(test_\w+)\.)?(test_\w+)(?:\[[^`]*\])?`")
_CELLS = 2


def _tests() -> dict[str, set[str]]:
    """Module → its test functions."""
    return {
        path.stem: {
            node.name for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)
        }
        for path in FOLDER.glob("test_*.py")
    }


def _rows() -> list[str]:
    """The lines of the two tables, headings left out."""
    lines = (FOLDER / "README.md").read_text().splitlines()
    return [line for line in lines if line.startswith("| ") and not line.startswith(("| as the", "| ---"))]


@pytest.mark.parametrize("line", _rows())
def test_each_line_of_the_readme_names_tests_that_exist(line: str) -> None:
    tests = _tests()
    named = NAMED.findall(line.split("|")[_CELLS])
    assert named
    for module, name in named:
        assert name in (tests[module] if module else set().union(*tests.values()))


def test_every_module_of_the_suite_is_in_the_readme() -> None:
    text = (FOLDER / "README.md").read_text()
    assert [module for module in _tests() if f"`{module}`" not in text and f"`{module}." not in text] == []
