"""The people of a team and their roles: changed, or ended, by who keeps the team."""

from collections.abc import Collection
from datetime import date
from typing import ClassVar

from sqlalchemy import ColumnElement, Connection, delete, insert, select

from services.inbox.habilitations import ending
from services.inbox.identity.people import SignedIn, people_of
from services.inbox.tables import membership, session
from services.inbox.team.acts import Act
from services.inbox.team.administrators import keeper, refuse_none_left
from services.inbox.team.standing import end_mandates, revoke_unfounded
from shared.catalogue import sentence
from shared.errors import BadInput, Forbidden, NotFound
from shared.identity import HEAD_ROLES, ROLES
from shared.merging import ChangedMeanwhile


class HeadOnly(Forbidden):
    """A role that answers for the organisation, given or taken by somebody who holds none."""

    code: ClassVar[str] = "equipe.head_only"


def checked_roles(who: SignedIn, roles: Collection[str], held: Collection[str] = ()) -> frozenset[str]:
    """``roles`` as somebody may have them after ``held``. Raises BadInput, HeadOnly."""
    allowed, wanted = ROLES[who.organisation.kind], frozenset(roles)
    if not wanted:
        raise BadInput({"roles": [sentence("equipe.no_role")]})
    if not wanted <= allowed:
        raise BadInput({"roles": [sentence("equipe.unknown_role")]})
    if (wanted ^ frozenset(held)) & HEAD_ROLES and not who.actor.roles & HEAD_ROLES:
        raise HeadOnly
    return wanted


def change_roles(
    tx: Connection, who: SignedIn, person_id: str, roles: Collection[str], act: Act,
    seen: Collection[str] | None = None,
) -> bool:  # fmt: skip
    """False when nothing changes. ``seen``: the roles from which ``roles`` were made.

    Raises Forbidden, NotFound, BadInput, HeadOnly, LastAdministrator, ChangedMeanwhile.
    """
    here = who.organisation.id
    who = keeper(tx, who)
    held = held_roles(tx, here, person_id)
    if seen is not None and held != frozenset(seen):
        raise ChangedMeanwhile
    wanted = checked_roles(who, roles, held)
    if wanted == held:
        return False
    for role in held - wanted:
        tx.execute(delete(membership).where(*_is(person_id, here), membership.c.role == role))
    for role in wanted - held:
        tx.execute(insert(membership).values(person_id=person_id, organisation_id=here, role=role))
    refuse_none_left(tx, [here])
    revoke_unfounded(tx, person_id, act.now)
    act.record(tx, "roles", person_id, f"{_told(held)} → {_told(wanted)}")
    return True


def end_membership(tx: Connection, who: SignedIn, person_id: str, today: date, act: Act) -> None:
    """No role here any more, sessions and mandates here end; who has a role nowhere begins the term of R40.

    Raises Forbidden, NotFound, HeadOnly, LastAdministrator. What the person still holds is asked before (``leaving``).
    """
    here = who.organisation.id
    who = keeper(tx, who)
    held = held_roles(tx, here, person_id)
    if held & HEAD_ROLES and not who.actor.roles & HEAD_ROLES:
        raise HeadOnly
    tx.execute(delete(membership).where(*_is(person_id, here)))
    refuse_none_left(tx, [here])
    revoke_unfounded(tx, person_id, act.now)
    tx.execute(delete(session).where(session.c.person_id == person_id, session.c.organisation_id == here))
    if tx.execute(select(membership.c.role).where(membership.c.person_id == person_id)).first() is None:
        ending.note_end(tx, person_id, today)
    for taker_id in end_mandates(tx, person_id, act.now, here):
        act.record(tx, "mandate_ended", taker_id)
    act.record(tx, "left", person_id, _told(held))


def held_roles(look: Connection, organisation_id: str, person_id: str) -> frozenset[str]:
    """Of an active member. Raises NotFound."""
    found = people_of(look, organisation_id, person_id=person_id)
    if not found:
        raise NotFound
    return frozenset(found[0].roles)


def _is(person_id: str, organisation_id: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return membership.c.person_id == person_id, membership.c.organisation_id == organisation_id


def _told(roles: Collection[str]) -> str:
    return ", ".join(sorted(roles))
