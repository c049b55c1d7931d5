"""Values as text: what string() gives (10.3.4.1); what it writes reads back as the same value."""

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
    if isinstance(value, str):
        return run.sized_text('"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"')
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, list):
        return run.sized_text("[" + ", ".join(_written(v, run) for v in value) + "]")
    if isinstance(value, dict):
        entries = (f"{_key(k)}: {_written(v, run)}" for k, v in value.items())
        return run.sized_text("{" + ", ".join(entries) + "}")
    if isinstance(value, Range):
        return _range_text(value, run)
    if kind(value) == "function":
        return "function"
    return format_temporal(value)


def number_text(value: Decimal) -> str:
    """Digits without an exponent and without zeros at the end of a fraction."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _key(name: str) -> str:
    plain = all(c.isalnum() or c in " _" for c in name) and name[:1].isalpha()
    return name if plain else '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _range_text(value: Range, run: Run) -> str:
    low = "" if value.low is None else _written(value.low, run)
    high = "" if value.high is None else _written(value.high, run)
    if not high:
        return f"({'>=' if value.low_closed else '>'} {low})"
    if not low:
        return f"({'<=' if value.high_closed else '<'} {high})"
    return f"{'[' if value.low_closed else '('}{low}..{high}{']' if value.high_closed else ')'}"
