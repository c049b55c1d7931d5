"""R1–R4, R6, R36: the facts on which admission to the parcours rests.

The choice itself is a decision table (``workflows/enrolment``); ``unmet`` says the same in Python, and a
test holds both together.
"""

from dataclasses import dataclass
from datetime import date

from shared.parcours.age import sendable_from
from shared.parcours.mef import Diploma
from shared.parcours.refusal import Reason

RESULTS = ("admis", "ajourne", "blocs_valides", "inconnu")


@dataclass(frozen=True)
class EligibilityFacts:
    """``diploma``: None when the course is none of the four; ``session_year``: year of the session that was
    sat, its September replacement included [I], None if none; ``result``: one of ``RESULTS`` (R2)."""

    born_on: date
    diploma: Diploma | None
    session_year: int | None
    result: str
    has_job_or_course: bool
    volunteered_on: date | None
    withdrawn_on: date | None = None


def unmet(facts: EligibilityFacts, *, last_session: int, today: date) -> tuple[Reason, ...]:
    """The rules that the facts do not meet, in their order; none when the pupil is eligible.

    The result never counts (R2). R36 comes last: it passes with time.
    """
    return (
        *_exam(facts, last_session),
        *([Reason("parcours.committed")] if facts.has_job_or_course else []),
        *_volunteering(facts, today),
        *_age(facts, today),
    )


def _exam(facts: EligibilityFacts, last_session: int) -> list[Reason]:
    if facts.diploma is None:
        return [Reason("parcours.other_diploma")]
    if facts.session_year != last_session:
        return [Reason("parcours.other_session", {"session": last_session})]
    return []


def _volunteering(facts: EligibilityFacts, today: date) -> list[Reason]:
    if facts.volunteered_on is None or facts.volunteered_on > today:
        return [Reason("parcours.not_volunteer")]
    if facts.withdrawn_on is not None and facts.withdrawn_on <= today:
        return [Reason("parcours.volunteering_withdrawn")]
    return []


def _age(facts: EligibilityFacts, today: date) -> list[Reason]:
    opens_on = sendable_from(facts.born_on)
    return [Reason("parcours.under_16", {"sendable_from": opens_on})] if today < opens_on else []
