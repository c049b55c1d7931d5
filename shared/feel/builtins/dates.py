"""Functions of dates (10.3.4.9 to 10.3.4.11), and is()."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from shared.feel.calls import builtin
from shared.feel.compare import same
from shared.feel.run import Run
from shared.feel.values import kind

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip


@builtin("now()")
def now(run: Run) -> datetime:
    """The moment of the evaluation, in its zone."""
    return run.now.astimezone(run.zone)


@builtin("today()")
def today(run: Run) -> date:
    """The date of the evaluation, in its zone."""
    return run.now.astimezone(run.zone).date()


@builtin("day of year(date: date|date and time)")
def day_of_year(run: Run, day: date) -> Decimal:
    """From 1."""
    return Decimal(day.timetuple().tm_yday)


@builtin("day of week(date: date|date and time)")
def day_of_week(run: Run, day: date) -> str:
    """In English, as the specification has it."""
    return _DAYS[day.weekday()]


@builtin("month of year(date: date|date and time)")
def month_of_year(run: Run, day: date) -> str:
    """In English, as the specification has it."""
    return _MONTHS[day.month - 1]


@builtin("week of year(date: date|date and time)")
def week_of_year(run: Run, day: date) -> Decimal:
    """The ISO 8601 week."""
    return Decimal(day.isocalendar().week)


@builtin("last day of month(date: date|date and time)")
def last_day_of_month(run: Run, day: date) -> Decimal:
    """28 to 31."""
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return Decimal((following - date(day.year, day.month, 1)).days)


@builtin("is(value1: any! =, value2: any! =)")
def is_same(run: Run, a: Any = None, b: Any = None) -> bool:
    """The same value of the same type, without the conversions of =: two spellings of one instant differ."""
    if kind(a) != kind(b):
        return False
    if isinstance(a, datetime | time):
        return (a.replace(tzinfo=None), str(a.tzinfo)) == (b.replace(tzinfo=None), str(b.tzinfo))
    return same(a, b, run)
