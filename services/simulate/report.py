"""The summary as a person reads it."""

from collections.abc import Iterable, Mapping
from typing import Any

WIDTH = 34
NUMBERS = ("started", "ended", "messages", "stuck", "lost", "doubled", "wrong", "seconds")


def table(summary: Mapping[str, Any]) -> str:
    """Three blocks of lines: outcomes, tasks completed, and the numbers that decide."""
    blocks = (
        ("Outcomes", summary["outcomes"].items()),
        ("Tasks completed", summary["tasks"].items()),
        ("Parcours and messages", ((name, summary[name]) for name in NUMBERS)),
    )
    return "\n\n".join(_block(title, lines) for title, lines in blocks)


def _block(title: str, lines: Iterable[tuple[str, Any]]) -> str:
    return "\n".join([title, *(f"  {name:<{WIDTH}}{value:>8}" for name, value in lines)])
