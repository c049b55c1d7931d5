"""Which parcours are counted for whom: its own for an organisation, an académie's for its rectorat or an ARML."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, FromClause

from shared.errors import Forbidden
from shared.identity import Actor
from shared.identity.actor import NATIONAL_FIGURES_ROLES
from shared.parcours.academies import place_of
from shared.process.tables import party

lycee = party.alias("lycee")
mission_locale = party.alias("mission_locale")


def with_parties(rows: FromClause, parcours_id: ColumnElement[str]) -> FromClause:
    """``rows`` joined with the two organisations of each parcours, if they are known."""
    for each, kind in ((lycee, "lycee"), (mission_locale, "mission_locale")):
        same = (each.c.parcours_id == parcours_id) & (each.c.organisation_kind == kind)
        rows = rows.outerjoin(each, same)
    return rows


PARTIES: Mapping[str, ColumnElement[Any]] = {
    "lycee": lycee.c.organisation,
    "mission_locale": mission_locale.c.organisation,
}


def own(actor: Actor, columns: Mapping[str, ColumnElement[Any]] = PARTIES) -> list[ColumnElement[bool]]:
    """The condition for an organisation that has a part in what is counted; none for who reads aggregates.

    ``columns``: kind of organisation → who it is. Raises Forbidden for who may have nothing counted.
    """
    if actor.organisation_kind in columns:
        return [columns[actor.organisation_kind] == actor.organisation_id]
    if actor.organisation_kind == "academie" or actor.roles & NATIONAL_FIGURES_ROLES:
        return []
    raise Forbidden()


def reads_aggregates(actor: Actor) -> bool:
    """Whether the actor's organisation has no part in what is counted, so that small counts are not told."""
    return actor.organisation_kind not in ("lycee", "mission_locale")


def covers(actor: Actor) -> Callable[[str | None], bool]:
    """Whether a lycée (UAI) is within what the actor reads: an académie's own, everything for the others."""
    if actor.organisation_kind != "academie":
        return lambda _uai: True
    return lambda uai: uai is not None and place_of(uai).academie == actor.organisation_id


def groups_of(actor: Actor) -> tuple[str, ...]:
    """By what the actor may have parcours grouped."""
    if actor.organisation_kind == "lycee":
        return ("mission_locale",)
    if actor.organisation_kind == "mission_locale":
        return ("lycee",)
    return (
        ("lycee", "mission_locale", "academie")
        if actor.organisation_kind != "academie"
        else ("lycee", "mission_locale")
    )


def key_of(group: str, row: Any) -> str | None:
    """The group that a row belongs to: an organisation's id, or an académie's name."""
    if group == "academie":
        return place_of(row.lycee).academie if row.lycee else None
    found: str | None = row.lycee if group == "lycee" else row.mission_locale
    return found
