"""Rows that two transactions may write at once: the first one's is kept, or the last one's. Neither of them fails.

Deleting and inserting does not do that: on PostgreSQL the second insert meets the row that the first one committed.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, or_
from sqlalchemy.dialects import postgresql, sqlite

Row = Mapping[str, Any]


def insert_into(tx: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """The back end's own INSERT, which knows ON CONFLICT."""
    return postgresql.insert(table) if tx.dialect.name == "postgresql" else sqlite.insert(table)


def keep_first(tx: Connection, table: Table, rows: Row | Sequence[Row]) -> bool:
    """Those that are there already, by the key or another unique index, stay as they are. False: all of them were."""
    written = insert_into(tx, table).values(rows).on_conflict_do_nothing()
    # not rowcount: psycopg 3 answers -1
    return tx.execute(written.returning(*table.primary_key)).first() is not None


def put(tx: Connection, table: Table, row: Row, *, when: Collection[str] = ()) -> bool:
    """A row, or what it says in the place of what the one of the same key said; columns not named stay.

    ``when``: only where one of these columns differs. False: nothing is written.
    """
    key = [column.name for column in table.primary_key]
    new = insert_into(tx, table).values(row)
    written = new.on_conflict_do_update(
        index_elements=key,
        set_={name: new.excluded[name] for name in row if name not in key},
        where=or_(*(table.c[name].is_distinct_from(new.excluded[name]) for name in when)) if when else None,
    )
    return tx.execute(written.returning(*table.primary_key)).first() is not None
