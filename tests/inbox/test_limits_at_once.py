"""Many who begin a window at the same time are all counted: nobody waits for whom waits for them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

from sqlalchemy import func, select

from services.inbox.limits.counting import FORGOTTEN_AT_ONCE, count, forget
from services.inbox.limits.tables import asked
from tests.support.databases import MakeDatabase

MINUTE = timedelta(minutes=1)
TOGETHER, ROUNDS = 8, 6


def test_those_whose_windows_are_over_write_at_once_without_a_deadlock(
    make_postgresql_database: MakeDatabase,
) -> None:
    database, now = make_postgresql_database(("services.inbox.limits",)), datetime(2026, 9, 4, 16, tzinfo=UTC)
    with database.begin() as tx:
        for number in range(TOGETHER):
            count(tx, f"address-{number}", "write", timedelta(days=30), now)
    with ThreadPoolExecutor(TOGETHER) as threads:
        for _ in range(ROUNDS):
            now += 2 * MINUTE
            with database.begin() as tx:
                for number in range(TOGETHER):
                    count(tx, f"person-{number}", "write", MINUTE, now)
            now += 2 * MINUTE
            start = Barrier(TOGETHER, timeout=30)

            def ask(number: int, start: Barrier = start, now: datetime = now) -> int:
                start.wait()
                with database.begin() as tx:
                    count(tx, f"address-{number}", "write", MINUTE, now)
                    counted = count(tx, f"person-{number}", "write", MINUTE, now).count
                    forget(tx, now)
                    return counted

            assert list(threads.map(ask, range(TOGETHER))) == [1] * TOGETHER


def test_what_has_ended_goes_a_bounded_number_at_a_time(make_database: MakeDatabase) -> None:
    database, now = make_database(("services.inbox.limits",)), datetime(2026, 9, 4, 16, tzinfo=UTC)
    with database.begin() as tx:
        for number in range(FORGOTTEN_AT_ONCE + 5):
            count(tx, f"old-{number}", "write", MINUTE, now)
    left = []
    for number in range(2):
        with database.begin() as tx:
            count(tx, f"new-{number}", "write", MINUTE, now + 2 * MINUTE)
            forget(tx, now + 2 * MINUTE)
            left.append(tx.scalar(select(func.count()).select_from(asked)))
    assert left == [6, 2]
