"""How the relay learns that there is something to send, and whether it is the one to send it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Event
from typing import Any, Protocol

import psycopg
from sqlalchemy.engine import make_url

from shared.database import Database
from shared.errors import Unavailable
from shared.messaging.outbox import CHANNEL

LEADER_LOCK = 0x72656C6179  # "relay": one advisory lock per database


class Signal(Protocol):
    def may_lead(self) -> bool:
        """Whether this relay is the one that publishes."""

    def wait(self, seconds: float) -> None:
        """Return when something was put into the outbox, or after ``seconds``."""


def open_signal(database: Database, wake: Event) -> AbstractContextManager[Signal]:
    """LISTEN and an advisory lock on PostgreSQL; on SQLite, which has one worker, the event ``wake``."""
    return _notifications(database.url) if database.is_postgresql else _event(wake)


class _EventSignal:
    def __init__(self, wake: Event) -> None:
        self._wake = wake

    def may_lead(self) -> bool:
        # cleared before the outbox is read: whatever is put after that sets it again
        self._wake.clear()
        return True

    def wait(self, seconds: float) -> None:
        self._wake.wait(seconds)


class _NotificationSignal:
    """On a connection of its own, outside any transaction; the lock goes with the connection.

    When that is lost two relays may publish for a moment, which repeats messages but does not reorder them.
    """

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._leads = False
        connection.execute(f"LISTEN {CHANNEL}")

    def may_lead(self) -> bool:
        if not self._leads:
            row = self._connection.execute("SELECT pg_try_advisory_lock(%s)", [LEADER_LOCK]).fetchone()
            self._leads = bool(row and row[0])
        return self._leads

    def wait(self, seconds: float) -> None:
        for _ in self._connection.notifies(timeout=seconds, stop_after=1):
            pass


@contextmanager
def _event(wake: Event) -> Iterator[Signal]:
    yield _EventSignal(wake)


@contextmanager
def _notifications(url: str) -> Iterator[Signal]:
    """Raises Unavailable when the server goes away; the worker then starts the loop again."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        with psycopg.connect(
            plain, autocommit=True, connect_timeout=5, application_name="relay"
        ) as connection:
            yield _NotificationSignal(connection)
    except psycopg.OperationalError as error:
        raise Unavailable from error
