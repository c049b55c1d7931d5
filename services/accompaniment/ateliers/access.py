"""Who has which part in a cycle. Everybody else is told that there is no such cycle (R38)."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from services.accompaniment.ateliers.tables import convention, cycle
from shared.errors import Forbidden, NotFound
from shared.identity import WORKSHOP_ROLES, Actor

COLUMNS = {
    "lycee": cycle.c.uai,
    "mission_locale": cycle.c.mission_locale,
    "france_travail": cycle.c.france_travail,
}
"""Kind of organisation → the column of ``cycle`` that holds it."""


@dataclass(frozen=True)
class Part:
    """One organisation's part in one cycle. ``row``: of ``cycle``; ``agreement``: of its convention, once concluded."""

    row: Any
    agreement: Any | None
    kind: str

    @property
    def is_lycee(self) -> bool:
        return self.kind == "lycee"

    @property
    def animates(self) -> bool:
        """The lead operator, or the other one where both animate (R31)."""
        if self.is_lycee or self.agreement is None:
            return False
        return bool(self.agreement.lead_kind == self.kind or self.agreement.is_co_animated)

    @property
    def sees_names(self) -> bool:
        """Pupils' names: the lycée's, which gave them, and who animates."""
        return self.is_lycee or self.animates


def mine(actor: Actor) -> sa.ColumnElement[bool]:
    """The cycles of the actor's organisation; none for a role that has no part in workshops."""
    if not WORKSHOP_ROLES.get(actor.organisation_kind, frozenset()) & actor.roles:
        return sa.false()
    return COLUMNS[actor.organisation_kind] == actor.organisation_id


def part_of(tx: sa.Connection, actor: Actor, cycle_id: str) -> Part:
    """The actor's part; NotFound when there is none."""
    row = tx.execute(sa.select(cycle).where(cycle.c.id == cycle_id, mine(actor))).first()
    if row is None:
        raise NotFound()
    agreed = tx.execute(sa.select(convention).where(convention.c.cycle_id == cycle_id)).first()
    return Part(row, agreed, actor.organisation_kind)


def require_lycee(part: Part) -> None:
    """Forbidden for the operators: names are the lycée's to give."""
    if not part.is_lycee:
        raise Forbidden()


def require_operator(part: Part) -> None:
    """Forbidden for the lycée: the journal is the operators' (R31, R38)."""
    if part.is_lycee:
        raise Forbidden()


def require_animator(part: Part) -> None:
    """Forbidden for who does not animate this cycle."""
    if not part.animates:
        raise Forbidden()


def require_names(part: Part) -> None:
    """NotFound for an organisation that may not see the pupils' names."""
    if not part.sees_names:
        raise NotFound()
