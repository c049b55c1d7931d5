"""Periods that were attested before their frame was kept are there still, and count as they did."""

from sqlalchemy import text

from services.accompaniment.periods import store
from shared.database.migrate import upgrade
from tests.support.databases import MakeDatabase

PACKAGES = (
    "shared.messaging",
    "services.accompaniment.periods",
)
ROW = """INSERT INTO company_period
    (parcours_id, solution_id, teacher_id, tutor, first_on, last_on, attested_days)
    VALUES ('p', 's1', 'prof', 'tuteur', '2026-10-05', '2026-10-05', 20)"""


def test_days_attested_in_an_earlier_release_still_count(make_database: MakeDatabase) -> None:
    database = make_database(PACKAGES[:1])
    upgrade(database, PACKAGES, "periods_0001")
    with database.begin() as tx:
        tx.execute(text(ROW))
    upgrade(database, PACKAGES)
    with database.begin() as tx:
        assert store.attest(tx, "p", "s2", 5, "pfmp") == 20
