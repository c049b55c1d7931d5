"""Dates, times, dates and times as text (XML Schema with FEEL's `@zone`), and their zones.

Python's calendar bounds them: years 1 to 9999, microseconds; text beyond gives None, hence null.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from shared.feel.durations import format_days, format_months, parse_duration
from shared.feel.values import YearsMonths

_DATE = r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
_TIME = (
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(\.[0-9]+)?"
    r"(?:(Z|[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?)|@([A-Za-z0-9_+\-]+(?:/[A-Za-z0-9_+\-]+)*))?"
)
_DATE_ONLY = re.compile(_DATE)
_TIME_ONLY = re.compile(_TIME)
_BOTH = re.compile(f"{_DATE}T(?P<time>.*)", re.S)


def parse_date(text: str) -> date | None:
    """YYYY-MM-DD."""
    match = _DATE_ONLY.fullmatch(text)
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


def parse_time(text: str) -> time | None:
    """hh:mm:ss with optional fraction, then Z, an offset or @zone."""
    match = _TIME_ONLY.fullmatch(text)
    if match is None:
        return None
    micro = int(((match[4] or ".")[1:] + "000000")[:6])
    try:
        zone = zone_named(match[6]) if match[6] else parse_offset(match[5])
        return time(int(match[1]), int(match[2]), int(match[3]), micro, tzinfo=zone)
    except (ValueError, LookupError):
        return None


def parse_date_and_time(text: str) -> datetime | None:
    """A date, T and a time; a date alone is its midnight; 24:00:00 is the next day's."""
    match = _BOTH.fullmatch(text)
    day = parse_date(text[:10] if match else text)
    if day is None:
        return None
    if match is None:
        return datetime.combine(day, time())
    clock, later = match["time"], timedelta(0)
    if clock.startswith("24:00:00"):
        clock, later = "00" + clock[2:], timedelta(days=1)
    moment = parse_time(clock)
    try:
        return datetime.combine(day, moment) + later if moment else None
    except OverflowError:
        return None


def parse_offset(text: str | None) -> tzinfo | None:
    """Z or ±hh:mm, at most 14 hours; ValueError beyond."""
    if text is None:
        return None
    if text == "Z":
        return UTC
    hours, minutes, *seconds = (int(p) for p in text[1:].split(":"))
    if minutes > 59 or (seconds and seconds[0] > 59):
        raise ValueError(text)
    offset = timedelta(hours=hours, minutes=minutes, seconds=seconds[0] if seconds else 0)
    return offset_zone(-offset if text[0] == "-" else offset)


def offset_zone(offset: timedelta) -> tzinfo:
    """The zone of an offset of at most 14 hours; ValueError beyond."""
    if abs(offset) > timedelta(hours=14):
        raise ValueError(offset)
    return timezone(offset) if offset else UTC


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


@lru_cache(maxsize=700)
def zone_named(name: str) -> ZoneInfo:
    """A zone of the IANA database; LookupError when it has none of that name."""
    if name not in _zones():
        raise LookupError(name)
    return ZoneInfo(name)


def temporal_literal(text: str) -> Any:
    """What `@"…"` means: a date, date and time, time or duration; None when it is none of them."""
    for read in (parse_date, parse_time, parse_date_and_time, parse_duration):
        value = read(text)
        if value is not None:
            return value
    return None


def format_zone(value: time | datetime) -> str:
    """@Europe/Paris, Z, +02:00, or nothing."""
    zone = value.tzinfo
    if zone is None:
        return ""
    if isinstance(zone, ZoneInfo):
        return f"@{zone.key}"
    offset = zone.utcoffset(value if isinstance(value, datetime) else None) or timedelta(0)
    if not offset:
        return "Z"
    sign, rest = ("-", -offset) if offset < timedelta(0) else ("+", offset)
    hours, seconds = divmod(int(rest.total_seconds()), 3600)
    tail = f":{seconds % 60:02d}" if seconds % 60 else ""
    return f"{sign}{hours:02d}:{seconds // 60:02d}{tail}"


def format_temporal(value: Any) -> str:
    """The text that reads back as the value."""
    if isinstance(value, YearsMonths):
        return format_months(value)
    if isinstance(value, timedelta):
        return format_days(value)
    if isinstance(value, time):
        return (
            value.replace(tzinfo=None).isoformat().rstrip("0").rstrip(".") + format_zone(value)
            if (value.microsecond)
            else value.replace(tzinfo=None).isoformat() + format_zone(value)
        )
    if isinstance(value, datetime):
        return f"{value.date().isoformat()}T{format_temporal(value.timetz())}"
    return str(value.isoformat())
