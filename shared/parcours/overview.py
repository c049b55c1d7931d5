"""A parcours at a glance: its plan against R9, and who hosts the pupil on each of its days. Pure."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from shared.parcours.period import Period, days_covered
from shared.parcours.pfmp import allowed_days
from shared.parcours.solutions import Solution
from shared.parcours.week import DAYS, Day, week_of

LONGEST = 200
"""Days that are told: R8 has four months."""


@dataclass(frozen=True)
class Gauge:
    """R9, in calendar days: ``allowed``; ``planned`` in all; of these ``done`` by a day."""

    allowed: int
    planned: int
    done: int

    @property
    def remaining(self) -> int:
        """Days that may still be planned; 0 when too many are."""
        return max(0, self.allowed - self.planned)

    def as_json(self) -> dict[str, int]:
        return {
            "allowed": self.allowed, "planned": self.planned, "done": self.done, "remaining": self.remaining
        }  # fmt: skip


def gauge(parcours: Period, plan: Sequence[Solution], counted: Collection[str], today: date) -> Gauge:
    """What a plan has of the days in companies that count (R25), overlaps once."""
    periods = [Period(each["du"], each["au"]) for each in plan if each["cadre"] in counted]
    done = [Period(each.first, min(each.last, today)) for each in periods if each.first <= today]
    return Gauge(allowed_days(parcours), days_covered(periods), days_covered(done))


def days_of(
    parcours: Period, plan: Sequence[Solution], *,
    is_public_holiday: Callable[[date], bool], is_school_holiday: Callable[[date], bool | None],
) -> Iterator[Day]:  # fmt: skip
    """Each day of the parcours, at most LONGEST."""
    last = min(parcours.last, parcours.first + timedelta(days=LONGEST - 1))
    monday = parcours.first - timedelta(days=parcours.first.weekday())
    while monday <= last:
        yield from week_of(
            monday, plan, (parcours.first, last), is_public_holiday=is_public_holiday,
            is_school_holiday=is_school_holiday,
        )  # fmt: skip
        monday += timedelta(days=DAYS)
