"""When a timer is due: ISO 8601 text or the value of a FEEL expression, local dates in Europe/Paris.

A date means 00:00 of that day. Years, months, weeks and days move the date of the calendar in Paris and keep its hour
(31 January + P1M is 28 February, whatever summer time does); hours and shorter are elapsed time. A FEEL duration does
not know how it was written: its whole days are days. Negative and unreadable durations are refused.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from shared.clock import PARIS
from shared.feel import YearsMonths

_DURATION = re.compile(
    r"P(?:(\d{1,18})Y)?(?:(\d{1,18})M)?(?:(\d{1,18})W)?(?:(\d{1,18})D)?"
    r"(?:T(?:(\d{1,18})H)?(?:(\d{1,18})M)?(?:(\d{1,18}(?:\.\d{1,6})?)S)?)?",
    re.ASCII,
)
_CYCLE = re.compile(r"R(\d{0,6})/(.+)", re.ASCII)
ENDLESS = -1
_ANY_DAY = datetime(2000, 1, 1, tzinfo=UTC)


class TimerRefused(Exception):
    """A timer's text or value is unreadable; the text is a stable word."""


@dataclass(frozen=True)
class Length:
    """Calendar ``months`` and ``days``, then ``elapsed`` time; none is negative."""

    months: int
    days: int
    elapsed: timedelta

    @property
    def is_calendar(self) -> bool:
        return bool(self.months or self.days)


@dataclass(frozen=True)
class Cycle:
    """``times`` turns in all (ENDLESS: no end), from ``start`` when it is given."""

    times: int
    every: Length
    start: datetime | None = None

    @property
    def anchored(self) -> int:
        """The turn that the anchor is the instant of: without a start the cycle is counted from where it was begun."""
        return 0 if self.start is None else 1


def read_duration(text: str) -> Length:
    """An ISO 8601 duration. Raises TimerRefused; a sign is refused."""
    match = _DURATION.fullmatch(text.strip())
    if match is None or not any(match.groups()) or text.strip().endswith("T"):
        raise TimerRefused("duration_unreadable")
    years, months, weeks, days, hours, minutes, seconds = (part or "0" for part in match.groups())
    try:
        whole = timedelta(weeks=int(weeks), days=int(days)).days
        short = timedelta(hours=int(hours), minutes=int(minutes))
        elapsed = short + timedelta(microseconds=int(Decimal(seconds) * 1_000_000))
        return Length(int(years) * 12 + int(months), whole, elapsed)
    except OverflowError as error:
        raise TimerRefused("duration_too_long") from error


def read_cycle(text: str) -> Cycle:
    """``R3/PT1H``, ``R/P1D`` or ``R5/2026-09-01/P7D``. A cycle without length is refused."""
    match = _CYCLE.fullmatch(text.strip())
    if match is None:
        raise TimerRefused("cycle_unreadable")
    start_text, _, length = match[2].rpartition("/")
    every = read_duration(length)
    if not every.is_calendar and every.elapsed < timedelta(minutes=1):
        raise TimerRefused("cycle_too_short")
    times = int(match[1]) if match[1] else ENDLESS
    if times == 0:
        raise TimerRefused("cycle_without_turn")
    start = read_instant(start_text) if start_text else None
    after(start or _ANY_DAY, every)  # the turn after it can be told
    return Cycle(times, every, start)


def refuse_unreadable(kind: str, text: str) -> None:
    """Raises TimerRefused for a timer's text (date | duration | cycle) that no instance could wait for."""
    if kind == "date":
        read_instant(text)
    elif kind == "duration":
        after(_ANY_DAY, read_duration(text))
    else:
        first_turn(read_cycle(text), _ANY_DAY)


def read_instant(text: str) -> datetime:
    """An ISO date or date-time → aware UTC instant; without zone it is local time in Paris."""
    try:
        value = date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError as error:
        raise TimerRefused("date_unreadable") from error
    return instant_of(value)


def instant_of(value: date | datetime) -> datetime:
    """00:00 in Paris of a date; a date-time without zone is taken in Paris. Raises TimerRefused."""
    moment = value if isinstance(value, datetime) else datetime.combine(value, time())
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=PARIS)).astimezone(UTC)
    except OverflowError as error:  # the first hours of the year 1, the last of 9999
        raise TimerRefused("date_out_of_range") from error


def after(start: datetime, length: Length, times: int = 1) -> datetime:
    """``start`` plus ``times`` × a length, counted from ``start`` and not step by step: the 31st stays the 31st."""
    try:
        moved = _move_date(start, length.months * times, length.days * times) if length.is_calendar else start
        return moved.astimezone(UTC) + length.elapsed * times
    except (OverflowError, ValueError) as error:
        raise TimerRefused("date_out_of_range") from error


def _move_date(start: datetime, months: int, days: int) -> datetime:
    """Months, the day clipped to the month, then days; the hour in Paris stays."""
    local = start.astimezone(PARIS)
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    day = min(local.day, monthrange(year, month + 1)[1])
    return (local.replace(year=year, month=month + 1, day=day) + timedelta(days=days)).astimezone(UTC)


def due_at(kind: str, value: Any, now: datetime) -> datetime:
    """The instant of a one-shot timer. ``value``: ISO text, or what FEEL gave. Raises TimerRefused."""
    if isinstance(value, str):
        return read_instant(value) if kind == "date" else after(now, read_duration(value))
    if kind == "date" and isinstance(value, date):
        return instant_of(value)
    if kind == "duration" and isinstance(value, timedelta | YearsMonths):
        return _after_value(now, value)
    raise TimerRefused("not_a_" + kind)


def _after_value(now: datetime, value: timedelta | YearsMonths) -> datetime:
    if isinstance(value, YearsMonths):
        length = Length(value.months, 0, timedelta())
    else:
        length = Length(0, value.days, value - timedelta(days=value.days))
    if length.months < 0 or length.days < 0:
        raise TimerRefused("duration_negative")
    return after(now, length)


def first_turn(cycle: Cycle, now: datetime) -> datetime:
    return cycle.start or after(now, cycle.every)


def next_turn(
    cycle: Cycle, anchor: datetime, anchored: int, turn: int, now: datetime
) -> tuple[int, datetime] | None:
    """The first turn after ``turn`` that is later than ``now``; turns missed meanwhile are used up.

    ``anchor``: the instant of turn ``anchored``. None when no turn is left.
    """
    while True:
        turn += 1
        if cycle.times != ENDLESS and turn > cycle.times:
            return None
        at = after(anchor, cycle.every, turn - anchored)
        if at > now:
            return turn, at
        turn = max(turn, _surely_past(cycle.every, now - anchor) + anchored - 1)  # a long stop is one jump


def _surely_past(every: Length, since: timedelta) -> int:
    """How many times a length fits at the least: months at their longest, a day for summer time and the like."""
    longest = timedelta(days=every.months * 31 + every.days) + every.elapsed
    return (since - timedelta(days=every.is_calendar)) // longest
