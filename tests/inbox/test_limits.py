"""One too many is refused plainly, per address and per person, whatever replica is asked; probes never are."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from services.inbox.limits import rules
from services.inbox.limits.counting import count
from services.inbox.limits.rules import (
    EXPORT,
    LINK,
    SIGN_IN,
    USUAL,
    WRITE,
    Rule,
    kind_of,
    limits_from,
    subscriber,
)
from services.inbox.limits.tables import asked
from shared.database import Database
from shared.settings import SettingsRefused
from tests.inbox.people import Visitor
from tests.support.databases import MakeDatabase
from tests.support.inbox_world import World, inbox_app

MINUTE = timedelta(minutes=1)


@contextmanager
def another(world: World, **changed: Any) -> Iterator[Flask]:
    """A replica: an inbox of its own on the same database."""
    urls = {name: service.url for name, service in world.services.items()}
    app = inbox_app(world.database, urls, world.clock, **changed)
    yield app
    app.extensions["inbox"].close()


def rule(kind: str, per_address: int | None, per_person: int | None = None) -> dict[str, Rule]:
    return {**USUAL, kind: Rule(per_address, per_person, MINUTE)}


def write(visitor: Visitor, theme: str = "sombre") -> int:
    return visitor.get("/preferences").send(0, theme=theme).status


def test_a_person_who_writes_too_much_is_told_when_to_come_back_and_nothing_is_done(world: World) -> None:
    with another(world, limits=rule(WRITE, None, 2)) as app:
        karim = Visitor(app.test_client()).sign_in("Karim Benali")
        assert [write(karim), write(karim)] == [200, 200]
        world.clock.advance(timedelta(seconds=20))
        assert write(karim, "clair") == 429
        assert karim.title == "Trop de demandes"
        assert karim.headers["Retry-After"] == "40"
        assert "Attendez 1 min" in karim.text
        assert karim.get("/preferences").page.get("data-theme") == "sombre"
        world.clock.advance(timedelta(seconds=40))
        assert write(karim, "clair") == 200


def test_what_one_person_writes_does_not_count_for_another(world: World) -> None:
    with another(world, limits=rule(WRITE, None, 1)) as app:
        karim = Visitor(app.test_client()).sign_in("Karim Benali")
        claire = Visitor(app.test_client()).sign_in("Claire Fontaine")
        assert [write(karim), write(karim), write(claire)] == [200, 429, 200]


def test_replicas_count_together(world: World) -> None:
    limits = rule(WRITE, 2)
    with another(world, limits=limits) as one, another(world, limits=limits) as two:
        visitors = [Visitor(app.test_client()).sign_in("Karim Benali") for app in (one, two)]
        assert [write(visitors[0]), write(visitors[1]), write(visitors[0]), write(visitors[1])] == [
            200, 200, 429, 429,
        ]  # fmt: skip


def test_sign_in_is_counted_by_address_before_anybody_is_known(world: World) -> None:
    with another(world, limits=rule(SIGN_IN, 2), proxies=1) as app:

        def enter(address: str) -> int:
            visitor = Visitor(app.test_client())
            visitor.client.environ_base["HTTP_X_FORWARDED_FOR"] = address
            return visitor.sign_in("Karim Benali").status

        assert [enter("192.0.2.1"), enter("192.0.2.1"), enter("192.0.2.1")] == [200, 200, 429]
        assert enter("192.0.2.2") == 200
        assert [enter("2001:db8::1"), enter("2001:db8::2"), enter("2001:db8::3")] == [200, 200, 429]
        assert enter("2001:db8:0:1::1") == 200


def test_without_a_proxy_of_ours_nobody_chooses_an_address(world: World) -> None:
    with another(world, limits=rule(SIGN_IN, 1)) as app:
        answers = []
        for number in range(2):
            visitor = Visitor(app.test_client())
            visitor.client.environ_base["HTTP_X_FORWARDED_FOR"] = f"192.0.2.{number}"
            answers.append(visitor.sign_in("Karim Benali").status)
        assert answers == [200, 429]


def test_behind_a_proxy_what_a_visitor_claims_before_it_is_not_believed(world: World) -> None:
    with another(world, limits=rule(SIGN_IN, 1), proxies=1) as app:
        answers = []
        for number in range(2):
            visitor = Visitor(app.test_client())
            visitor.client.environ_base["HTTP_X_FORWARDED_FOR"] = f"198.51.100.{number}, 192.0.2.7"
            answers.append(visitor.sign_in("Karim Benali").status)
        assert answers == [200, 429]


@pytest.mark.parametrize("path", ["/mon-parcours/abc", "/prise-en-charge/abc", "/agenda/abc.ics"])
def test_secret_addresses_are_counted_also_when_they_lead_nowhere(world: World, path: str) -> None:
    with another(world, limits=rule(LINK, 3)) as app:
        visitor = Visitor(app.test_client())
        answers = [visitor.get(path).status for _ in range(4)]
        assert answers[-1] == 429
        assert 429 not in answers[:-1]


def test_exports_are_counted_apart_from_pages(world: World) -> None:
    with another(world, limits=rule(EXPORT, None, 1)) as app:
        karim = Visitor(app.test_client()).sign_in("Karim Benali")
        address = "/chiffres/chiffres.xlsx"
        karim.get(address)
        assert karim.get(address).status == 429
        assert karim.get("/taches").status == 200


def test_probes_metrics_pages_and_leaving_are_never_refused(world: World) -> None:
    strict = {kind: Rule(1, 1, MINUTE) for kind in USUAL}
    with another(world, limits=strict) as app:
        karim = Visitor(app.test_client()).sign_in("Karim Benali")
        for _ in range(3):
            for path in ("/health/live", "/health/ready", "/metrics", "/taches", "/static/inbox.css"):
                with karim.client.get(path) as answer:
                    assert answer.status_code == 200, path
        karim.get("/preferences").send(0, theme="sombre")
        assert write(karim) == 429
        page = karim.get("/preferences")
        token = page.filled(0)["csrf_token"]
        assert page.post("/deconnexion", {"csrf_token": token}).status == 200
        assert page.title != "Trop de demandes"


def test_the_table_holds_neither_addresses_nor_people_and_does_not_grow(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "services")
    with another(world, limits=rule(WRITE, 1, 1)) as app:
        karim = Visitor(app.test_client()).sign_in("Karim Benali")
        for _ in range(5):
            write(karim)
        with world.database.read() as look:
            rows = look.execute(select(asked)).all()
        assert len(rows) == 3  # one sign-in by address, writing by address and by person
        assert all(len(row.subject) == 64 for row in rows)
        world.clock.advance(timedelta(hours=1))
        write(karim.sign_in("Claire Fontaine"))
        with world.database.read() as look:
            assert look.scalar(select(func.count()).select_from(asked)) == 3
    said = [each.getMessage() for each in caplog.records if each.name.startswith("services")]
    assert "too many requests: write" in said
    assert not [each for each in said if "127.0.0.1" in each]


@pytest.fixture
def counters(make_database: MakeDatabase) -> Database:
    return make_database(["services.inbox.limits"])


def test_a_window_begins_with_the_first_and_begins_anew_after_its_end(
    world: World, counters: Database
) -> None:
    now, found = world.clock.now(), []
    for seconds in (0, 30, 59, 60, 61):
        with counters.begin() as tx:
            at = now + timedelta(seconds=seconds)
            found.append(count(tx, "s", WRITE, MINUTE, at))
    assert [each.count for each in found] == [1, 2, 3, 1, 2]
    assert [(each.until - now).seconds for each in found] == [60, 60, 60, 120, 120]


@pytest.mark.parametrize(
    ("endpoint", "method", "path", "kind"),
    [
        ("tasks.list_tasks", "GET", "/taches", None),
        ("tasks.terminer", "POST", "/taches/x", WRITE),
        ("provider.come_back", "GET", "/connexion/retour", SIGN_IN),
        ("dev_login.enter", "POST", "/connexion", SIGN_IN),
        ("provider_told.close", "POST", "/connexion/fermeture", None),
        (None, "DELETE", "/nulle-part", WRITE),
        (None, "GET", "/mon-parcours/x", LINK),
    ],
)
def test_what_a_request_counts_as(endpoint: str | None, method: str, path: str, kind: str | None) -> None:
    assert kind_of(endpoint, method, path) == kind


def test_every_page_that_is_named_exists(world: World) -> None:
    named = rules.EXPORTS | rules.UNCOUNTED | rules.SIGN_INS
    known = {name for name in named if not name.startswith("provider")}
    assert known <= set(world.app.view_functions)


def test_numbers_are_settings_and_a_wrong_one_is_refused_by_name() -> None:
    found = limits_from({"write": 7, "write_address": 70, "sign_in": 5})
    assert (found[WRITE].per_person, found[WRITE].per_address, found[SIGN_IN].per_address) == (7, 70, 5)
    assert found[LINK] == USUAL[LINK]
    for wrong in ({"writes": 3}, {"write": 0}, {"link": -1}):
        with pytest.raises(ValueError, match="allowed: a number from 1 for sign_in, link, write"):
            limits_from(wrong)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("2001:db8::5", "2001:db8::"),
        (None, ""), ("unix:", ""),
    ],
)  # fmt: skip
def test_a_subscriber_is_an_address_or_a_network(address: str | None, told: str) -> None:
    assert subscriber(address) == told


def test_settings_of_the_limits_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    from services.inbox.app import rate_limits
    from shared.settings import inbox_settings
    from tests.house.test_settings import INBOX

    told = inbox_settings(INBOX | {"AE_RATE_LIMITS": '{"export": 3}', "AE_PROXIES": "1"})
    assert (rate_limits(told)[EXPORT].per_person, told.proxies) == (3, 1)
    with pytest.raises(SettingsRefused, match=r"AE_RATE_LIMITS: exports: 3"):
        rate_limits(inbox_settings(INBOX | {"AE_RATE_LIMITS": '{"exports": 3}'}))
    for wrong in ({"AE_RATE_LIMITS": "[]"}, {"AE_RATE_LIMITS": '{"write": "3"}'}, {"AE_PROXIES": "many"}):
        with pytest.raises(SettingsRefused, match=next(iter(wrong))):
            inbox_settings(INBOX | wrong)
