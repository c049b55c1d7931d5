"""Questions that an answer calls for, in a real browser: whatever the line does, the answer and they go together."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from threading import Event
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update
from werkzeug.wrappers import Response

from shared.tasks.tables import task as task_table
from tests.inbox.interview import GARANCE, PLAN, OpenInterview, address
from tests.inbox.test_rows_browser import draft
from tests.support.browser import with_its_scripts
from tests.support.inbox_world import World
from tests.support.served import served
from tests.support.waiting import PATIENCE_SECONDS, wait_until

CALLED_FOR = "Vers quelle solution ?"
TWO_DECIDE = {
    "type": "default", "id": "deux", "schemaVersion": 19,
    "components": [
        {"type": "checkbox", "key": "demenage", "id": "d", "label": "Déménage"},
        {"type": "checkbox", "key": "reste_en_lien", "id": "r", "label": "Reste suivi ici"},
        {"type": "textfield", "key": "vers", "id": "v", "label": CALLED_FOR,
         "conditional": {"hide": "= not(demenage = true) or reste_en_lien = true"}},
    ],
}  # fmt: skip


@dataclass
class BadLine:
    """The inbox behind a line that brings scripts once ``scripts`` is set, no questions for ``cuts`` requests, and
    the first questions once ``first`` is set; ``asked`` counts those that came."""

    app: WSGIApplication
    scripts: Event = field(default_factory=Event)
    first: Event = field(default_factory=Event)
    cuts: int = 0
    asked: int = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path.endswith(".js"):
            assert self.scripts.wait(PATIENCE_SECONDS)
        if path.endswith("/formulaire"):
            self.asked += 1
            if self.asked == 1:
                assert self.first.wait(PATIENCE_SECONDS)
            if self.asked <= self.cuts:
                return Response(status=HTTPStatus.SERVICE_UNAVAILABLE)(environ, start_response)
        return self.app(environ, start_response)


@pytest.fixture
def line(world: World) -> BadLine:
    return BadLine(world.app)


@pytest.fixture
def site(line: BadLine) -> Iterator[str]:
    with served(line) as url:
        yield url


def enter(page: Page, site: str, path: str) -> None:
    """As far as the first words of the page, whether its scripts have come or not."""
    page.goto(f"{site}/connexion?suite={path}", wait_until="commit")
    page.get_by_role("button", name="Karim Benali").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mener l’entretien")


def test_an_answer_given_before_the_scripts_have_come_is_saved_and_calls_for_its_question(
    world: World, interview: OpenInterview, line: BadLine, site: str, page: Page
) -> None:
    task = interview()
    enter(page, site, address(task))
    page.get_by_label("Réorientation").check()
    page.get_by_label("Référent de parcours").select_option(label="Karim Benali")
    line.scripts.set()
    line.first.set()
    expect(page.get_by_label(CALLED_FOR)).to_be_visible()
    wait_until(lambda: draft(world, task).get("avis") == "autre")


def test_a_page_that_is_only_opened_tells_of_no_answer(
    world: World, line: BadLine, site: str, page: Page
) -> None:
    world.enrolment.process.forms["plan"] = json.dumps(PLAN).encode()
    task = world.enrolment.open_task("Mener l’entretien", GARANCE, role="referent", form="plan")
    drafted = {
        "adresse": "1 rue\r\nHaute\r",
        "confirme": True,
        "periodes": [{"debut_le": "lundi", "heures": "dix"}],
    }
    with world.enrolment.database.begin() as tx:
        tx.execute(update(task_table).where(task_table.c.id == task).values(draft=drafted))
    line.scripts.set()
    page.add_init_script(
        "addEventListener('change', event => { (window.told ??= []).push(event.target.name); })"
    )
    enter(page, site, address(task))
    with_its_scripts(page)
    page.wait_for_load_state("load")
    assert page.evaluate("window.told ?? []") == []


def test_a_question_that_did_not_come_is_asked_for_again(
    interview: OpenInterview, line: BadLine, site: str, page: Page
) -> None:
    line.scripts.set()
    line.first.set()
    line.cuts = 2
    enter(page, site, address(interview()))
    page.get_by_label("Réorientation").check()
    expect(page.get_by_label(CALLED_FOR)).to_be_visible()
    assert line.asked == 3


def test_two_answers_that_decide_of_one_question_are_heard_in_their_order(
    world: World, line: BadLine, site: str, page: Page
) -> None:
    world.enrolment.process.forms["deux"] = json.dumps(TWO_DECIDE).encode()
    task = world.enrolment.open_task("Mener l’entretien", GARANCE, role="referent", form="deux")
    line.scripts.set()
    enter(page, site, address(task))
    page.get_by_label("Déménage").check()
    page.get_by_label("Reste suivi ici").check()
    wait_until(lambda: "reste_en_lien" in draft(world, task))
    line.first.set()
    wait_until(lambda: line.asked == 2)
    expect(page.locator(".htmx-request")).to_have_count(0)
    expect(page.get_by_label(CALLED_FOR)).to_have_count(0)
