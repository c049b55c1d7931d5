"""A form sent twice at one instant does what it does once, on both back ends; nobody reads that something failed."""

from typing import Any

import pytest
from sqlalchemy import func, select

from services.inbox.app import TABLES
from services.inbox.calendars.tables import feed
from services.inbox.notifications import outgoing
from services.inbox.notifications.tables import contact
from services.inbox.tables import preference
from shared.database import Database
from tests.inbox.people import Visitor, of
from tests.support.at_once import both
from tests.support.inbox_world import World

KARIM = of("Karim Benali")[0]


@pytest.fixture
def packages() -> tuple[str, ...]:
    return TABLES


@pytest.fixture
def inbox_database(database: Database) -> Database:
    return database


def clicked_twice(world: World, who: str, page: str, form: str, into: Any, **typed: str) -> list[Visitor]:
    """The same filled form of a page, sent by two sessions of one person at one instant."""
    windows = [Visitor(world.app.test_client()).sign_in(who).get(page) for _ in range(2)]
    first, second = (window.filled(form, **typed) for window in windows)
    action = windows[0].form(form).get("action") or page

    def click(window: Visitor, values: dict[str, Any]) -> Visitor:
        return window.read(window.client.post(action, data=values))

    again = first | {"csrf_token": second["csrf_token"]}
    return both(
        world.database, into.name, (lambda: click(windows[0], first), lambda: click(windows[1], again))
    )


def count(world: World, table: Any, *where: Any) -> int:
    with world.database.read() as look:
        return int(look.scalar(select(func.count()).select_from(table).where(*where)) or 0)


@pytest.mark.parametrize(
    ("page", "form", "typed", "name"),
    [
        ("/preferences", "/preferences", {"theme": "sombre"}, "theme"),
        ("/preferences", "/preferences", {"avis_tache": "jamais"}, "avis_tache"),
        ("/taches", "/filtrer", {"etape": "3"}, "etape"),
    ],
)
def test_a_choice_is_kept_once(world: World, page: str, form: str, typed: dict[str, str], name: str) -> None:
    answers = clicked_twice(world, "Karim Benali", page, form, preference, **typed)
    assert [each.status for each in answers] == [303, 303]
    assert count(world, preference, preference.c.name == name, preference.c.value == typed[name]) == 1


def test_an_address_is_kept_once_and_the_one_before_is_told_once(world: World) -> None:
    for email in ("old@l.example", "new@l.example"):
        found = clicked_twice(world, "Hélène Vasseur", "/coordonnees", f"/{KARIM}", contact, courriel=email)
        assert [each.status for each in found] == [303, 303]
        assert count(world, contact, contact.c.email == email) == 1
    with world.database.read() as look:
        letters = [each.recipient for each in outgoing.newest(look, 10) if each.person_id == KARIM]
    assert letters == ["old@l.example"]


def test_both_answers_show_the_calendar_s_address_which_works(world: World) -> None:
    for _ in range(2):  # made, then renewed
        answers = clicked_twice(world, "Karim Benali", "/preferences/agenda", "/agenda", feed)
        assert [each.status for each in answers] == [200, 200]
        shown = {str(each.page.xpath("//input[@id='adresse']/@value")[0]) for each in answers}
        assert len(shown) == 1
        path = shown.pop().removeprefix("http://localhost")
        assert world.app.test_client().get(path).status_code == 200
    assert count(world, feed) == 1
