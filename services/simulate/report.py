"""The summary as a person reads it."""

from collections.abc import Iterable, Mapping
from typing import Any

WIDTH = 34
NUMBERS = (
    "started", "ended", "messages", "figures", "stuck", "lost", "doubled", "wrong", "seconds", "megabytes",
)  # fmt: skip


def table(summary: Mapping[str, Any]) -> str:
    """Blocks of lines: outcomes, workshops where there were any, tasks completed, and the numbers that decide."""
    blocks = (
        ("Outcomes", summary["outcomes"].items()),
        ("Workshops", summary.get("workshops", {}).items()),
        ("Transfers and suspensions", summary["changes"].items()),
        ("Tasks completed", summary["tasks"].items()),
        ("Parcours and messages", ((name, summary[name]) for name in NUMBERS if name in summary)),
    )
    return "\n\n".join(_block(title, lines) for title, lines in blocks if lines)


def _block(title: str, lines: Iterable[tuple[str, Any]]) -> str:
    return "\n".join([title, *(f"  {name:<{WIDTH}}{value:>8}" for name, value in lines)])
