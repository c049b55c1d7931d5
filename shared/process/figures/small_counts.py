"""Small counts are not told: nobody shall be recognised in a figure, nor by taking one figure from another."""

from collections.abc import Mapping, Sequence

LEAST = 5
"""Fewer are told as "moins de 5"; none is told as none."""

Counts = Mapping[str, Mapping[str, int]]
Told = dict[str, dict[str, int | None]]
Sums = Mapping[str, Sequence[str]]
"""Figure → the figures of the same row that it is the sum of."""
NO_SUMS: Sums = {}
Cell = tuple[int, str]
"""(row, figure); the total is the row after the last."""


def suppressed(
    rows: Counts, total: Mapping[str, int], sums: Sums = NO_SUMS
) -> tuple[Told, dict[str, int | None]]:
    """Rows (group → figure → count) and their total, None where a count is from 1 to 4.

    Where the other counts of a sum would give a hidden one away, the next smallest is hidden as well.
    """
    table = [*rows.values(), total]
    counts = {(place, name): count for place, row in enumerate(table) for name, count in row.items()}
    hidden = {cell for cell, count in counts.items() if 0 < count < LEAST}
    lines = _lines(len(table), total, sums)
    while more := next((cell for line in lines if (cell := _to_hide(line, counts, hidden))), None):
        hidden.add(more)
    told = [
        {name: None if (place, name) in hidden else count for name, count in row.items()}
        for place, row in enumerate(table)
    ]
    return dict(zip(rows, told, strict=False)), told[-1]


def _lines(height: int, total: Mapping[str, int], sums: Sums) -> list[list[Cell]]:
    """What adds up, the sum last: each figure over the rows, each sum of figures within a row."""
    columns = [[(place, name) for place in range(height)] for name in total]
    return columns + [
        [(place, name) for name in (*parts, whole)]
        for whole, parts in sums.items() for place in range(height)
    ]  # fmt: skip


def _to_hide(line: Sequence[Cell], counts: Mapping[Cell, int], hidden: set[Cell]) -> Cell | None:
    """What has to be hidden beside what is: one hidden count is a difference, and so are several that are few."""
    gone = [cell for cell in line if cell in hidden]
    is_sum_hidden = line[-1] in hidden
    if not gone or (len(gone) > 1 and (is_sum_hidden or sum(counts[cell] for cell in gone) >= LEAST)):
        return None
    left = [cell for cell in line if cell not in hidden and counts.get(cell)]
    return min(left, key=lambda cell: (cell == line[-1], counts[cell], cell), default=None)
