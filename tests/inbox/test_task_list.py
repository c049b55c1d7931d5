"""The list of tasks, over three services, without JavaScript."""

from datetime import date

import pytest

from services.inbox.tasklist.worklist import Position, encode
from tests.inbox.people import Visitor, of
from tests.support.inbox_world import World

GARANCE = ("lycee", "0690043X")
TROIS_PONTS = ("lycee", "0690048C")


@pytest.fixture
def karim(world: World, visitor: Visitor) -> Visitor:
    """A référent of the lycée Louise-Garance."""
    return visitor.sign_in("Karim Benali")


def rows(visitor: Visitor) -> list[str]:
    return [" ".join(row.text_content().split()) for row in visitor.page.xpath("//li[@class='row']")]


def test_tasks_of_all_services_stand_in_one_list_the_late_ones_first(world: World, karim: Visitor) -> None:
    world.bilan.open_task("Préparer le bilan", GARANCE, role="referent", subject="Tom")
    world.accompaniment.open_task(
        "Faire le point", GARANCE, role="referent", due=date(2026, 9, 24), subject="Yanis"
    )
    world.enrolment.open_task(
        "Mener l’entretien", GARANCE, role="referent", due=date(2026, 9, 4), subject="Lina"
    )
    karim.get("/taches")
    assert [heading.text.strip() for heading in karim.page.xpath("//h2")] == [
        "En retard", "Plus tard", "Sans échéance",
    ]  # fmt: skip
    assert ["Lina" in rows(karim)[0], "Yanis" in rows(karim)[1], "Tom" in rows(karim)[2]] == [True] * 3
    assert "en retard de 3 jours" in rows(karim)[0]


def test_my_list_has_what_is_mine_and_what_waits_for_my_role(world: World, karim: Visitor) -> None:
    me, her = of("Karim Benali"), of("Claire Fontaine")
    world.enrolment.open_task("À moi", GARANCE, role="referent", assignee=(me[0], me[1]))
    world.enrolment.open_task("À prendre par un référent", GARANCE, role="referent")
    world.enrolment.open_task("À une collègue", GARANCE, role="referent", assignee=(her[0], her[1]))
    world.enrolment.open_task("Au secrétariat", GARANCE, role="secretariat")
    world.enrolment.open_task("À l’autre lycée", TROIS_PONTS, role="referent")
    mine = " ".join(rows(karim.get("/taches")))
    assert "À moi" in mine
    assert "À prendre par un référent" in mine
    assert "collègue" not in mine
    assert "secrétariat" not in mine
    whole = " ".join(rows(karim.open("Toute mon organisation")))
    assert "Prise par Claire Fontaine" in whole
    assert "Au secrétariat" in whole
    assert "l’autre lycée" not in whole


def test_a_task_that_the_diagram_has_assigned_shows_the_name_of_its_holder(
    world: World, karim: Visitor
) -> None:
    world.enrolment.open_task(
        "À une collègue", GARANCE, role="referent", assignee=(of("Claire Fontaine")[0], None)
    )
    assert "Prise par Claire Fontaine" in karim.get("/taches?vue=organisation").text
    assert "Prise par Claire Fontaine" in karim.open("À une collègue").text


def test_a_service_that_is_down_gives_a_banner_and_the_rest_of_the_list(world: World, karim: Visitor) -> None:
    world.enrolment.open_task("Mener l’entretien", GARANCE, role="referent")
    world.bilan.stop()
    karim.get("/taches")
    assert karim.status == 200
    assert "Le service du bilan (étape 5) ne répond pas" in karim.text
    assert len(rows(karim)) == 1


def test_with_every_service_down_the_page_still_says_so(world: World, karim: Visitor) -> None:
    for service in world.services.values():
        service.stop()
    assert karim.get("/taches").status == 200
    assert len(karim.page.xpath("//p[contains(@class, 'warn')]")) == 3


def test_a_long_list_goes_on_over_pages_without_a_repeat_or_a_gap(world: World, karim: Visitor) -> None:
    for number in range(70):
        service = list(world.services.values())[number % 3]
        service.open_task(f"Tâche {number:02}", GARANCE, role="referent", due=date(2026, 10, 1 + number % 20))
    first = rows(karim.get("/taches"))
    second = rows(karim.open("Suite de la liste"))
    assert (len(first), len(second)) == (50, 20)
    assert len({*first, *second}) == 70
    assert "Suite de la liste" not in karim.links()
    assert rows(karim.open("Début de la liste")) == first


def test_an_altered_link_to_the_following_page_is_not_found(karim: Visitor) -> None:
    assert karim.get("/taches?suite=abc").status == 404
    not_of_a_service = encode(Position(None, {"enrolment": "abc"}))
    for path in ("/taches", "/taches/attente"):
        assert karim.get(f"{path}?suite={not_of_a_service}").status == 404
    assert karim.get("/taches?vue=toutes").status == 404


def test_the_list_can_be_narrowed_to_an_etape(world: World, karim: Visitor) -> None:
    world.enrolment.open_task("Mener l’entretien", GARANCE, role="referent")
    assert len(rows(karim.get("/taches?etape=2"))) == 1
    assert rows(karim.get("/taches?etape=4")) == []
    assert "Aucune tâche de cette liste ne correspond à vos filtres." in karim.text


def test_a_search_needs_neither_accents_nor_capitals_and_leaves_no_trace_in_the_address(
    world: World, karim: Visitor
) -> None:
    world.enrolment.open_task("Mener l’entretien", GARANCE, role="referent", subject="Maëlle Guichard")
    world.bilan.open_task("Préparer le bilan", GARANCE, role="referent", subject="Tom Lefèvre")
    karim.get("/taches").send("/taches", texte="maelle ENTRETIEN")
    assert ["Maëlle" in row for row in rows(karim)] == [True]
    assert karim.path == "/taches"
    assert not karim.client.get("/taches").request.query_string


def test_done_tasks_have_a_list_of_their_own(world: World, karim: Visitor) -> None:
    world.enrolment.open_task("Mener l’entretien", GARANCE, role="referent")
    karim.get("/taches").open("Mener l’entretien").send("/terminer")
    assert "Terminée" in karim.open("Terminées").text
    assert "terminée le 07/09/2026" in rows(karim)[0]


def test_the_first_view_is_the_one_that_a_person_prefers(world: World, karim: Visitor) -> None:
    world.enrolment.open_task("Au secrétariat", GARANCE, role="secretariat")
    assert rows(karim.get("/taches")) == []
    karim.get("/preferences").send(0, liste="organisation", theme="sombre")
    assert "Vos préférences sont enregistrées." in karim.text
    assert len(rows(karim.get("/taches"))) == 1
    assert karim.page.get("data-theme") == "sombre"


def test_filters_stay_until_they_are_taken_off(world: World, karim: Visitor) -> None:
    world.enrolment.open_task("Mener l’entretien", GARANCE, role="referent", due=date(2026, 9, 4))
    world.enrolment.open_task("Décider", GARANCE, role="referent", due=date(2026, 9, 7))
    karim.get("/taches").send("/filtrer", echeance="late", etape="2")
    again = rows(karim.get("/taches"))
    assert ["Mener l’entretien" in row for row in again] == [True]
    assert "ne montre que : 2 – Entretien de situation et entrée ; En retard." in karim.text
    assert rows(karim.open("Toute mon organisation")) == again
    karim.send(2)
    assert len(rows(karim.get("/taches"))) == 2
    assert "ne montre que" not in karim.text


def test_filters_are_each_persons_own(world: World, karim: Visitor, claire: Visitor) -> None:
    world.enrolment.open_task("Mener l’entretien", GARANCE, role="referent")
    karim.get("/taches").send("/filtrer", echeance="late")
    assert rows(karim.get("/taches")) == []
    assert len(rows(claire.get("/taches"))) == 1


def test_a_filter_that_there_is_not_is_not_found_and_nothing_is_kept(world: World, karim: Visitor) -> None:
    world.enrolment.open_task("Mener l’entretien", GARANCE, role="referent")
    karim.get("/taches")
    assert karim.send("/filtrer", echeance="hier", etape="3").status == 404
    assert len(rows(karim.get("/taches"))) == 1
    assert karim.get("/taches?echeance=hier").status == 404


def test_what_is_done_is_not_narrowed_by_a_deadline(world: World, karim: Visitor) -> None:
    world.enrolment.open_task("Mener l’entretien", GARANCE, role="referent")
    karim.get("/taches").open("Mener l’entretien").send("/terminer")
    karim.get("/taches").send("/filtrer", echeance="late")
    assert len(rows(karim.get("/taches?vue=terminees"))) == 1
    assert not karim.page.xpath("//select[@id='echeance']")


def test_a_section_that_goes_on_over_the_page_says_so_in_its_count(world: World, karim: Visitor) -> None:
    for number in range(51):
        world.enrolment.open_task(f"Tâche {number:02}", GARANCE, role="referent")
    assert karim.get("/taches").text_of("//h2") == "Sans échéance 50+"
    assert karim.open("Suite de la liste").text_of("//h2") == "Sans échéance 1"
