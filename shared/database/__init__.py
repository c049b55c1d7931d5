"""One database per service: a transaction is opened here, by ``Database.begin``, and nowhere else.

SQLite runs in WAL mode with ``BEGIN IMMEDIATE`` (its default loses concurrent updates silently);
PostgreSQL by psycopg 3 with statement, lock and idle time-outs. An error never quotes what was to be
written: it is people's data.
"""

import select
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from sqlalchemy import Connection, DateTime, Engine, create_engine, event
from sqlalchemy.engine import Dialect, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.types import TypeDecorator

from shared.errors import Unavailable

STATEMENT_TIMEOUT_MS = 15_000
LOCK_TIMEOUT_MS = 5_000
IDLE_TIMEOUT_MS = 30_000


class Instant(TypeDecorator[datetime]):
    """An aware instant, stored in UTC on both back ends; a naive datetime is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant has a time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        # a session on PostgreSQL is in UTC: its instants come as they are, at no cost for each column of each row
        return None if dialect.name == "postgresql" else super().result_processor(dialect, coltype)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class Database:
    """A service's database: ``begin`` gives one transaction, ``read`` one look without a write lock.

    On PostgreSQL it has at most ``pool_size`` connections for writing and as many for reading, opened when needed.
    """

    def __init__(self, url: str, *, application_name: str, pool_size: int = 8) -> None:
        self.url = url
        self.is_postgresql = make_url(url).get_backend_name() == "postgresql"
        if self.is_postgresql:
            self.engine = _postgresql(url, application_name, pool_size)
            self.reading = _postgresql(url, application_name, pool_size, only_reads=True)
        else:
            self.engine = self.reading = _sqlite(url)
        self._writer = Lock()  # SQLite's: see _turn

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """One transaction: committed at the end of the block, rolled back by any exception.

        Raises Unavailable when the server does not answer or a lock is not had in time: nothing was done.
        """
        with self._turn(), _translated(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading only: writing is refused (PostgreSQL) or rolled back (SQLite).

        On PostgreSQL each statement sees what is committed as it begins, as it would in a transaction of READ
        COMMITTED; without one a page costs one round trip instead of three.
        """
        with _translated(), self.reading.connect() as connection:
            connection.execution_options(sqlite_begin="DEFERRED")
            try:
                yield connection
            finally:
                connection.rollback()

    def dispose(self) -> None:
        self.engine.dispose()
        self.reading.dispose()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """SQLite has one writer at a time. Threads of this process wait for one another here: its own waiting is
        sleeping and trying again, so that one may come last for seconds."""
        if self.is_postgresql:
            yield
            return
        if not self._writer.acquire(timeout=LOCK_TIMEOUT_MS / 1000):
            raise Unavailable
        try:
            yield
        finally:
            self._writer.release()

    def __repr__(self) -> str:
        return f"Database({make_url(self.url).render_as_string(hide_password=True)!r})"


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        raise Unavailable() from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise Unavailable() from error
        raise


def _postgresql(url: str, application_name: str, pool_size: int, *, only_reads: bool = False) -> Engine:
    options = (
        f"-c TimeZone=UTC -c default_transaction_read_only={'on' if only_reads else 'off'}"
        f" -c statement_timeout={STATEMENT_TIMEOUT_MS} -c lock_timeout={LOCK_TIMEOUT_MS}"
        f" -c idle_in_transaction_session_timeout={IDLE_TIMEOUT_MS}"
    )
    by_itself: dict[str, Any] = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True}
    engine = create_engine(
        url, pool_size=pool_size, max_overflow=0, pool_timeout=5, pool_use_lifo=True, pool_recycle=1800,
        hide_parameters=True, **(by_itself if only_reads else {}),
        connect_args={"application_name": application_name, "options": options, "connect_timeout": 5},
    )  # fmt: skip
    # several rows are one VALUES list, as for psycopg 2
    engine.dialect.use_insertmanyvalues_wo_returning = True
    event.listen(engine, "checkout", _refuse_closed)
    return engine


def _refuse_closed(raw: Any, _record: Any, _proxy: Any) -> None:
    """A server that stopped or restarted has closed its end, which is seen without asking it (no statement more).

    What else makes an idle connection readable is a farewell of the server's: such a connection is not used either.
    """
    poll = select.poll()
    poll.register(raw.fileno(), select.POLLIN)
    if poll.poll(0):
        raise InvalidatePoolError


def _sqlite(url: str) -> Engine:
    engine = create_engine(
        url, hide_parameters=True,
        connect_args={"timeout": LOCK_TIMEOUT_MS / 1000, "check_same_thread": False},
    )  # fmt: skip

    @event.listens_for(engine, "connect")
    def _prepare(raw: Any, _record: Any) -> None:
        raw.isolation_level = None  # transactions are ours: pysqlite would open none for a SELECT
        # secure_delete: what is erased is overwritten in the file, not only taken out of the tables (R40)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        mode = connection.get_execution_options().get("sqlite_begin", "IMMEDIATE")
        connection.exec_driver_sql(f"BEGIN {mode}")

    return engine
