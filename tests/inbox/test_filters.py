"""Narrowing the list by facts of the parcours: minors, lycée, Mission Locale, boursier; and what the tabs count."""

from datetime import date
from typing import Any

import pytest

from services.inbox.demo import LYCEE_GARANCE, LYCEE_TROIS_PONTS, ML_CENTRE, ML_EST
from services.inbox.parcours import register
from services.inbox.tasklist import shelf
from shared.ids import uuid7
from tests.inbox.interview import GARANCE, ML
from tests.inbox.people import Visitor
from tests.inbox.test_task_list import rows
from tests.support.fake_service import FakeService
from tests.support.inbox_world import World


@pytest.fixture
def samira(world: World) -> Visitor:
    """A conseillère of the Mission Locale Lyon-Centre."""
    return Visitor(world.app.test_client()).sign_in("Samira Haddad")


def open_with(
    service: FakeService, name: str, organisation: tuple[str, str], role: str = "referent", **facts: Any
) -> str:
    parcours_id = uuid7()
    service.facts[parcours_id] = facts
    service.open_task(name, organisation, role=role, parcours_id=parcours_id)
    return parcours_id


def names(visitor: Visitor) -> str:
    return " ".join(rows(visitor))


def test_minors_are_shown_without_their_age(world: World, karim: Visitor) -> None:
    open_with(world.enrolment, "Mener l’entretien", GARANCE, mineur=True)
    open_with(world.accompaniment, "Faire le point", GARANCE, mineur=False)
    open_with(world.bilan, "Préparer le bilan", GARANCE, mineur=None)
    karim.get("/taches").send("/filtrer", mineur="oui")
    assert ("Mener" in names(karim), len(rows(karim))) == (True, 1)
    assert "ne montre que : Moins de 18 ans." in karim.text
    karim.send("/filtrer", mineur="non")
    assert ("Faire le point" in names(karim), len(rows(karim))) == (True, 1)
    karim.send("/filtrer", mineur="")
    assert len(rows(karim)) == 3


def test_a_mission_locale_narrows_its_list_to_one_lycee(world: World, samira: Visitor) -> None:
    open_with(world.enrolment, "Contacter", ML, "conseiller", lycee=LYCEE_GARANCE)
    open_with(world.accompaniment, "Point d’étape", ML, "conseiller", lycee=LYCEE_TROIS_PONTS)
    samira.get("/taches").send("/filtrer", lycee=LYCEE_GARANCE)
    assert ("Contacter" in names(samira), len(rows(samira))) == (True, 1)
    assert "ne montre que : Lycée professionnel Louise-Garance." in samira.text
    assert rows(samira.get("/taches")) == rows(samira.get("/taches?vue=organisation"))


def test_a_lycee_narrows_its_list_to_one_mission_locale(world: World, karim: Visitor) -> None:
    open_with(world.enrolment, "Mener l’entretien", GARANCE, mission_locale=ML_CENTRE)
    open_with(world.enrolment, "Établir la fiche", GARANCE, mission_locale=ML_EST)
    karim.get("/taches").send("/filtrer", mission_locale=ML_EST)
    assert ("Établir" in names(karim), len(rows(karim))) == (True, 1)


def test_who_is_boursier_comes_from_enrolment_for_tasks_of_every_service(
    world: World, karim: Visitor
) -> None:
    with_grant = open_with(world.accompaniment, "Point avec bourse", GARANCE)
    without = open_with(world.bilan, "Bilan sans bourse", GARANCE)
    for parcours_id, has_grant in ((with_grant, True), (without, False)):
        world.enrolment.facts[parcours_id] = {"boursier": has_grant}
        world.enrolment.process.parties[parcours_id] = {LYCEE_GARANCE}
    karim.get("/taches").send("/filtrer", boursier="oui")
    assert ("Point avec bourse" in names(karim), len(rows(karim))) == (True, 1)


def test_a_mission_locale_can_neither_ask_for_boursiers_nor_keep_the_question(
    world: World, samira: Visitor
) -> None:
    open_with(world.enrolment, "Contacter", ML, "conseiller", boursier=True)
    samira.get("/taches")
    assert "oursier" not in samira.text
    assert samira.send("/filtrer", boursier="oui").status == 404
    assert samira.get("/taches?boursier=oui").status == 404
    assert len(rows(samira.get("/taches"))) == 1


def test_a_lycee_that_there_is_not_cannot_be_asked_for(world: World, samira: Visitor) -> None:
    samira.get("/taches")
    assert samira.send("/filtrer", lycee="0123456A").status == 404
    assert samira.get("/taches?mission_locale=ml-lyon-est").status == 404


def test_filters_work_together_and_stay(world: World, samira: Visitor) -> None:
    for minor in (True, False):
        for lycee in (LYCEE_GARANCE, LYCEE_TROIS_PONTS):
            open_with(world.enrolment, f"{minor} {lycee}", ML, "conseiller", mineur=minor, lycee=lycee)
    samira.get("/taches").send("/filtrer", mineur="oui", lycee=LYCEE_TROIS_PONTS, etape="2")
    assert f"True {LYCEE_TROIS_PONTS}" in names(samira.get("/taches"))
    assert len(rows(samira)) == 1


def test_a_service_that_does_not_tell_its_facts_has_all_its_tasks_shown_and_this_is_said(
    world: World, karim: Visitor
) -> None:
    open_with(world.accompaniment, "Point", GARANCE, boursier=True)
    karim.get("/taches").send("/filtrer", boursier="oui")
    world.enrolment.stop()
    assert len(rows(karim.get("/taches"))) == 1
    assert "ne dit pas ce qui permet de filtrer ses tâches" in karim.text


def test_narrowed_pages_go_on_through_what_is_not_shown(
    world: World, karim: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "SEARCHED", 20)
    for number in range(70):
        open_with(world.enrolment, f"Tâche {number:02}", GARANCE, mineur=number % 7 == 0)
    seen = rows(karim.get("/taches").send("/filtrer", mineur="oui"))
    while "Suite de la liste" in karim.links():
        seen += rows(karim.open("Suite de la liste"))
    assert len(seen) == len(set(seen)) == 10


def test_a_search_goes_on_beyond_what_it_has_looked_at(
    world: World, karim: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "SEARCHED", 50)
    for number in range(60):
        subject = "Tom Lefèvre" if number == 59 else "Lina Ferrand"
        world.enrolment.open_task(f"Tâche {number:02}", GARANCE, role="referent", subject=subject)
    assert rows(karim.get("/taches").send("/taches", texte="lefevre")) == []
    assert "peut continuer plus loin" in karim.text
    found = rows(karim.send(-1))
    assert ["Tom Lefèvre" in row for row in found] == [True]
    assert "Chercher dans les tâches suivantes" not in karim.text


def tabs(visitor: Visitor) -> list[str]:
    return visitor.links("//nav[@class='tabs']")


def test_the_tabs_say_how_much_is_late_due_today_this_week_and_awaited(world: World, karim: Visitor) -> None:
    for day, role in (
        (4, "referent"),
        (7, "referent"),
        (9, "referent"),
        (9, "secretariat"),
        (30, "referent"),
    ):
        world.enrolment.open_task("À faire", GARANCE, role=role, due=date(2026, 9, day))
    world.bilan.open_task("Encore", GARANCE, role="referent", due=date(2026, 9, 14))
    awaited = uuid7()
    world.accompaniment.open_task("Prendre en charge", ML, role="conseiller", parcours_id=awaited)
    world.accompaniment.process.parties[awaited].add(LYCEE_GARANCE)
    expected = [
        "Pour moi 1 en retard · 1 aujourd’hui · 2 cette semaine",
        "Toute mon organisation 1 en retard · 1 aujourd’hui · 3 cette semaine",
        "En attente des autres 1",
        "À joindre",
        "Terminées",
    ]
    for path in ("/taches", "/taches?vue=organisation", "/taches?vue=terminees", "/taches/attente"):
        assert tabs(karim.get(path)) == expected, path


def test_a_task_that_is_done_is_neither_shown_nor_counted_again(world: World, karim: Visitor) -> None:
    world.enrolment.open_task("Mener l’entretien", GARANCE, role="referent", due=date(2026, 9, 7))
    assert tabs(karim.get("/taches"))[0] == "Pour moi 1 aujourd’hui"
    karim.open("Mener l’entretien").send("/terminer")
    assert tabs(karim.get("/taches"))[0] == "Pour moi"
    assert rows(karim) == []


def test_the_tabs_count_what_the_services_that_answer_have(world: World, karim: Visitor) -> None:
    world.enrolment.open_task("À faire", GARANCE, role="referent", due=date(2026, 9, 7))
    world.bilan.stop()
    assert tabs(karim.get("/taches"))[0] == "Pour moi 1 aujourd’hui"
    for service in world.services.values():
        service.stop()
    assert tabs(karim.get("/taches"))[0] == "Pour moi"


def test_a_message_after_an_action_has_the_focus(karim: Visitor) -> None:
    karim.get("/preferences").send(0, theme="sombre")
    (message,) = karim.page.xpath("//main//*[@autofocus]")
    assert message.get("role") == "status"
    assert message.get("tabindex") == "-1"
    assert "Vos préférences sont enregistrées." in message.text_content()


def test_a_search_of_parcours_goes_on_beyond_what_it_has_looked_at(
    world: World, karim: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register, "SEARCHED", 75)
    for number in range(100):
        label = "Tom Lefèvre" if number in (3, 99) else "Lina Ferrand"
        world.enrolment.show_parcours(uuid7(), [LYCEE_GARANCE], label=label)
    karim.get("/parcours").send("/parcours", texte="LEFEVRE")
    assert ["Tom Lefèvre" in row for row in rows(karim)] == [True]
    assert "peut continuer plus loin" in karim.text
    assert ["Tom Lefèvre" in row for row in rows(karim.send(-1))] == [True]
    assert "Chercher dans les parcours suivants" not in karim.text


def test_an_altered_place_to_search_on_from_is_not_found(karim: Visitor) -> None:
    token = karim.get("/taches").filled("/filtrer")["csrf_token"]
    assert karim.post("/taches", {"csrf_token": token, "texte": "x", "suite": "abc"}).status == 404
