"""Calendar months: what the day "n months later" is when that month is too short."""

from calendar import monthrange
from datetime import date


def has_same_day(day: date, months: int) -> bool:
    """Whether the month ``months`` later has the same day number."""
    year, month = _month_after(day, months)
    return day.day <= monthrange(year, month)[1]


def add_months(day: date, months: int) -> date:
    """The same day number ``months`` later or, when that month lacks it, its last day."""
    year, month = _month_after(day, months)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _month_after(day: date, months: int) -> tuple[int, int]:
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return years, month + 1
