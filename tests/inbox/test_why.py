"""« Pourquoi cette tâche est-elle ici ? », in the list and on the task's page."""

from datetime import timedelta

from shared.ids import uuid7
from tests.inbox.people import Visitor, of
from tests.support.inbox_world import World

GARANCE = ("lycee", "0690043X")
WHY = "//section[@aria-labelledby='pourquoi']"
IN_LIST = "//li[@class='row']/details"


def test_a_free_task_says_that_it_waits_for_a_role_since_when_and_what_came_before(
    world: World, karim: Visitor, claire: Visitor
) -> None:
    parcours_id = uuid7()
    world.enrolment.open_task("Fixer le rendez-vous", GARANCE, role="referent", parcours_id=parcours_id)
    world.enrolment.show_parcours(parcours_id, [GARANCE[1]])
    claire.get("/taches").open("Fixer le rendez-vous").send("/terminer")
    world.enrolment.open_task("Mener l’entretien", GARANCE, role="referent", parcours_id=parcours_id)
    said = karim.get("/taches").text_of(IN_LIST)
    assert "depuis le 7 septembre 2026 à 10 h 00 ; personne ne l’a prise" in said
    assert "pour le rôle « référent de parcours », qui est le vôtre" in said
    assert (
        "« Fixer le rendez-vous », terminé par Claire Fontaine (lycée) le 7 septembre 2026 à 10 h 00" in said
    )
    assert "« Fixer le rendez-vous », terminé par Claire Fontaine" in karim.open("Mener l’entretien").text_of(
        WHY
    )


def test_a_task_that_the_parcours_gave_to_me_says_so(world: World, karim: Visitor) -> None:
    world.enrolment.open_task("À moi", GARANCE, role="referent", assignee=(of("Karim Benali")[0], None))
    assert "Le parcours vous l’a confiée dès son ouverture, le 7 septembre" in karim.get("/taches").text_of(
        IN_LIST
    )


def test_a_task_that_i_took_or_that_a_colleague_has_says_since_when(
    world: World, karim: Visitor, claire: Visitor
) -> None:
    world.enrolment.open_task("Mener l’entretien", GARANCE, role="referent")
    world.clock.advance(timedelta(minutes=30))
    karim.get("/taches").open("Mener l’entretien").send("/prendre")
    assert "Elle est à vous depuis le 7 septembre 2026 à 10 h 30." in karim.get("/taches").text_of(IN_LIST)
    theirs = claire.get("/taches?vue=organisation").text_of(IN_LIST)
    assert "Karim Benali l’a depuis le 7 septembre 2026 à 10 h 30." in theirs


def test_a_task_that_is_done_needs_no_reason(world: World, karim: Visitor) -> None:
    world.enrolment.open_task("Mener l’entretien", GARANCE, role="referent")
    karim.get("/taches").open("Mener l’entretien").send("/terminer")
    assert karim.get("/taches?vue=terminees").page.xpath(IN_LIST) == []
    assert karim.open("Mener l’entretien").page.xpath(WHY) == []
