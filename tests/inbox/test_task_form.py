"""One task's form, without JavaScript: what it shows, takes and refuses."""

from datetime import date

import pytest

from tests.inbox.interview import OpenInterview, address
from tests.inbox.people import Visitor, of
from tests.support.inbox_world import World


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


@pytest.mark.parametrize("forged", ["€", " ", "1\r\nX-Role: chef"])
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
