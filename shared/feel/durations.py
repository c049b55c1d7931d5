"""Durations as text (ISO 8601, the subset of XML Schema's dayTimeDuration and yearMonthDuration)."""

import re
from datetime import timedelta
from decimal import Decimal

from shared.feel.values import YearsMonths

_DAYS = re.compile(
    r"(-)?P(?:([0-9]{1,12})D)?(?:T(?:([0-9]{1,12})H)?(?:([0-9]{1,12})M)?(?:([0-9]{1,15}(?:\.[0-9]*)?)S)?)?"
)
_MONTHS = re.compile(r"(-)?P(?:([0-9]{1,12})Y)?(?:([0-9]{1,12})M)?")


def parse_duration(text: str) -> timedelta | YearsMonths | None:
    """The duration written, or None; days and months cannot be mixed."""
    match = _MONTHS.fullmatch(text)
    if match and (match[2] or match[3]):
        months = int(match[2] or 0) * 12 + int(match[3] or 0)
        return whole_months(-months if match[1] else months) if months <= MAX_MONTHS else None
    match = _DAYS.fullmatch(text)
    if match is None or not any(match.groups()[1:]) or text.endswith("T"):
        return None
    return _days(match)


MAX_MONTHS = 12 * 999_999_999


def whole_months(months: int) -> YearsMonths:
    """A duration of some months; OverflowError beyond 999 999 999 years."""
    if abs(months) > MAX_MONTHS:
        raise OverflowError(months)
    return YearsMonths(months)


def _days(match: re.Match[str]) -> timedelta | None:
    seconds = Decimal(match[5] or 0)
    try:
        made = timedelta(
            days=int(match[2] or 0),
            hours=int(match[3] or 0),
            minutes=int(match[4] or 0),
            seconds=int(seconds),
            microseconds=int(seconds % 1 * 1_000_000),
        )
        return -made if match[1] else made
    except OverflowError:
        return None


def format_months(duration: YearsMonths) -> str:
    """P1Y2M; zero is P0M."""
    years, months = divmod(abs(duration.months), 12)
    body = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
    return ("-" if duration.months < 0 else "") + "P" + (body or "0M")


def format_days(duration: timedelta) -> str:
    """P1DT2H3M4.5S; zero is PT0S."""
    sign, rest = ("-", -duration) if duration < timedelta(0) else ("", duration)
    minutes, seconds = divmod(rest.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{rest.microseconds:06d}".rstrip("0") if rest.microseconds else ""
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    clock += f"{seconds}{fraction}S" if seconds or fraction else ""
    body = (f"{rest.days}D" if rest.days else "") + (f"T{clock}" if clock else "")
    return f"{sign}P{body or 'T0S'}"
