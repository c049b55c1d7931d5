"""The business clock of a simulation: the offset file that every process of the stack reads."""

import os
from datetime import date, datetime, time
from pathlib import Path

from shared.clock import PARIS, BusinessClock, SystemClock

MORNING = time(9)
"""When a simulated day begins. Runs are shorter than the hours left, so that no date depends on their length."""


class SimulationClock(BusinessClock):
    """Moves forward only; its first place, before any service starts, is the day on which the simulation begins."""

    def __init__(self, offset_file: Path, first_day: date) -> None:
        super().__init__(SystemClock(), offset_file)
        self._file = offset_file
        self._write(morning(first_day))

    def jump_to(self, instant: datetime) -> None:
        """ValueError when that would be a step back."""
        if instant < self.now():
            raise ValueError("the business clock only moves forward")
        self._write(instant)

    def _write(self, instant: datetime) -> None:
        """Whole at any moment: the services read the file while it is replaced."""
        new = self._file.with_suffix(".new")
        new.write_text(f"{(instant - SystemClock().now()).total_seconds()}", encoding="ascii")
        os.replace(new, self._file)


def morning(day: date) -> datetime:
    return datetime.combine(day, MORNING, PARIS)


def wake_at(due_at: datetime) -> datetime:
    """When to act on a timer: in the morning of its day, or at its own hour when that is later."""
    return max(due_at, morning(due_at.astimezone(PARIS).date()))
