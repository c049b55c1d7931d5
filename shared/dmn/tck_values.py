"""The values of the TCK's test files, and whether an answer is what a test expects."""

from decimal import Decimal
from typing import Any

from lxml import etree

from shared.feel.durations import parse_duration
from shared.feel.temporal import parse_date, parse_date_and_time, parse_time
from shared.feel.values import number

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_TOLERANCE = Decimal("1e-8")
_READERS: dict[str, Any] = {
    "string": lambda text: text,
    "boolean": lambda text: text.strip() in ("true", "1"),
    "decimal": lambda text: number(Decimal(text.strip())),
    "date": lambda text: parse_date(text.strip()),
    "time": lambda text: parse_time(text.strip()),
    "dateTime": lambda text: parse_date_and_time(text.strip()),
    "duration": lambda text: parse_duration(text.strip()),
}
for _alias in ("integer", "int", "long", "double", "float"):
    _READERS[_alias] = _READERS["decimal"]
for _alias in ("dayTimeDuration", "yearMonthDuration"):
    _READERS[_alias] = _READERS["duration"]


class UnreadableValue(ValueError):
    """A test holds a value that Python's types cannot hold: the case counts as failed."""


def value_in(element: etree._Element) -> Any:
    """The value written inside an input, an expectation, an item or a component."""
    parts = {etree.QName(p).localname: p for p in element if isinstance(p.tag, str)}
    if "list" in parts:
        if parts["list"].get(f"{_XSI}nil") == "true":
            return None
        return [value_in(item) for item in parts["list"] if isinstance(item.tag, str)]
    if "value" in parts:
        return _scalar(parts["value"])
    if "component" in parts:
        return {str(p.get("name")): value_in(p) for p in element if isinstance(p.tag, str)}
    return None


def _scalar(element: etree._Element) -> Any:
    if element.get(f"{_XSI}nil") == "true":
        return None
    kind = (element.get(f"{_XSI}type") or "xsd:string").rpartition(":")[2]
    value = _READERS[kind](element.text or "")
    if value is None:
        raise UnreadableValue(kind)
    return value


def agrees(answer: Any, expected: Any) -> bool:
    """Whether an answer is the expected value; numbers up to a relative difference of 1e-8."""
    if isinstance(expected, Decimal) and isinstance(answer, Decimal):
        return abs(answer - expected) <= _TOLERANCE * max(abs(expected), Decimal(1))
    if isinstance(expected, list) and isinstance(answer, list):
        return len(answer) == len(expected) and all(map(agrees, answer, expected))
    if isinstance(expected, dict) and isinstance(answer, dict):
        return answer.keys() == expected.keys() and all(agrees(answer[k], v) for k, v in expected.items())
    return type(answer) is type(expected) and bool(answer == expected)
