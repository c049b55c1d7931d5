"""What is typed in a real browser: saved by itself, shared with a colleague, kept on the device when a line is cut."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update
from werkzeug.wrappers import Response

from services.inbox.tables import membership, person
from shared.ids import uuid7
from shared.tasks.tables import task as task_table
from tests.inbox.interview import OpenInterview, address
from tests.inbox.people import of
from tests.support.browser import violations, watched, with_its_scripts
from tests.support.inbox_world import World
from tests.support.served import served
from tests.support.waiting import wait_until

REPORT = "Compte rendu"


@dataclass
class Drafts:
    """The inbox, whose saving of drafts can be shut: what a page that is gone had under way is not kept either.

    Only the server can promise that: a browser may still send what it held back as the page went or the line came
    back.
    """

    app: WSGIApplication
    are_shut: bool = False

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if self.are_shut and environ["PATH_INFO"].endswith("/brouillon"):
            return Response(status=HTTPStatus.SERVICE_UNAVAILABLE)(environ, start_response)
        return self.app(environ, start_response)


@pytest.fixture
def drafts(world: World) -> Drafts:
    return Drafts(world.app)


@pytest.fixture
def site(drafts: Drafts) -> Iterator[str]:
    with served(drafts) as url:
        yield url


@pytest.fixture
def other(browser: Browser) -> Iterator[Page]:
    yield from watched(browser)


def enter(page: Page, site: str, name: str, path: str) -> None:
    page.goto(f"{site}/connexion?suite={path}")
    page.get_by_role("button", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mener l’entretien")


def again(page: Page, url: str) -> None:
    """The page anew, once it has looked for what was kept on the device."""
    page.goto(url)
    with_its_scripts(page)


def crash(page: Page, drafts: Drafts) -> None:
    """The page is gone, and nothing of it is saved any more, as it leaves or later; the line is back."""
    drafts.are_shut = True
    page.goto("about:blank")
    page.context.set_offline(False)


def draft(world: World, task: str) -> dict[str, Any]:
    with world.enrolment.database.read() as look:
        return dict(look.scalar(select(task_table.c.draft).where(task_table.c.id == task)) or {})


def copies(page: Page) -> int:
    """How many copies the browser has on the device."""
    return int(
        page.evaluate(
            "() => new Promise(yes => { const asked = indexedDB.open('saisie', 1);"
            " asked.onsuccess = () => { const all = asked.result.transaction('copies').objectStore('copies').count();"
            " all.onsuccess = () => { asked.result.close(); yes(all.result); }; }; })"
        )
    )


def test_what_is_typed_is_saved_without_a_button_and_no_copy_stays_on_the_device(
    world: World, interview: OpenInterview, site: str, page: Page
) -> None:
    task = interview()
    enter(page, site, "Karim Benali", address(task))
    page.get_by_label(REPORT).press_sequentially("Venu à l’heure")
    expect(page.get_by_text("Brouillon enregistré.")).to_be_visible()
    wait_until(lambda: draft(world, task).get("compte_rendu") == "Venu à l’heure")
    wait_until(lambda: copies(page) == 0)
    page.reload()
    assert page.get_by_label(REPORT).input_value() == "Venu à l’heure"


def test_a_colleagues_answer_appears_and_a_second_answer_to_the_same_question_is_a_choice(
    world: World, interview: OpenInterview, site: str, page: Page, other: Page
) -> None:
    task = interview()
    enter(page, site, "Karim Benali", address(task))
    enter(other, site, "Claire Fontaine", address(task))
    expect(other.get_by_text("Karim Benali a ce dossier ouvert.")).to_be_visible()
    page.get_by_label(REPORT).fill("Venu à l’heure")
    wait_until(lambda: "compte_rendu" in draft(world, task))
    other.get_by_label("Heures").fill("2")
    expect(other.get_by_label(REPORT)).to_have_value("Venu à l’heure")
    other.get_by_label(REPORT).fill("Venu tard")
    wait_until(lambda: draft(world, task)["compte_rendu"] == "Venu tard")
    page.get_by_label(REPORT).fill("Venu en avance")
    expect(page.get_by_text("Deux réponses à la même question")).to_be_visible()
    assert violations(page) == []
    assert draft(world, task)["compte_rendu"] == "Venu tard"
    page.get_by_label("Prendre celle de Claire Fontaine").check()
    expect(page.get_by_text("Deux réponses à la même question")).to_have_count(0)
    expect(page.get_by_label(REPORT)).to_have_value("Venu tard")


def test_a_colleagues_choice_that_an_older_page_does_not_offer_is_not_answered_for_her(
    world: World, interview: OpenInterview, site: str, page: Page, other: Page
) -> None:
    task = interview()
    enter(page, site, "Karim Benali", address(task))
    newcomer, place = uuid7(), of("Karim Benali")[2]
    with world.database.begin() as tx:
        tx.execute(person.insert().values(id=newcomer, given_name="Zoé", family_name="Roux", is_active=True))
        tx.execute(membership.insert().values(person_id=newcomer, organisation_id=place, role="referent"))
    enter(other, site, "Claire Fontaine", address(task))
    other.get_by_label("Référent de parcours").select_option(label="Zoé Roux")
    wait_until(lambda: draft(world, task).get("referent") == newcomer)
    page.get_by_label(REPORT).fill("Venu")
    expect(page.get_by_text("réponses enregistrées entre-temps")).to_be_visible()
    page.get_by_label("Heures").fill("2")
    wait_until(lambda: draft(world, task).get("heures") == "2")
    assert draft(world, task)["referent"] == newcomer
    again(page, f"{site}{address(task)}")
    expect(page.get_by_label("Référent de parcours")).to_have_value(newcomer)


def test_when_the_line_is_cut_the_form_is_kept_on_the_device_and_offered_after_a_crash(
    world: World, interview: OpenInterview, drafts: Drafts, site: str, page: Page
) -> None:
    task = interview()
    enter(page, site, "Karim Benali", address(task))
    page.get_by_label("Réorientation").check()
    expect(page.get_by_label("Vers quelle solution ?")).to_be_visible()
    page.context.set_offline(True)
    page.get_by_label(REPORT).fill("Hors ligne")
    page.get_by_label("Vers quelle solution ?").fill("Un CAP")
    page.get_by_label("L’élève").check()
    expect(page.get_by_text("votre saisie est gardée sur cet appareil")).to_be_visible()
    wait_until(lambda: copies(page) == 1)
    crash(page, drafts)
    again(page, f"{site}{address(task)}")
    expect(page.get_by_text("n’a pas été enregistrée")).to_be_visible()
    assert violations(page) == []
    drafts.are_shut = False
    page.get_by_role("button", name="La reprendre").click()
    expect(page.get_by_label(REPORT)).to_have_value("Hors ligne")
    expect(page.get_by_label("Vers quelle solution ?")).to_have_value("Un CAP")
    expect(page.get_by_label("L’élève")).to_be_checked()
    wait_until(lambda: draft(world, task).get("vers") == "Un CAP")
    wait_until(lambda: copies(page) == 0)


def test_when_the_line_comes_back_the_page_saves_by_itself(
    world: World, interview: OpenInterview, site: str, page: Page
) -> None:
    task = interview()
    enter(page, site, "Karim Benali", address(task))
    page.context.set_offline(True)
    page.get_by_label(REPORT).fill("Hors ligne")
    expect(page.get_by_text("votre saisie est gardée sur cet appareil")).to_be_visible()
    page.context.set_offline(False)
    wait_until(lambda: draft(world, task).get("compte_rendu") == "Hors ligne")
    expect(page.get_by_text("Brouillon enregistré.")).to_be_visible()


def offline_copy(page: Page, site: str, task: str) -> None:
    enter(page, site, "Karim Benali", address(task))
    page.context.set_offline(True)
    page.get_by_label(REPORT).fill("Hors ligne")
    expect(page.get_by_text("votre saisie est gardée sur cet appareil")).to_be_visible()
    wait_until(lambda: copies(page) == 1)


def test_what_is_on_the_device_goes_at_sign_out(interview: OpenInterview, site: str, page: Page) -> None:
    offline_copy(page, site, interview())
    page.route("**/brouillon", lambda route: route.abort())
    page.context.set_offline(False)
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Connexion")
    assert copies(page) == 0


def test_what_is_on_the_device_is_nothing_that_another_person_reads_and_goes_when_it_is_old(
    interview: OpenInterview, drafts: Drafts, site: str, page: Page
) -> None:
    task = interview()
    offline_copy(page, site, task)
    told = page.evaluate(
        "() => new Promise(yes => { const asked = indexedDB.open('saisie', 1); asked.onsuccess = () => {"
        " const all = asked.result.transaction('copies').objectStore('copies').getAll();"
        " all.onsuccess = () => { asked.result.close();"
        " yes(all.result.map(each => new TextDecoder().decode(each.data)).join()); }; }; })"
    )
    assert "Hors ligne" not in told
    crash(page, drafts)
    page.context.clear_cookies()
    enter(page, site, "Claire Fontaine", address(task))
    expect(page.get_by_text("n’a pas été enregistrée")).to_be_hidden()
    assert page.get_by_label(REPORT).input_value() == ""
    assert copies(page) == 1
    page.clock.install()
    page.clock.fast_forward("25:00:00")
    page.reload()
    wait_until(lambda: copies(page) == 0)


def test_what_is_on_the_device_goes_once_the_form_is_sent(
    world: World, interview: OpenInterview, site: str, page: Page
) -> None:
    enter(page, site, "Karim Benali", address(interview()))
    page.route("**/brouillon", lambda route: route.abort())
    page.get_by_label("Date de l’entretien").fill("2026-09-10")
    page.get_by_label("Favorable").check()
    wait_until(lambda: copies(page) == 1)
    page.get_by_role("button", name="Terminer la tâche").click()
    expect(page.get_by_text("La tâche est terminée.")).to_be_visible()
    wait_until(lambda: copies(page) == 0)
    assert len(world.enrolment.process.completed) == 1


def test_who_stops_a_form_on_its_way_and_types_on_is_saved_again(
    world: World, interview: OpenInterview, site: str, page: Page
) -> None:
    task = interview()
    enter(page, site, "Karim Benali", address(task))
    page.evaluate(
        "document.addEventListener('submit', event => event.preventDefault())"
    )  # as Esc does on a slow line
    page.get_by_role("button", name="Terminer la tâche").click()
    page.get_by_label(REPORT).press_sequentially("Encore là")
    wait_until(lambda: draft(world, task).get("compte_rendu") == "Encore là")


def test_a_restored_form_meets_what_a_colleague_has_written_since(
    world: World, interview: OpenInterview, drafts: Drafts, site: str, page: Page
) -> None:
    task = interview()
    offline_copy(page, site, task)
    with world.enrolment.database.begin() as tx:
        theirs = {"draft": {"compte_rendu": "Venu tard", "heures": "2"}, "draft_page": uuid7(),
                  "draft_by": uuid7(), "draft_by_name": "Claire Fontaine", "draft_at": world.clock.now()}  # fmt: skip
        tx.execute(update(task_table).where(task_table.c.id == task).values(theirs))
    crash(page, drafts)
    again(page, f"{site}{address(task)}")
    drafts.are_shut = False
    page.get_by_role("button", name="La reprendre").click()
    expect(page.get_by_text("Prendre celle de Claire Fontaine")).to_be_visible()
    assert draft(world, task)["compte_rendu"] == "Venu tard"
    expect(page.get_by_label("Heures")).to_have_value("2")
