"""A task between two sides, and with a service or a process that fails."""

import pytest

from shared.ids import uuid7
from tests.inbox.interview import GARANCE, ML, OpenInterview, ProcessIncident, address
from tests.inbox.people import Visitor
from tests.support.inbox_world import World


def test_comments_pass_between_partners_and_private_ones_do_not(
    world: World, interview: OpenInterview, karim: Visitor
) -> None:
    parcours_id = uuid7()
    task_id = interview(parcours_id=parcours_id)
    world.enrolment.process.parties[parcours_id].add(ML[1])
    karim.get(address(task_id)).send("/commenter", text="")
    assert "Écrivez un message" in karim.text
    karim.send("/commenter", text="Pour tous")
    karim.send("/commenter", text="Entre nous", private="oui")
    assert "réservé à votre organisation" in karim.text
    samira = Visitor(world.app.test_client()).sign_in("Samira Haddad").get(address(task_id))
    assert "Pour tous" in samira.text
    assert "Entre nous" not in samira.text
    samira.send("/commenter", text="Bien reçu")
    assert "Bien reçu" in karim.get(address(task_id)).text


def test_a_partner_sees_name_holder_and_due_date_only(
    world: World, interview: OpenInterview, karim: Visitor
) -> None:
    parcours_id = uuid7()
    task_id = interview(parcours_id=parcours_id)
    world.enrolment.process.parties[parcours_id].add(ML[1])
    karim.get(address(task_id)).send("/terminer", to="/brouillon", champ_compte_rendu="Brouillon du lycée")
    samira = Visitor(world.app.test_client()).sign_in("Samira Haddad").get(address(task_id))
    assert samira.status == 200
    assert "Cette tâche revient à votre partenaire" in samira.text
    assert "jeudi 10 septembre 2026" in samira.text
    assert "Brouillon du lycée" not in samira.text
    assert not samira.page.xpath("//main//*[starts-with(@name, 'champ-')]")


def test_the_task_of_a_parcours_without_a_part_of_ones_own_is_not_found(
    world: World, interview: OpenInterview
) -> None:
    stranger = Visitor(world.app.test_client()).sign_in("Awa Traoré")
    assert stranger.get(address(interview())).status == 404
    assert stranger.get(address(uuid7())).status == 404
    assert stranger.get("/taches/autre/" + uuid7()).status == 404
    assert stranger.get("/taches/enrolment/1").status == 404


def test_what_a_partner_may_not_do_is_said_in_french(
    world: World, interview: OpenInterview, karim: Visitor
) -> None:
    parcours_id = uuid7()
    task_id = interview(parcours_id=parcours_id)
    world.enrolment.process.parties[parcours_id].add(ML[1])
    samira = Visitor(world.app.test_client()).sign_in("Samira Haddad").get(address(task_id))
    data = {"csrf_token": samira.filled("/commenter")["csrf_token"], "version": "1", "key": "k"}
    samira.post(f"{address(task_id)}/prendre", data)
    assert samira.status == 403
    assert "attend une autre organisation" in samira.text


def test_a_task_without_a_form_is_simply_done(world: World, karim: Visitor) -> None:
    task_id = world.enrolment.open_task("Prévenir la famille", GARANCE, role="referent")
    karim.get(address(task_id))
    assert "Cette tâche n’a pas de formulaire" in karim.text
    assert "La tâche est terminée." in karim.send("/terminer").text


def test_a_service_that_is_down_gives_a_plain_page_for_its_task(
    world: World, interview: OpenInterview, karim: Visitor
) -> None:
    task_id = interview()
    world.enrolment.stop()
    karim.get(address(task_id))
    assert (karim.status, karim.title) == (503, "Service momentanément indisponible")
    assert "entrée en parcours" in karim.text


def test_what_was_sent_to_a_service_that_is_down_is_kept_on_the_page_and_sent_again(
    world: World, interview: OpenInterview, karim: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    karim.get(address(interview()))
    filled = karim.filled(
        "/terminer",
        champ_entretien_le="2026-09-10",
        champ_avis="favorable",
        champ_compte_rendu="Venu\r\nà l’heure",
    )
    sources = world.app.extensions["inbox"].sources
    with monkeypatch.context() as cut:
        cut.setitem(sources._addresses, "enrolment", "http://127.0.0.1:9")
        karim.post(f"{karim.path}/terminer", filled)
    assert (karim.status, karim.title) == (503, "Service momentanément indisponible")
    assert "Venu à l’heure" in karim.text_of("//details")
    karim.send("/terminer")
    assert karim.title == "Tâches"
    ((_, done),) = world.enrolment.process.completed
    assert done["compte_rendu"] == "Venu\nà l’heure"


def test_what_somebody_typed_who_came_too_late_can_still_be_read(
    interview: OpenInterview, karim: Visitor, claire: Visitor
) -> None:
    task = interview()
    claire.get(address(task))
    karim.get(address(task)).send("/prendre")
    claire.send("/terminer", champ_compte_rendu="Mien", champ_avis="favorable")
    assert claire.status == 409
    assert "compte rendu Mien" in claire.text


def test_with_a_neighbour_down_the_task_is_still_done(
    world: World, interview: OpenInterview, karim: Visitor
) -> None:
    task_id = interview()
    world.bilan.stop()
    karim.get(address(task_id))
    assert "Le service du bilan" in karim.text
    karim.send("/terminer", champ_entretien_le="2026-09-10", champ_avis="favorable")
    assert len(world.enrolment.process.completed) == 1


def test_a_task_whose_parcours_cannot_go_on_keeps_what_was_typed(
    world: World, interview: OpenInterview, karim: Visitor
) -> None:
    task_id = interview()
    world.enrolment.process.failure = ProcessIncident()
    answers = {"champ_entretien_le": "2026-09-10", "champ_avis": "favorable", "champ_compte_rendu": "Mien"}
    karim.get(address(task_id)).send("/terminer", **answers)
    assert karim.status == 503
    assert "Votre demande n’a pas abouti, la tâche reste à faire." in karim.text
    assert "Mien" in karim.text
    world.enrolment.process.failure = None
    karim.send("/terminer")
    assert karim.title == "Tâches"
