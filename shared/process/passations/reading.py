"""The hand-overs of a parcours, as the two organisations of each may read them: receipt and refusal alike."""

from typing import Any

from sqlalchemy import Connection, or_, select

from shared.identity import Actor
from shared.process.passations.tables import DATES, passation


def passations_of(tx: Connection, parcours_id: str, actor: Actor) -> list[dict[str, Any]]:
    """Oldest first. An organisation reads those that it gave or was given: why a third one handed a parcours back
    is between that one and the lycée (R38)."""
    mine = or_(passation.c.from_id == actor.organisation_id, passation.c.to_id == actor.organisation_id)
    found = select(passation).where(passation.c.parcours_id == parcours_id, mine)
    return [
        {
            "number": row.number, "from_kind": row.from_kind, "from_id": row.from_id, "to_kind": row.to_kind,
            "to_id": row.to_id, "status": row.status, "motive": row.motive, "due_at": row.due_at,
            "reminders": row.reminders, "reminded_at": row.reminded_at,
            "dates": {
                status: at.isoformat() for status, name in DATES.items() if (at := getattr(row, name))
            },
        }
        for row in tx.execute(found.order_by(passation.c.number))
    ]  # fmt: skip
