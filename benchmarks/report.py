"""Figures as a table for people and as JSON for machines."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """``ratio``: value divided by that of ``against``; none for a figure that stands alone."""

    name: str
    value: float
    unit: str
    against: str | None = None
    ratio: float | None = None


def compared(name: str, value: float, unit: str, against: str, other: float) -> Figure:
    return Figure(name, round(value, 4), unit, f"{against}: {other:.4g} {unit}", round(value / other, 3))


def table(figures: Iterable[Figure]) -> str:
    rows = [("figure", "value", "", "ratio", "against")]
    for each in figures:
        ratio = "" if each.ratio is None else f"{each.ratio:.2f} ×"
        rows.append((each.name, f"{each.value:,.4g}", each.unit, ratio, each.against or ""))
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    return "\n".join(_line(row, widths) for row in rows)


def write(figures: Sequence[Figure], file: Path) -> None:
    file.write_text(
        json.dumps([asdict(each) for each in figures], indent=1, ensure_ascii=False) + "\n", "utf-8"
    )


def _line(row: tuple[str, ...], widths: Sequence[int]) -> str:
    name, value, unit, ratio, against = (text for text in row)
    return f"{name:<{widths[0]}}  {value:>{widths[1]}} {unit:<{widths[2]}}  {ratio:>{widths[3]}}  {against}".rstrip()
