"""When timers ring: ISO 8601, months and days by the calendar of Paris, everything shorter as elapsed time."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from shared.feel import YearsMonths

PARIS = ZoneInfo("Europe/Paris")
_PARTS = re.compile(r"P(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(?:T(\d+H)?(\d+M)?(\d+S)?)?")


def instant(value: Any) -> datetime:
    """A date is 00:00 in Paris; a time without zone is Paris time."""
    if isinstance(value, str):
        value = (
            date.fromisoformat(value) if len(value) == len("2026-09-01") else datetime.fromisoformat(value)
        )
    if not isinstance(value, datetime):
        value = datetime.combine(value, time())
    return (value if value.tzinfo else value.replace(tzinfo=PARIS)).astimezone(UTC)


def later(start: datetime, length: Any, times: int = 1) -> datetime:
    """``start`` and ``times`` × a duration: ISO text, or what FEEL gave."""
    months, whole = _length(length)
    days, elapsed = whole.days * times, timedelta(seconds=whole.seconds)
    if isinstance(length, str) and "T" in length:  # hours that are written are hours
        written = length.partition("T")[0]
        days = _length(written)[1].days * times if written != "P" else 0
        elapsed = whole - timedelta(days=days // times)
    moved = start
    if months or days:
        local = start.astimezone(PARIS)
        count = local.year * 12 + local.month - 1 + months * times
        year, month, day = count // 12, count % 12 + 1, local.day
        while True:
            try:
                there = local.replace(year=year, month=month, day=day, tzinfo=None) + timedelta(days=days)
                moved = there.replace(tzinfo=PARIS).astimezone(UTC)
                break
            except ValueError:  # that month is shorter
                day -= 1
    return moved + elapsed * times


def _length(value: Any) -> tuple[int, timedelta]:
    if isinstance(value, YearsMonths):
        return value.months, timedelta()
    if isinstance(value, timedelta):
        return 0, value
    match = _PARTS.fullmatch(value)
    assert match is not None
    years, months, weeks, days, hours, minutes, seconds = (
        int((part or "0A")[:-1]) for part in match.groups()
    )
    elapsed = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    return years * 12 + months, elapsed


class Cycle:
    """``R3/PT1H``, ``R/P1D``, ``R5/2026-09-01/P7D``; no count means without end."""

    def __init__(self, text: str, now: datetime) -> None:
        count, *start, self._length = text.split("/")
        self._count = int(count[1:]) if count[1:] else None
        self._anchor, self._first = (instant(start[0]), 1) if start else (now, 0)
        self._turn = 1
        self.due: datetime | None = self._at(1)

    def go_on(self, now: datetime) -> None:
        """The next turn that is not over already; ``due`` is None when none is left."""
        while True:
            if self._turn == self._count:
                self.due = None
                return
            self._turn += 1
            self.due = self._at(self._turn)
            if self.due > now:
                return

    def _at(self, turn: int) -> datetime:
        count = turn - self._first
        return later(self._anchor, self._length, count) if count else self._anchor
