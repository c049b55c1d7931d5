"""Small counts are not told: nobody shall be recognised in a figure."""

from collections.abc import Mapping, MutableMapping

LEAST = 5
"""Fewer are told as "moins de 5"; none is told as none."""

Counts = Mapping[str, Mapping[str, int]]
Told = dict[str, dict[str, int | None]]


def suppressed(rows: Counts, total: Mapping[str, int]) -> tuple[Told, dict[str, int | None]]:
    """Rows (group → figure → count) and their total, None where a count is from 1 to 4.

    Where only one count of a figure is hidden, the total would give it away: the next smallest is hidden as well.
    """
    told: Told = {key: {name: _told(count) for name, count in counts.items()} for key, counts in rows.items()}
    for name in total:
        _hide_the_next(rows, told, name)
    return told, {name: _told(count) for name, count in total.items()}


def _told(count: int) -> int | None:
    return count if count == 0 or count >= LEAST else None


def _hide_the_next(rows: Counts, told: MutableMapping[str, dict[str, int | None]], name: str) -> None:
    hidden = [key for key in told if name in told[key] and told[key][name] is None]
    if len(hidden) != 1:
        return
    others = [(rows[key][name], key) for key in told if told[key].get(name)]
    if others:
        told[min(others)[1]][name] = None
