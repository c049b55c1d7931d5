"""Which parcours somebody follows, asked before she or he leaves: told to whom it may be, in bounded pages."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from shared.bpmn.tables import instance
from shared.clock import FixedClock
from shared.identity import Actor
from shared.ids import uuid7
from shared.process.replacing import followed as asked
from shared.process.tables import party
from tests.services.followed import CONSEILLER, FIRST, SUCCESSOR, followed
from tests.services.test_transfer import OCTOBER
from tests.support.counted import statements
from tests.support.databases import MakeDatabase
from tests.support.three_services import ThreeServices, three_services

KEEPER = replace(FIRST, person_id=uuid7(), roles=frozenset({"administrateur_equipe"}))


@pytest.fixture
def world(make_sqlite_database: MakeDatabase) -> Iterator[ThreeServices]:
    with three_services(make_sqlite_database, FixedClock(OCTOBER)) as built:
        yield built


def ask(world: ThreeServices, asker: Actor = FIRST, query: str = "") -> Any:
    return world.ask(asker, "enrolment", f"/people/{CONSEILLER.person_id}/parcours{query}")


def copied(world: ThreeServices, parcours_id: str) -> str:
    """Another parcours of the same people, as it stands."""
    copy = uuid7()
    with world.services["enrolment"].database.begin() as tx:
        for table, new in ((instance, {"id": uuid7(), "parcours_id": copy}), (party, {"parcours_id": copy})):
            for row in tx.execute(select(table).where(table.c.parcours_id == parcours_id)).mappings().all():
                tx.execute(insert(table).values(**{**row, **new}))
    return copy


def broken(world: ThreeServices, parcours_id: str) -> None:
    with world.services["enrolment"].database.begin() as tx:
        tx.execute(update(instance).where(instance.c.parcours_id == parcours_id).values(state=b"broken"))


def test_one_parcours_that_nobody_can_read_keeps_nobody_from_being_told_of_the_others(
    world: ThreeServices,
) -> None:
    good = followed(world)
    bad = copied(world, good)
    broken(world, bad)
    answer = ask(world)
    assert answer.status_code == 200, answer.get_json()
    told = {each["parcours_id"]: each["readable"] for each in answer.get_json()["items"]}
    assert told == {good: True, bad: False}


def test_each_question_reads_no_more_than_a_page_and_the_pages_tell_all(
    world: ThreeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asked, "READ_AT_ONCE", 2)
    first = followed(world)
    wanted = {first, *(copied(world, first) for _ in range(4))}
    found: list[str] = []
    query, pages = "", 0
    while pages < 10:
        body = ask(world, query=query).get_json()
        assert len(body["items"]) <= 2
        found += [each["parcours_id"] for each in body["items"]]
        pages += 1
        if body["next"] is None:
            break
        query = f"?after={body['next']}"
    assert (pages, len(found), set(found)) == (3, 5, wanted)


def test_the_changes_of_a_page_are_read_in_one_query_however_many_parcours(world: ThreeServices) -> None:
    first = followed(world)
    for _ in range(3):
        copied(world, first)
    with statements(world.services["enrolment"].database) as executed:
        assert len(ask(world).get_json()["items"]) == 4
    assert len([text for text, _ in executed if "FROM replacement" in text]) == 1


def test_who_assigns_who_keeps_the_team_and_the_person_are_told(world: ThreeServices) -> None:
    parcours_id = followed(world)
    for asker in (FIRST, KEEPER, CONSEILLER):
        assert [each["parcours_id"] for each in ask(world, asker).get_json()["items"]] == [parcours_id]


def test_a_colleague_who_neither_assigns_nor_keeps_the_team_is_refused(world: ThreeServices) -> None:
    followed(world)
    assert ask(world, SUCCESSOR).status_code == 403
