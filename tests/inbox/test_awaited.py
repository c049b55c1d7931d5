"""« En attente des autres » : below one's own tasks, and on a page of its own."""

from datetime import date

from shared.ids import uuid7
from tests.inbox.interview import GARANCE, ML
from tests.inbox.people import Visitor
from tests.support.inbox_world import World

SECTION = "//section[@aria-labelledby='s-attente']"


def wait_for_ml(world: World, name: str, subject: str, side: str = "both", due: date | None = None) -> None:
    parcours_id = uuid7()
    world.accompaniment.open_task(
        name, ML, role="conseiller", parcours_id=parcours_id, subject=subject, due=due, side=side
    )
    world.accompaniment.process.parties[parcours_id].add(GARANCE[1])


def test_below_my_tasks_stands_what_my_parcours_wait_for_of_whom_and_since_when(
    world: World, karim: Visitor
) -> None:
    wait_for_ml(world, "Prendre en charge", "Tom Lefèvre", due=date(2026, 9, 4))
    wait_for_ml(world, "Note interne", "Yanis Roy", side="ml")
    said = karim.get("/taches").text_of(SECTION)
    assert said.startswith("En attente des autres 1")
    assert "Tom Lefèvre Prendre en charge" in said
    assert "Mission Locale" in said
    assert "depuis le 07/09/2026" in said
    assert "en retard de 3 jours" in said
    assert "Note interne" not in karim.text
    assert "Cette tâche revient à votre partenaire" in karim.open("Prendre en charge").text


def test_a_few_are_shown_first_and_all_on_a_page_of_their_own(world: World, karim: Visitor) -> None:
    for number in range(7):
        wait_for_ml(world, f"Attente {number}", "Tom Lefèvre")
    assert len(karim.get("/taches").page.xpath(f"{SECTION}//li")) == 5
    assert karim.text_of(f"{SECTION}/h2") == "En attente des autres 7"
    karim.open("Voir tout ce qui attend les autres")
    assert (karim.title, len(karim.page.xpath("//li[@class='row']"))) == ("En attente des autres", 7)


def test_what_others_wait_for_is_not_said_of_parcours_without_a_part_of_mine(
    world: World, karim: Visitor
) -> None:
    world.accompaniment.open_task("Prendre en charge", ML, role="conseiller")
    assert "Aucun de ces parcours n’attend un partenaire." in karim.get("/taches/attente").text
    assert "Prendre en charge" not in karim.text


def test_with_a_service_down_the_rest_of_what_is_awaited_is_there(world: World, karim: Visitor) -> None:
    wait_for_ml(world, "Prendre en charge", "Tom Lefèvre")
    world.bilan.stop()
    assert "Le service du bilan (étape 5) ne répond pas" in karim.get("/taches/attente").text
    assert "Prendre en charge" in karim.text


def test_an_altered_link_to_older_parcours_is_not_found(karim: Visitor) -> None:
    assert karim.get("/taches/attente?suite=abc").status == 404
