"""Conversions between types (10.3.4.1), and not()."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from shared.feel.calls import builtin, whole
from shared.feel.durations import parse_duration
from shared.feel.errors import NullResult
from shared.feel.run import Run
from shared.feel.temporal import offset_zone, parse_date, parse_date_and_time, parse_time
from shared.feel.texts import text_of
from shared.feel.values import NUMBERS, YearsMonths

_DIGITS = frozenset("0123456789")


def _found(value: Any, what: str) -> Any:
    if value is None:
        raise NullResult(f"the text is not a {what}")
    return value


@builtin("number(from: string)")
def number_from(run: Run, text: str) -> Decimal:
    """A number written as FEEL writes it."""
    return _number(text)


@builtin("number(from: string, grouping separator: string!, decimal separator: string!)")
def number_with_separators(run: Run, text: str, grouping: str | None, decimal: str | None) -> Decimal:
    """Grouping is a space, comma or period; decimal is a comma or period; not the same."""
    known = grouping in (None, " ", ",", ".") and decimal in (None, ",", ".")
    if not known or (grouping is not None and grouping == decimal):
        raise NullResult("the separators of a number are a space, a comma or a period, and differ")
    if grouping:
        text = text.replace(grouping, "")
    if decimal == ",":
        text = "x" if "." in text else text.replace(",", ".")
    return _number(text)


def _number(text: str) -> Decimal:
    body = text.strip().lstrip("-")
    mantissa, _, exponent = body.lower().partition("e")
    whole_part, _, fraction = mantissa.partition(".")
    digits = set(whole_part + fraction) | set(exponent.lstrip("+-"))
    if not (whole_part or fraction) or digits - _DIGITS or len(text) > 7000 or len(exponent) > 6:
        raise NullResult("the text is not a number")
    return NUMBERS.create_decimal(text.strip())


@builtin("string(from: any)")
def string_from(run: Run, value: Any) -> str:
    """Any value as text."""
    return text_of(value, run)


@builtin("date(from: string)")
def date_from_text(run: Run, text: str) -> date:
    """YYYY-MM-DD."""
    made: date = _found(parse_date(text), "date")
    return made


@builtin("date(from: date|date and time)")
def date_from_moment(run: Run, moment: date) -> date:
    """The calendar day of a date and time."""
    return date(moment.year, moment.month, moment.day)


@builtin("date(year: number, month: number, day: number)")
def date_from_parts(run: Run, year: Decimal, month: Decimal, day: Decimal) -> date:
    """A calendar day."""
    return date(whole(year), whole(month), whole(day))


@builtin("time(from: string)")
def time_from_text(run: Run, text: str) -> time:
    """hh:mm:ss with fraction, offset or zone."""
    made: time = _found(parse_time(text.removeprefix("T")), "time")
    return made


@builtin("time(from: time)")
def time_from_time(run: Run, clock: time) -> time:
    """The same."""
    return clock


@builtin("time(from: date and time)")
def time_from_moment(run: Run, moment: datetime) -> time:
    """The clock of a date and time, with its zone."""
    return moment.timetz()


@builtin("time(from: date)")
def time_from_date(run: Run, day: date) -> time:
    """Midnight, UTC, where a date's day begins (10.3.2.3.5)."""
    return time(tzinfo=UTC)


@builtin("time(hour: number, minute: number, second: number, offset: days and time duration! =)")
def time_from_parts(
    run: Run, hour: Decimal, minute: Decimal, second: Decimal, offset: timedelta | None = None
) -> time:
    """A clock time, with an offset or local."""
    micro = int(second % 1 * 1_000_000)
    zone = None if offset is None else offset_zone(offset)
    return time(whole(hour), whole(minute), whole(second), micro, tzinfo=zone)


@builtin("date and time(from: string)")
def moment_from_text(run: Run, text: str) -> datetime:
    """A date, T and a time."""
    made: datetime = _found(parse_date_and_time(text), "date and time")
    return made


@builtin("date and time(from: date and time)")
def moment_from_moment(run: Run, moment: datetime) -> datetime:
    """The same."""
    return moment


@builtin("date and time(date: date|date and time, time: time)")
def moment_from_parts(run: Run, day: date, clock: time) -> datetime:
    """That day at that time."""
    return datetime.combine(date(day.year, day.month, day.day), clock)


@builtin("duration(from: string)")
def duration_from_text(run: Run, text: str) -> timedelta | YearsMonths:
    """ISO 8601: P1DT2H or P1Y2M."""
    made: timedelta | YearsMonths = _found(parse_duration(text), "duration")
    return made


@builtin("duration(from: days and time duration|years and months duration)")
def duration_from_duration(run: Run, duration: Any) -> Any:
    """The same."""
    return duration


@builtin("years and months duration(from: date|date and time, to: date|date and time)")
def months_between(run: Run, start: date, end: date) -> YearsMonths:
    """The whole months from one day to another, negative backwards."""
    if end < start if type(start) is type(end) else date(*end.timetuple()[:3]) < date(*start.timetuple()[:3]):
        return YearsMonths(-months_between(run, end, start).months)
    months = (end.year - start.year) * 12 + end.month - start.month
    return YearsMonths(months - (end.day < start.day))


@builtin("not(negand: any!)")
def negation(run: Run, value: Any) -> bool | None:
    """Null for what is neither true nor false."""
    return (not value) if isinstance(value, bool) else None
