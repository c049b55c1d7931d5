"""A year after their habilitation ended, people who used the software are erased, in every service (R40)."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from services.inbox.demo import LYCEE_GARANCE, person_id, seed
from services.inbox.habilitations.commands import habilitation_commands
from services.inbox.identity.people import people_of, signed_in
from services.inbox.sources import Reply, ServiceDown
from services.inbox.tables import person
from services.inbox.team import mandates
from services.inbox.team.acts import Act
from shared.clock import FixedClock
from shared.database import Database
from shared.identity import Actor
from shared.ids import uuid7
from shared.parcours.campagne import delivered_data
from shared.parcours.campagne_data import to_json
from shared.process.service import TABLES
from tests.personal.scan import tables_with
from tests.process.support import LYCEE, House
from tests.support.databases import MakeDatabase

CLAIRE = person_id(LYCEE_GARANCE, "Claire", "Fontaine")
REFERENT = Actor(CLAIRE, "Claire Fontaine", LYCEE, "lycee", frozenset({"referent"}))


class Services:
    """One service, asked as the inbox asks."""

    names = ("essai",)

    def __init__(self, house: House) -> None:
        self.house, self.is_down = house, False
        self.campagne = dict(delivered_data()[-1])

    def ask(self, actor: Actor, service: str, method: str, path: str, *, body: Any = None) -> Any:
        if service == "enrolment":
            told = to_json(self.campagne)
            return Reply(service, 200, {"data": told, "items": [told]})
        if self.is_down:
            raise ServiceDown(service)
        answer = self.house.post(path, actor, body)
        return Reply(service, answer.status_code, answer.get_json())


class Users:
    def __init__(self, database: Database, house: House) -> None:
        self.database, self.house, self.services = database, house, Services(house)
        self.clock = FixedClock(datetime(2026, 9, 7, 8, tzinfo=UTC))

    def run(self, *arguments: str) -> Any:
        groups = habilitation_commands(lambda: (self.database, self.services, self.clock))  # type: ignore[arg-type, return-value]
        group = next(each for each in groups if each.name == arguments[0])
        return CliRunner().invoke(group, list(arguments[1:]))


@pytest.fixture
def users(make_sqlite_database: MakeDatabase) -> Iterator[Users]:
    inbox = make_sqlite_database(
        [
            "services.inbox",
            "services.inbox.habilitations",
            "services.inbox.notifications",
            "services.inbox.presence",
            "services.inbox.calendars",
            "services.inbox.team",
        ]
    )
    with inbox.begin() as tx:
        seed(tx)
    house = House(make_sqlite_database(TABLES))
    yield Users(inbox, house)
    house.service.database.dispose()


def worked(users: Users) -> None:
    """Claire has done a task and written a note."""
    parcours_id = users.house.start()
    task = users.house.task(parcours_id, REFERENT)
    users.house.post(f"/tasks/{task['id']}/comments", REFERENT, {"text": "Bonjour", "private": False})
    assert users.house.complete(parcours_id, REFERENT, {"secret": "x"}).status_code == 200


def test_a_habilitation_that_ends_ends_at_once_and_names_are_erased_a_year_later_everywhere(
    users: Users,
) -> None:
    worked(users)
    assert users.run("habilitation", "end", CLAIRE).exit_code == 0
    with users.database.read() as look:
        assert "Claire Fontaine" not in {each.name for each in people_of(look, LYCEE_GARANCE)}
    users.clock.set(datetime(2027, 9, 6, 8, tzinfo=UTC))
    assert json.loads(users.run("retention", "plan", "--json").stdout) == []
    users.clock.set(datetime(2027, 9, 7, 8, tzinfo=UTC))
    due = json.loads(users.run("retention", "plan", "--json").stdout)
    assert due == [{"person_id": CLAIRE, "until": "2027-09-07"}]
    assert users.run("retention", "apply", "--operator", "Paule").exit_code == 0
    with users.database.read() as look:
        row = look.execute(select(person).where(person.c.id == CLAIRE)).one()
    assert (row.given_name, row.family_name, row.is_active) == ("", "", False)
    assert _with_name(users.house.service.database, "Fontaine") == []
    assert users.run("retention", "plan").stdout == "nothing to erase\n"


def test_a_name_that_stands_beside_that_of_who_stood_in_is_erased_and_hers_stays(users: Users) -> None:
    helene = person_id(LYCEE_GARANCE, "Hélène", "Vasseur")
    day = datetime(2026, 9, 7, 8, tzinfo=UTC)
    with users.database.begin() as tx:
        own = signed_in(tx, CLAIRE, LYCEE_GARANCE)
        assert own is not None
        wanted = mandates.Wanted("absence", CLAIRE, helene, day.date(), day.date())
        id_ = mandates.arrange(tx, own, wanted, day.date(), Act.of(own, day, uuid7))
        taker = signed_in(tx, helene, LYCEE_GARANCE)
        assert taker is not None
        place = mandates.seen_as(tx, taker, id_, day)
    assert place is not None
    assert place.actor.name == "Hélène Vasseur, en l’absence de Claire Fontaine"
    worked(users)
    house = users.house
    acting = replace(place.actor, organisation_id=LYCEE)
    assert house.complete(house.start(), acting, {"secret": "x"}).status_code == 200
    assert _with_name(house.service.database, "en l’absence de Claire Fontaine") != []
    users.run("habilitation", "end", CLAIRE, "--on", "2025-01-31")
    assert users.run("retention", "apply", "--operator", "Paule").exit_code == 0
    assert _with_name(house.service.database, "Fontaine") == []
    assert _with_name(house.service.database, "Hélène Vasseur") != []
    assert _with_name(users.database, "Fontaine") == []


def test_the_term_is_the_one_that_the_campagne_says_now(users: Users) -> None:
    users.run("habilitation", "end", CLAIRE, "--on", "2026-09-07")
    users.clock.set(datetime(2028, 9, 6, 8, tzinfo=UTC))
    assert len(json.loads(users.run("retention", "plan", "--json").stdout)) == 1
    kept = users.services.campagne["conservation"]
    users.services.campagne["conservation"] = kept | {"ans_utilisateur": 2}
    assert json.loads(users.run("retention", "plan", "--json").stdout) == []


def test_while_a_service_is_away_the_person_stays_to_be_erased(users: Users) -> None:
    users.run("habilitation", "end", CLAIRE, "--on", "2025-01-31")
    users.services.is_down = True
    result = users.run("retention", "apply", "--operator", "Paule")
    assert (result.exit_code, "run this again" in result.output) == (1, True)
    users.services.is_down = False
    assert users.run("retention", "apply", "--operator", "Paule").exit_code == 0
    assert users.run("retention", "plan").stdout == "nothing to erase\n"


def test_nobody_is_erased_whose_habilitation_has_not_ended(users: Users) -> None:
    users.clock.set(datetime(2040, 1, 1, tzinfo=UTC))
    assert users.run("retention", "plan").stdout == "nothing to erase\n"
    assert users.run("habilitation", "end", "nobody").exit_code == 1


def _with_name(database: Database, word: str) -> list[str]:

    path = Path(database.url.removeprefix("sqlite:///"))
    return [
        f"{table}.{column}" for name, table, column in tables_with(path.parent, [word]) if name == path.stem
    ]
