"""The parcours's page says who has the hand, what became of each hand-over, and who followed it (R11, R43, R45)."""

import pytest

from shared.ids import uuid7
from tests.inbox.people import Visitor, of
from tests.support.inbox_world import World

LYCEE, ML = "0690043X", "ml-lyon-centre"
FICHE = {
    "number": 1, "from_kind": "lycee", "from_id": LYCEE, "to_kind": "mission_locale", "to_id": ML,
    "status": "retournee",
    "motive": "Il habite Bron.", "due_at": "2026-09-14T22:00:00+00:00", "reminders": 1,
    "reminded_at": "2026-09-15T08:00:00+00:00",
    "dates": {"envoyee": "2026-09-07T08:00:00+00:00", "retournee": "2026-09-16T08:00:00+00:00"},
}  # fmt: skip
HAND = {
    "organisation_kind": "mission_locale",
    "organisation": ML,
    "name": "Fixer l’entretien",
    "due_at": "2026-09-14",
}


@pytest.fixture
def karim(world: World, visitor: Visitor) -> Visitor:
    return visitor.sign_in("Karim Benali")


def test_a_hand_over_is_told_with_its_dates_its_reminder_and_why_it_came_back(
    world: World, karim: Visitor
) -> None:
    id_ = uuid7()
    world.enrolment.show_parcours(id_, [LYCEE], etape=2, passations=[FICHE])
    text = karim.get(f"/parcours/{id_}").text_of("//section[@aria-labelledby='passations']")
    for words in (
        "Retournée",
        "Mission Locale Lyon-Centre",
        "Relancée le 15/09/2026",
        "Motif : Il habite Bron.",
    ):
        assert words in text


def test_the_furthest_service_says_who_has_the_hand_and_until_when(world: World, karim: Visitor) -> None:
    id_ = uuid7()
    theirs = {"organisation_kind": "lycee", "organisation": LYCEE, "name": "Attendre", "due_at": "2026-09-01"}
    world.enrolment.show_parcours(id_, [LYCEE], etape=3, hand=theirs)
    world.accompaniment.show_parcours(id_, [LYCEE], etape=4, hand=HAND)
    text = karim.get(f"/parcours/{id_}").text_of("//section[@aria-labelledby='situation']")
    assert "Mission Locale Lyon-Centre, jusqu’au 14/09/2026 : « Fixer l’entretien »." in text
    assert "01/09/2026" not in text


def test_what_is_the_other_sides_own_is_not_named(world: World, karim: Visitor) -> None:
    id_ = uuid7()
    world.enrolment.show_parcours(id_, [LYCEE], etape=2, hand=HAND | {"name": None})
    assert "Mission Locale Lyon-Centre, jusqu’au 14/09/2026." in karim.get(f"/parcours/{id_}").text


def test_the_head_of_school_may_replace_the_referent_and_the_referent_may_not(
    world: World, visitor: Visitor
) -> None:
    id_ = uuid7()
    change = {
        "role": "referent",
        "before": of("Karim Benali")[0],
        "after": of("Claire Fontaine")[0],
        "from_on": "2026-09-07",
    }
    world.enrolment.show_parcours(id_, [LYCEE], etape=2, replacements=[change])
    head = visitor.sign_in("Hélène Vasseur")
    assert (
        "Référent : Claire Fontaine depuis le 07/09/2026, après Karim Benali."
        in head.get(f"/parcours/{id_}").text
    )
    assert head.get(f"/parcours/{id_}/remplacer").title == "Remplacer le référent"
    assert head.page.xpath("//select[@name='personne']/option[text()='Claire Fontaine']")


def test_who_is_responsible_for_nobody_finds_no_page_to_replace(world: World, karim: Visitor) -> None:
    id_ = uuid7()
    world.enrolment.show_parcours(id_, [LYCEE], etape=2)
    assert karim.get(f"/parcours/{id_}/remplacer").status == 404


def test_who_follows_a_parcours_asks_another_lycee_to_take_it_over(world: World, karim: Visitor) -> None:
    """The directory says who may be asked; one's own organisation is not offered, nor is an unknown one sent."""
    id_ = uuid7()
    world.enrolment.show_parcours(id_, [LYCEE], etape=2)
    assert "Demander un transfert à une autre organisation" in karim.get(f"/parcours/{id_}").text
    page = karim.get(f"/parcours/{id_}/transferer")
    assert page.title == "Demander un transfert"
    assert LYCEE not in page.page.xpath("//option/@value")
    (other,) = [code for code in page.page.xpath("//option/@value") if code]
    page.send(0, destinataire=other, motif="Déménage")
    (sent,) = world.enrolment.transfers
    assert (sent["target"], sent["reason"]) == (other, "Déménage")
    assert "" not in (sent["target_name"], sent["own_name"])
    assert karim.get(f"/parcours/{uuid7()}/transferer").status == 404
