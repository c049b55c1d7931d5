"""R14, R15, R26: how a parcours ends, what must be recorded, and what follows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.parcours.age import is_minor
from shared.parcours.refusal import Reason


class Outcome(StrEnum):
    """The three outcomes of the founding note, then the others [I]; the value is that of the variable ``issue``."""

    FORMATION = "formation"
    EMPLOI = "emploi"
    INSERTION = "insertion"
    SANS_SOLUTION = "sans_solution"
    ABANDON = "abandon"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def is_solution(self) -> bool:
        return self in _SOLUTIONS


_LABELS = {
    Outcome.FORMATION: "Formation",
    Outcome.EMPLOI: "Emploi",
    Outcome.INSERTION: "Parcours d'insertion",
    Outcome.SANS_SOLUTION: "Sans solution",
    Outcome.ABANDON: "Abandon",
}
_SOLUTIONS = frozenset({Outcome.FORMATION, Outcome.EMPLOI, Outcome.INSERTION})
_DETAILS: Mapping[Outcome, tuple[str, ...]] = {
    Outcome.FORMATION: ("formation_etablissement", "formation_intitule", "issue_debut_le"),
    Outcome.EMPLOI: ("emploi_employeur", "emploi_contrat", "issue_debut_le"),
    Outcome.INSERTION: ("insertion_structure", "issue_debut_le"),
    Outcome.SANS_SOLUTION: ("sans_solution_recherche",),
    Outcome.ABANDON: ("abandon_motif",),
}


@dataclass(frozen=True)
class Consequences:
    """``keeps_pupil_status``: still a pupil after the exit; ``triggers_psad``: the search for a solution goes
    on with the PSAD; ``opens_obligation``: the obligation de formation opens at the ML of residence (R26).
    """

    keeps_pupil_status: bool
    triggers_psad: bool
    opens_obligation: bool


def required_details(outcome: Outcome) -> tuple[str, ...]:
    """R14, R15: what must be recorded with the outcome (names of variables)."""
    return _DETAILS[outcome]


def check_details(outcome: Outcome, details: Mapping[str, object]) -> tuple[Reason, ...]:
    """A reason ``parcours.outcome_detail`` for each required detail that is missing or blank."""
    missing = (name for name in required_details(outcome) if details.get(name) in (None, ""))
    return tuple(Reason("parcours.outcome_detail", {"detail": name}) for name in missing)


def consequences(
    outcome: Outcome, *, born_on: date, exit_on: date, today: date, school_enrolment: bool = True
) -> Consequences:
    """What the outcome entails on the day of exit; who is a minor ``today`` does not wait for an exit to come.

    A new school enrolment keeps the quality of pupil; any other outcome, apprenticeship included, ends it
    (R14 [I], R15): ``school_enrolment`` tells a Formation under statut scolaire from another one.
    """
    solved = outcome.is_solution
    return Consequences(
        keeps_pupil_status=outcome is Outcome.FORMATION and school_enrolment,
        triggers_psad=not solved,
        opens_obligation=not solved and is_minor(born_on, min(exit_on, today)),
    )
