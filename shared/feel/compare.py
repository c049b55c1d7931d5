"""Equality and order of values, three-valued: None when two values cannot be compared (10.3.2.13)."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from shared.feel.run import Run
from shared.feel.values import KINDS, ORDERED, Range

_PLAIN = frozenset((bool, Decimal, str))


def equal(a: Any, b: Any, run: Run) -> bool | None:
    """`a = b`."""
    cls = type(a)
    if cls is not type(b):
        return False if a is None or b is None else None
    if cls in _PLAIN:
        return bool(a == b)
    by_parts = _BY_PARTS.get(cls)
    return bool(a == b) if by_parts is None else by_parts(a, b, run)


def same(a: Any, b: Any, run: Run) -> bool:
    """Equality that is never null: values of different types differ."""
    return equal(a, b, run) is True


def _lists_equal(a: list[Any], b: list[Any], run: Run) -> bool:
    run.spend(len(a) + 1)
    return len(a) == len(b) and all(equal(x, y, run) is True for x, y in zip(a, b, strict=True))


def _contexts_equal(a: dict[str, Any], b: dict[str, Any], run: Run) -> bool:
    run.spend(len(a) + 1)
    return a.keys() == b.keys() and all(equal(v, b[k], run) is True for k, v in a.items())


def _ranges_equal(a: Range, b: Range, run: Run) -> bool:
    shape = (a.low_closed, a.high_closed, a.one_sided) == (b.low_closed, b.high_closed, b.one_sided)
    return shape and equal(a.low, b.low, run) is True and equal(a.high, b.high, run) is True


def _times_equal(a: time, b: time, run: Run) -> bool:
    return _key(a) == _key(b)


def _moments_equal(a: datetime, b: datetime, run: Run) -> bool | None:
    if (a.tzinfo is None) != (b.tzinfo is None):
        return None
    return _seconds(a) == _seconds(b)


def _seconds(moment: datetime) -> datetime:
    """Moments are compared to the second (10.3.2.3.4)."""
    return moment.replace(microsecond=0) if moment.microsecond else moment


def _key(value: time) -> tuple[Any, Any]:
    """A time by its instant on one day; in a named zone it has none, and is compared by zone and clock."""
    clock = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)
    offset = value.utcoffset()
    if offset is not None:
        return ("", clock - offset)
    return (str(value.tzinfo), clock)


_BY_PARTS: dict[type, Callable[[Any, Any, Run], bool | None]] = {
    list: _lists_equal,
    dict: _contexts_equal,
    Range: _ranges_equal,
    time: _times_equal,
    datetime: _moments_equal,
}


def before(a: Any, b: Any) -> bool | None:
    """`a < b`."""
    cls = type(a)
    if cls is not type(b) or KINDS.get(cls) not in ORDERED:
        return None
    if cls is datetime:
        return _seconds(a) < _seconds(b) if (a.tzinfo is None) == (b.tzinfo is None) else None
    if cls is time:
        (zone, mine), (other_zone, theirs) = _key(a), _key(b)
        return bool(mine < theirs) if zone == other_zone else None
    return bool(a < b)


def at_most(a: Any, b: Any) -> bool | None:
    """`a <= b`."""
    later = before(b, a)
    return None if later is None else not later


def compare(operator: str, a: Any, b: Any, run: Run) -> bool | None:
    """`a operator b` for the six comparison operators."""
    match operator:
        case "=":
            return equal(a, b, run)
        case "!=":
            answer = equal(a, b, run)
            return None if answer is None else not answer
        case "<":
            return before(a, b)
        case ">":
            return before(b, a)
        case "<=":
            return at_most(a, b)
        case _:
            return at_most(b, a)


def within(value: Any, range_: Range) -> bool | None:
    """Whether a range includes a value; null when its ends cannot be compared with it."""
    if value is None or (not range_.one_sided and (range_.low is None or range_.high is None)):
        return None
    answers: list[bool | None] = []
    if range_.low is not None:
        answers.append(at_most(range_.low, value) if range_.low_closed else before(range_.low, value))
    if range_.high is not None:
        answers.append(at_most(value, range_.high) if range_.high_closed else before(value, range_.high))
    if None in answers or not answers:
        return None
    return all(answers)


def meets(value: Any, test: Any, run: Run) -> bool | None:
    """`value in test`, where test is a value: a range, a list of what is allowed, or what it must equal."""
    if type(test) is Range and type(value) is not Range:
        return within(value, test)
    if type(test) is not list:
        return equal(value, test, run)
    run.spend(len(test) + 1)
    if type(value) is list and equal(value, test, run):
        return True
    answers = [equal(value, item, run) if type(item) is list else meets(value, item, run) for item in test]
    return True if True in answers else (False if False in answers or not answers else None)
