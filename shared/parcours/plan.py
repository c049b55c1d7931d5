"""The company periods of a projet personnalisé, as people write them down, checked as a whole (R7, R9, R25)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from shared.parcours.period import Period
from shared.parcours.pfmp import COUNTED_FRAMES, CompanyPeriod, PfmpCount, check_pfmp, count_pfmp
from shared.parcours.refusal import Reason

ROWS = (1, 2, 3)
PARTS = ("du", "au", "structure", "cadre")
ROW_VARIABLES = frozenset(f"periode{row}_{part}" for row in ROWS for part in PARTS)
"""The variables in which a form holds up to three periods."""
OUTCOME_VARIABLES = frozenset(
    {"periodes", "plan_conforme", "jours_autorises", "jours_prevus", "jours_restants"}
)


@dataclass(frozen=True)
class PlanCheck:
    """``periods`` in order of date, as ``{du, au, structure, cadre}``; no ``reasons`` when the plan holds."""

    periods: tuple[Mapping[str, Any], ...]
    count: PfmpCount
    reasons: tuple[Reason, ...]

    @property
    def verdict(self) -> tuple[Reason, ...]:
        """What to tell people: the faults, or allowed, planned and remaining days."""
        numbers = {
            "allowed": self.count.allowed,
            "planned": self.count.planned,
            "remaining": self.count.remaining,
        }
        return self.reasons or (Reason("parcours.plan_holds", numbers),)

    def as_variables(self) -> dict[str, Any]:
        """The values of ``OUTCOME_VARIABLES``."""
        return {
            "periodes": [dict(period) for period in self.periods],
            "plan_conforme": not self.reasons,
            "jours_autorises": self.count.allowed,
            "jours_prevus": self.count.planned,
            "jours_restants": self.count.remaining,
        }


def check_plan(
    variables: Mapping[str, Any], *, entry_on: date, end_on: date, counted: Collection[str] = COUNTED_FRAMES
) -> PlanCheck:
    """Check the periods found in ``ROW_VARIABLES`` against the parcours, both its days counted.

    A row without anything is no period; a plan without a period holds.
    """
    parcours = Period(entry_on, end_on)
    rows = [(number, _row(variables, number)) for number in ROWS]
    written = [(number, row) for number, row in rows if any(value is not None for value in row.values())]
    whole = [row for number, row in written if not _faults(number, row)]
    periods = [CompanyPeriod(Period(row["du"], row["au"]), row["cadre"]) for row in whole]
    faults = [fault for number, row in written for fault in _faults(number, row)]
    return PlanCheck(
        periods=tuple(sorted(whole, key=lambda row: (row["du"], row["au"]))),
        count=count_pfmp(parcours, periods, counted),
        reasons=(*faults, *check_pfmp(parcours, periods, counted)),
    )


def _row(variables: Mapping[str, Any], number: int) -> dict[str, Any]:
    return {part: variables.get(f"periode{number}_{part}") for part in PARTS}


def _faults(number: int, row: Mapping[str, Any]) -> Sequence[Reason]:
    if any(row[part] is None for part in PARTS):
        return [Reason("parcours.period_incomplete", {"number": number})]
    if row["au"] < row["du"]:
        return [Reason("parcours.period_reversed", {"first": row["du"], "last": row["au"]})]
    return []
