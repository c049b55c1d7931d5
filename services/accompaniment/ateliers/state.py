"""What is left to do in a cycle, as its tables say: what the diagram's choices ask."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from services.accompaniment.ateliers.sessions import CANCELLED, CLOSED, PLANNED, given_up_of
from services.accompaniment.ateliers.tables import intention, pupil, session
from shared.catalogue import sentence
from shared.clock import local_date

TO_PLAN, TO_HOLD, HELD, GIVEN_UP = "a_planifier", "a_tenir", "tenu", "abandonne"


@dataclass(frozen=True)
class WorkshopState:
    """``state``: one of the four; ``message``: what is left to do; ``until``: the day of the last planned session."""

    state: str
    message: str | None = None
    until: date | None = None


def workshop_state(tx: sa.Connection, cycle_id: str, number: int) -> WorkshopState:
    """A workshop is held when it has sessions and the sheet of each is closed, those cancelled apart (R32)."""
    if number in given_up_of(tx, cycle_id):
        return WorkshopState(GIVEN_UP)
    same = (session.c.cycle_id == cycle_id, session.c.workshop == number, session.c.status != CANCELLED)
    rows = tx.execute(sa.select(session.c.status, session.c.starts_at).where(*same)).all()
    planned = [row.starts_at for row in rows if row.status == PLANNED]
    if planned:
        left = sentence("ateliers.todo_close", count=len(planned))
        return WorkshopState(TO_HOLD, left, local_date(max(planned)))
    if any(row.status == CLOSED for row in rows):
        return WorkshopState(HELD)
    return WorkshopState(TO_PLAN, sentence("ateliers.todo_plan"))


def missing_intentions(tx: sa.Connection, cycle_id: str) -> int:
    """Pupils of the cycle of whom nothing is noted yet, not even that they said nothing (R33)."""
    known = sa.select(intention.c.pupil_id).where(intention.c.cycle_id == cycle_id)
    query = sa.select(sa.func.count()).select_from(pupil).where(pupil.c.cycle_id == cycle_id)
    return int(tx.execute(query.where(pupil.c.pupil_id.not_in(known))).scalar_one())
