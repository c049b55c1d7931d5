"""``docs/rules.md``: each rule has its row, and what a row names is there."""

import re
from pathlib import Path

import pytest

DOCUMENT = Path(__file__).parents[2] / "docs" / "rules.md"
LINK = re.compile(r"\[[^\]]+\]\((?P<path>[^)#]+)(?:#(?P<name>[^)]+))?\)")
COLUMNS = ("rule", "says", "enforced", "respected", "refused")
NOTHING = "nothing to refuse"


def _rows() -> dict[str, dict[str, str]]:
    lines = DOCUMENT.read_text("utf-8").splitlines()
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in lines if re.match(r"\| R\d", line)
    ]
    return {row[0]: dict(zip(COLUMNS, row, strict=True)) for row in cells}


def test_each_rule_has_one_row_in_order() -> None:
    assert list(_rows()) == [f"R{number}" for number in range(1, 46)]


@pytest.mark.parametrize("rule", [f"R{number}" for number in range(1, 46)])
def test_a_rule_is_enforced_somewhere_and_shown_respected_and_refused_by_tests_that_exist(rule: str) -> None:
    row = _rows()[rule]
    assert LINK.search(row["enforced"])
    for column in ("respected", "refused"):
        found = [(match["path"], match["name"]) for match in LINK.finditer(row[column])]
        assert found or re.match(f"{NOTHING}: .+", row[column]), column
        assert all("/tests/" in path and str(name).startswith("test_") for path, name in found), column
    for match in LINK.finditer(" ".join(row.values())):
        assert _is_there(match["path"], match["name"]), match.group()


def _is_there(path: str, name: str | None) -> bool:
    """The file, and in it the function, the class, the constant, or the element, decision or field of that name."""
    file = (DOCUMENT.parent / path).resolve()
    if not file.is_file():
        return False
    if name is None:
        return True
    word = re.escape(name)
    told = rf'^(?:async )?\s*(?:def|class) {word}\b|^{word}\b|\b(?:id|name)="{word}"|"key": "{word}"'
    return re.search(told, file.read_text("utf-8"), re.MULTILINE) is not None
