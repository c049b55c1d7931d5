"""R9 and R25: how many days of a parcours may be spent in companies."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from shared.parcours.period import Period, days_covered
from shared.parcours.refusal import Reason

PFMP = "pfmp"
FRAMES = (PFMP, "stage", "immersion", "clause_sociale", "pmsmp")
COUNTED_FRAMES = frozenset({PFMP})


@dataclass(frozen=True)
class CompanyPeriod:
    """A period in a company under its legal ``frame`` (R25), one of ``FRAMES``."""

    period: Period
    frame: str = PFMP


@dataclass(frozen=True)
class PfmpCount:
    """Calendar days (R9 [I]): ``allowed`` of ``parcours_days``, ``planned`` by the plan as a whole."""

    parcours_days: int
    allowed: int
    planned: int

    @property
    def remaining(self) -> int:
        """Days that may still be planned; 0 when too many are."""
        return max(0, self.allowed - self.planned)

    @property
    def excess(self) -> int:
        """Days to take away; 0 when the plan holds."""
        return max(0, self.planned - self.allowed)

    @property
    def is_within(self) -> bool:
        return self.planned <= self.allowed


def allowed_days(parcours: Period) -> int:
    """R9: floor(2/3 × calendar days of the parcours, both ends counted)."""
    return parcours.days * 2 // 3


def count_pfmp(
    parcours: Period, periods: Iterable[CompanyPeriod], counted: Collection[str] = COUNTED_FRAMES
) -> PfmpCount:
    """R9: days planned in the ``counted`` legal frames (R25), overlaps once, against the days allowed."""
    planned = days_covered(each.period for each in periods if each.frame in counted)
    return PfmpCount(parcours.days, allowed_days(parcours), planned)


def check_pfmp(
    parcours: Period, periods: Iterable[CompanyPeriod], counted: Collection[str] = COUNTED_FRAMES
) -> tuple[Reason, ...]:
    """R9 over a whole plan; the refusal says allowed, planned and remaining days. Run again at each change.

    Every company period, whatever its frame, must lie within the parcours.
    """
    periods = tuple(periods)
    reasons = [_outside(each.period, parcours) for each in periods if not parcours.contains(each.period)]
    count = count_pfmp(parcours, periods, counted)
    if not count.is_within:
        reasons.append(_too_many(count))
    return tuple(reasons)


def _outside(period: Period, parcours: Period) -> Reason:
    return Reason(
        "parcours.period_outside",
        {"first": period.first, "last": period.last, "start": parcours.first, "end": parcours.last},
    )


def _too_many(count: PfmpCount) -> Reason:
    numbers = ("allowed", "planned", "remaining", "excess")
    return Reason("parcours.pfmp_too_long", {name: getattr(count, name) for name in numbers})
