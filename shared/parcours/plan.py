"""Up to three company periods in fields of their own, as forms had them before a plan was a list of solutions.

A running parcours keeps its diagram: its fields are read here, and checked as any plan is (R7, R9, R25).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from shared.parcours import solutions
from shared.parcours.pfmp import COUNTED_FRAMES
from shared.parcours.refusal import Reason
from shared.parcours.solutions import SolutionsCheck, check_solutions

ROWS = (1, 2, 3)
PARTS = ("du", "au", "structure", "cadre")
ROW_VARIABLES = frozenset(f"periode{row}_{part}" for row in ROWS for part in PARTS)
"""The variables in which a form holds up to three periods."""
OUTCOME_VARIABLES = solutions.OUTCOME_VARIABLES - {"plan"}


@dataclass(frozen=True)
class PlanCheck:
    """``incomplete``: what is wrong with rows that are no period yet; the others are in ``checked``."""

    checked: SolutionsCheck
    incomplete: tuple[Reason, ...]

    @property
    def verdict(self) -> tuple[Reason, ...]:
        """What to tell people: the faults, or allowed, planned and remaining days."""
        return (*self.incomplete, *self.checked.reasons) or self.checked.verdict

    def as_variables(self) -> dict[str, Any]:
        """The values of ``OUTCOME_VARIABLES``; ``periodes``: ``{du, au, structure, cadre}`` in order of date."""
        told = self.checked.as_variables()
        periods = [{part: each[part] for part in PARTS} for each in told.pop("plan")]
        return told | {"periodes": periods, "plan_conforme": told["plan_conforme"] and not self.incomplete}


def check_plan(
    variables: Mapping[str, Any], *, entry_on: date, end_on: date, counted: Collection[str] = COUNTED_FRAMES
) -> PlanCheck:
    """Check the periods found in ``ROW_VARIABLES`` against the parcours, both its days counted.

    A row without anything is no period; a plan without a period holds. Whether PMSMP are open was not asked then.
    """
    written = [(number, row) for number in ROWS if (row := _row(variables, number))]
    whole = [_solution(number, row) for number, row in written if len(row) == len(PARTS)]
    return PlanCheck(
        check_solutions(whole, entry_on=entry_on, end_on=end_on, is_pmsmp_open=True, counted=counted),
        tuple(_incomplete(number) for number, row in written if len(row) < len(PARTS)),
    )


def _row(variables: Mapping[str, Any], number: int) -> dict[str, Any]:
    """The parts that are filled in."""
    values = {part: variables.get(f"periode{number}_{part}") for part in PARTS}
    return {part: value for part, value in values.items() if value is not None}


def _solution(number: int, row: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"id": str(number), "libelle": row["structure"], **row}


def _incomplete(number: int) -> Reason:
    return Reason("parcours.period_incomplete", {"number": number})
