"""When people are written to: working hours and working days in Paris, digests, near and late. Pure.

The hours are data, ``horaires.toml``.
"""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from shared.clock import PARIS
from shared.parcours.working_days import IsHoliday, add_working_days, is_working_day

AT_ONCE, DAILY, WEEKLY, NEVER = "tout_de_suite", "quotidien", "hebdomadaire", "jamais"
RHYTHMS = (AT_ONCE, DAILY, WEEKLY, NEVER)
_MONDAY_AFTER = 7


@dataclass(frozen=True)
class Hours:
    """``opens``, ``closes``: hours of the day in Paris; the rest as in ``horaires.toml``."""

    opens: int
    closes: int
    near_days: int
    reminder_days: int
    appointment_days: int
    gathering: timedelta
    kept: timedelta
    is_holiday: IsHoliday

    def is_open(self, at: datetime) -> bool:
        local = at.astimezone(PARIS)
        return is_working_day(local.date(), self.is_holiday) and self.opens <= local.hour < self.closes

    def next_open(self, at: datetime) -> datetime:
        """``at`` when mail may leave then, else the next opening."""
        if self.is_open(at):
            return at
        local = at.astimezone(PARIS)
        if local.hour < self.opens and is_working_day(local.date(), self.is_holiday):
            return self._opening(local.date())
        return self.next_day(at)

    def next_day(self, at: datetime) -> datetime:
        """The opening of the next working day."""
        return self._opening(add_working_days(_day(at), 1, self.is_holiday))

    def next_week(self, at: datetime) -> datetime:
        """The opening of the first working day of the next week."""
        day = _day(at)
        sunday = day + timedelta(days=_MONDAY_AFTER - 1 - day.weekday())
        return self._opening(add_working_days(sunday, 1, self.is_holiday))

    def told_at(self, rhythm: str, at: datetime) -> datetime:
        """When something that happens at ``at`` is told in this rhythm; what comes at once is gathered a little."""
        if rhythm == DAILY:
            return self.next_day(at)
        if rhythm == WEEKLY:
            return self.next_week(at)
        return self.next_open(at + self.gathering)

    def near_at(self, due: date | datetime) -> datetime:
        """From when a task is due soon."""
        return self._opening(add_working_days(_day(due), -self.near_days, self.is_holiday))

    def late_at(self, due: date | datetime) -> datetime:
        """From when a task is late: a whole day has passed, an instant too."""
        return due if isinstance(due, datetime) else _midnight(due + timedelta(days=1))

    def reminder_at(self, at: datetime) -> datetime:
        """When the next reminder after one at ``at`` may leave."""
        return self._opening(add_working_days(_day(at), self.reminder_days, self.is_holiday))

    def appointment_reminder_at(self, starts: date | datetime) -> datetime:
        return self._opening(add_working_days(_day(starts), -self.appointment_days, self.is_holiday))

    def is_urgent(self, moment: date | datetime | None, now: datetime) -> bool:
        """Whether word of it comes too late when it leaves at the next opening only."""
        if moment is None or self.is_open(now):
            return False
        until = moment if isinstance(moment, datetime) else _midnight(moment + timedelta(days=1))
        return now < until <= self.next_open(now) or _day(moment) == _day(now)

    def _opening(self, day: date) -> datetime:
        return datetime.combine(day, time(self.opens), PARIS)


def hours(is_holiday: IsHoliday) -> Hours:
    said = tomllib.loads((Path(__file__).parent / "horaires.toml").read_text(encoding="utf-8"))
    return Hours(
        opens=said["ouverture"],
        closes=said["fermeture"],
        near_days=said["echeance_proche_jours"],
        reminder_days=said["relance_jours"],
        appointment_days=said["rappel_rendez_vous_jours"],
        gathering=timedelta(minutes=said["regroupement_minutes"]),
        kept=timedelta(days=said["conservation_jours"]),
        is_holiday=is_holiday,
    )


def _day(moment: date | datetime) -> date:
    return moment.astimezone(PARIS).date() if isinstance(moment, datetime) else moment


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), PARIS)
