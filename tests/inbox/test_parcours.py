"""The page of one parcours, and the list of an organisation's."""

from typing import Any

import pytest

from shared.ids import uuid7
from tests.inbox.people import Visitor, of
from tests.support.inbox_world import World

LYCEE, ML = "0690043X", "ml-lyon-centre"


def rows(visitor: Visitor, where: str) -> list[str]:
    """Each row's words, with single spaces."""
    return [" ".join(" ".join(row.itertext()).split()) for row in visitor.page.xpath(where)]


@pytest.fixture
def karim(world: World, visitor: Visitor) -> Visitor:
    return visitor.sign_in("Karim Benali")


def told(at: str, name: str, **more: Any) -> dict[str, Any]:
    usual = {
        "element_id": "e",
        "type": "userTask",
        "event": "completed",
        "organisation": "lycee",
        "actor_name": "Nadia",
    }
    return usual | {"at": at, "name": name} | more


def task(name: str, place: tuple[str, str], **more: Any) -> dict[str, Any]:
    usual = {
        "id": uuid7(), "parcours_id": uuid7(), "name": name, "assignee": None, "assignee_name": None,
        "due_at": "2026-09-10", "status": "open", "organisation": {"kind": place[0], "id": place[1]},
    }  # fmt: skip
    return usual | more


def test_the_page_says_in_words_where_the_parcours_stands(world: World, karim: Visitor) -> None:
    id_ = uuid7()
    place = {"element_id": "a", "name": "Mener l’entretien", "organisation": "lycee"}
    world.enrolment.show_parcours(id_, [LYCEE], etape=2, position=[place])
    karim.get(f"/parcours/{id_}")
    assert karim.title == "Lina Ferrand"
    assert (
        "Étape 2 sur 5 : Entretien de situation et entrée. En attente : « Mener l’entretien » (lycée)."
        in karim.text
    )
    assert karim.page.xpath("//li[@aria-current='step']/span[1]/text()") == ["2"]


def test_the_story_of_three_services_is_told_in_the_order_of_time(world: World, karim: Visitor) -> None:
    id_ = uuid7()
    world.bilan.show_parcours(id_, [LYCEE], etape=5, story=[told("2026-12-01T08:00:00+00:00", "Convoquer")])
    world.accompaniment.show_parcours(
        id_, [LYCEE], etape=4,
        story=[
            told("2026-10-01T08:00:00+00:00", "Prendre en charge", actor_name="Samira Haddad"),
            told("2026-12-02T08:00:00+00:00", "Point d’étape", event="cancelled"),
        ],
    )  # fmt: skip
    world.enrolment.show_parcours(
        id_, [LYCEE], etape=3,
        story=[told("2026-09-01T08:00:00+00:00", "Parcours ouvert", type="startEvent", actor_name="enrolment")],
    )  # fmt: skip
    assert rows(karim.get(f"/parcours/{id_}"), "//ol[@class='story']/li") == [
        "1er septembre 2026 à 10 h 00 Parcours ouvert",
        "1er octobre 2026 à 10 h 00 Prendre en charge : fait par Samira Haddad",
        "1er décembre 2026 à 9 h 00 Convoquer : fait par Nadia",
        "2 décembre 2026 à 9 h 00 Point d’étape : n’est plus à faire",
    ]
    assert "Étape 5 sur 5 : Bilan et sortie." in karim.text


def test_tasks_are_shown_with_holder_and_due_date_the_open_ones_first(world: World, karim: Visitor) -> None:
    id_ = uuid7()
    done = task("Nommer un référent", ("lycee", LYCEE), status="completed", completed_at="2026-09-02T08:00:00+00:00",
                completed_by_name="Hélène Vasseur")  # fmt: skip
    partners = task("Nommer un conseiller", ("mission_locale", ML), due_at="2026-09-08")
    held = task(
        "Mener l’entretien",
        ("lycee", LYCEE),
        assignee=of("Claire Fontaine")[0],
        assignee_name="Claire Fontaine",
    )
    world.enrolment.show_parcours(id_, [LYCEE], tasks=[done, held, partners])
    assert rows(karim.get(f"/parcours/{id_}"), "//tbody/tr") == [
        "Nommer un conseiller À la Mission Locale demain",
        "Mener l’entretien Prise par Claire Fontaine jeudi 10 septembre 2026",
        "Nommer un référent Hélène Vasseur terminée le 02/09/2026",
    ]


def test_what_is_known_is_shown_once_in_words(world: World, karim: Visitor) -> None:
    id_ = uuid7()
    said: list[dict[str, Any]] = [
        {"name": "referent", "label": "Référent", "type": "string", "value": of("Karim Benali")[0]},
        {"name": "mission_locale", "label": "Mission Locale", "type": "string", "value": ML},
        {"name": "fin", "label": "Fin du statut", "type": "date", "value": "2026-12-31"},
        {"name": "mineur", "label": "Mineur", "type": "boolean", "value": True},
        {"name": "heures", "label": "Heures", "type": "number", "value": 1.5},
        {"name": "solutions", "label": "Solutions", "type": "list", "value": ["stage", "TRE"]},
    ]
    world.enrolment.show_parcours(id_, [LYCEE], variables=said)
    world.bilan.show_parcours(id_, [LYCEE], variables=[said[2] | {"value": "2026-11-15"}])
    text = karim.get(f"/parcours/{id_}").text_of("//section[@aria-labelledby='donnees']")
    assert text == (
        "Ce que l’on sait Référent Karim Benali Mission Locale Mission Locale Lyon-Centre Fin du statut 15/11/2026 "
        "Mineur oui Heures 1,5 Solutions stage, TRE"
    )


def test_a_parcours_in_incident_is_said_to_be_looked_at(world: World, karim: Visitor) -> None:
    id_ = uuid7()
    world.enrolment.show_parcours(id_, [LYCEE], status="incident")
    assert "Ce parcours est en cours de vérification" in karim.get(f"/parcours/{id_}").text


def test_nobody_sees_a_parcours_without_a_part_of_their_organisation(world: World) -> None:
    id_ = uuid7()
    world.enrolment.show_parcours(id_, [LYCEE])
    for name in ("Philippe Arnaud", "Samira Haddad", "Dominique Aubry"):
        stranger = Visitor(world.app.test_client()).sign_in(name)
        assert stranger.get(f"/parcours/{id_}").status == 404
        assert "Lina" not in stranger.text
    assert Visitor(world.app.test_client()).get(f"/parcours/{id_}").title == "Connexion"


def test_the_services_are_told_who_asks_for_which_organisation(world: World, karim: Visitor) -> None:
    karim.get("/parcours")
    actor = world.enrolment.actors[-1]
    assert (actor.person_id, actor.organisation_id, actor.organisation_kind) == (
        *of("Karim Benali")[::2],
        "lycee",
    )
    assert actor.roles == {"referent"}


def test_with_one_service_down_the_rest_of_the_page_is_there(world: World, karim: Visitor) -> None:
    id_ = uuid7()
    world.enrolment.show_parcours(id_, [LYCEE])
    world.accompaniment.stop()
    karim.get(f"/parcours/{id_}")
    assert karim.status == 200
    assert "Le service de l’accompagnement (étape 4) ne répond pas" in karim.text
    world.enrolment.stop()
    assert karim.get(f"/parcours/{id_}").status == 503


def test_the_list_shows_each_parcours_once_where_it_stands(world: World, karim: Visitor) -> None:
    first, second = uuid7(), uuid7()
    world.enrolment.show_parcours(first, [LYCEE], label="Tom", etape=3)
    world.accompaniment.show_parcours(first, [LYCEE], label="Tom", etape=4)
    world.enrolment.show_parcours(second, [LYCEE], label="Maëlle", status="ended")
    world.enrolment.show_parcours(uuid7(), [ML], label="Étranger")
    assert rows(karim.get("/parcours"), "//li[@class='row']") == [
        "Maëlle Le parcours est terminé. Étape 2 terminé",
        "Tom Étape 4 sur 5 : Mise en œuvre et suivi. Étape 4 en cours",
    ]


def test_the_list_goes_on_over_pages(world: World, karim: Visitor) -> None:
    for number in range(30):
        world.enrolment.show_parcours(uuid7(), [LYCEE], label=f"Élève {number}")
    first = karim.get("/parcours").page.xpath("//li[@class='row']/a/@href")
    second = karim.open("Suite de la liste").page.xpath("//li[@class='row']/a/@href")
    assert (len(first), len(second), len({*first, *second})) == (25, 5, 30)
    assert karim.get("/parcours?suite=autre.x").status == 404


def test_a_parcours_is_found_by_a_part_of_the_name(world: World, karim: Visitor) -> None:
    for label in ("Maëlle Guichard", "Tom Lefèvre"):
        world.enrolment.show_parcours(uuid7(), [LYCEE], label=label)
    karim.get("/parcours").send("/parcours", texte="lefevre")
    assert karim.page.xpath("//span[@class='row-subject']/text()") == ["Tom Lefèvre"]
    assert karim.send("/parcours", texte="personne").text.count("Rien ne correspond") == 1


def test_while_enrolment_is_down_the_list_comes_from_the_next_service(world: World, karim: Visitor) -> None:
    world.accompaniment.show_parcours(uuid7(), [LYCEE], label="Tom", etape=4)
    world.enrolment.stop()
    karim.get("/parcours")
    assert karim.page.xpath("//span[@class='row-subject']/text()") == ["Tom"]
    assert "Le service de l’entrée en parcours" in karim.text


def test_each_right_of_a_pupil_reads_as_a_sentence_also_as_earlier_parcours_have_them(
    world: World, karim: Visitor
) -> None:
    """R5: a right with what came of it; before that, the codes of those that were opened."""
    now = [
        {"droit": "Bourse", "suite": "ouvert", "le": "2026-09-07", "precision": None},
        {"droit": "Internat", "suite": "sans_objet", "le": "2026-09-08", "precision": "Externe"},
    ]
    for rights, read in (
        (
            now,
            "droit : Bourse · suite donnée : ouvert · fait ou constaté le : 07/09/2026 ; droit : Internat"
            " · suite donnée : sans objet · fait ou constaté le : 08/09/2026 · précisions : Externe",
        ),
        (["bourse", "fonds_sociaux"], "bourse, fonds sociaux"),
    ):
        id_ = uuid7()
        said = {"name": "droits_ouverts", "label": "Droits de l’élève", "type": "list", "value": rights}
        world.enrolment.show_parcours(id_, [LYCEE], variables=[said])
        karim.get(f"/parcours/{id_}")
        assert f"Droits de l’élève{read}" in "".join(karim.page.xpath("//dl//text()")), read
