"""Working days (R45): Monday to Friday, public holidays taken away.

The calendar is an argument, ``is_holiday``: an adapter with a library's holidays is ``shared.calendar_fr``.
"""

from collections.abc import Callable
from datetime import date, timedelta

IsHoliday = Callable[[date], bool]

MAX_WORKING_DAYS = 2_600  # ten years: a longer deadline is a mistake
_SATURDAY = 5


def is_working_day(day: date, is_holiday: IsHoliday) -> bool:
    return day.weekday() < _SATURDAY and not is_holiday(day)


def add_working_days(day: date, count: int, is_holiday: IsHoliday) -> date:
    """The ``count``-th working day after ``day`` (before it when negative); ``day`` itself for 0.

    ``day`` need not be a working day and is not counted. ValueError beyond ``MAX_WORKING_DAYS``.
    """
    if abs(count) > MAX_WORKING_DAYS:
        raise ValueError(f"{count} working days: at most {MAX_WORKING_DAYS}")
    step = timedelta(days=1 if count >= 0 else -1)
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day, is_holiday)
    return day


def subtract_working_days(day: date, count: int, is_holiday: IsHoliday) -> date:
    """The ``count``-th working day before ``day``: "15 working days before the end" (R13, R45)."""
    return add_working_days(day, -count, is_holiday)


def working_days_between(first: date, last: date, is_holiday: IsHoliday) -> int:
    """Working days after ``first`` up to and with ``last``; 0 when last is not after first."""
    days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return sum(is_working_day(day, is_holiday) for day in days)
