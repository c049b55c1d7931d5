"""A period of calendar days, both ends counted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from shared.parcours.refusal import Refusal

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class Period:
    """From ``first`` to ``last``, both counted. Refusal ``parcours.period_reversed`` when reversed."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise Refusal("parcours.period_reversed", first=self.first, last=self.last)

    @property
    def days(self) -> int:
        """Calendar days, both ends counted."""
        return (self.last - self.first).days + 1

    def contains(self, other: Self) -> bool:
        return self.first <= other.first and other.last <= self.last

    def overlaps(self, other: Self) -> bool:
        return self.first <= other.last and other.first <= self.last


def merged(periods: Iterable[Period]) -> list[Period]:
    """The same days as disjoint periods in order; periods that touch become one."""
    result: list[Period] = []
    for period in sorted(periods):
        if result and period.first <= result[-1].last + _ONE_DAY:
            result[-1] = Period(result[-1].first, max(result[-1].last, period.last))
        else:
            result.append(Period(period.first, period.last))
    return result


def days_covered(periods: Iterable[Period]) -> int:
    """Calendar days covered by at least one period: both ends counted, an overlap once (R9)."""
    return sum(period.days for period in merged(periods))
