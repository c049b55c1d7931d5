"""``docs/access.md`` as the tests read it: its tables are what the tests try, cell by cell."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "access.md"
YES, NO = "oui", "–"
Cells = Mapping[str, str]


@cache
def table(title: str) -> Sequence[Cells]:
    """The rows of the one table under the heading ``title``, by column head. KeyError when there is none."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    starts = [
        number for number, line in enumerate(lines) if line.lstrip("# ") == title and line.startswith("#")
    ]
    if len(starts) != 1:
        raise KeyError(title)
    rows: list[list[str]] = []
    for line in lines[starts[0] + 1 :]:
        if line.startswith("#"):
            break
        if line.startswith("|"):
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
    head, _, *body = rows
    return [dict(zip(head, row, strict=True)) for row in body]


def code(cell: str) -> str:
    """Without the marks of code."""
    return cell.strip("`")
