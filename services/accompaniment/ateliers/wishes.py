"""What a pupil wishes: an individual interview (R30), and at the end an intention with contact data (R33)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from services.accompaniment.ateliers.tables import intention, interview


def interviews_of(tx: sa.Connection, cycle_id: str) -> Mapping[str, Any]:
    """Pupil id → row of ``workshop_interview``."""
    found = tx.execute(sa.select(interview).where(interview.c.cycle_id == cycle_id))
    return {row.pupil_id: row for row in found}


def note_interview(
    tx: sa.Connection, cycle_id: str, pupil_id: str, wished_on: date | None, held_on: date | None
) -> None:
    """What is known of a pupil's interview now."""
    same = (interview.c.cycle_id == cycle_id, interview.c.pupil_id == pupil_id)
    tx.execute(sa.delete(interview).where(*same))
    row = {"cycle_id": cycle_id, "pupil_id": pupil_id, "wished_on": wished_on, "held_on": held_on}
    tx.execute(sa.insert(interview).values(**row))


def intentions_of(tx: sa.Connection, cycle_id: str) -> Mapping[str, Any]:
    """Pupil id → row of ``workshop_intention``."""
    found = tx.execute(sa.select(intention).where(intention.c.cycle_id == cycle_id))
    return {row.pupil_id: row for row in found}


def note_intention(tx: sa.Connection, cycle_id: str, pupil_id: str, values: Mapping[str, Any]) -> None:
    """A pupil's intention as it is now."""
    same = (intention.c.cycle_id == cycle_id, intention.c.pupil_id == pupil_id)
    tx.execute(sa.delete(intention).where(*same))
    tx.execute(sa.insert(intention).values(cycle_id=cycle_id, pupil_id=pupil_id, **values))


def to_propose(tx: sa.Connection, cycle_id: str) -> Sequence[Any]:
    """R33: the intentions of pupils without solution who agreed that they be passed on to the lycée."""
    query = sa.select(intention).where(
        intention.c.cycle_id == cycle_id,
        intention.c.has_solution.is_(False),
        intention.c.agreed_on.is_not(None),
    )
    return tx.execute(query.order_by(intention.c.pupil_id)).all()
