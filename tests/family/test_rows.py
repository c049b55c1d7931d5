"""Personal links as rows, on both back ends: one a person, found at once, given by one of two who click."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest

from services.inbox.app import TABLES
from services.inbox.codes import code_of
from services.inbox.family import links
from services.inbox.family.links import LIFETIME, Given
from services.inbox.taking import links as taking
from services.inbox.taking.tables import taking_link
from shared.database import Database
from shared.ids import uuid7
from tests.family.world import Family
from tests.support.counted import statements

NOW = datetime(2026, 9, 7, 8, tzinfo=UTC)
PARCOURS = "0199a0f2-0000-7000-8000-000000000001"


@pytest.fixture
def packages() -> Sequence[str]:
    return TABLES


@pytest.fixture
def secrets() -> Iterator[str]:
    return (f"secret {number}" for number in range(1_000))


def link(code: str, instead_of: str = "", until: date | None = None, signer: str = "eleve") -> Given:
    return Given(uuid7(), PARCOURS, signer, code, links.PAPER, "p-1", instead_of, until)


def give(database: Database, given: Given) -> datetime | None:
    with database.begin() as tx:
        return links.give(tx, given, NOW)


def found(database: Database, code: str, now: datetime = NOW) -> str | None:
    with database.read() as look:
        row = links.find(look, code, now)
        return row.id if row else None


def test_a_person_has_one_link_however_often_one_is_given(database: Database, secrets: Iterator[str]) -> None:
    before = ""
    for _ in range(20):
        code = code_of(next(secrets))
        given = link(code, before)
        assert give(database, given) == NOW + LIFETIME
        assert found(database, code) == given.id
        before = given.id
    with database.read() as look:
        assert list(links.of_parcours(look, PARCOURS)) == ["eleve"]


def test_of_two_who_give_at_once_one_gives(database: Database, secrets: Iterator[str]) -> None:
    first = link(code_of(next(secrets)))
    give(database, first)
    for instead_of in (first.id, ""):
        both = [link(code_of(next(secrets)), instead_of) for _ in range(2)]
        with ThreadPoolExecutor(2) as pool:
            given = list(pool.map(lambda each: give(database, each), both))
        assert sorted(each is not None for each in given) == [False, instead_of != ""]


def test_a_parent_s_link_ends_as_the_18th_birthday_begins_in_paris(
    database: Database, secrets: Iterator[str]
) -> None:
    code = code_of(next(secrets))
    ends = give(database, link(code, until=date(2026, 10, 1), signer="responsable_legal"))
    assert ends == datetime(2026, 9, 30, 22, tzinfo=UTC)
    assert found(database, code, ends - timedelta(seconds=1))
    assert found(database, code, ends) is None


def test_what_is_revoked_opens_nothing_and_is_revoked_once(
    database: Database, secrets: Iterator[str]
) -> None:
    code = code_of(next(secrets))
    given = link(code)
    give(database, given)
    with database.begin() as tx:
        assert links.revoke(tx, PARCOURS, given.id, "p-2", NOW)
        assert not links.revoke(tx, PARCOURS, given.id, "p-3", NOW)
        assert links.of_parcours(tx, PARCOURS)["eleve"].revoked_by == "p-2"
    assert found(database, code) is None


def test_a_link_that_takes_in_charge_is_used_once(database: Database, secrets: Iterator[str]) -> None:
    code = code_of(next(secrets))
    row = {
        "token_hash": taking.hash_of(code), "person_id": "p-1", "organisation_id": "0690043X", "service": "enrolment",
        "task_id": uuid7(), "parcours_id": PARCOURS, "expires_at": NOW + taking.LIFETIME,
    }  # fmt: skip
    with database.begin() as tx:
        tx.execute(taking_link.insert().values(row))

    def use(_: int) -> bool:
        with database.begin() as tx:
            return taking.use(tx, code, NOW)

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(use, range(2))) == [False, True]


def test_a_wrong_code_costs_one_read_by_the_index_and_asks_no_service(family: Family) -> None:
    with statements(family.database) as executed:
        assert family.anybody().get("/mon-parcours/k7m2-9xqd").status == 404
    asked = [text for text, _ in executed if "family_link" in text]
    assert len(asked) == 1
    with family.database.read() as look:
        plan = look.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT * FROM family_link WHERE token_hash = 'x'"
        ).all()
    assert "uq_family_link_token" in str(plan)
    assert all("family_link" in text or "limit" in text or "count" in text for text, _ in executed)
