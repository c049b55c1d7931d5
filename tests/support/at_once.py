"""Two clicks at one instant: each has looked at what there is before either of them writes."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Lock
from typing import Any, TypeVar

from sqlalchemy import event

from shared.database import Database

Answer = TypeVar("Answer")


def both(
    database: Database, table: str, clicks: tuple[Callable[[], Answer], Callable[[], Answer]]
) -> list[Answer]:
    """The answers of two requests that wait for each other where they insert into a table.

    On SQLite, which has one writer, they only begin together.
    """
    with ThreadPoolExecutor(2) as pool, _meeting(database, table):
        return [each.result() for each in [pool.submit(click) for click in clicks]]


@contextmanager
def _meeting(database: Database, table: str) -> Iterator[None]:
    place, lock, come = Barrier(2, timeout=30), Lock(), []

    def wait(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if f"INSERT INTO {table} " not in statement:
            return
        with lock:
            come.append(statement)
            is_awaited = len(come) <= place.parties
        if is_awaited:
            place.wait()

    if not database.is_postgresql:
        yield
        return
    event.listen(database.engine, "before_cursor_execute", wait)
    try:
        yield
    finally:
        event.remove(database.engine, "before_cursor_execute", wait)
    assert len(come) >= place.parties, f"both were to write into {table}"
