"""Two people before one form, without JavaScript: merged by field, two answers side by side, never one over another."""

import json
from datetime import timedelta
from typing import Any

import pytest

from shared.ids import uuid7
from tests.inbox.interview import INTERVIEW, ML, OpenInterview, address
from tests.inbox.people import Visitor
from tests.support.inbox_world import World

TEXT = "champ-compte_rendu"


def value(visitor: Visitor, name: str) -> str:
    field = visitor.page.xpath(f"//main//*[@name='{name}']")[0]
    return str(field.text_content() if field.tag == "textarea" else field.get("value") or "").strip()


def test_answers_to_different_questions_are_kept_of_both(
    interview: OpenInterview, karim: Visitor, claire: Visitor
) -> None:
    task = interview()
    karim.get(address(task))
    claire.get(address(task))
    karim.send("/terminer", to="/brouillon", champ_compte_rendu="Venu à l’heure")
    claire.send("/terminer", to="/brouillon", champ_heures="2", champ_avis="favorable")
    assert "réponses enregistrées entre-temps" in claire.text
    assert (value(claire, TEXT), value(claire, "champ-heures")) == ("Venu à l’heure", "2")


@pytest.mark.parametrize(("choice", "left"), [("mien", "Venu tard"), ("autre", "Venu à l’heure")])
def test_two_answers_to_one_question_are_shown_side_by_side_for_a_choice(
    interview: OpenInterview, karim: Visitor, claire: Visitor, choice: str, left: str
) -> None:
    task = interview()
    karim.get(address(task))
    claire.get(address(task))
    karim.send("/terminer", to="/brouillon", champ_compte_rendu="Venu à l’heure")
    claire.send("/terminer", to="/brouillon", champ_compte_rendu="Venu tard", champ_heures="2")
    assert claire.status == 409
    shown = claire.text_of("//div[@id='desaccords']")
    assert "Venu à l’heure" in shown
    assert "Venu tard" in shown
    assert "Prendre celle de Karim Benali" in shown
    assert value(claire, TEXT) == "Venu tard"
    claire.send("/terminer", to="/brouillon")
    assert claire.status == 409, "nothing is replaced before the choice"
    claire.send("/terminer", to="/brouillon", **{"choix-compte_rendu": choice})
    assert (claire.status, value(claire, TEXT), value(claire, "champ-heures")) == (200, left, "2")
    assert value(karim.get(address(task)), TEXT) == left


@pytest.mark.parametrize(("choice", "left"), [("mien", "Venu tard"), ("autre", "Venu à l’heure")])
def test_completing_over_a_colleagues_draft_shows_it_first(
    world: World, interview: OpenInterview, karim: Visitor, claire: Visitor, choice: str, left: str
) -> None:
    task = interview()
    karim.get(address(task))
    claire.get(address(task))
    karim.send("/terminer", to="/brouillon", champ_compte_rendu="Venu à l’heure", champ_heures="2")
    answers = {"champ_entretien_le": "10/09/2026", "champ_avis": "favorable"}
    claire.send("/terminer", champ_compte_rendu="Venu tard", **answers)
    assert claire.status == 409
    assert "La tâche n’est pas encore terminée" in claire.text
    assert "Karim Benali, reprises ci-dessous : Heures" in claire.text
    assert not world.enrolment.process.completed
    claire.send("/terminer", **{"choix-compte_rendu": choice})
    assert claire.title == "Tâches"
    ((_, done),) = world.enrolment.process.completed
    assert (done["compte_rendu"], str(done["heures"])) == (left, "2")


def test_a_box_that_a_colleague_ticked_is_not_unticked_by_a_page_that_did_not_show_it(
    interview: OpenInterview, karim: Visitor, claire: Visitor
) -> None:
    task = interview()
    karim.get(address(task))
    claire.get(address(task))
    karim.send(
        "/terminer", to="/brouillon", champ_accord="true", liste_presents=["eleve"], champ_avis="favorable"
    )
    claire.send("/terminer", to="/brouillon", champ_heures="2")
    ticked = claire.page.xpath("//input[@checked]/@value")
    assert sorted(ticked) == ["eleve", "favorable", "true"]
    untick = claire.filled("/terminer") | {"champ-accord": [], "champ-avis": []}
    claire.post(f"{address(task)}/brouillon", untick)
    assert claire.page.xpath("//input[@checked]/@value") == ["eleve"]


ANSWERS = {"champ_entretien_le": "10/09/2026", "champ_avis": "favorable", "champ_compte_rendu": "Venu"}


@pytest.mark.parametrize("ticked", [{"champ_accord": "true"}, {"liste_presents": ["eleve"]}])
def test_a_task_is_not_completed_over_a_box_that_a_colleague_ticked_and_the_page_did_not_show(
    world: World, interview: OpenInterview, karim: Visitor, claire: Visitor, ticked: dict[str, Any]
) -> None:
    task = interview()
    karim.get(address(task))
    claire.get(address(task))
    karim.send("/terminer", to="/brouillon", **ticked)
    claire.send("/terminer", **ANSWERS)
    assert claire.status == 409
    assert "Karim Benali, reprises ci-dessous" in claire.text
    assert not world.enrolment.process.completed
    claire.send("/terminer")
    assert claire.title == "Tâches"
    ((_, done),) = world.enrolment.process.completed
    assert [done["accord"], done["presents"]] == ["champ_accord" in ticked, ticked.get("liste_presents", [])]


@pytest.mark.parametrize(("choice", "left"), [("mien", []), ("autre", ["parent"])])
def test_who_unticks_all_where_a_colleague_ticked_another_chooses_before_the_task_is_completed(
    world: World, interview: OpenInterview, karim: Visitor, claire: Visitor, choice: str, left: list[str]
) -> None:
    task = interview()
    karim.get(address(task)).send("/terminer", to="/brouillon", liste_presents=["eleve"])
    claire.get(address(task))
    karim.send("/terminer", to="/brouillon", liste_presents=["parent"])
    claire.send("/terminer", **ANSWERS, liste_presents=[])
    assert claire.status == 409
    assert not world.enrolment.process.completed
    claire.send("/terminer", liste_presents=[], **{"choix-presents": choice})
    assert claire.title == "Tâches"
    ((_, done),) = world.enrolment.process.completed
    assert (done["presents"] or []) == left


def test_what_was_typed_in_a_question_that_goes_is_there_when_it_comes_back(
    interview: OpenInterview, karim: Visitor
) -> None:
    task = interview()
    karim.get(address(task)).send("/terminer", to="/formulaire", champ_avis="autre")
    karim.send("/terminer", to="/brouillon", champ_vers="Un CAP")
    karim.send("/terminer", to="/brouillon", champ_avis="favorable")
    assert not karim.page.xpath("//input[@name='champ-vers']")
    karim.send("/terminer", to="/formulaire", champ_avis="autre")
    assert value(karim, "champ-vers") == "Un CAP"


def test_a_form_that_changed_under_a_draft_keeps_what_fits_and_shows_what_does_not(
    world: World, interview: OpenInterview, karim: Visitor
) -> None:
    task = interview()
    karim.get(address(task)).send(
        "/terminer",
        to="/brouillon",
        champ_compte_rendu="Venu à l’heure",
        champ_heures="2",
        champ_avis="favorable",
    )
    changed = [part for part in INTERVIEW["components"] if part.get("key") != "heures"]  # type: ignore[attr-defined]
    changed = json.loads(json.dumps(changed).replace('"favorable"', '"avis_favorable"'))
    world.enrolment.process.forms["entretien"] = json.dumps({**INTERVIEW, "components": changed}).encode()
    karim.get(address(task))
    assert value(karim, TEXT) == "Venu à l’heure"
    shown = karim.text_of("//form[contains(@action, 'terminer')]")
    assert "Réponses qui n’ont plus leur place ici" in shown
    assert "heures 2" in shown
    assert "Avis favorable" in shown
    karim.send("/terminer", champ_entretien_le="10/09/2026", champ_avis="avis_favorable")
    assert len(world.enrolment.process.completed) == 1


BEFORE = {"liste_presents": ["eleve", "parent"], "champ_compte_rendu": "Venu à l’heure", "champ_heures": "2"}
KINDS: list[dict[str, Any]] = [
    {"type": "select", "properties": {"source": "people", "role": "referent"}},
    {"type": "select", "values": [{"value": "autre", "label": "Autre"}]},
    {"type": "radio", "values": [{"value": "autre", "label": "Autre"}]},
    {"type": "checklist", "values": [{"value": "autre", "label": "Autre"}]},
    {"type": "textfield"},
    {"type": "number"},
    {"type": "datetime", "subtype": "date"},
    {"type": "checkbox"},
    {"type": "filepicker"},
    {"type": "dynamiclist"},
]


def as_now(part: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """A field, with its key, as one of another kind."""
    key, id_ = part["key"], part["id"]
    if now["type"] != "dynamiclist":
        return {**now, "id": id_, "key": key, "label": part["label"]}
    inside = {"type": "textfield", "key": f"{key}_dit", "id": f"{id_}x", "label": "Dit"}
    return {**now, "id": id_, "path": key, "label": part["label"], "components": [inside]}


@pytest.mark.parametrize("now", KINDS, ids=lambda now: str(now["type"]))
def test_a_field_that_became_one_of_another_kind_leaves_its_task_to_be_done(
    world: World, interview: OpenInterview, karim: Visitor, now: dict[str, Any]
) -> None:
    task = interview()
    karim.get(address(task)).send("/terminer", to="/brouillon", **BEFORE)
    changed = [
        as_now(part, now) if part.get("key") in ("presents", "compte_rendu", "heures") else part
        for part in INTERVIEW["components"]  # type: ignore[attr-defined]
    ]
    world.enrolment.process.forms["entretien"] = json.dumps({**INTERVIEW, "components": changed}).encode()
    karim.get(address(task))
    assert karim.status == 200
    if now["type"] != "filepicker":  # whose answers are lists of texts too
        assert "Présents eleve, parent" in karim.text_of("//form[contains(@action, 'terminer')]")
    assert "['" not in karim.text
    karim.send("/terminer", to="/formulaire", champ_avis="autre")
    assert karim.status == 200
    karim.send("/terminer", to="/brouillon")
    assert karim.status == 200


def test_several_answers_to_a_question_for_one_are_not_kept(interview: OpenInterview, karim: Visitor) -> None:
    task = interview()
    karim.get(address(task)).send("/terminer", to="/brouillon", liste_referent=["a", "b"])
    assert karim.status == 422
    assert "Une seule réponse est attendue." in karim.text
    assert karim.get(address(task)).status == 200


def test_a_colleague_who_has_the_task_open_is_named_and_for_a_minute_only(
    world: World, interview: OpenInterview, karim: Visitor, claire: Visitor
) -> None:
    task = interview()
    karim.get(address(task))
    assert "a ce dossier ouvert" not in karim.text
    assert "Karim Benali a ce dossier ouvert." in claire.get(address(task)).text
    assert "Claire Fontaine a ce dossier ouvert." in karim.get(address(task)).text
    world.clock.advance(timedelta(seconds=71))
    assert "a ce dossier ouvert" not in karim.get(address(task)).text


def test_a_page_in_front_says_that_it_is_there_without_keeping_its_session_open(
    world: World, interview: OpenInterview, karim: Visitor, claire: Visitor
) -> None:
    task = interview()
    token = karim.get(address(task)).filled("/terminer")["csrf_token"]
    for _ in range(3):
        world.clock.advance(timedelta(seconds=60))
        karim.client.post(f"{address(task)}/presence", data={"csrf_token": token})
    assert "Karim Benali a ce dossier ouvert." in claire.get(address(task)).text
    for _ in range(58):
        world.clock.advance(timedelta(seconds=60))
        karim.client.post(f"{address(task)}/presence", data={"csrf_token": token})
    assert karim.get(address(task)).title == "Connexion"


def test_of_the_other_side_the_organisation_is_told_and_no_name(
    world: World, interview: OpenInterview, karim: Visitor
) -> None:
    parcours = uuid7()
    task = interview(parcours_id=parcours)
    world.enrolment.process.parties[parcours].add(ML[1])
    samira = Visitor(world.app.test_client()).sign_in("Samira Haddad").get(address(task))
    karim.get(address(task))
    assert "Mission Locale Lyon-Centre a ce dossier ouvert." in karim.text
    assert "Samira" not in karim.text
    assert "Lycée professionnel Louise-Garance a ce dossier ouvert." in samira.get(address(task)).text
    assert "Karim" not in samira.text_of("//main")


def test_nobody_is_told_who_has_a_task_open_that_is_not_hers_to_see(
    world: World, interview: OpenInterview, karim: Visitor
) -> None:
    task = interview()
    karim.get(address(task))
    awa = Visitor(world.app.test_client()).sign_in("Awa Traoré").get("/preferences")
    told = awa.client.post(f"{address(task)}/presence", data={"csrf_token": awa.filled(0)["csrf_token"]})
    assert (told.status_code, told.text.strip()) == (200, "")
    assert "ouvert" not in karim.get(address(task)).text_of("//header[@class='head']")
