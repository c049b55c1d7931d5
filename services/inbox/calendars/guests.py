"""Who of us is invited to a rendez-vous."""

from collections.abc import Iterable

from sqlalchemy import Connection, delete, insert

from services.inbox.calendars.tables import guest


def invite(tx: Connection, key: str, people: Iterable[str]) -> None:
    """These and no others; the rendez-vous itself is written before."""
    tx.execute(delete(guest).where(guest.c.key == key))
    rows = [{"key": key, "person_id": person_id} for person_id in sorted(set(people))]
    if rows:
        tx.execute(insert(guest), rows)
