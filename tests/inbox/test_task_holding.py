"""Who does a task: second clicks, colleagues, taking, giving, drafts, days to come back."""

from datetime import timedelta

from tests.inbox.interview import OpenInterview, address
from tests.inbox.people import Visitor, of
from tests.support.inbox_world import World


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
    assert answer.get_json()["said"] == "Brouillon enregistré."
    assert "HX-Request" in answer.headers["Vary"]
    karim.send("/terminer", champ_avis="favorable", champ_entretien_le="2026-09-10")
    assert len(world.enrolment.process.completed) == 1


def test_a_day_to_come_back_to_a_task_is_noted_and_cleared(interview: OpenInterview, karim: Visitor) -> None:
    for wrong in ("bientôt", "0026-09-14"):
        karim.get(address(interview())).send("/suivre", follow_up_on=wrong)
        assert karim.status == 422
    karim.send("/suivre", follow_up_on="14/9/2026")
    assert karim.page.xpath("//input[@name='follow_up_on']/@value") == ["2026-09-14"]
    assert "À revoir le 14/09/2026" in karim.text
    karim.send("/suivre", follow_up_on="")
    assert karim.page.xpath("//input[@name='follow_up_on']/@value") == [""]
