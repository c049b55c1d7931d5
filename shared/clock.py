"""Clocks, passed as arguments: business time may be moved by a simulation, system time never is."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


class Clock(Protocol):
    """Tells the present instant, aware and in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock: tokens, sessions, leases, retries, identifiers."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class BusinessClock:
    """The clock of due dates and timers: system time plus an offset in seconds read from a file.

    The file exists only under a simulation (``shared.settings`` refuses it elsewhere); time only moves
    forward because its writer, the simulator, only adds.
    """

    def __init__(self, system: Clock, offset_file: Path | None = None) -> None:
        self._system = system
        self._offset_file = offset_file

    def now(self) -> datetime:
        return self._system.now() + self._offset()

    def today(self) -> date:
        return local_date(self.now())

    def _offset(self) -> timedelta:
        if self._offset_file is None or not self._offset_file.exists():
            return timedelta()
        return timedelta(seconds=float(self._offset_file.read_text(encoding="ascii") or 0))


class FixedClock:
    """A clock that its owner moves: tests and tools."""

    def __init__(self, now: datetime) -> None:
        self._now = now.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def today(self) -> date:
        return local_date(self._now)

    def advance(self, by: timedelta) -> None:
        self.set(self._now + by)

    def set(self, now: datetime) -> None:
        if now < self._now:
            raise ValueError("a clock only moves forward")
        self._now = now.astimezone(UTC)


def local_date(instant: datetime) -> date:
    """The calendar date of an aware instant in Europe/Paris."""
    return instant.astimezone(PARIS).date()
