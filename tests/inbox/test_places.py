"""What is sent from a page is done in the place where the page was drawn, or it is not done (ADR 30)."""

import pytest

from services.inbox.app import TABLES
from shared.database import Database
from shared.tasks.tables import task as task_table
from tests.inbox.interview import GARANCE, OpenInterview
from tests.inbox.people import Visitor, of
from tests.inbox.test_standing_in import BOTH, PAGE, arranged, take
from tests.support.databases import MakeDatabase
from tests.support.inbox_world import World

KARIM = of("Karim Benali")[0]
ELSEWHERE = "Cette page avait été ouverte à une autre place"
TOKEN = "//input[@name='csrf_token']/@value"


@pytest.fixture
def inbox_database(make_database: MakeDatabase) -> Database:
    return make_database(TABLES)


def second_window(claire: Visitor) -> Visitor:
    """Another window of the same browser: the same session."""
    return Visitor(claire.client)


def test_a_form_drawn_in_one_s_own_place_is_not_done_in_somebody_else_s(
    world: World, karim: Visitor, claire: Visitor
) -> None:
    world.enrolment.open_task("Relire", GARANCE, role=None)
    arranged(karim)
    claire.get("/taches").open("Relire")
    take(second_window(claire))
    claire.send("/terminer")
    assert (claire.status, ELSEWHERE in claire.text) == (409, True)
    assert world.enrolment.process.completed == []


def test_a_form_drawn_in_somebody_s_place_is_not_done_in_one_s_own(
    world: World, karim: Visitor, claire: Visitor
) -> None:
    world.enrolment.open_task("Relire", GARANCE, role=None)
    arranged(karim)
    take(claire).get("/taches").open("Relire")
    other = second_window(claire).get("/taches")
    other.post("/agir/fin", {"csrf_token": other.page.xpath(TOKEN)[0]})
    claire.send("/terminer")
    assert (claire.status, ELSEWHERE in claire.text) == (409, True)
    assert world.enrolment.process.completed == []


def test_what_was_typed_is_kept_and_sent_again_once_the_place_is_taken_again(
    world: World, karim: Visitor, claire: Visitor, interview: OpenInterview
) -> None:
    task = interview(assignee=(KARIM, "Karim Benali"))
    arranged(karim)
    take(claire).get(f"/taches/enrolment/{task}")
    other = second_window(claire).get("/taches")
    other.post("/agir/fin", {"csrf_token": other.page.xpath(TOKEN)[0]})
    claire.send("/terminer", champ_entretien_le="2026-09-10", champ_avis="favorable", champ_vers="Un CAP")
    assert (claire.status, "Un CAP" in claire.text) == (409, True)
    claire.send("/terminer")
    assert (claire.status, "Un CAP" in claire.text) == (409, True), "sent again in the wrong place still"
    take(other)
    assert "La tâche est terminée." in claire.send("/terminer").text
    with world.enrolment.database.read() as look:
        assert look.execute(task_table.select()).one().completed_by_name == BOTH


def test_what_a_page_sends_by_itself_does_not_give_a_place_back_so_the_next_click_is_refused(
    world: World, karim: Visitor, claire: Visitor, interview: OpenInterview
) -> None:
    task = f"/taches/enrolment/{interview(assignee=(KARIM, 'Karim Benali'))}"
    arranged(karim)
    take(claire).get(task)
    sent = claire.filled("/terminer", champ_vers="Un CAP")
    karim.get(PAGE).send("/fin")
    for by_itself in ("presence", "brouillon", "formulaire"):
        answer = claire.client.post(f"{task}/{by_itself}", data=sent, headers={"HX-Request": "true"})
        assert answer.status_code == 409, by_itself
    claire.post(f"{task}/terminer", sent)
    assert (claire.status, "Rien n’a été fait" in claire.text, "Un CAP" in claire.text) == (409, True, True)
    assert world.enrolment.process.completed == []
    assert not claire.get("/taches").page.xpath("//aside[@class='acting']")


def test_whoever_goes_back_or_leaves_does_so_from_any_page(karim: Visitor, claire: Visitor) -> None:
    arranged(karim)
    take(claire)
    old = claire.page.xpath(TOKEN)[0]
    karim.get(PAGE).send("/fin")
    claire.post("/agir/fin", {"csrf_token": old})
    assert (claire.status, bool(claire.page.xpath("//aside[@class='acting']"))) == (200, False)
    assert claire.post("/deconnexion", {"csrf_token": old}).title == "Connexion"


def test_a_part_of_a_page_that_is_asked_in_another_place_draws_the_page_anew(
    karim: Visitor, claire: Visitor
) -> None:
    arranged(karim)
    sent = claire.get("/taches").filled("/filtrer")
    take(second_window(claire))
    answer = claire.client.post("/taches/filtrer", data=sent, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers.get("HX-Refresh")) == (409, "true")
