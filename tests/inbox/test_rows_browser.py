"""Rows of a form, and the plan of a parcours, in a real browser."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from shared.tasks.tables import task as task_table
from tests.inbox.interview import GARANCE, PLAN, address
from tests.inbox.test_parcours_plan import parcours, told  # noqa: F401 — the fixture
from tests.support.browser import violations, watched, with_its_scripts
from tests.support.inbox_world import World
from tests.support.served import served
from tests.support.waiting import wait_until


@pytest.fixture
def site(world: World) -> Iterator[str]:
    with served(world.app) as url:
        yield url


@pytest.fixture
def narrow(browser: Browser) -> Iterator[Page]:
    yield from watched(browser, color_scheme="dark", viewport={"width": 320, "height": 800})


def enter(page: Page, site: str, path: str) -> None:
    page.goto(f"{site}/connexion?suite={path}")
    page.get_by_role("button", name="Karim Benali").click()


def draft(world: World, task: str) -> dict[str, Any]:
    with world.enrolment.database.read() as look:
        return dict(look.scalar(select(task_table.c.draft).where(task_table.c.id == task)) or {})


def test_rows_come_and_go_by_keyboard_without_leaving_the_page_and_are_saved_by_themselves(
    world: World, site: str, page: Page
) -> None:
    world.enrolment.process.forms["plan"] = json.dumps(PLAN).encode()
    task = world.enrolment.open_task("Prévoir les périodes", GARANCE, role="referent", form="plan")
    enter(page, site, address(task))
    expect(page.get_by_role("heading", level=1)).to_have_text("Prévoir les périodes")
    with_its_scripts(page)
    hours = page.get_by_label("Heures")
    hours.first.fill("3")
    page.get_by_role("button", name="Ajouter une ligne").press("Enter")
    expect(page.get_by_label("Début").nth(1)).to_be_focused()
    assert page.url.endswith(task)
    hours.nth(1).fill("12")
    hours.nth(1).press("Tab")
    expect(page.get_by_text("En tout : 15 h")).to_be_visible()
    page.get_by_label("Lieu").fill("Bron")
    wait_until(lambda: [row.get("lieu") for row in draft(world, task).get("periodes", [])] == [None, "Bron"])
    assert violations(page) == []
    page.get_by_role("button", name="Retirer Période 1").press("Enter")
    expect(hours).to_have_count(1)
    wait_until(lambda: len(draft(world, task)["periodes"]) == 1)
    page.get_by_label("Début").fill("2026-09-10")
    page.get_by_label("Heures").press("Enter")  # sends the form, and is no button of a row
    expect(page.get_by_role("status").first).to_have_text("La tâche est terminée.")
    assert [row["lieu"] for row in world.enrolment.process.completed[0][1]["periodes"]] == ["Bron"]


def test_the_plan_is_accessible_in_both_colours_and_on_a_narrow_screen(
    site: str,
    page: Page,
    narrow: Page,
    parcours: str,  # noqa: F811
) -> None:
    for each in (page, narrow):
        enter(each, site, f"/parcours/{parcours}")
        expect(each.get_by_role("meter", name="Jours en entreprise")).to_be_visible()
        assert violations(each) == []
        assert each.evaluate("document.documentElement.scrollWidth <= innerWidth")
