"""A person's calendar at a secret address: what it tells, to whom, how it ends. Read by another library than ours."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import vobject  # type: ignore[import-untyped]
from flask import Flask
from sqlalchemy import select

from services.inbox.app import TABLES
from services.inbox.calendars import entries
from services.inbox.calendars.tables import feed, guest
from services.inbox.habilitations.ending import end
from services.inbox.notifications.tables import appointment
from services.inbox.tables import membership
from shared.database.migrate import upgrade
from shared.settings import MailSettings
from tests.inbox.people import Visitor, of
from tests.notifications.world import CLAIRE, KARIM, Post, paris
from tests.support.databases import MakeDatabase
from tests.support.inbox_world import inbox_app

NOWHERE = dict.fromkeys(("enrolment", "accompaniment", "bilan"), "http://127.0.0.1:9")


@pytest.fixture
def post(make_sqlite_database: MakeDatabase) -> Post:
    return Post(make_sqlite_database(TABLES))


@pytest.fixture
def app(post: Post) -> Iterator[Flask]:
    """The calendar asks no service: none answers here."""
    built = inbox_app(post.database, NOWHERE, post.clock)
    yield built
    built.extensions["inbox"].close()


@pytest.fixture
def karim(app: Flask) -> Visitor:
    return signed_in(app, "Karim Benali")


def signed_in(app: Flask, name: str) -> Visitor:
    """The list of tasks, where a sign-in leads, needs the services: it is not followed."""
    visitor = Visitor(app.test_client())
    person, _, place = of(name)
    visitor.get("/connexion")
    visitor.client.post("/connexion", data=visitor.filled(0, person=f"{person}@{place}"))
    return visitor


def address(visitor: Visitor) -> str:
    """Of a calendar that is made, or made anew."""
    shown = visitor.get("/preferences/agenda").send("/agenda").page.xpath("//input[@id='adresse']/@value")
    return str(shown[0]).removeprefix("http://localhost")


def events(app: Flask, path: str) -> list[Any]:
    answer = app.test_client().get(path)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    return list(getattr(vobject.readOne(answer.text), "vevent_list", []))


def test_a_rendez_vous_has_its_hour_its_place_and_a_first_name(
    post: Post, app: Flask, karim: Visitor
) -> None:
    post.invite("2026-09-24T14:00:00+02:00", ends="2026-09-24T15:00:00+02:00")
    (event,) = events(app, address(karim))
    assert event.summary.value == "Entretien de situation – Lina"
    assert (event.dtstart.value, event.dtend.value) == (paris(24, 14), paris(24, 15))
    assert event.location.value == "Salle 12"


def test_a_deadline_is_a_whole_day_that_takes_no_time(post: Post, app: Flask, karim: Visitor) -> None:
    post.open(due="2026-09-10")
    post.open("Signer", due="2026-09-11T21:59:00+00:00")
    post.open("Sans échéance")
    first, second = events(app, address(karim))
    assert first.summary.value == "À faire : Mener l’entretien – Lina"
    assert (first.dtstart.value, first.dtend.value) == (date(2026, 9, 10), date(2026, 9, 11))
    assert first.transp.value == "TRANSPARENT"
    assert second.dtstart.value == date(2026, 9, 11)


def test_only_what_is_mine_stands_in_it(post: Post, app: Flask, karim: Visitor) -> None:
    due = "2026-09-10"
    post.open("À moi", assignee=KARIM, due=due)
    post.open("À une collègue", assignee=CLAIRE, due=due)
    post.open("Au secrétariat", role="secretariat", due=due)
    post.open("Ailleurs", organisation_id="0690048C", due=due)
    post.close(post.open("Terminée", due=due))
    post.invite("2026-09-24", people=(CLAIRE,))
    assert [event.summary.value for event in events(app, address(karim))] == ["À faire : À moi – Lina"]


def test_a_rendez_vous_that_moves_is_the_same_and_one_that_is_off_goes(
    post: Post, app: Flask, karim: Visitor
) -> None:
    path = address(karim)
    post.invite("2026-09-24")
    (before,) = events(app, path)
    post.invite("2026-09-25", people=(KARIM, CLAIRE))
    (after,) = events(app, path)
    assert (after.dtstart.value, after.uid.value) == (date(2026, 9, 25), before.uid.value)
    post.invite("2026-09-25", people=(CLAIRE,))
    assert events(app, path) == []
    assert len(events(app, address(signed_in(app, "Claire Fontaine")))) == 1
    post.invite(None, people=(CLAIRE,))
    assert events(app, address(signed_in(app, "Claire Fontaine"))) == []


def test_no_family_name_is_in_the_file(post: Post, app: Flask, karim: Visitor) -> None:
    post.open(due="2026-09-10")
    post.invite("2026-09-24T14:00:00+02:00")
    text = app.test_client().get(address(karim)).text
    for word in ("Ferrand", "Benali", "famille.example", "0698765432", "/parcours/", "/taches/"):
        assert word not in text


def test_an_unchanged_calendar_is_not_sent_again(post: Post, app: Flask, karim: Visitor) -> None:
    post.open(due="2026-09-10")
    path = address(karim)
    etag = app.test_client().get(path).headers["ETag"]
    post.clock.advance(timedelta(minutes=5))
    again = app.test_client().get(path, headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
    post.open("Signer", due="2026-09-11")
    assert app.test_client().get(path, headers={"If-None-Match": etag}).status_code == 200


def test_it_is_bounded_and_what_is_long_past_goes(
    post: Post, app: Flask, karim: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = address(karim)
    post.open("Il y a longtemps", due="2026-07-01")
    post.open("Il y a peu", due="2026-09-01")
    assert [event.summary.value for event in events(app, path)] == ["À faire : Il y a peu – Lina"]
    monkeypatch.setattr(entries, "MOST", 2)
    for day in range(10, 15):
        post.open(f"Le {day}", due=f"2026-09-{day}")
    assert len(events(app, path)) == 2


def test_an_address_that_is_renewed_or_ended_leads_nowhere(post: Post, app: Flask, karim: Visitor) -> None:
    first, second = address(karim), address(karim)
    client = app.test_client()
    assert [client.get(path).status_code for path in (first, second)] == [404, 200]
    assert "Une adresse existe depuis" in karim.get("/preferences/agenda").text
    assert second not in karim.text
    karim.send("/fin")
    assert "ne mène plus nulle part" in karim.text
    assert client.get(second).status_code == 404
    assert "Vous n’avez pas d’adresse d’agenda." in karim.text


def test_it_ends_with_the_role_and_with_the_habilitation(post: Post, app: Flask, karim: Visitor) -> None:
    path, hers = address(karim), address(signed_in(app, "Claire Fontaine"))
    with post.database.begin() as tx:
        tx.execute(membership.delete().where(membership.c.person_id == KARIM))
        end(tx, CLAIRE, date(2026, 9, 8))
        assert [row.person_id for row in tx.execute(select(feed))] == [KARIM]
    assert [app.test_client().get(each).status_code for each in (path, hers)] == [404, 404]


def test_the_table_has_no_secret_and_the_address_needs_no_session(
    post: Post, app: Flask, karim: Visitor
) -> None:
    secret = address(karim).removeprefix("/agenda/").removesuffix(".ics")
    assert len(secret) >= 40
    with post.database.read() as look:
        assert secret not in str(look.execute(select(feed)).all())
    answer = app.test_client().get(f"/agenda/{secret}.ics")
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("secret", ["x", "a" * 43, "a" * 5000, "..%2F", "%00"])
def test_an_address_that_there_is_not_is_not_found(app: Flask, secret: str) -> None:
    assert app.test_client().get(f"/agenda/{secret}.ics").status_code == 404


def test_rendez_vous_that_were_known_before_calendars_have_their_guests(
    make_database: MakeDatabase,
) -> None:
    """The migration reads them from the rendez-vous themselves."""
    database = make_database(["services.inbox", "services.inbox.notifications"])
    row = {
        "key": "k", "sequence": 0, "parcours_id": "p", "title": "t", "starts": "2026-09-24", "emails": "[]",
        "people": json.dumps([KARIM, CLAIRE]), "phones": "[]", "updated_at": paris(1, 10),
    }  # fmt: skip
    with database.begin() as tx:
        tx.execute(appointment.insert().values(row))
    upgrade(database, ("services.inbox", "services.inbox.notifications", "services.inbox.calendars"))
    with database.read() as look:
        assert set(look.scalars(select(guest.c.person_id))) == {KARIM, CLAIRE}


def test_the_secret_address_is_on_our_own_site_whatever_host_a_request_names(post: Post) -> None:
    app = inbox_app(
        post.database, NOWHERE, post.clock, mail=MailSettings(address="https://parcours.example/")
    )
    try:
        karim = signed_in(app, "Karim Benali")
        assert address(karim).startswith("https://parcours.example/agenda/")
    finally:
        app.extensions["inbox"].close()
