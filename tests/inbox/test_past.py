"""A parcours as it was at the end of a past day: story, position and people, and what cannot be known."""

from typing import Any

import pytest

from shared.ids import uuid7
from tests.inbox.people import Visitor, of
from tests.support.drawn import answer
from tests.support.inbox_world import World

LYCEE, ML = "0690043X", "ml-lyon-centre"


def line(at: str, name: str, actor: str, **more: Any) -> dict[str, Any]:
    usual = {"element_id": "e", "type": "userTask", "event": "completed", "organisation": "lycee"}
    return usual | {"at": f"{at}T08:00:00+00:00", "name": name, "actor_name": actor} | more


@pytest.fixture
def parcours(world: World) -> str:
    """Begun on 1 July, in étape 4 since 1 September; today is 7 September 2026."""
    id_ = uuid7()
    story = [line("2026-07-02", "Recueillir le volontariat", "Nadia Cherif"),
             line("2026-07-10", "Vérifier la situation", "Claire Fontaine")]  # fmt: skip
    world.enrolment.show_parcours(
        id_, [LYCEE], started_at="2026-07-01T08:00:00+00:00", ended_at="2026-09-01T08:00:00+00:00",
        status="ended", etape=3, story=story,
        replacements=[{"role": "referent", "before": of("Claire Fontaine")[0], "after": of("Karim Benali")[0],
                       "from_on": "2026-09-04"}],
    )  # fmt: skip
    world.accompaniment.show_parcours(
        id_, [LYCEE], started_at="2026-09-01T08:00:00+00:00", etape=4,
        story=[line("2026-09-06", "Point d’étape", "Karim Benali")],
        variables=[{"name": "referent", "label": "Référent", "type": "string", "value": of("Karim Benali")[0]}],
    )  # fmt: skip
    world.enrolment.diagrams[(None, "2026-07-05")] = answer("enrolment", {"verifier_situation": "current"})
    for day in ("2026-09-03", "2026-09-04"):
        world.accompaniment.diagrams[(None, day)] = answer("accompaniment", {"prendre_en_charge": "current"})
    return id_


def of_section(visitor: Visitor, name: str) -> str:
    return visitor.text_of(f"//section[@aria-labelledby='{name}']")


def test_story_position_and_diagram_are_those_of_the_end_of_that_day(
    world: World, karim: Visitor, parcours: str
) -> None:
    karim.get(f"/parcours/{parcours}?le=5/7/2026")
    assert karim.title == "Lina Ferrand"
    assert "tel qu’il était à la fin du dimanche 5 juillet 2026" in karim.text
    assert of_section(karim, "histoire").count("fait par") == 1
    assert "Étape 2 sur 5" in of_section(karim, "situation")
    assert "« Vérifier la situation et les coordonnées »" in of_section(karim, "situation")
    assert karim.page.xpath(
        "//div[@class='diagram']//g[@id='schema-verifier_situation'][contains(@class, 'current')]"
    )
    assert karim.page.xpath("//li[@aria-current='step']/span[1]/text()") == ["2"]


def test_what_cannot_be_known_of_the_past_is_said_and_not_shown(karim: Visitor, parcours: str) -> None:
    karim.get(f"/parcours/{parcours}?le=2026-09-03")
    assert "Ne se lisent qu’à aujourd’hui : les tâches et leurs échéances" in karim.text
    for section in ("taches", "semaine", "donnees"):
        assert karim.page.xpath(f"//section[@aria-labelledby='{section}']") == []
    assert "Qui a la main" not in karim.text


def test_the_people_are_those_of_that_day_and_who_had_acted(karim: Visitor, parcours: str) -> None:
    before = of_section(karim.get(f"/parcours/{parcours}?le=03/09/2026"), "personnes")
    assert "Référent Claire Fontaine" in before
    assert "Nadia Cherif, la dernière le 2 juillet 2026" in before
    assert "Karim Benali" not in before
    assert "Référent Karim Benali" in of_section(
        karim.get(f"/parcours/{parcours}?le=04/09/2026"), "personnes"
    )
    early = of_section(karim.get(f"/parcours/{parcours}?le=5/7/2026"), "personnes")
    assert "ne se lit que dans son histoire" in early
    assert "Claire Fontaine" not in early


def test_before_it_began_there_was_nothing(karim: Visitor, parcours: str) -> None:
    karim.get(f"/parcours/{parcours}?le=30/06/2026")
    assert (karim.status, karim.title) == (200, "Lina Ferrand")
    assert "Le parcours n’avait pas commencé à cette date." in karim.text
    assert karim.page.xpath("//section[@aria-labelledby='schema']") == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("bientôt", "« bientôt » n’est pas une date. Écrivez par exemple 15/09/2026."),
        ("31/02/2026", "« 31/02/2026 » n’est pas une date."),
        ("1/1/1026", "« 1/1/1026 » n’est pas une date."),
        ("8/9/2026", "Le 08/09/2026 est à venir. Choisissez au plus tard aujourd’hui, le 07/09/2026."),
    ],
)
def test_a_day_that_cannot_be_shown_is_told_at_its_field(
    karim: Visitor, parcours: str, typed: str, said: str
) -> None:
    karim.get(f"/parcours/{parcours}?le={typed}")
    assert karim.status == 422
    (field,) = karim.page.xpath("//input[@id='le']")
    assert (field.get("value"), field.get("aria-invalid")) == (typed, "true")
    assert said in karim.text_of("//p[@id='le-erreur']")
    assert "Karim Benali" in of_section(karim, "histoire")


@pytest.mark.parametrize("typed", ["", "7/9/2026", "  "])
def test_today_is_the_page_as_it_is(karim: Visitor, parcours: str, typed: str) -> None:
    karim.get(f"/parcours/{parcours}?le={typed}")
    assert karim.status == 200
    assert karim.page.xpath("//section[@aria-labelledby='taches']")
    assert "tel qu’il était" not in karim.text


def test_the_chosen_drawing_stays_chosen_while_one_goes_through_time(
    world: World, karim: Visitor, parcours: str
) -> None:
    world.enrolment.diagrams[(None, "2026-09-03")] = answer("enrolment", {"verifier_situation": "done"})
    karim.get(f"/parcours/{parcours}?le=2026-09-03&schema=enrolment")
    assert karim.page.xpath("//g[@id='schema-verifier_situation'][contains(@class, 'done')]")
    assert karim.page.xpath("//input[@name='schema']/@value") == ["enrolment"]
    assert "« Prendre en charge" in of_section(karim, "situation")
