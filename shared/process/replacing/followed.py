"""Which open parcours a person of one's organisation follows: asked before she or he leaves it (R11)."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from shared.bpmn.tables import instance
from shared.errors import Forbidden
from shared.identity import ADMINISTERING_ROLES, ASSIGNING_ROLES, Actor
from shared.process.processes import MoveFailed, Processes
from shared.process.replacing.following import FOLLOWERS, changes_of_each, decided
from shared.process.tables import party
from shared.process.views import is_mine

READ_AT_ONCE = 200
"""Instances that one question decodes at most."""
ASKING_ROLES = ADMINISTERING_ROLES | ASSIGNING_ROLES


@dataclass(frozen=True)
class FollowedPage:
    """``next``: after which instance the next page begins; None: this was the last."""

    items: list[dict[str, Any]]
    next: str | None


def followed_by(
    look: Connection, processes: Processes, actor: Actor, person_id: str, after: str | None
) -> FollowedPage:
    """`{"parcours_id", "label", "role", "readable"}` of each, the oldest first; of the actor's organisation only (R38).

    Who follows is a variable of the instance: each open one of the organisation is read, a page at a time; a page may
    be empty and another follow. Of one that nobody can read it is not known who follows: it is told of everybody.
    Raises Forbidden for who neither gives tasks, nor keeps the team, nor asks of her- or himself.
    """
    if not actor.roles & ASKING_ROLES and not actor.has_place_of(person_id):
        raise Forbidden()
    role = FOLLOWERS.get(actor.organisation_kind)
    if role is None:
        return FollowedPage([], None)
    which = [is_mine(actor), instance.c.status != "ended", *([instance.c.id > after] if after else [])]
    open_ones = (
        select(instance).join(party, party.c.parcours_id == instance.c.parcours_id).where(*which)
        .order_by(instance.c.id).limit(READ_AT_ONCE + 1)
    )  # fmt: skip
    rows = look.execute(open_ones).all()
    page = rows[:READ_AT_ONCE]
    changes = changes_of_each(look, [row.parcours_id for row in page])
    found: dict[str, dict[str, Any]] = {}
    for row in page:
        told = {"parcours_id": row.parcours_id, "label": row.label, "role": role}
        try:
            known = decided(changes.get(row.parcours_id, {}), processes.variables(look, row))
        except MoveFailed:
            found.setdefault(row.parcours_id, told | {"readable": False})
        else:
            if known.get(role) == person_id:
                found[row.parcours_id] = told | {"readable": True}
    return FollowedPage(list(found.values()), page[-1].id if len(rows) > len(page) else None)
