"""The contact journal with a lycée, shared by the Mission Locale and France Travail (R31)."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from services.accompaniment.ateliers.tables import contact

SHOWN = 50


def write(tx: sa.Connection, **values: Any) -> None:
    tx.execute(sa.insert(contact).values(**values))


def find(tx: sa.Connection, entry_id: str) -> Any | None:
    """One contact, whichever the cycle."""
    return tx.execute(sa.select(contact).where(contact.c.id == entry_id)).first()


def latest(tx: sa.Connection, cycle_id: str) -> Sequence[Any]:
    """The latest contacts, the newest first."""
    query = sa.select(contact).where(contact.c.cycle_id == cycle_id)
    return tx.execute(query.order_by(contact.c.contacted_on.desc(), contact.c.id.desc()).limit(SHOWN)).all()
