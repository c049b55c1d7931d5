"""A list of rows on a task's page, without JavaScript: rows come and go, nothing typed is lost."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.inbox.interview import GARANCE, PLAN, address
from tests.inbox.people import Visitor
from tests.support.inbox_world import World


@pytest.fixture
def plan(world: World) -> str:
    """A task « Prévoir les périodes »; its id."""
    world.enrolment.process.forms["plan"] = json.dumps(PLAN).encode()
    task_id = world.enrolment.open_task("Prévoir les périodes", GARANCE, role="referent", form="plan")
    parcours_id = next(iter(world.enrolment.process.parties))
    world.enrolment.process.variables[parcours_id] = {"eleve_nom": "Ferrand", "adresse": "1 rue Mozart"}
    return task_id


def names(visitor: Visitor) -> list[str]:
    return [name for name in visitor.page.xpath("//*[@id='formulaire']//*/@name") if "periodes-" in name]


def press(visitor: Visitor, gesture: str, **answers: Any) -> Visitor:
    return visitor.send("/terminer", to="/formulaire", geste=gesture, **answers)


def test_the_page_begins_with_a_row_and_rows_are_added_with_what_was_typed_kept(
    plan: str, karim: Visitor
) -> None:
    karim.get(address(plan))
    assert names(karim) == ["champ-periodes-1-debut_le", "champ-periodes-1-heures"]
    press(
        karim, "ajouter:periodes", **{"champ-periodes-1-debut_le": "demain", "champ-periodes-1-heures": "3"}
    )
    assert karim.page.xpath("//input[@name='champ-periodes-1-debut_le']/@value") == ["demain"]
    assert karim.page.xpath("//*[@autofocus]/@name") == ["champ-periodes-2-debut_le"]
    press(karim, "ajouter:periodes")
    assert not karim.page.xpath("//button[@value='ajouter:periodes']")
    press(karim, "ajouter:periodes")
    assert len(names(karim)) == 6


def test_a_row_in_the_middle_is_taken_away(plan: str, karim: Visitor) -> None:
    karim.get(address(plan))
    press(karim, "ajouter:periodes", **{"champ-periodes-1-heures": "1"})
    press(karim, "ajouter:periodes", **{"champ-periodes-2-heures": "2"})
    press(karim, "retirer:periodes:2", **{"champ-periodes-3-heures": "3"})
    assert karim.page.xpath("//input[contains(@name, '-heures')]/@value") == ["1", "3"]
    assert karim.page.xpath("//*[@autofocus]/@value") == ["ajouter:periodes"]


@pytest.mark.parametrize(
    "gesture", ["retirer:periodes:9", "retirer:periodes:x", "ajouter:autre", "oter:x:y", "x"]
)
def test_a_forged_button_changes_nothing(plan: str, karim: Visitor, gesture: str) -> None:
    press(karim.get(address(plan)), gesture, **{"champ-periodes-1-heures": "1"})
    assert (karim.status, len(names(karim))) == (200, 2)


def test_what_is_wrong_is_said_by_row_in_the_summary_and_beside_the_field(plan: str, karim: Visitor) -> None:
    karim.get(address(plan))
    press(karim, "ajouter:periodes", **{"champ-periodes-1-debut_le": "1/9/2026"})
    karim.send("/terminer", **{"champ-periodes-2-debut_le": "x", "champ-periodes-2-heures": "10"})
    assert karim.status == 422
    (wrong, missing) = karim.page.xpath("//div[@id='erreurs']//a")
    assert wrong.get("href") == "#champ-periodes-2-debut_le"
    assert wrong.text_content().startswith("Période 2 – Début – Ce n'est pas une date")
    assert missing.get("href") == "#champ-periodes-2-lieu"
    field = karim.page.get_element_by_id("champ-periodes-2-debut_le")
    assert (field.get("value"), field.get("aria-invalid")) == ("x", "true")
    assert karim.page.get_element_by_id(field.get("aria-describedby").split()[-1]) is not None


def test_a_list_with_too_few_rows_is_pointed_at(plan: str, karim: Visitor) -> None:
    karim.get(address(plan)).send("/terminer")
    assert karim.page.xpath("//div[@id='erreurs']//a/@href") == ["#champ-periodes"]
    assert "Au moins 1 ligne(s)." in karim.text_of("//fieldset[@id='champ-periodes']")


def test_a_draft_keeps_the_rows_right_or_wrong(plan: str, karim: Visitor) -> None:
    karim.get(address(plan))
    press(karim, "ajouter:periodes", **{"champ-periodes-1-debut_le": "demain"})
    karim.send("/terminer", to="/brouillon", **{"champ-periodes-2-heures": "4"})
    karim.get(address(plan))
    assert karim.page.xpath("//input[@name='champ-periodes-1-debut_le']/@value") == ["demain"]
    assert karim.page.xpath("//input[@name='champ-periodes-2-heures']/@value") == ["4"]


def test_the_task_is_done_with_its_rows_and_what_is_computed_of_them(
    world: World, plan: str, karim: Visitor
) -> None:
    karim.get(address(plan))
    press(
        karim,
        "ajouter:periodes",
        **{"champ-periodes-1-debut_le": "1/9/2026", "champ-periodes-1-heures": "3,5"},
    )
    karim.send("/terminer", to="/formulaire", **{"champ-periodes-2-heures": "12"})
    assert "En tout : 15,5 h pour Ferrand." in karim.text
    karim.send(
        "/terminer",
        **{"champ-periodes-2-debut_le": "2026-09-02", "champ-periodes-2-lieu": "Bron", "champ_adresse": ""},
    )
    assert karim.title == "Tâches"
    ((_, kept),) = world.enrolment.process.completed
    assert kept["total"] == Decimal("15.5")
    assert kept["periodes"] == [
        {"debut_le": date(2026, 9, 1), "heures": Decimal("3.5"), "lieu": None},
        {"debut_le": date(2026, 9, 2), "heures": Decimal(12), "lieu": "Bron"},
    ]


def test_a_field_that_is_held_is_shown_as_known_and_what_is_sent_for_it_is_not_stored(
    world: World, plan: str, karim: Visitor
) -> None:
    karim.get(address(plan)).send("/terminer", to="/formulaire", champ_confirme="true")
    assert not karim.page.xpath("//input[@name='champ-adresse']")
    assert "1 rue Mozart" in karim.text_of("//*[@id='formulaire']")
    karim.send("/terminer", champ_adresse="ailleurs", **{"champ-periodes-1-debut_le": "1/9/2026"})
    ((_, kept),) = world.enrolment.process.completed
    assert kept["adresse"] == "1 rue Mozart"


def test_for_an_enhanced_page_a_text_that_depends_on_answers_is_said_anew(plan: str, karim: Visitor) -> None:
    karim.get(address(plan))
    data = karim.filled("/terminer", **{"champ-periodes-1-heures": "12"})
    answer = karim.client.post(f"{karim.path}/formulaire", data=data, headers={"HX-Request": "true"})
    assert 'id="bloc-t"' in answer.text
    assert "En tout : 12 h" in answer.text
    assert 'id="bloc-l-1"' in answer.text
    assert 'id="bloc-a"' not in answer.text
    added = karim.client.post(
        f"{karim.path}/formulaire", data=data | {"geste": "ajouter:periodes"}, headers={"HX-Request": "true"}
    )
    assert 'name="champ-periodes-2-heures"' in added.text


def test_rows_beyond_reason_are_refused_and_not_counted(world: World, plan: str, karim: Visitor) -> None:
    forged = {
        "lignes-periodes": "999999",
        "champ-periodes-400-heures": "1",
        "champ-periodes-1-debut_le": "1/9/2026",
    }
    assert karim.get(address(plan)).send("/terminer", **forged).status == 422
    assert not world.enrolment.process.completed


def test_two_people_who_change_one_list_are_shown_both_and_choose(
    plan: str, karim: Visitor, claire: Visitor
) -> None:
    karim.get(address(plan))
    claire.get(address(plan))
    karim.send("/terminer", to="/brouillon", **{"champ-periodes-1-heures": "3"})
    claire.send("/terminer", to="/brouillon", **{"champ-periodes-1-heures": "4"})
    assert claire.status == 409
    assert claire.page.xpath("//input[@name='choix-periodes']/@value") == ["mien", "autre"]
    claire.send("/terminer", to="/brouillon", **{"choix-periodes": "autre"})
    assert claire.page.xpath("//input[@name='champ-periodes-1-heures']/@value") == ["3"]


def test_who_left_the_rows_as_they_were_takes_a_colleagues(
    plan: str, karim: Visitor, claire: Visitor
) -> None:
    karim.get(address(plan))
    claire.get(address(plan))
    press(karim, "ajouter:periodes", **{"champ-periodes-1-heures": "3"})
    karim.send("/terminer", to="/brouillon", **{"champ-periodes-2-heures": "5"})
    claire.send("/terminer", to="/brouillon", champ_confirme="true")
    assert claire.status == 200
    assert claire.page.xpath("//input[contains(@name, '-heures')]/@value") == ["3", "5"]


def test_rows_of_a_colleague_that_a_pages_script_cannot_show_stay_unread_for_it(
    plan: str, karim: Visitor, claire: Visitor
) -> None:
    karim.get(address(plan))
    claire.get(address(plan))
    karim.send("/terminer", to="/brouillon", champ_adresse="ici", **{"champ-periodes-1-heures": "3"})
    data = claire.filled("/terminer", champ_confirme="true")
    answer = claire.client.post(
        f"{claire.path}/brouillon", data=data, headers={"HX-Request": "true"}
    ).get_json()
    assert set(answer["taken"]) == {"adresse", "periodes"}
    assert "adresse" in answer["marks"]
    assert "periodes" not in answer["marks"]
