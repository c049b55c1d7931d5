"""The plan of a parcours: its solutions, one after the other, checked as a whole at each change (R7, R9, R24, R25).

Which kinds of solutions there are is a decision table, ``workflows/*/solutions.dmn``.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from shared.parcours.period import Period
from shared.parcours.pfmp import COUNTED_FRAMES, FRAMES, CompanyPeriod, PfmpCount, check_pfmp, count_pfmp
from shared.parcours.pmsmp import check_pmsmp
from shared.parcours.refusal import Reason

PMSMP = "pmsmp"
Solution = Mapping[str, Any]
"""``{id, nature, libelle, suivi, cadre, structure, du, au, motif}``; ``cadre``: its legal frame, of a period in a
company only (R25)."""
OUTCOME_VARIABLES = frozenset(
    {"plan", "periodes", "plan_conforme", "jours_autorises", "jours_prevus", "jours_restants"}
)


@dataclass(frozen=True)
class SolutionsCheck:
    """``solutions`` in order of date; no ``reasons`` when the plan holds."""

    solutions: tuple[Solution, ...]
    count: PfmpCount
    reasons: tuple[Reason, ...]

    @property
    def verdict(self) -> tuple[Reason, ...]:
        """What to tell people: the faults with, in any case, allowed, planned and remaining days (R9)."""
        numbers = ("allowed", "planned", "remaining")
        params = {name: getattr(self.count, name) for name in numbers}
        return (*self.reasons, Reason("parcours.plan_holds", params))

    @property
    def lines(self) -> tuple[Reason, ...]:
        """One line for each solution, with its number."""
        return tuple(
            Reason("suivi.line", {"number": number, **_line(solution)})
            for number, solution in enumerate(self.solutions, start=1)
        )

    def as_variables(self) -> dict[str, Any]:
        """The values of ``OUTCOME_VARIABLES``; ``periodes``: the solutions in companies."""
        return {
            "plan": [dict(solution) for solution in self.solutions],
            "periodes": [dict(solution) for solution in self.solutions if solution["cadre"]],
            "plan_conforme": not self.reasons,
            "jours_autorises": self.count.allowed,
            "jours_prevus": self.count.planned,
            "jours_restants": self.count.remaining,
        }


def check_solutions(
    plan: Sequence[Solution], *, entry_on: date, end_on: date, is_pmsmp_open: bool = False,
    counted: Collection[str] = COUNTED_FRAMES,
) -> SolutionsCheck:  # fmt: skip
    """Check a plan against the parcours, both its days counted. An empty one holds."""
    parcours = Period(entry_on, end_on)
    faults = [fault for solution in plan for fault in _faults(solution)]
    sound = [solution for solution in plan if not _faults(solution)]
    elsewhere = [solution for solution in sound if not solution["cadre"]]
    periods = [CompanyPeriod(_period(each), each["cadre"]) for each in sound if each["cadre"]]
    reasons = (
        *faults,
        *(_outside(each, parcours) for each in elsewhere if not parcours.contains(_period(each))),
        *check_pfmp(parcours, periods, counted),
        *check_pmsmp(_hosts(sound), is_open=is_pmsmp_open),
    )
    ordered = sorted(plan, key=lambda each: (each["du"], each["au"], each["id"]))
    return SolutionsCheck(tuple(ordered), count_pfmp(parcours, periods, counted), reasons)


def _period(solution: Solution) -> Period:
    return Period(solution["du"], solution["au"])


def _faults(solution: Solution) -> Sequence[Reason]:
    if solution["cadre"] is not None and solution["cadre"] not in FRAMES:
        return [Reason("suivi.frame_unknown", {"label": solution["libelle"], "allowed": ", ".join(FRAMES)})]
    if solution["au"] < solution["du"]:
        return [Reason("parcours.period_reversed", {"first": solution["du"], "last": solution["au"]})]
    return []


def _outside(solution: Solution, parcours: Period) -> Reason:
    return Reason(
        "suivi.solution_outside",
        {"label": solution["libelle"], "first": solution["du"], "last": solution["au"],
         "start": parcours.first, "end": parcours.last},
    )  # fmt: skip


def _hosts(solutions: Sequence[Solution]) -> Mapping[str, Sequence[Period]]:
    hosts: dict[str, list[Period]] = defaultdict(list)
    for solution in solutions:
        if solution["cadre"] == PMSMP:
            hosts[solution["structure"]].append(_period(solution))
    return hosts


def _line(solution: Solution) -> Mapping[str, Any]:
    return {
        "label": solution["libelle"], "host": solution["structure"], "first": solution["du"], "last": solution["au"],
    }  # fmt: skip
