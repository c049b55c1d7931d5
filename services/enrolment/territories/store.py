"""Reads and replaces the territories, on the caller's transaction."""

from collections.abc import Mapping

from sqlalchemy import Connection, delete, insert, select

from services.enrolment.territories.tables import territory

ROWS_AT_ONCE = 1_000


def replace_territories(tx: Connection, communes: Mapping[str, str]) -> None:
    """Keep these communes with their Missions Locales, and no other; only what differs is written."""
    there = {row.commune: row.mission_locale for row in tx.execute(select(territory))}
    stale = sorted(commune for commune, place in there.items() if communes.get(commune) != place)
    fresh = [
        {"commune": commune, "mission_locale": place}
        for commune, place in sorted(communes.items())
        if there.get(commune) != place
    ]
    for begin in range(0, len(stale), ROWS_AT_ONCE):
        tx.execute(delete(territory).where(territory.c.commune.in_(stale[begin : begin + ROWS_AT_ONCE])))
    if fresh:
        tx.execute(insert(territory), fresh)


def mission_locale_of(tx: Connection, commune: str | None) -> str | None:
    """The Mission Locale of a commune (INSEE code); None when the directory tells none, or several."""
    wanted = select(territory.c.mission_locale).where(territory.c.commune == (commune or ""))
    return tx.scalar(wanted)
