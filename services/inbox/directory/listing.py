"""The organisations as the administrator's page shows them."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, ScalarSelect, func, select

from services.inbox.tables import directory, organisation

MOST_LISTED = 200


@dataclass(frozen=True)
class Listed:
    """``communes``, ``lycees``: how many of each it serves."""

    id: str
    kind: str
    name: str
    city: str
    academie: str | None
    closed_on: date | None
    communes: int
    lycees: int


def listed(look: Connection, text: str) -> list[Listed]:
    """At most ``MOST_LISTED`` organisations whose name, city or code has ``text``, by kind and name."""
    words = f"%{text.replace('!', '!!').replace('%', '!%').replace('_', '!_').lower()}%"
    columns = (organisation.c.name, organisation.c.city, organisation.c.id)
    query = (
        select(organisation, _served("commune").label("communes"), _served("lycee").label("lycees"))
        .where(organisation.c.kind != "system")
        .where(func.lower(columns[0] + " " + columns[1] + " " + columns[2]).like(words, escape="!"))
        .order_by(organisation.c.kind, organisation.c.name)
        .limit(MOST_LISTED)
    )
    return [
        Listed(row.id, row.kind, row.name, row.city, row.academie, row.closed_on, row.communes, row.lycees)
        for row in look.execute(query)
    ]


def _served(kind: str) -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(directory)
        .where(directory.c.mission_locale_id == organisation.c.id, directory.c.serves_kind == kind)
        .scalar_subquery()
    )
