"""The operators + - * / ** (10.3.2.5) by the types of their operands; no entry in a table is a null."""

import operator
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, DecimalException
from typing import Any

from shared.feel.durations import whole_months
from shared.feel.errors import NullResult
from shared.feel.run import Run
from shared.feel.values import NUMBERS, YearsMonths, kind

MAX_DIGITS = 24
MICROSECOND = timedelta(microseconds=1)
Operation = Callable[[Any, Any], Any]


def calculate(sign: str, a: Any, b: Any, run: Run, at: int) -> Any:
    """`a sign b`; null with a reason when the types or the result do not fit."""
    run.left -= 1
    cls = type(a)
    if cls is str and sign == "+" and type(b) is str:
        run.sized_characters(len(a) + len(b))
        return a + b
    if run.left < 0:
        run.spend(0)
    operation = OPERATIONS.get((sign, cls, type(b)))
    if operation is None:
        return run.null(f"{kind(a)} {sign} {kind(b)} is not defined", at)
    try:
        return operation(a, b)
    except NullResult as why:
        return run.null(str(why), at)
    except (DecimalException, OverflowError, ValueError):
        return run.null(f"the result of {sign} is beyond what its type can hold", at)


def negate(value: Any, run: Run, at: int) -> Any:
    """`-value`."""
    if isinstance(value, Decimal):
        return NUMBERS.minus(value)
    if isinstance(value, timedelta):
        return calculate("*", value, Decimal(-1), run, at)
    if isinstance(value, YearsMonths):
        return YearsMonths(-value.months)
    return run.null(f"-{kind(value)} is not defined", at)


def in_microseconds(duration: timedelta) -> int:
    """A duration as a whole number, exact where total_seconds() is not."""
    return duration // MICROSECOND


def duration_of(microseconds: Decimal) -> timedelta:
    """The inverse, cut to a whole microsecond."""
    return timedelta(microseconds=_int(microseconds))


def add_months(day: Any, months: int) -> Any:
    """A date or date and time some months later; the 31st becomes the month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return day.replace(year=year, month=month + 1, day=min(day.day, last))
        except ValueError:
            continue
    raise NullResult("the date is beyond the calendar")


def _shift_moment(moment: datetime, by: timedelta) -> datetime:
    """In a zone with summer time the duration is real time, not clock time."""
    if moment.tzinfo is None or moment.utcoffset() is None:
        return moment + by
    zone = moment.tzinfo
    return (moment.replace(tzinfo=None) - _offset(moment) + by).replace(tzinfo=UTC).astimezone(zone)


def _offset(moment: datetime) -> timedelta:
    return moment.utcoffset() or timedelta(0)


def _shift_time(clock: time, by: timedelta) -> time:
    """Around the clock; the zone stays."""
    moved = datetime.combine(date(2000, 1, 1), clock.replace(tzinfo=None)) + by % timedelta(days=1)
    return moved.time().replace(tzinfo=clock.tzinfo)


def _between_moments(a: datetime, b: datetime) -> timedelta:
    if (a.tzinfo is None) != (b.tzinfo is None):
        raise NullResult("one date and time has a zone and the other has none")
    return (a.replace(tzinfo=None) - _offset(a)) - (b.replace(tzinfo=None) - _offset(b))


def _between_times(a: time, b: time) -> timedelta:
    if (a.tzinfo is None) != (b.tzinfo is None):
        raise NullResult("one time has a zone and the other has none")
    day = date(2000, 1, 1)
    return datetime.combine(day, a) - datetime.combine(day, b)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


def _divide(a: Decimal, b: Decimal) -> Decimal:
    if not b:
        raise NullResult("division by zero")
    return NUMBERS.divide(a, b)


def _power(a: Decimal, b: Decimal) -> Decimal:
    if a == 0 and b == 0:
        return Decimal(1)
    return NUMBERS.power(a, b)


def _divide_days(a: timedelta, b: Decimal) -> timedelta:
    if not b:
        raise NullResult("division by zero")
    return duration_of(NUMBERS.divide(Decimal(in_microseconds(a)), b))


def _int(value: Decimal) -> int:
    """Cut to a whole number; OverflowError for what no duration can hold, before digits are written out."""
    if value.adjusted() > MAX_DIGITS:
        raise OverflowError(value)
    return int(value)


def _divide_months(a: YearsMonths, b: Decimal) -> YearsMonths:
    if not b:
        raise NullResult("division by zero")
    return whole_months(_int(NUMBERS.divide(Decimal(a.months), b)))


def _days_ratio(a: timedelta, b: timedelta) -> Decimal:
    return _divide(Decimal(in_microseconds(a)), Decimal(in_microseconds(b)))


def _months_ratio(a: YearsMonths, b: YearsMonths) -> Decimal:
    return _divide(Decimal(a.months), Decimal(b.months))


def _times_days(a: timedelta, b: Decimal) -> timedelta:
    return duration_of(NUMBERS.multiply(Decimal(in_microseconds(a)), b))


def _times_months(a: YearsMonths, b: Decimal) -> YearsMonths:
    return whole_months(_int(NUMBERS.multiply(Decimal(a.months), b)))


def _swapped(operation: Operation) -> Operation:
    return lambda a, b: operation(b, a)


def _plus_days(day: date, by: timedelta) -> date:
    return (datetime.combine(day, time()) + by).date()


def _plus_months(day: Any, by: YearsMonths) -> Any:
    return add_months(day, by.months)


OPERATIONS: dict[tuple[str, type, type], Operation] = {
    ("+", Decimal, Decimal): NUMBERS.add,
    ("-", Decimal, Decimal): NUMBERS.subtract,
    ("*", Decimal, Decimal): NUMBERS.multiply,
    ("/", Decimal, Decimal): _divide,
    ("**", Decimal, Decimal): _power,
    ("+", timedelta, timedelta): operator.add,
    ("-", timedelta, timedelta): operator.sub,
    ("*", timedelta, Decimal): _times_days,
    ("*", Decimal, timedelta): _swapped(_times_days),
    ("/", timedelta, Decimal): _divide_days,
    ("/", timedelta, timedelta): _days_ratio,
    ("+", YearsMonths, YearsMonths): lambda a, b: whole_months(a.months + b.months),
    ("-", YearsMonths, YearsMonths): lambda a, b: whole_months(a.months - b.months),
    ("*", YearsMonths, Decimal): _times_months,
    ("*", Decimal, YearsMonths): _swapped(_times_months),
    ("/", YearsMonths, Decimal): _divide_months,
    ("/", YearsMonths, YearsMonths): _months_ratio,
    ("-", date, date): operator.sub,
    ("-", datetime, datetime): _between_moments,
    ("-", date, datetime): lambda a, b: _between_moments(_midnight(a), b),
    ("-", datetime, date): lambda a, b: _between_moments(a, _midnight(b)),
    ("-", time, time): _between_times,
}
_SHIFTS: tuple[tuple[type, type, Operation], ...] = (
    (date, timedelta, _plus_days),
    (datetime, timedelta, _shift_moment),
    (time, timedelta, _shift_time),
    (date, YearsMonths, _plus_months),
    (datetime, YearsMonths, _plus_months),
)


def _backwards(shift: Operation) -> Operation:
    return lambda moment, by: shift(moment, YearsMonths(-by.months) if isinstance(by, YearsMonths) else -by)


for _moment, _duration, _shift in _SHIFTS:
    OPERATIONS["+", _moment, _duration] = _shift
    OPERATIONS["+", _duration, _moment] = _swapped(_shift)
    OPERATIONS["-", _moment, _duration] = _backwards(_shift)
