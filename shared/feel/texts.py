"""Values as text: what string() gives (10.3.4.1); what it writes reads back as the same value."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from shared.feel.run import Run
from shared.feel.temporal import format_temporal
from shared.feel.values import Range, kind


def text_of(value: Any, run: Run) -> str:
    """The text of any value but null; a string is its own."""
    return value if isinstance(value, str) else run.sized_text(_written(value, run))


def _written(value: Any, run: Run) -> str:
    run.spend(1)
    write = _WRITERS.get(type(value))
    if write is not None:
        return run.sized_text(write(value, run))
    return "function" if kind(value) == "function" else format_temporal(value)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _list(items: list[Any], run: Run) -> str:
    return "[" + ", ".join(_written(item, run) for item in items) + "]"


def _context(context: dict[str, Any], run: Run) -> str:
    return "{" + ", ".join(f"{_key(k)}: {_written(v, run)}" for k, v in context.items()) + "}"


def number_text(value: Decimal) -> str:
    """Digits without an exponent and without zeros at the end of a fraction."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _key(name: str) -> str:
    plain = all(c.isalnum() or c in " _" for c in name) and name[:1].isalpha()
    return name if plain else _quoted(name)


def _range_text(value: Range, run: Run) -> str:
    low = "" if value.low is None else _written(value.low, run)
    high = "" if value.high is None else _written(value.high, run)
    if not high:
        return f"({'>=' if value.low_closed else '>'} {low})"
    if not low:
        return f"({'<=' if value.high_closed else '<'} {high})"
    return f"{'[' if value.low_closed else '('}{low}..{high}{']' if value.high_closed else ')'}"


_WRITERS: dict[type, Callable[[Any, Run], str]] = {
    type(None): lambda value, run: "null",
    bool: lambda value, run: "true" if value else "false",
    str: lambda value, run: _quoted(value),
    Decimal: lambda value, run: number_text(value),
    list: _list,
    dict: _context,
    Range: _range_text,
}
