"""One task, without JavaScript: its form, its holder, second clicks, colleagues, partners."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, ClassVar

import pytest

from shared.errors import Problem
from shared.ids import uuid7
from tests.inbox.people import Visitor, of
from tests.support.inbox_world import World

GARANCE = ("lycee", "0690043X")
ML = ("mission_locale", "ml-lyon-centre")

INTERVIEW = {
    "type": "default", "id": "entretien", "schemaVersion": 19,
    "components": [
        {"type": "text", "id": "t", "text": "# Avant\nRelisez la fiche.\n\n- situation\n- souhaits"},
        {"type": "textfield", "key": "eleve_nom", "id": "n", "label": "Élève", "readonly": True},
        {"type": "datetime", "key": "entretien_le", "id": "d", "label": "Date de l’entretien", "subtype": "date",
         "validate": {"required": True}},
        {"type": "select", "key": "referent", "id": "s", "label": "Référent de parcours",
         "properties": {"source": "people", "role": "referent"}},
        {"type": "select", "key": "mission_locale", "id": "m", "label": "Mission Locale",
         "properties": {"source": "organisations", "kind": "mission_locale"}},
        {"type": "radio", "key": "avis", "id": "r", "label": "Avis", "validate": {"required": True},
         "values": [{"value": "favorable", "label": "Favorable"}, {"value": "autre", "label": "Réorientation"}]},
        {"type": "group", "id": "g", "label": "Réorientation", "conditional": {"hide": "=avis != \"autre\""},
         "components": [{"type": "textfield", "key": "vers", "id": "v", "label": "Vers quelle solution ?",
                         "validate": {"required": True}}]},
        {"type": "number", "key": "heures", "id": "h", "label": "Heures", "appearance": {"suffixAdorner": "h"}},
        {"type": "checklist", "key": "presents", "id": "p", "label": "Présents",
         "values": [{"value": "eleve", "label": "L’élève"}, {"value": "parent", "label": "Un parent"}]},
        {"type": "textarea", "key": "compte_rendu", "id": "c", "label": "Compte rendu", "description": "En bref."},
        {"type": "checkbox", "key": "accord", "id": "a", "label": "Volontariat confirmé"},
    ],
}  # fmt: skip


class ProcessIncident(Problem):
    """As ``shared.process`` answers when a move has failed."""

    code: ClassVar[str] = "process.incident"
    status: ClassVar[int] = 500


OpenInterview = Callable[..., str]


@pytest.fixture
def interview(world: World) -> OpenInterview:
    """Opens the task « Mener l’entretien » of a parcours; returns the task's id."""
    world.enrolment.process.forms["entretien"] = json.dumps(INTERVIEW).encode()

    def open_it(**how: Any) -> str:
        parcours_id = how.pop("parcours_id", uuid7())
        world.enrolment.process.variables.setdefault(
            parcours_id, {"eleve_nom": "Ferrand", "mission_locale": None}
        )
        usual = {
            "role": "referent",
            "form": "entretien",
            "due": date(2026, 9, 10),
            "parcours_id": parcours_id,
        }
        return world.enrolment.open_task("Mener l’entretien", GARANCE, **(usual | how))

    return open_it


@pytest.fixture
def karim(world: World, visitor: Visitor) -> Visitor:
    return visitor.sign_in("Karim Benali")


@pytest.fixture
def claire(world: World) -> Visitor:
    return Visitor(world.app.test_client()).sign_in("Claire Fontaine")


def address(task_id: str) -> str:
    return f"/taches/enrolment/{task_id}"


def test_the_page_shows_the_form_with_what_is_known_and_the_directorys_choices(
    interview: OpenInterview, karim: Visitor
) -> None:
    karim.get(address(interview()))
    assert karim.title == "Mener l’entretien"
    assert "Élève Ferrand" in karim.text_of("//form[contains(@action, 'terminer')]")
    assert not karim.page.xpath("//*[@name='champ-eleve_nom']")
    assert [option.text for option in karim.page.xpath("//select[@name='champ-referent']/option")] == [
        "Choisir…", "Karim Benali", "Claire Fontaine", "Sophie Lacroix", "Jean-Marc Oudinot",
    ]  # fmt: skip
    assert [option.get("value") for option in karim.page.xpath("//select[@name='champ-mission_locale']/option")] == [
        "", "ml-lyon-centre", "ml-lyon-est",
    ]  # fmt: skip


def test_a_filled_form_completes_the_task(world: World, interview: OpenInterview, karim: Visitor) -> None:
    task_id = interview()
    karim.get(address(task_id)).send(
        "/terminer", champ_entretien_le="10/09/2026", champ_avis="favorable", champ_heures="1,5",
        liste_presents=["eleve", "parent"], champ_compte_rendu="Bien.\r\nÀ suivre.", champ_accord="true",
        champ_referent=of("Karim Benali")[0],
    )  # fmt: skip
    assert karim.title == "Tâches"
    assert "La tâche est terminée." in karim.text
    (done,) = world.enrolment.process.completed
    assert done[0] == task_id
    assert done[1] | {"heures": str(done[1]["heures"])} == {
        "entretien_le": date(2026, 9, 10), "avis": "favorable", "heures": "1.5", "vers": None, "mission_locale": None,
        "presents": ["eleve", "parent"], "compte_rendu": "Bien.\nÀ suivre.", "accord": True,
        "referent": of("Karim Benali")[0],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("field", "chosen"),
    [
        ("mission_locale", "0690048C"),  # a lycée: it would see what is the lycées' own
        ("mission_locale", "ml-nulle-part"),  # nobody could ever do its task
        ("referent", of("Samira Haddad")[0]),
        ("referent", "0190b5a0-0000-7000-8000-00000000cccc"),
    ],
)
def test_whom_the_directory_does_not_offer_cannot_be_chosen(
    world: World, interview: OpenInterview, karim: Visitor, field: str, chosen: str
) -> None:
    karim.get(address(interview()))
    karim.send(
        "/terminer", champ_entretien_le="10/09/2026", champ_avis="favorable", **{f"champ_{field}": chosen}
    )
    assert karim.status == 422
    assert karim.page.xpath("//div[@id='erreurs']//a/@href") == [f"#champ-{field}"]
    assert not world.enrolment.process.completed


@pytest.mark.parametrize("forged", ["€", "1\r\nX-Role: chef", "\x00"])
def test_a_forged_version_or_key_is_neither_a_fault_nor_a_service_down(
    world: World, interview: OpenInterview, karim: Visitor, forged: str
) -> None:
    task_id = interview()
    assert karim.get(address(task_id)).send("/prendre", version=forged).status == 412
    answers = {"champ_entretien_le": "10/09/2026", "champ_avis": "favorable"}
    assert karim.get(address(task_id)).send("/terminer", key=forged, **answers).status == 200
    assert len(world.enrolment.process.completed) == 1


def test_wrong_answers_are_said_by_their_field_and_kept_on_the_page(
    world: World, interview: OpenInterview, karim: Visitor
) -> None:
    karim.get(address(interview()))
    karim.send(
        "/terminer", champ_entretien_le="31/02/2026", champ_heures="beaucoup", champ_compte_rendu="Déjà écrit"
    )
    assert karim.status == 422
    assert not world.enrolment.process.completed
    summary = karim.page.xpath("//div[@id='erreurs']//a/@href")
    assert summary == ["#champ-entretien_le", "#champ-avis-1", "#champ-heures"]
    wrong = karim.page.xpath("//input[@id='champ-entretien_le']")[0]
    assert (wrong.get("value"), wrong.get("type"), wrong.get("aria-invalid")) == (
        "31/02/2026",
        "text",
        "true",
    )
    assert karim.page.get_element_by_id(wrong.get("aria-describedby").split()[-1]).text_content().strip()
    assert karim.page.xpath("//textarea[@id='champ-compte_rendu']")[0].text.strip() == "Déjà écrit"
    assert all(karim.page.get_element_by_id(anchor[1:]) is not None for anchor in summary)


def test_a_question_that_an_answer_calls_for_is_shown_on_demand(
    interview: OpenInterview, karim: Visitor
) -> None:
    karim.get(address(interview()))
    assert "Vers quelle solution" not in karim.text
    karim.send("/terminer", to="/formulaire", champ_avis="autre", champ_compte_rendu="Déjà écrit")
    assert karim.status == 200
    assert "Vers quelle solution" in karim.text
    assert "Déjà écrit" in karim.text
    karim.send("/terminer", champ_entretien_le="2026-09-10", champ_vers="Un CAP")
    assert karim.title == "Tâches"


def test_a_question_that_was_not_shown_yet_is_asked_when_the_form_is_sent(
    interview: OpenInterview, karim: Visitor
) -> None:
    karim.get(address(interview())).send("/terminer", champ_entretien_le="2026-09-10", champ_avis="autre")
    assert karim.status == 422
    assert karim.page.xpath("//div[@id='erreurs']//a/@href") == ["#champ-vers"]
    assert karim.page.xpath("//input[@id='champ-vers']")


def test_for_an_enhanced_page_only_the_parts_that_come_or_go_are_answered(
    interview: OpenInterview, karim: Visitor
) -> None:
    karim.get(address(interview()))
    data = karim.filled("/terminer", champ_avis="autre")
    answer = karim.client.post(f"{karim.path}/formulaire", data=data, headers={"HX-Request": "true"})
    assert "HX-Request" in answer.headers["Vary"]
    assert 'id="bloc-g"' in answer.text
    assert "Compte rendu" not in answer.text
    again = karim.client.post(
        f"{karim.path}/formulaire", data=data | {"montre": ["g"]}, headers={"HX-Request": "true"}
    )
    assert "bloc-g" not in again.text


def test_a_second_click_is_answered_like_the_first(
    world: World, interview: OpenInterview, karim: Visitor
) -> None:
    karim.get(address(interview()))
    data = karim.filled("/terminer", champ_entretien_le="2026-09-10", champ_avis="favorable")
    action = karim.form("/terminer").get("action")
    first, second = (karim.client.post(action, data=data) for _ in range(2))
    assert (first.status_code, first.headers["Location"]) == (second.status_code, second.headers["Location"])
    assert len(world.enrolment.process.completed) == 1


def test_a_colleague_who_comes_later_reads_who_did_it_and_when(
    world: World, interview: OpenInterview, karim: Visitor, claire: Visitor
) -> None:
    task_id = interview()
    claire.get(address(task_id))
    answers = {"champ_entretien_le": "2026-09-10", "champ_avis": "favorable"}
    karim.get(address(task_id)).send("/terminer", **answers)
    claire.send("/terminer", **answers)
    assert (claire.status, claire.title) == (409, "C’est déjà fait")
    assert "Karim Benali" in claire.text
    assert len(world.enrolment.process.completed) == 1


def test_a_done_task_can_be_read_with_who_did_it(
    interview: OpenInterview, karim: Visitor, claire: Visitor
) -> None:
    task_id = interview()
    karim.get(address(task_id)).send("/terminer", champ_entretien_le="2026-09-10", champ_avis="favorable")
    claire.get(address(task_id))
    assert "Tâche terminée par Karim Benali, le 7 septembre 2026 à 10 h 00." in claire.text
    assert not claire.page.xpath("//form[contains(@action, 'terminer')]")


def test_a_task_that_changed_meanwhile_keeps_what_was_typed(
    world: World, interview: OpenInterview, karim: Visitor
) -> None:
    task_id = interview()
    karim.get(address(task_id))
    old = karim.filled(
        "/terminer", champ_entretien_le="2026-09-10", champ_avis="favorable", champ_compte_rendu="Mien"
    )
    action = karim.form("/terminer").get("action")
    karim.send("/prendre")
    assert "La tâche est à vous." in karim.text
    karim.post(action, old)
    assert karim.status == 412
    assert "Cette tâche a changé depuis que vous l’avez ouverte" in karim.text
    assert "Mien" in karim.text
    karim.send("/terminer")
    assert karim.title == "Tâches"
    assert len(world.enrolment.process.completed) == 1


def test_a_task_is_taken_and_given_back(interview: OpenInterview, karim: Visitor, claire: Visitor) -> None:
    task_id = interview()
    karim.get(address(task_id)).send("/prendre")
    assert "Vous l’avez prise." in karim.text
    claire.get(address(task_id))
    assert "Cette tâche est prise par Karim Benali" in claire.text
    assert not claire.page.xpath("//button[contains(., 'Terminer')]")
    karim.send("/rendre")
    assert "La tâche est de nouveau à prendre." in karim.text
    assert "Rendue par Karim Benali" in karim.text


def test_a_colleague_who_takes_it_later_reads_who_has_it(
    interview: OpenInterview, karim: Visitor, claire: Visitor
) -> None:
    task_id = interview()
    claire.get(address(task_id))
    karim.get(address(task_id)).send("/prendre")
    claire.send("/prendre")
    assert (claire.status, claire.title) == (409, "Quelqu’un a été plus rapide")
    assert "Karim Benali" in claire.text


def test_the_head_of_school_gives_a_task_to_somebody(
    world: World, interview: OpenInterview, claire: Visitor
) -> None:
    head = Visitor(world.app.test_client()).sign_in("Hélène Vasseur")
    task_id = interview()
    head.get(address(task_id))
    assert "Cette tâche attend une personne qui est référent de parcours" in head.text
    head.send("/confier")
    assert head.status == 422
    assert "Choisissez une personne" in head.text
    head.send("/confier", assignee=of("Claire Fontaine")[0])
    assert "La tâche est confiée à Claire Fontaine." in head.text
    assert "Vous l’avez prise." in claire.get(address(task_id)).text


def test_nobody_gives_a_task_to_somebody_of_another_organisation(
    world: World, interview: OpenInterview
) -> None:
    head = Visitor(world.app.test_client()).sign_in("Hélène Vasseur")
    head.get(address(interview())).send("/confier", assignee=of("Samira Haddad")[0])
    assert head.status == 422


def test_a_refusal_needs_a_reason_and_gives_the_task_back(
    world: World, interview: OpenInterview, karim: Visitor
) -> None:
    task_id = interview()
    karim.get(address(task_id)).send("/refuser")
    assert karim.status == 422
    assert "Indiquez le motif du refus." in karim.text
    karim.send("/refuser", reason="Je pars en congé.")
    assert "Votre refus est enregistré." in karim.text
    assert world.enrolment.process.refused == [(task_id, "Je pars en congé.")]
    assert "Refusée par Karim Benali : Je pars en congé." in karim.get(address(task_id)).text


def test_a_draft_is_there_again_the_next_day(interview: OpenInterview, karim: Visitor, world: World) -> None:
    task_id = interview()
    karim.get(address(task_id)).send(
        "/terminer", to="/brouillon", champ_compte_rendu="À finir", champ_heures="?"
    )
    assert "Le brouillon est enregistré." in karim.text
    world.clock.advance(timedelta(days=1))
    karim.sign_in("Karim Benali").get(address(task_id))
    assert "À finir" in karim.text
    assert karim.page.xpath("//input[@id='champ-heures']/@value") == ["?"]
    assert "Votre brouillon est affiché." in karim.text


def test_an_enhanced_page_saves_its_draft_by_itself_and_can_still_be_sent(
    world: World, interview: OpenInterview, karim: Visitor
) -> None:
    karim.get(address(interview())).send("/prendre")
    data = karim.filled("/terminer", champ_avis="favorable")
    answer = karim.client.post(f"{karim.path}/brouillon", data=data, headers={"HX-Request": "true"})
    assert answer.text == "Brouillon enregistré."
    assert "HX-Request" in answer.headers["Vary"]
    karim.send("/terminer", champ_avis="favorable", champ_entretien_le="2026-09-10")
    assert len(world.enrolment.process.completed) == 1


def test_a_day_to_come_back_to_a_task_is_noted_and_cleared(interview: OpenInterview, karim: Visitor) -> None:
    karim.get(address(interview())).send("/suivre", follow_up_on="bientôt")
    assert karim.status == 422
    karim.send("/suivre", follow_up_on="14/9/2026")
    assert karim.page.xpath("//input[@name='follow_up_on']/@value") == ["2026-09-14"]
    assert "À revoir le 14/09/2026" in karim.text
    karim.send("/suivre", follow_up_on="")
    assert karim.page.xpath("//input[@name='follow_up_on']/@value") == [""]


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
