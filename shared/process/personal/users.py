"""Somebody who used the software has long left (R40): the name goes wherever it stands; ids stay, for order."""

from collections.abc import Sequence

from sqlalchemy import Connection, update

from shared.database import wiping
from shared.process.personal.holdings import Holding


def forget(tx: Connection, holdings: Sequence[Holding], person_ids: Sequence[str]) -> dict[str, int]:
    """Empty the names beside these ids in every table that says where it has such: table → rows."""
    wiping.ask(tx)
    counts: dict[str, int] = {}
    for holding in holdings:
        for id_name, name in holding.names:
            id_column, name_column = holding.table.c[id_name], holding.table.c[name]
            empty = None if name_column.nullable else ""
            written = update(holding.table).where(
                id_column.in_(person_ids), name_column.is_distinct_from(empty)
            )
            rows = tx.execute(written.values({name: empty}).returning(*holding.table.primary_key)).all()
            counts[str(holding.table.name)] = counts.get(str(holding.table.name), 0) + len(rows)
    return counts
