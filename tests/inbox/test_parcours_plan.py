"""The plan on the page of a parcours: gauge, line, calendar, documents, and what is waited for, each also in words."""

from datetime import date, timedelta
from typing import Any

import pytest

from shared.ids import uuid7
from tests.inbox.people import Visitor
from tests.support.inbox_world import World

LYCEE = "0690043X"
FIRST, LAST = date(2026, 9, 1), date(2026, 12, 31)
COMPANY = (date(2026, 9, 7), date(2026, 9, 18))


def told(**more: Any) -> dict[str, Any]:
    days = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]

    def host(day: date) -> str:
        return "repos" if day.weekday() > 4 else "entreprise" if COMPANY[0] <= day <= COMPANY[1] else "lycee"

    usual = {
        "begins_on": FIRST.isoformat(), "ends_on": LAST.isoformat(), "signed": True,
        "gauge": {"allowed": 81, "planned": 12, "done": 1, "remaining": 69},
        "solutions": [{"label": "Période en entreprise", "place": "Chez Paul", "first_on": COMPANY[0].isoformat(),
                       "last_on": COMPANY[1].isoformat(), "company": True}],
        "days": [{"day": day.isoformat(), "hosts": [host(day)]} for day in days],
    }  # fmt: skip
    return usual | more


@pytest.fixture
def parcours(world: World) -> str:
    """In étape 4; today is Monday 7 September 2026."""
    id_ = uuid7()
    world.enrolment.show_parcours(
        id_, [LYCEE], started_at="2026-08-25T08:00:00+00:00", etape=3,
        position=[{"element_id": "b", "name": "Parcours clos au bilan", "organisation": None, "awaits": "bilan"}],
        passations=[{
            "number": 1, "from_kind": "lycee", "from_id": LYCEE, "to_kind": "mission_locale", "to_id": "ml-lyon-centre",
            "status": "envoyee", "motive": None, "due_at": None, "reminders": 0, "reminded_at": None,
            "dates": {"preparee": "2026-09-01T08:00:00+00:00", "envoyee": "2026-09-02T08:00:00+00:00"},
        }],
    )  # fmt: skip
    world.accompaniment.show_parcours(id_, [LYCEE], started_at="2026-09-01T08:00:00+00:00", etape=4)
    world.accompaniment.plans[id_] = told()
    world.enrolment.plans[id_] = told(signed=False, gauge=None)
    world.enrolment.documents = [{
        "id": uuid7(), "title": "Projet personnalisé", "made_at": "2026-08-31T08:00:00+00:00", "replaced": False,
        "complete": False, "missing": [{"as": "eleve", "title": "L’élève"}],
    }]  # fmt: skip
    return id_


def of_section(visitor: Visitor, name: str) -> str:
    return visitor.text_of(f"//section[@aria-labelledby='{name}']")


def test_the_gauge_is_a_meter_and_a_sentence(karim: Visitor, parcours: str) -> None:
    karim.get(f"/parcours/{parcours}")
    (meter,) = karim.page.xpath("//meter")
    assert (meter.get("max"), meter.get("value"), meter.get("aria-labelledby")) == ("81", "12", "jauge")
    assert (
        "Prévus : 12 jours sur 81 permis (deux tiers du parcours). Déjà passés : 1. Encore possibles : 69."
        in of_section(karim, "plan")
    )


def test_a_plan_beyond_two_thirds_says_by_how_much(world: World, karim: Visitor, parcours: str) -> None:
    world.accompaniment.plans[parcours]["gauge"] = {"allowed": 81, "planned": 90, "done": 0, "remaining": 0}
    assert "De trop : 9." in of_section(karim.get(f"/parcours/{parcours}"), "plan")


def test_the_line_has_its_days_in_words(karim: Visitor, parcours: str) -> None:
    karim.get(f"/parcours/{parcours}")
    (line,) = karim.page.xpath("//svg[contains(@class, 'timeline')]")
    assert karim.text_of(f"//*[@id='{line.get('aria-labelledby')}']") == (
        "Du mardi 1er septembre 2026 au jeudi 31 décembre 2026 : jour 7 sur 122, il en reste 115."
    )
    (company,) = karim.page.xpath("//rect[@class='company']")
    assert (company.get("x"), company.get("width")) == ("49", "99")


def test_the_calendar_has_a_table_for_each_month_and_each_day_says_its_host(
    karim: Visitor, parcours: str
) -> None:
    karim.get(f"/parcours/{parcours}")
    months = karim.page.xpath("//table[@class='month']")
    assert [month.findtext("caption") for month in months] == [
        "septembre 2026", "octobre 2026", "novembre 2026", "décembre 2026",
    ]  # fmt: skip
    september = [
        [" ".join("".join(cell.itertext()).split()) for cell in row] for row in months[0].xpath(".//tbody/tr")
    ]
    assert september[0] == [
        "",
        "1L Le lycée",
        "2L Le lycée",
        "3L Le lycée",
        "4L Le lycée",
        "5· Repos",
        "6· Repos",
    ]
    assert september[1][0] == "7E L’entreprise"
    assert len(september) == 5
    assert september[4][3:] == ["", "", "", ""]
    (today,) = karim.page.xpath("//td[@aria-current='date']")
    assert today.text == "7"


def test_hand_overs_without_an_answer_and_messages_are_said_with_whom_they_wait_for(
    karim: Visitor, parcours: str
) -> None:
    said = of_section(karim.get(f"/parcours/{parcours}"), "attendus")
    assert (
        "« Parcours clos au bilan », attendu par l’entrée dans le parcours (étapes 2 et 3) ; l’envoie : le bilan"
        in said
    )
    assert "Accusé de réception, attendu depuis le 02/09/2026 par Lycée" in said


def test_the_documents_are_listed_with_who_has_yet_to_sign(karim: Visitor, parcours: str) -> None:
    said = of_section(karim.get(f"/parcours/{parcours}"), "pieces")
    assert "Projet personnalisé établi le 31/08/2026" in said
    assert "L’élève" in said


def test_of_a_past_day_the_line_is_of_that_day_and_what_was_not_kept_is_not_made_up(
    karim: Visitor, parcours: str
) -> None:
    karim.get(f"/parcours/{parcours}?le=2/9/2026")
    assert "jour 2 sur 122, il en reste 120. Compté au 02/09/2026." in of_section(karim, "plan")
    assert not karim.page.xpath("//meter | //table[@class='month']")
    assert "Accusé de réception" in of_section(karim, "attendus")
    karim.get(f"/parcours/{parcours}?le=30/8/2026")
    assert not karim.page.xpath("//section[@aria-labelledby='plan' or @aria-labelledby='pieces']")


def test_a_plan_that_nobody_tells_is_left_out(world: World, karim: Visitor, parcours: str) -> None:
    world.accompaniment.plans.clear()
    assert "en préparation" in of_section(karim.get(f"/parcours/{parcours}"), "plan")
    assert not karim.page.xpath("//table[@class='month']")
    world.enrolment.plans[parcours] = told(begins_on=None, ends_on=None, days=[], solutions=[], gauge=None)
    assert not karim.get(f"/parcours/{parcours}").page.xpath("//section[@aria-labelledby='plan']")


def test_the_page_stays_small(karim: Visitor, parcours: str) -> None:
    answer = karim.client.get(f"/parcours/{parcours}")
    assert len(answer.get_data()) < 60_000  # the drawing of a diagram comes on top, 100 000 in all
