"""Invitations: to a professional address, for fourteen days, taken up by signing in with it (ADR 27, ADR 30).

Nobody gets a password, and the link in the e-mail opens nothing by itself: the provider has to vouch for the address.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from services.inbox.habilitations import ending
from services.inbox.identity.people import SignedIn, people_of, roles_of
from services.inbox.notifications import contacts
from services.inbox.notifications.contacts import EMAIL, LONGEST_EMAIL, NOBODY, Contact
from services.inbox.tables import membership, person
from services.inbox.team.acts import Act
from services.inbox.team.administrators import keeper
from services.inbox.team.members import checked_roles
from services.inbox.team.standing import OPEN, REVOKED, may_invite
from services.inbox.team.tables import team_invitation
from shared.catalogue import sentence
from shared.errors import BadInput, NotFound
from shared.ids import Ids

VALID = timedelta(days=14)
MOST_OPEN = 100
LONGEST_NAME = 100
ACCEPTED = "accepted"


@dataclass(frozen=True)
class Invited:
    """What was typed of whom to invite, its ends trimmed."""

    given_name: str
    family_name: str
    email: str
    roles: tuple[str, ...]


def invite(tx: Connection, who: SignedIn, whom: Invited, act: Act) -> str:
    """The id of the invitation. Raises BadInput by field, Forbidden, HeadOnly."""
    _check(whom)
    who = keeper(tx, who)
    roles = checked_roles(who, whom.roles)
    email = whom.email.lower()
    _refuse_known(tx, who, email, act.now)
    id_ = act.ids()
    tx.execute(
        insert(team_invitation).values(
            id=id_, organisation_id=act.organisation_id, email=email, given_name=whom.given_name,
            family_name=whom.family_name, roles=",".join(sorted(roles)), invited_by=act.by, invited_at=act.now,
            expires_at=act.now + VALID, status=OPEN, closed_at=None,
        )
    )  # fmt: skip
    act.record(tx, "invited", None, ", ".join(sorted(roles)))
    return id_


def revoke(tx: Connection, invitation_id: str, act: Act) -> bool:
    """False when it was taken up or revoked already. Raises NotFound for another organisation's."""
    mine = team_invitation.c.id == invitation_id, team_invitation.c.organisation_id == act.organisation_id
    if tx.execute(select(team_invitation.c.id).where(*mine)).first() is None:
        raise NotFound
    closed = update(team_invitation).where(*mine, team_invitation.c.status == OPEN)
    gone = closed.values(status=REVOKED, closed_at=act.now).returning(team_invitation.c.id)
    if tx.execute(gone).first() is None:
        return False
    act.record(tx, "revoked", None)
    return True


def waiting(look: Connection, organisation_id: str) -> Sequence[Row[Any]]:
    """Those of an organisation that nobody has taken up, the newest first, also those that are over."""
    mine = team_invitation.c.organisation_id == organisation_id, team_invitation.c.status == OPEN
    order = team_invitation.c.invited_at.desc(), team_invitation.c.id
    return look.execute(select(team_invitation).where(*mine).order_by(*order).limit(MOST_OPEN)).all()


def welcome(tx: Connection, email: str, ids: Ids, now: datetime) -> str | None:
    """The id of a new person for an address that nobody has, when one was invited by it; else None.

    The invitations are locked: of two accounts that come at once with one address, one makes the person.
    """
    found = _valid(tx, email, now)
    if not found:
        return None
    id_, newest = ids(), found[0]
    names = {"given_name": newest.given_name, "family_name": newest.family_name}
    tx.execute(insert(person).values(id=id_, email=email.lower(), is_active=True, **names))
    return id_


def was_invited(look: Connection, email: str) -> bool:
    """Whether an invitation to this address is over its day."""
    asked = select(team_invitation.c.id).where(
        team_invitation.c.email == email.lower(), team_invitation.c.status == OPEN
    )
    return look.execute(asked).first() is not None


def accept(tx: Connection, person_id: str, ids: Ids, now: datetime) -> None:
    """Who signs in has the roles to which her or his sign-in address was invited."""
    row = tx.execute(select(person).where(person.c.id == person_id, person.c.is_active)).first()
    if row is None or row.email is None:
        return
    for each in _valid(tx, row.email, now):
        held = membership.c.person_id == person_id, membership.c.organisation_id == each.organisation_id
        known = set(tx.scalars(select(membership.c.role).where(*held)))
        for role in set(each.roles.split(",")) - known:
            new = {"person_id": person_id, "organisation_id": each.organisation_id, "role": role}
            tx.execute(insert(membership).values(new))
        closed = update(team_invitation).where(team_invitation.c.id == each.id)
        tx.execute(closed.values(status=ACCEPTED, closed_at=now))
        Act(person_id, each.organisation_id, now, ids).record(
            tx, "accepted", person_id, ", ".join(each.roles.split(","))
        )
        ending.rejoin(tx, person_id)
        if contacts.find(tx, person_id) == NOBODY:
            contacts.write(tx, person_id, Contact(row.email, None), person_id, now)


def _valid(tx: Connection, email: str, now: datetime) -> Sequence[Row[Any]]:
    """The open ones to an address whose inviter could still write them, the newest first, locked."""
    which = team_invitation.c.email == email.lower(), team_invitation.c.status == OPEN
    query = select(team_invitation).where(*which, team_invitation.c.expires_at > now)
    found = tx.execute(query.order_by(team_invitation.c.invited_at.desc()).with_for_update()).all()
    return [each for each in found if may_invite(_inviter(tx, each), each.roles.split(","))]


def _inviter(tx: Connection, invitation: Row[Any]) -> frozenset[str]:
    held = roles_of(tx, invitation.organisation_id, (invitation.invited_by,))
    return held.get(invitation.invited_by, frozenset())


def _check(whom: Invited) -> None:
    errors: dict[str, list[str]] = {}
    for field, name in (("prenom", whom.given_name), ("nom", whom.family_name)):
        if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
            errors[field] = [sentence("equipe.name_wrong", most=LONGEST_NAME)]
    if len(whom.email) > LONGEST_EMAIL or not EMAIL.fullmatch(whom.email):
        errors["courriel"] = [sentence("equipe.email_wrong")]
    if not whom.roles:
        errors["roles"] = [sentence("equipe.no_role")]
    if errors:
        raise BadInput(errors)


def _refuse_known(tx: Connection, who: SignedIn, email: str, now: datetime) -> None:
    """Somebody of the team, who is invited already, or whose habilitation an operator has ended."""
    known = tx.execute(select(person.c.id, person.c.is_active).where(person.c.email == email)).first()
    if known is not None and not known.is_active:
        raise BadInput({"courriel": [sentence("equipe.email_left")]})
    if known is not None and people_of(tx, who.organisation.id, person_id=known.id):
        raise BadInput({"courriel": [sentence("equipe.email_member")]})
    open_ones = [each for each in waiting(tx, who.organisation.id) if each.expires_at > now]
    if any(each.email == email for each in open_ones):
        raise BadInput({"courriel": [sentence("equipe.email_invited")]})
    if len(open_ones) >= MOST_OPEN:
        raise BadInput({"courriel": [sentence("equipe.too_many", most=MOST_OPEN)]})
