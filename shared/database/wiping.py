"""SQLite's file after an erasure (R40): ``secure_delete`` overwrites the rows that are deleted, not the copies of them
that SQLite leaves in the gaps of its pages when it spreads rows over more pages. Only a file that is written anew has
none. ``ask`` is in the erasing transaction, so that a crash forgets nothing; the worker does it soon after.

PostgreSQL clears its own pages (autovacuum); its journals and backups are for whoever runs it.
"""

import sqlite3
import time

from sqlalchemy import Connection

from shared.database import Database


def ask(tx: Connection) -> None:
    """What this transaction deletes must leave the file too. Kept in the file's own header."""
    if tx.dialect.name == "sqlite":
        tx.exec_driver_sql(f"PRAGMA user_version = {_asked(tx) + 1}")


def wipe_if_asked(database: Database) -> float:
    """Write the file anew when an erasure has asked for it; the seconds that it took, 0 when there was nothing to do.

    It is asked for until it is done whole: a reader on an older state, or a writer, makes it come to nothing.
    """
    if database.is_postgresql:
        return 0.0
    with database.read() as look:
        asked = _asked(look)
    if not asked:
        return 0.0
    started = time.monotonic()
    if _rewrite(database):
        with database.begin() as tx:
            if _asked(tx) == asked:  # none has come meanwhile
                tx.exec_driver_sql("PRAGMA user_version = 0")
    return time.monotonic() - started


def _asked(look: Connection) -> int:
    return int(look.exec_driver_sql("PRAGMA user_version").scalar_one())


def _rewrite(database: Database) -> bool:
    """Outside any transaction, as VACUUM asks; then out of the journal, which has the old pages until then."""
    raw = database.engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("VACUUM")
        (is_busy, _, _) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError:
        return False
    finally:
        raw.close()
    return not is_busy
