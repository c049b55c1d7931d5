"""What a team's tables hold by name of somebody who has long left (R40). The record has ids only."""

from datetime import datetime

from sqlalchemy import Connection, delete, or_, select

from services.inbox.tables import person
from services.inbox.team.tables import mandate, team_invitation


def forget(tx: Connection, person_id: str) -> None:
    """Before the person's own row is emptied: her or his invitations are found by the address."""
    address = select(person.c.email).where(person.c.id == person_id).scalar_subquery()
    mine = or_(team_invitation.c.email == address, team_invitation.c.invited_by == person_id)
    tx.execute(delete(team_invitation).where(mine, team_invitation.c.status != "open"))
    tx.execute(delete(team_invitation).where(team_invitation.c.email == address))
    tx.execute(delete(mandate).where(or_(mandate.c.giver_id == person_id, mandate.c.taker_id == person_id)))


def forget_over(tx: Connection, before: datetime) -> None:
    """Invitations whose day is before an instant; the record of acts stays."""
    tx.execute(delete(team_invitation).where(team_invitation.c.expires_at < before))
