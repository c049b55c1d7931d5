"""Campagnes over HTTP: everybody reads them, a pilot publishes versions, the other services take them over."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError
from werkzeug.test import TestResponse

from services.accompaniment import app as accompaniment
from services.enrolment import app
from services.enrolment.campagnes.publishing import CampagneUnknown, campagne_of_today
from shared import campagnes
from shared.bpmn import OperationCall
from shared.campagnes.tables import campagne as table
from shared.cli import migrate_service
from shared.clock import FixedClock, SystemClock
from shared.errors import StaleVersion
from shared.identity import Actor, TokenSigner, new_private_key, public_key
from shared.ids import uuid7
from shared.messaging import outbox
from shared.messaging.mailbox import Handling
from shared.process.operations import CHECK_PLAN, READ_CAMPAGNE
from shared.process.service import ProcessService, handler_of
from shared.settings import ServiceSettings
from tests.support.databases import MakeDatabase

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
PILOT = Actor("pilot-1", "Solène Marty", "plateforme", "system", frozenset({"pilote_campagne"}))
OTHERS = (
    Actor("p1", "Hélène Vasseur", "0690043X", "lycee", frozenset({"chef_etablissement"})),
    Actor("p2", "Anne Delorme", "ml-lyon-centre", "mission_locale", frozenset({"directeur_ml"})),
    Actor("p3", "Florence Weber", "plateforme", "system", frozenset({"analyst"})),
    Actor("p4", "Faux Pilote", "0690043X", "lycee", frozenset({"pilote_campagne"})),
)


class House:
    """Enrolment behind its HTTP door, with the delivered campagnes."""

    def __init__(self, make_database: MakeDatabase, now: datetime = NOW) -> None:
        private = new_private_key()
        self.signer = TokenSigner({"k": private}, SystemClock(), uuid7)
        settings = ServiceSettings("test", make_database(app.TABLES).url, "", {"k": public_key(private)})
        self.service: ProcessService = app.build(settings)
        object.__setattr__(self.service, "clock", FixedClock(now))
        with self.service.database.begin() as tx:
            campagnes.deliver(tx, now)
        self.client: FlaskClient = app.create_web(self.service).test_client()

    def ask(self, method: str, path: str, actor: Actor = PILOT, **how: Any) -> TestResponse:
        headers = how.pop("headers", {}) | {"Authorization": f"Bearer {self.signer.sign(actor, 'enrolment')}"}
        return self.client.open(path, method=method, headers=headers, **how)

    def data(self, code: str = "2026-2027") -> dict[str, Any]:
        return dict(self.ask("GET", f"/campagnes/{code}").get_json()["data"])

    def put(self, data: Any, version: int = 1, code: str = "2026-2027", actor: Actor = PILOT) -> TestResponse:
        headers = {"If-Match": f'"{version}"'}
        return self.ask("PUT", f"/campagnes/{code}", actor, json={"data": data}, headers=headers)

    def close(self) -> None:
        self.service.database.dispose()


@pytest.fixture
def house(make_sqlite_database: MakeDatabase) -> Iterator[House]:
    with closing(House(make_sqlite_database)) as built:
        yield built


@pytest.fixture
def either(make_database: MakeDatabase) -> Iterator[House]:
    """On both back ends."""
    with closing(House(make_database)) as built:
        yield built


def without_deadline(data: dict[str, Any], days: int = 7) -> dict[str, Any]:
    return data | {"delais": data["delais"] | {"jours": data["delais"]["jours"] | {"action": days}}}


def test_migrating_writes_the_delivered_campagnes_once(make_sqlite_database: MakeDatabase) -> None:
    partner = accompaniment.build(
        ServiceSettings("test", make_sqlite_database(accompaniment.TABLES).url, "", {})
    )
    for _ in range(2):
        migrate_service(partner, accompaniment.TABLES)
    with partner.database.read() as look:
        assert [row.version for row in look.execute(select(table))] == [1, 1, 1, 1]
    partner.database.dispose()


def test_the_delivered_campagnes_are_there_from_the_first_start(either: House) -> None:
    items = either.ask("GET", "/campagnes", OTHERS[0]).get_json()["items"]
    assert [(each["code"], each["version"]) for each in items] == [
        ("2026-2027", 1), ("2025-2026", 1), ("2024-2025", 1), ("2023-2024", 1),
    ]  # fmt: skip
    with either.service.database.begin() as tx:
        campagnes.deliver(tx, NOW)
        assert len(tx.execute(select(table)).all()) == 4


def test_a_published_version_counts_and_the_earlier_one_stays_readable(either: House) -> None:
    answer = either.put(without_deadline(either.data()))
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
    told = answer.get_json()
    assert [(each["version"], each["author_name"]) for each in told["versions"]] == [
        (2, "Solène Marty"), (1, "Version livrée"),
    ]  # fmt: skip
    first = either.ask("GET", "/campagnes/2026-2027/versions/1").get_json()
    assert (first["data"]["delais"]["jours"]["action"], first["is_current"]) == (5, False)
    assert told["data"]["delais"]["jours"]["action"] == 7


def test_of_two_people_who_edit_at_once_the_second_is_told(either: House) -> None:
    data = either.data()
    assert either.put(without_deadline(data, 7)).status_code == 200
    second = either.put(without_deadline(data, 8))
    assert (second.status_code, second.get_json()["code"]) == (412, "errors.stale_version")
    assert either.data()["delais"]["jours"]["action"] == 7


def test_a_version_added_at_the_very_same_moment_is_refused_by_the_table(either: House) -> None:
    data = campagnes_data(either)
    with pytest.raises(StaleVersion), either.service.database.begin() as tx:
        campagnes.add_version(tx, "2026-2027", 1, data, PILOT, NOW)


def campagnes_data(house: House) -> Any:
    with house.service.database.read() as look:
        return campagnes.current(look)["2026-2027"].data


@pytest.mark.parametrize("statement", [update(table).values(author_name="x"), delete(table)])
def test_the_table_lets_nobody_change_or_take_away_a_version(either: House, statement: Any) -> None:
    with pytest.raises(DBAPIError), either.service.database.begin() as tx:
        tx.execute(statement)


@pytest.mark.parametrize("actor", OTHERS, ids=lambda actor: actor.name)
def test_only_a_pilot_of_the_platform_publishes(house: House, actor: Actor) -> None:
    answer = house.put(without_deadline(house.data()), actor=actor)
    assert (answer.status_code, answer.get_json()["code"]) == (403, "campagnes.pilot_only")


@pytest.mark.parametrize(
    ("change", "path", "said"),
    [
        ({"duree": {"mois": 5, "avant_31_decembre": False}}, "duree.mois", "de 1 à 4"),
        ({"rentree": "2026-02-30"}, "rentree", "date"),
        ({"rentree": "2026-08-31"}, "rentree", "La campagne 2025-2026 va déjà du 01/09/2025 au 31/08/2026"),
        ({"code": "2027-2028", "rentree": "2027-09-01", "fin": "2028-08-31", "session": 2027}, "code", "2026-2027"),
        ({"pmsmp": {"ouverte": None}}, "pmsmp.ouverte", "manque"),
        ({"sms": {"ouverts": None}}, "sms.ouverts", "manque"),
        ({"sms": {"ouverts": "oui"}}, "sms.ouverts", "par oui ou par non"),
        ({"secret": 1}, "secret", "n’existe pas"),
        ({"entree_lycees": {"defaut": "2026-09-01", "exceptions": {"0690043A": "2026-11-02"}}},
         "entree_lycees.exceptions", "0690043A"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_by_its_setting_and_nothing_is_published(
    house: House, change: dict[str, Any], path: str, said: str
) -> None:
    answer = house.put(house.data() | change)
    assert answer.status_code == 422
    assert said in " ".join(answer.get_json()["errors"][path])
    assert house.ask("GET", "/campagnes/2026-2027").get_json()["version"] == 1


def test_a_campagne_for_the_next_year_is_published_as_its_first_version(house: House) -> None:
    data = house.data() | {
        "code": "2027-2028", "rentree": "2027-09-01", "fin": "2028-08-31", "session": 2027,
        "entree_lycees": {"defaut": "2027-09-01", "exceptions": {}},
    }  # fmt: skip
    assert house.put(data, version=0, code="2027-2028").status_code == 200
    assert house.ask("GET", "/campagnes").get_json()["items"][0]["code"] == "2027-2028"
    assert house.put(data, version=0, code="2027-2028").status_code == 412


def test_a_campagne_that_is_not_there_and_a_version_that_is_not_there_are_not_found(house: House) -> None:
    assert house.ask("GET", "/campagnes/2019-2020").status_code == 404
    assert house.ask("GET", "/campagnes/2026-2027/versions/9").status_code == 404


@pytest.mark.parametrize("header", [{}, {"If-Match": "*"}, {"If-Match": "un"}])
def test_the_version_that_was_read_has_to_be_named(house: House, header: dict[str, str]) -> None:
    answer = house.ask("PUT", "/campagnes/2026-2027", json={"data": house.data()}, headers=header)
    assert answer.status_code == 428


def test_the_other_services_take_the_version_over_once(
    house: House, make_sqlite_database: MakeDatabase
) -> None:
    house.put(without_deadline(house.data()))
    with house.service.database.read() as look:
        [(_, message)] = outbox.heads(look, datetime(2100, 1, 1, tzinfo=UTC), 10)
    assert (message.type, message.subject) == ("enrolment.campagne_publiee.v1", "2026-2027")
    settings = ServiceSettings("test", make_sqlite_database(accompaniment.TABLES).url, "", {})
    partner = accompaniment.build(settings)
    for _ in range(2):
        with partner.database.begin() as tx:
            handled = handler_of(partner, message.type)(tx, message, partner.processes)
            assert handled is Handling.HANDLED
    with partner.database.read() as look:
        taken = campagnes.current(look)["2026-2027"]
        assert (taken.version, taken.campagne.deadlines["action"]) == (2, 7)
        assert len(campagnes.versions(look, "2026-2027")) == 1
    partner.database.dispose()


def test_an_etape_takes_the_version_that_counts_when_it_begins(house: House) -> None:
    def read() -> Any:
        with house.service.database.read() as look:
            call = OperationCall({"campagne": "2026-2027", "lycee": "0690043X"}, NOW, "p", look)
            return READ_CAMPAGNE.call(call)

    before = read()
    house.put(without_deadline(house.data()) | {"pmsmp": {"ouverte": True}})
    after = read()
    assert (before["delais"]["action"], after["delais"]["action"]) == (5, 7)
    assert (before["regles"]["pmsmp_ouverte"], after["regles"]["pmsmp_ouverte"]) == (False, True)


def test_a_plan_is_checked_with_the_frames_of_its_own_campagne(house: House) -> None:
    """R9, R25: what the étape has read counts; a parcours older than that goes by its campagne as it is now."""
    house.put(house.data() | {"pfmp": {"cadres_comptes": ["pfmp", "stage"]}})
    plan: dict[str, Any] = dict.fromkeys(CHECK_PLAN.reads) | {
        "campagne": "2026-2027", "entree_le": date(2026, 9, 1), "fin_de_statut_le": date(2026, 12, 31),
        "periode1_du": date(2026, 9, 1), "periode1_au": date(2026, 9, 10), "periode1_structure": "Un atelier",
        "periode1_cadre": "stage",
    }  # fmt: skip

    def planned(**read: Any) -> Any:
        with house.service.database.read() as look:
            return CHECK_PLAN.call(OperationCall(plan | read, NOW, "p", look))["jours_prevus"]

    assert planned(regles={"cadres_comptes": ["pfmp"]}) == 0
    assert planned() == planned(regles=None) == 10


def test_a_parcours_may_not_be_opened_on_a_day_of_no_campagne(make_sqlite_database: MakeDatabase) -> None:
    with (
        closing(House(make_sqlite_database, datetime(2020, 1, 1, tzinfo=UTC))) as house,
        house.service.database.read() as look,
        pytest.raises(CampagneUnknown),
    ):
        campagne_of_today(look, house.service)
