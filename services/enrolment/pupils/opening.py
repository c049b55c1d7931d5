"""Which parcours was opened for which pupil: at most one per campagne."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from services.enrolment.pupils.tables import opened_parcours
from shared.errors import Conflict

_ID = opened_parcours.c.parcours_id


class ParcoursAlreadyOpen(Conflict):
    """The pupil already has a parcours in this campagne: ``parcours_id`` in the parameters."""

    code: ClassVar[str] = "pupils.already_open"


def record_opening(
    tx: sa.Connection, *, pupil_id: str, parcours_id: str, campagne: str, opened_by: str, now: datetime
) -> None:
    """Notes that the parcours was opened for the pupil; ParcoursAlreadyOpen when there is one already.

    Of two people who open one at the same instant, the second is refused.
    """
    values = {
        "parcours_id": parcours_id, "pupil_id": pupil_id, "campagne": campagne,
        "opened_by": opened_by, "opened_at": now,
    }  # fmt: skip
    statement = _insert(tx).values(values).on_conflict_do_nothing().returning(_ID)
    if tx.execute(statement).first() is None:
        raise ParcoursAlreadyOpen(parcours_id=parcours_of(tx, pupil_id, campagne))


def parcours_of(tx: sa.Connection, pupil_id: str, campagne: str) -> str | None:
    """The id of the pupil's parcours in that campagne, None when none was opened."""
    return parcours_by_pupil(tx, [pupil_id], campagne).get(pupil_id)


def parcours_by_pupil(tx: sa.Connection, pupil_ids: Collection[str], campagne: str) -> Mapping[str, str]:
    """Pupil id → id of the parcours opened in that campagne, for those who have one."""
    table = opened_parcours.c
    query = sa.select(table.pupil_id, _ID).where(table.pupil_id.in_(pupil_ids), table.campagne == campagne)
    return {row.pupil_id: row.parcours_id for row in tx.execute(query)}


def _insert(tx: sa.Connection) -> sqlite.Insert | postgresql.Insert:
    if tx.dialect.name == "postgresql":
        return postgresql.insert(opened_parcours)
    return sqlite.insert(opened_parcours)
