"""Who stands in for whom at an instant, within one organisation (ADR 30): for those who tell people of their tasks."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, exists, or_, select, union

from services.inbox.tables import membership
from services.inbox.team.tables import mandate
from shared.identity import HEAD_ROLES


def stand_ins(
    look: Connection, organisation_id: str | None, absent: Collection[str], now: datetime
) -> list[str]:
    """Ids of those who are in the place of these people in this organisation; of who has left it nobody is."""
    here = mandate.c.organisation_id == organisation_id, mandate.c.giver_id.in_(absent)
    return sorted(set(look.scalars(_holding(now, mandate.c.taker_id).where(*here))))


def places_of(look: Connection, person_id: str, now: datetime) -> frozenset[tuple[str, str, str]]:
    """Somebody's roles and those in whose place she or he is: (organisation's id, person's id, role).

    As ``mandates`` judges: of an absence that neither the absent nor a head said, not those that answer for the
    organisation.
    """
    columns = membership.c.organisation_id, membership.c.person_id, membership.c.role
    own = select(*columns).where(membership.c.person_id == person_id)
    absent = (
        membership.c.person_id == mandate.c.giver_id,
        membership.c.organisation_id == mandate.c.organisation_id,
    )
    given = or_(
        membership.c.role.not_in(HEAD_ROLES), mandate.c.made_by == mandate.c.giver_id,
        _is_member(mandate.c.made_by, HEAD_ROLES),
    )  # fmt: skip
    taken = _holding(now, *columns).where(mandate.c.taker_id == person_id, *absent, given)
    return frozenset((row[0], row[1], row[2]) for row in look.execute(union(own, taken)))


def _holding(now: datetime, *columns: Column[str]) -> Select[Any]:
    return select(*columns).where(
        mandate.c.kind == "absence", mandate.c.begins_at <= now, mandate.c.ends_at > now,
        mandate.c.ended_at.is_(None), _is_member(mandate.c.giver_id), _is_member(mandate.c.taker_id),
    )  # fmt: skip


def _is_member(person: Column[str], roles: Collection[str] | None = None) -> ColumnElement[bool]:
    """Of the mandate's organisation, with one of ``roles`` or any."""
    other = membership.alias()
    of = exists().where(other.c.person_id == person, other.c.organisation_id == mandate.c.organisation_id)
    return of if roles is None else of.where(other.c.role.in_(roles))
