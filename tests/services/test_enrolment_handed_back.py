"""A Mission Locale that hands a fiche back has no part in the parcours any more (R38)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from shared.ids import uuid7
from tests.services.test_enrolment_api import CONSEILLER, LYCEE, OPENER, SECRETARY, Enrolment, _actor
from tests.support.databases import MakeDatabase

HEAD = _actor(LYCEE, "chef_etablissement")
REFERENT_ID, CONSEILLER_ID = uuid7(), uuid7()
REFERENT = replace(_actor(LYCEE, "referent"), person_id=REFERENT_ID)
FIRST, SECOND = (
    _actor(f"ml-lyon-{place}", "responsable_ml", "mission_locale") for place in ("est", "centre")
)


@pytest.fixture
def enrolment(make_database: MakeDatabase) -> Iterator[Enrolment]:
    built = Enrolment(make_database)
    yield built
    built.service.database.dispose()


def get(enrolment: Enrolment, actor: Any, path: str) -> Any:
    token = enrolment.signer.sign(actor, "enrolment")
    return enrolment.client.get(path, headers={"Authorization": f"Bearer {token}"})


def complete(enrolment: Enrolment, actor: Any, element: str, **values: Any) -> str:
    """Do the actor's open task of this element. Returns its id."""
    open_tasks = get(enrolment, actor, "/tasks?scope=organisation").get_json()["items"]
    task = next(each for each in open_tasks if each["element_id"] == element)
    headers = {
        "Authorization": f"Bearer {enrolment.signer.sign(actor, 'enrolment')}",
        "If-Match": f'"{task["version"]}"',
        "Idempotency-Key": uuid7(),
    }
    path = f"/tasks/{task['id']}/complete"
    answer = enrolment.client.post(path, headers=headers, json={"values": values})
    assert answer.status_code == 200, answer.get_json().get("errors")
    return str(task["id"])


def ready_for_the_fiche(enrolment: Enrolment) -> str:
    """A parcours whose référent has accepted; its id."""
    today = enrolment.service.clock.today().isoformat()
    enrolment.import_file("eleves_siecle.xml")
    pupil = next(each for each in enrolment.pupils() if _is_of_age(each, enrolment.service.clock.today()))
    opened = enrolment.post("/parcours", OPENER, json={"pupil_id": pupil["id"]})
    parcours_id = opened.get_json()["parcours_id"]
    complete(
        enrolment, OPENER, "recueillir_volontariat",
        volontariat_choix="oui", volontariat_le=today, engagement="aucun",
    )  # fmt: skip
    complete(enrolment, SECRETARY, "renseigner_examen", session_examen="derniere", resultat_examen="ajourne")
    complete(enrolment, HEAD, "designer_referent", referent=REFERENT_ID)
    complete(enrolment, REFERENT, "accepter_role", referent_accepte_le=today)
    return str(parcours_id)


def handed_back_and_sent_elsewhere(enrolment: Enrolment) -> tuple[str, str]:
    """The parcours's id, and that of the task by which the first Mission Locale handed it back."""
    today = enrolment.service.clock.today().isoformat()
    parcours_id = ready_for_the_fiche(enrolment)
    fiche = {
        "eleve_telephone": "06 12 34 56 78",
        "coordonnees_verifiees_le": today,
        "fiche_envoyee_le": today,
    }
    complete(enrolment, REFERENT, "etablir_fiche", mission_locale=FIRST.organisation_id, **fiche)
    returned = complete(
        enrolment, FIRST, "designer_conseiller", reponse_ml="mauvais_territoire", retour_motif="Lyon-Centre"
    )
    complete(enrolment, REFERENT, "etablir_fiche", mission_locale=SECOND.organisation_id, **fiche)
    return parcours_id, returned


def _is_of_age(pupil: Any, today: date) -> bool:
    return date.fromisoformat(pupil["sendable_from"]) <= today and "dernière année" in pupil["formation"]


def test_who_handed_the_fiche_back_sees_no_more_of_the_parcours(enrolment: Enrolment) -> None:
    parcours_id, _ = handed_back_and_sent_elsewhere(enrolment)
    complete(enrolment, SECOND, "designer_conseiller", reponse_ml="prise_en_charge", conseiller=CONSEILLER_ID)
    for path in (f"/parcours/{parcours_id}", f"/tasks?scope=parcours&parcours_id={parcours_id}"):
        assert get(enrolment, FIRST, path).status_code == 404
        assert get(enrolment, CONSEILLER, path).status_code == 200
    assert get(enrolment, FIRST, "/parcours").get_json()["items"] == []


def test_the_task_by_which_it_was_handed_back_shows_nothing_of_what_came_after(enrolment: Enrolment) -> None:
    _, returned = handed_back_and_sent_elsewhere(enrolment)
    task = get(enrolment, FIRST, f"/tasks/{returned}").get_json()
    assert (task["status"], task["values"]) == ("completed", {})


def test_the_next_mission_locale_does_not_read_why_the_first_handed_it_back(enrolment: Enrolment) -> None:
    """R38: the reason is between the lycée and whoever gave it."""
    parcours_id, _ = handed_back_and_sent_elsewhere(enrolment)
    for actor, sees in ((SECOND, False), (REFERENT, True)):
        read = get(enrolment, actor, f"/parcours/{parcours_id}").get_json()
        assert any(each["name"] == "retour_motif" for each in read["variables"]) is sees


def test_a_fiche_that_comes_back_is_seen_again(enrolment: Enrolment) -> None:
    parcours_id, _ = handed_back_and_sent_elsewhere(enrolment)
    complete(enrolment, SECOND, "designer_conseiller", reponse_ml="mauvais_territoire", retour_motif="Est")
    today = enrolment.service.clock.today().isoformat()
    complete(
        enrolment, REFERENT, "etablir_fiche", mission_locale=FIRST.organisation_id, eleve_courriel="lina@exemple.fr",
        coordonnees_verifiees_le=today, fiche_envoyee_le=today,
    )  # fmt: skip
    assert get(enrolment, FIRST, f"/parcours/{parcours_id}").status_code == 200
    assert get(enrolment, SECOND, f"/parcours/{parcours_id}").status_code == 404


def test_the_lycee_awaits_the_mission_locale_that_it_asked_and_who_handed_back_is_told_nothing(
    enrolment: Enrolment,
) -> None:
    """On a real service: parties say what is awaited, and whether what came before a task may be known (R38)."""
    parcours_id, _ = handed_back_and_sent_elsewhere(enrolment)
    awaited = get(enrolment, REFERENT, "/tasks/awaited").get_json()["items"]
    assert [(each["parcours_id"], each["organisation"]["id"]) for each in awaited] == [
        (parcours_id, SECOND.organisation_id)
    ]
    complete(enrolment, SECOND, "designer_conseiller", reponse_ml="prise_en_charge", conseiller=CONSEILLER_ID)
    assert get(enrolment, FIRST, "/tasks/awaited").get_json()["items"] == []
    assert get(enrolment, SECOND, "/tasks/awaited").get_json()["items"] != []
    done = get(enrolment, REFERENT, "/tasks?scope=organisation&status=done&told=why").get_json()["items"]
    sent = [each["before"] for each in done if each["element_id"] == "etablir_fiche"]
    assert sorted(each["kind"] for each in sent) == ["lycee", "mission_locale"]
