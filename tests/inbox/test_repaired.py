"""What people read while their parcours is looked at, after it was put right, and when it was stopped."""

from shared.ids import uuid7
from tests.inbox.people import Visitor
from tests.inbox.test_parcours import LYCEE, rows, told
from tests.support.inbox_world import World

WHY = "Ce dossier est en double, le premier continue."
STOPPED = f"Ce parcours a été arrêté par l’équipe technique : {WHY}"


def _karim(world: World) -> Visitor:
    return Visitor(world.app.test_client()).sign_in("Karim Benali")


def test_a_stopped_parcours_says_why_on_its_page_and_in_the_list(world: World) -> None:
    id_ = uuid7()
    line = told("2026-09-02T08:00:00+00:00", STOPPED, type="repair", event="told", actor_name="")
    world.enrolment.show_parcours(id_, [LYCEE], status="ended", stopped=WHY, story=[line])
    karim = _karim(world)
    assert STOPPED in karim.get(f"/parcours/{id_}").text
    assert rows(karim, "//ol[@class='story']/li") == [f"2 septembre 2026 à 10 h 00 {STOPPED}"]
    assert rows(karim.get("/parcours"), "//li[@class='row']") == [f"Lina Ferrand {STOPPED} Étape 2 arrêté"]


def test_a_task_of_a_parcours_that_is_looked_at_stays_readable_and_may_be_tried(world: World) -> None:
    id_ = uuid7()
    task = world.enrolment.open_task("Mener l’entretien", ("lycee", LYCEE), parcours_id=id_, role="referent")
    world.enrolment.show_parcours(id_, [LYCEE], status="incident")
    karim = _karim(world)
    karim.get(f"/taches/enrolment/{task}")
    assert "Vous pouvez lire cette tâche et essayer de la terminer" in karim.text
    assert karim.page.xpath("//button[normalize-space()='Terminer la tâche']")


def test_a_task_that_was_taken_away_by_a_repair_says_so(world: World) -> None:
    id_ = uuid7()
    task = world.enrolment.open_task("Mener l’entretien", ("lycee", LYCEE), parcours_id=id_, role="referent")
    world.enrolment.withdraw(task)
    world.enrolment.show_parcours(id_, [LYCEE], status="ended", stopped=WHY)
    karim = _karim(world)
    karim.get(f"/taches/enrolment/{task}")
    assert STOPPED in karim.text
    assert "Cette tâche n’est plus à faire : l’équipe technique est intervenue." in karim.text
    assert "le parcours a avancé" not in karim.text
