"""The numbers of i-Milo dossiers, on the caller's transaction. Nothing here asks who may."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select

from services.enrolment.following.tables import imilo
from shared.database.upsert import put
from shared.identity import Actor


def numbers(look: Connection, organisation: str, parcours: Sequence[str]) -> Mapping[str, str]:
    """Parcours id → number, where the organisation has written one."""
    found = select(imilo.c.parcours_id, imilo.c.number).where(
        imilo.c.organisation_id == organisation, imilo.c.parcours_id.in_(parcours)
    )
    return {row.parcours_id: row.number for row in look.execute(found)}


def write(tx: Connection, parcours_id: str, number: str | None, actor: Actor, now: datetime) -> None:
    """In the place of what was written before; None: there is none any more."""
    if number is None:
        own = (imilo.c.parcours_id == parcours_id, imilo.c.organisation_id == actor.organisation_id)
        tx.execute(delete(imilo).where(*own))
        return
    row = {
        "parcours_id": parcours_id, "organisation_id": actor.organisation_id, "number": number, "written_at": now,
        "written_by": actor.person_id, "written_by_name": actor.name,
    }  # fmt: skip
    put(tx, imilo, row)
