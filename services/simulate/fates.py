"""What happens to a pupil: decisions drawn from a chance of his or her own, before anything happens.

The order in which the services do things never changes a decision.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from random import Random

from services.simulate.changes import (
    AT_BILAN,
    Handing,
    Moment,
    Suspension,
    draw_handing,
    draw_suspension,
    points,
)

INELIGIBLE = ("non_volontaire", "session", "emploi", "contrat_signe", "formation")
"""Why an otherwise eligible pupil is not: R4, R1, and the three commitments of R3."""
TO_VERIFY = ("coordonnees_incorrectes", "injoignable", "nouveau_projet", "ne_veut_pas")
"""Answers to a contact after which the référent looks at the pupil's situation."""
CONTACTS = ("sans_reponse", "sans_reponse", "deja_accompagne", *TO_VERIFY)
"""What a conseiller may note of a contact before there is an appointment."""
ISSUES = {"formation": 25, "emploi": 25, "insertion": 20, "sans_solution": 20, "abandon": 10}
ISSUE_OF_REASON = {
    "emploi": "emploi", "formation": "formation", "insertion": "insertion",
    "abandon": "abandon", "retrait": "abandon", "demenagement": "abandon",
}  # fmt: skip
"""Why a parcours ends early, and the issue that its bilan then finds."""
STANDING = frozenset({
    "signaler_fait", "signaler_absence_lycee", "signaler_absence_ml", "retirer_volontariat", "signaler_fin_anticipee",
    "signaler_depart", "suspendre_suivi", "signer_pacea",
})  # fmt: skip
"""Tasks that are open for a whole étape and done only when the fate wants an early end."""


class Course(StrEnum):
    """How far a parcours goes."""

    NON_ELIGIBLE = "non_eligible"
    DECLINED = "declined"  # does not want it, says the first contact
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"  # before admission
    REORIENTED = "reoriented"
    EARLY_IN_PROJECT = "early_in_project"
    TERM_IN_PROJECT = "term_in_project"  # the status ends before the projet is signed
    EARLY_IN_FOLLOW_UP = "early_in_follow_up"
    TERM_IN_FOLLOW_UP = "term_in_follow_up"  # the bilan is late: the status ends first (R13)
    COMPLETE = "complete"


WEIGHTS = {
    Course.NON_ELIGIBLE: 12, Course.DECLINED: 4, Course.REFUSED: 4, Course.WITHDRAWN: 4, Course.REORIENTED: 6,
    Course.EARLY_IN_PROJECT: 8, Course.TERM_IN_PROJECT: 5, Course.EARLY_IN_FOLLOW_UP: 16,
    Course.TERM_IN_FOLLOW_UP: 7, Course.COMPLETE: 34,
}  # fmt: skip
NOT_ADMITTED = (Course.DECLINED, Course.REFUSED, Course.WITHDRAWN, Course.REORIENTED)


@dataclass(frozen=True)
class Facts:
    """What is known of a pupil before the parcours. ``has_diploma``: prepared one of the four of R1;
    ``is_old_enough``: turns 16 early enough to enter in this campagne (R36); ``movable``: the kinds of organisations
    of which there are others to go to."""

    born_on: date
    has_diploma: bool
    is_old_enough: bool = True
    movable: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Interruption:
    """The standing ``task`` is done, for ``reason``, when the task ``before`` has opened for the n-th time."""

    task: str
    reason: str
    before: str
    nth: int = 1


@dataclass(frozen=True)
class Fate:
    """Counts say how often something goes wrong before it goes right; days are calendar days.

    ``ineligible``: one of INELIGIBLE; ``amended_at``: number of the point d'étape that changes the plan;
    ``is_absence_recorded``: the bilan is closed by the dated absence of the young person (R13); ``contacts``: what
    came of the contacts before the last; ``is_contact_late``: the first is made only when the responsable has asked;
    ``tells_absence``: an absence is told in the first company period that begins (R44); ``has_bourse``: the pupil is
    boursier, and eats at the lycée.
    """

    facts: Facts
    course: Course
    ineligible: str | None
    referent_refusals: int
    returned_fiches: int
    missed_interviews: int
    postponed_days: tuple[int, ...]
    has_impossible_entry: bool
    entry_in_days: int
    unfit_plans: int
    refused_signatures: int
    has_pacea: bool
    interruption: Interruption | None
    amended_at: int | None
    unfit_amendments: int
    missed_bilans: int
    is_absence_recorded: bool
    issue: str
    contacts: tuple[str, ...] = ()
    is_contact_late: bool = False
    tells_absence: bool = False
    has_bourse: bool = False
    handing: Handing | None = None
    suspension: Suspension | None = None


def draw(random: Random, facts: Facts) -> Fate:
    """The fate that ``random`` has for a pupil: the same random, the same fate."""
    course = _course(random, facts)
    interruption = _interruption(random, course)
    return Fate(
        facts=facts,
        course=course,
        ineligible=random.choice(INELIGIBLE) if course is Course.NON_ELIGIBLE and facts.has_diploma else None,
        referent_refusals=_some(random, 0.12),
        returned_fiches=_some(random, 0.12),
        missed_interviews=_some(random, 0.12),
        postponed_days=random.choice(((7,), (14,), (7, 7))) if random.random() < 0.15 else (),
        has_impossible_entry=random.random() < 0.08,
        entry_in_days=random.choice((0, 0, 7, 14)),
        unfit_plans=_some(random, 0.2),
        refused_signatures=_some(random, 0.1),
        has_pacea=random.random() < 0.4,
        interruption=interruption,
        amended_at=random.randint(1, 3) if random.random() < 0.3 else None,
        unfit_amendments=_some(random, 0.4),
        missed_bilans=_some(random, 0.15),
        is_absence_recorded=random.random() < 0.1,
        issue=ISSUE_OF_REASON[interruption.reason] if interruption else _one(random, ISSUES),
        contacts=tuple(random.choice(CONTACTS) for _ in range(_some(random, 0.25))),
        is_contact_late=random.random() < 0.06,
        tells_absence=random.random() < 0.5,
        has_bourse=random.random() < 0.3,
        handing=draw_handing(random, facts.movable, *_moments(course, interruption)),
        suspension=draw_suspension(random, _followed(course, interruption)),
    )


def _moments(course: Course, interruption: Interruption | None) -> tuple[list[Moment], list[Moment]]:
    """When a parcours may change hands: those after which all may be over at once, then those with time to wait."""
    if course in (Course.NON_ELIGIBLE, Course.DECLINED):
        return [], []
    early = [Moment("designer_conseiller"), Moment("entretien_referent")]
    if course in NOT_ADMITTED:
        return early, []
    bilan, followed = [AT_BILAN], _followed(course, interruption)
    if course is Course.EARLY_IN_PROJECT or (not followed and course is not Course.TERM_IN_PROJECT):
        return early + bilan, []
    return bilan, early + followed


def _followed(course: Course, interruption: Interruption | None) -> list[Moment]:
    """The moments of the follow-up that such a parcours may come to before it ends early."""
    if course not in (Course.EARLY_IN_FOLLOW_UP, Course.TERM_IN_FOLLOW_UP, Course.COMPLETE):
        return []
    if interruption is None:
        return [Moment("prendre_en_charge"), *points(3)]
    if interruption.before == "prendre_en_charge":
        return []
    return [Moment("prendre_en_charge"), *points(interruption.nth - 1)]


def _course(random: Random, facts: Facts) -> Course:
    drawn = Course(_one(random, WEIGHTS))
    return drawn if facts.has_diploma and facts.is_old_enough else Course.NON_ELIGIBLE


def _interruption(random: Random, course: Course) -> Interruption | None:
    reason = random.choice(sorted(ISSUE_OF_REASON))
    if course is Course.EARLY_IN_PROJECT:
        before = random.choice(("inscrire_siecle", "recueillir_signatures"))
        return Interruption("signaler_fin_anticipee", reason, before)
    if course is Course.EARLY_IN_FOLLOW_UP:
        before, nth = random.choice((("prendre_en_charge", 1), *(("point_lycee", nth) for nth in (1, 2, 3))))
        return Interruption("signaler_depart", reason, before, nth)
    return None


def _some(random: Random, chance: float) -> int:
    """Mostly never, sometimes once, rarely twice."""
    return sum(random.random() < each for each in (chance, chance / 3))


def _one(random: Random, weights: Mapping[str, int] | Mapping[Course, int]) -> str:
    return random.choices(list(weights), list(weights.values()))[0]
