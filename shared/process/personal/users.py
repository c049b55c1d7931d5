"""Somebody who used the software has long left (R40): the name goes wherever it stands; ids stay, for order."""

from collections.abc import Sequence

from sqlalchemy import Connection, func, update

from shared.database import wiping
from shared.process.personal.holdings import Holding


def forget(
    tx: Connection,
    holdings: Sequence[Holding],
    person_ids: Sequence[str],
    beside: Sequence[tuple[str, str]] = (),
) -> dict[str, int]:
    """Empty the names beside these ids in every table that says where it has such: table → rows.

    ``beside``: (id of who acted in their place, how the name then ends: « , en l’absence de … »): that end goes too.
    """
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
            for actor_id, ending in beside:
                both = id_column == actor_id, name_column.endswith(ending, autoescape=True)
                tx.execute(
                    update(holding.table).where(*both).values({name: func.replace(name_column, ending, "")})
                )
    return counts
