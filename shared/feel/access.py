"""What stands behind a dot: entries of contexts, properties of dates, times, durations and ranges (10.3.2.6)."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from shared.feel.run import Run
from shared.feel.values import Range, YearsMonths, kind

Property = Callable[[Any], Any]


def _offset(value: Any) -> timedelta | None:
    moment = value if isinstance(value, datetime) else datetime.combine(date(2000, 1, 1), value)
    return moment.utcoffset()


def _zone(value: Any) -> str | None:
    return value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None


def _whole(name: str) -> Property:
    return lambda value: Decimal(getattr(value, name))


def _signed(part: Callable[[timedelta], int]) -> Property:
    """Each part of a negative duration is negative, as in the text that writes it."""
    return lambda d: Decimal(-part(-d) if d < timedelta(0) else part(d))


def _months_part(part: Callable[[int], int]) -> Property:
    return lambda d: Decimal(-part(-d.months) if d.months < 0 else part(d.months))


_CALENDAR: dict[str, Property] = {
    "year": _whole("year"),
    "month": _whole("month"),
    "day": _whole("day"),
    "weekday": lambda value: Decimal(value.isoweekday()),
}
_CLOCK: dict[str, Property] = {
    "hour": _whole("hour"),
    "minute": _whole("minute"),
    "second": _whole("second"),
    "time offset": _offset,
    "timezone": _zone,
}
PROPERTIES: dict[type, dict[str, Property]] = {
    date: _CALENDAR,
    datetime: _CALENDAR | _CLOCK,
    time: _CLOCK,
    timedelta: {
        "days": _signed(lambda d: d.days),
        "hours": _signed(lambda d: d.seconds // 3600),
        "minutes": _signed(lambda d: d.seconds // 60 % 60),
        "seconds": _signed(lambda d: d.seconds % 60),
    },
    YearsMonths: {"years": _months_part(lambda m: m // 12), "months": _months_part(lambda m: m % 12)},
    Range: {
        "start": lambda r: r.low,
        "end": lambda r: r.high,
        "start included": lambda r: r.low_closed,
        "end included": lambda r: r.high_closed,
    },
}


def entry(value: Any, name: str, run: Run, at: int) -> Any:
    """`value.name`; of a list, that of each item."""
    cls = type(value)
    if cls is dict:
        if name in value:
            return value[name]
        return run.absent(f"the context has no entry {name!r}", at)
    if cls is list:
        run.sized_list(len(value))
        return [entry(item, name, run, at) for item in value]
    if value is None:
        return run.absent(f"null has no property {name!r}", at)
    found = PROPERTIES.get(cls, {}).get(name)
    if found is None:
        return run.null(f"a {kind(value)} has no property {name!r}", at)
    return found(value)


def item_at(items: list[Any], index: Decimal, run: Run, at: int) -> Any:
    """The item of a position, from 1, or from the end with -1."""
    if index != index.to_integral_value() or not index:
        return run.null("a position in a list is a whole number other than 0", at)
    if abs(index) > len(items):
        return run.absent("the list has no such position", at)
    place = int(index)
    return items[place - 1 if place > 0 else place]
