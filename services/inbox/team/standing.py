"""What was begun by right of a role or a place in a team ends with it (ADR 30).

Invitations that their inviter could not write any more, and mandates of who is no member any more.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, or_, select, update

from services.inbox.identity.people import roles_of
from services.inbox.team.tables import mandate, team_invitation
from shared.identity import ADMINISTERING_ROLES, HEAD_ROLES

OPEN, REVOKED = "open", "revoked"


def may_invite(inviter: Collection[str], invited: Collection[str]) -> bool:
    """Whether roles of an inviter let somebody be invited to these roles."""
    held = frozenset(inviter)
    return bool(held & ADMINISTERING_ROLES) and (bool(held & HEAD_ROLES) or not HEAD_ROLES & set(invited))


def revoke_unfounded(tx: Connection, person_id: str, now: datetime) -> None:
    """The open invitations of a person, in every organisation, that her or his roles no longer carry."""
    mine = team_invitation.c.invited_by == person_id, team_invitation.c.status == OPEN
    for row in tx.execute(select(team_invitation).where(*mine)).all():
        roles = roles_of(tx, row.organisation_id, (person_id,)).get(person_id, frozenset())
        if not may_invite(roles, row.roles.split(",")):
            closed = update(team_invitation).where(team_invitation.c.id == row.id, *mine)
            tx.execute(closed.values(status=REVOKED, closed_at=now))


def end_mandates(
    tx: Connection, person_id: str, now: datetime, organisation_id: str | None = None
) -> list[str]:
    """Absences and delegations, given and taken, of who leaves an organisation, or all: no return revives them.

    The takers' ids, one a mandate.
    """
    held = [
        or_(mandate.c.giver_id == person_id, mandate.c.taker_id == person_id), mandate.c.kind != "support",
        mandate.c.ends_at > now, mandate.c.ended_at.is_(None),
    ]  # fmt: skip
    if organisation_id is not None:
        held.append(mandate.c.organisation_id == organisation_id)
    ended = update(mandate).where(*held).values(ended_at=now).returning(mandate.c.taker_id)
    return sorted(tx.scalars(ended))
