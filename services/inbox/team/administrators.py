"""An organisation that has somebody who keeps its team is never left without (ADR 30)."""

from dataclasses import replace
from typing import ClassVar

from sqlalchemy import Connection, Select, exists, select

from services.inbox.identity.people import SignedIn, roles_of
from services.inbox.tables import membership, organisation, person
from shared.errors import Conflict, Forbidden
from shared.identity import ADMINISTERING_ROLES


class LastAdministrator(Conflict):
    """``organisations``: who would have nobody left to keep the team, by id."""

    code: ClassVar[str] = "equipe.last_administrator"

    def __init__(self, organisations: list[str]) -> None:
        self.organisations = organisations
        super().__init__(organisations=", ".join(organisations))


def hold(tx: Connection, *organisations: str) -> None:
    """Of two changes of one team at once the second waits: else each would count on the other's administrator."""
    ids = select(organisation.c.id).where(organisation.c.id.in_(organisations)).order_by(organisation.c.id)
    tx.execute(ids.with_for_update()).all()


def as_now(tx: Connection, who: SignedIn) -> SignedIn:
    """The person with the roles of this instant, once the team is held: whoever waited may have lost hers.

    Raises Forbidden, when there are none left, or in somebody's place.
    """
    here = who.organisation.id
    hold(tx, here)
    roles = roles_of(tx, here, (who.actor.person_id,)).get(who.actor.person_id)
    if who.mandate is not None or not roles:
        raise Forbidden
    return replace(who, actor=replace(who.actor, roles=roles))


def keeper(tx: Connection, who: SignedIn) -> SignedIn:
    """As ``as_now``, of who keeps the team still."""
    seen = as_now(tx, who)
    if not seen.actor.roles & ADMINISTERING_ROLES:
        raise Forbidden
    return seen


def administered_by(look: Connection, person_id: str) -> list[str]:
    """The organisations whose team an active person keeps, by id."""
    query = _administering().where(person.c.id == person_id).order_by(membership.c.organisation_id)
    return list(dict.fromkeys(look.scalars(query)))


def is_administered(look: Connection, organisation_id: str) -> bool:
    kept = _administering().where(membership.c.organisation_id == organisation_id)
    return bool(look.scalar(select(exists(kept))))


def refuse_none_left(look: Connection, before: list[str], forced: frozenset[str] = frozenset()) -> None:
    """``before``: organisations that were administered; ``forced``: those that an operator leaves without, by name.

    Raises LastAdministrator.
    """
    left = [each for each in before if each not in forced and not is_administered(look, each)]
    if left:
        raise LastAdministrator(left)


def _administering() -> Select[tuple[str]]:
    return (
        select(membership.c.organisation_id)
        .join(person, person.c.id == membership.c.person_id)
        .where(person.c.is_active, membership.c.role.in_(ADMINISTERING_ROLES))
    )
