"""« Confier en nombre » : several tasks given to one colleague at once, without JavaScript."""

import pytest

from tests.inbox.interview import GARANCE, ML
from tests.inbox.people import Visitor, of
from tests.support.inbox_world import World

LIST = "/taches?vue=organisation"
KARIM = of("Karim Benali")[0]


@pytest.fixture
def head(world: World) -> Visitor:
    return Visitor(world.app.test_client()).sign_in("Hélène Vasseur")


def boxes(visitor: Visitor) -> list[str]:
    return [str(box.get("value")) for box in visitor.page.xpath("//input[@name='choix']")]


def results(visitor: Visitor) -> dict[str, str]:
    rows = visitor.page.xpath("//tbody/tr")
    return {row.xpath("td")[0].text_content(): row.xpath("td")[1].text_content() for row in rows}


def test_the_head_of_school_gives_ticked_tasks_of_all_services_to_a_colleague(
    world: World, head: Visitor, karim: Visitor
) -> None:
    world.enrolment.open_task("Mener l’entretien", GARANCE, role="referent")
    world.bilan.open_task("Préparer le bilan", GARANCE, role="referent")
    world.enrolment.open_task("Décider", GARANCE, role="referent")
    ticked = boxes(head.get(LIST))[:2]
    head.send("/confier", choix=ticked, assignee=KARIM)
    assert "Confiées à Karim Benali : 2 sur 2." in head.text
    assert set(results(head).values()) == {"Confiée à Karim Benali."}
    mine = [row.text_content() for row in karim.get("/taches").page.xpath("//li[@class='row']")]
    assert sum("À vous" in row for row in mine) == 2


def test_a_task_that_a_colleague_took_meanwhile_stays_hers_and_the_others_are_given(
    world: World, head: Visitor, claire: Visitor
) -> None:
    world.enrolment.open_task("Mener l’entretien", GARANCE, role="referent")
    world.enrolment.open_task("Décider", GARANCE, role="referent")
    head.get(LIST)
    claire.get("/taches").open("Décider").send("/prendre")
    head.send("/confier", choix=boxes(head), assignee=KARIM)
    assert results(head) == {
        "Mener l’entretien": "Confiée à Karim Benali.",
        "Décider": "Non confiée : Claire Fontaine l’a prise entre-temps.",
    }
    assert "1 sur 2" in head.text
    assert "Vous l’avez prise." in claire.get("/taches").open("Décider").text


def test_giving_twice_is_as_giving_once(world: World, head: Visitor) -> None:
    world.enrolment.open_task("Mener l’entretien", GARANCE, role="referent")
    sent = head.get(LIST).filled("/confier", choix=boxes(head), assignee=KARIM)
    assert results(head.post("/taches/confier", sent)) == results(head.post("/taches/confier", sent))
    assert head.get(LIST).open("Mener l’entretien").text.count("Confiée à Karim Benali par") == 1


def test_a_task_that_is_done_or_of_another_organisation_is_said_and_not_given(
    world: World, head: Visitor, claire: Visitor
) -> None:
    done = world.enrolment.open_task("Décider", GARANCE, role="referent")
    theirs = world.enrolment.open_task("Prendre en charge", ML, role="conseiller")
    head.get(LIST)
    claire.get("/taches").open("Décider").send("/terminer")
    head.send("/confier", choix=[f"enrolment:{done}:1", f"enrolment:{theirs}:1"], assignee=KARIM)
    assert "Déjà fait par Claire Fontaine" in results(head)["Décider"]
    assert results(head)["–"] == "Non confiée : cette tâche n’existe pas, ou n’est pas à votre organisation."
    assert "0 sur 2" in head.text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"choix": []}, "Cochez au moins une tâche"),
        ({"choix": ["enrolment:x:1"]}, "rechargez la liste"),
        ({"choix": ["ailleurs:01a202cb-b22c-70b5-abd8-7fb793937279:1"]}, "rechargez la liste"),
        ({"assignee": of("Samira Haddad")[0]}, "Choisissez une personne de votre organisation."),
        ({"assignee": ""}, "Choisissez une personne de votre organisation."),
    ],
)
def test_a_page_that_says_something_wrong_gives_nothing(
    world: World, head: Visitor, changed: dict[str, object], said: str
) -> None:
    world.enrolment.open_task("Mener l’entretien", GARANCE, role="referent")
    usual = {"choix": boxes(head.get(LIST)), "assignee": KARIM}
    head.send("/confier", **(usual | changed))
    assert (head.status, said in head.text) == (422, True)
    assert "À prendre" in head.get(LIST).text


def test_only_who_may_assign_is_offered_it_and_may_do_it(world: World, head: Visitor, karim: Visitor) -> None:
    world.enrolment.open_task("Mener l’entretien", GARANCE, role="referent")
    sent = {"choix": boxes(head.get(LIST)), "assignee": KARIM}
    assert boxes(karim.get(LIST)) == []
    token = karim.page.xpath("//input[@name='csrf_token']")[0].get("value")
    assert karim.post("/taches/confier", sent | {"csrf_token": token}).status == 403
    assert "À prendre" in head.get(LIST).text


def test_with_a_service_down_its_tasks_are_said_to_be_not_given_and_the_others_are(
    world: World, head: Visitor
) -> None:
    world.enrolment.open_task("Mener l’entretien", GARANCE, role="referent")
    world.bilan.open_task("Préparer le bilan", GARANCE, role="referent")
    head.get(LIST)
    ticked = boxes(head)
    world.bilan.stop()
    head.send("/confier", choix=ticked, assignee=KARIM)
    assert results(head)["Mener l’entretien"] == "Confiée à Karim Benali."
    assert "ne répond pas" in results(head)["–"]
