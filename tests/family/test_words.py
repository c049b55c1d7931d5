"""« J’ai trouvé quelque chose », « Je veux arrêter »: a task for who follows the parcours, which ends nothing."""

from collections.abc import Callable
from typing import Any

from services.inbox.family.page import OWNER
from shared.identity import FamilyMember, TokenSigner
from shared.ids import uuid7
from tests.documents.world import CONSEILLER, REFERENT
from tests.family.world import Family
from tests.support.inbox_world import KEY

TASK = "Répondre au mot de la famille"


def answers(family: Family, suite: str = "continue") -> None:
    """Who has the task answers it."""
    (task,) = open_words(family)
    values = {"mot_suite": suite, "mot_reponse": "On se voit mardi."}
    headers = {"If-Match": f'"{task["version"]}"', "Idempotency-Key": uuid7()}
    actor, path = family.opened.actor_of(task), f"/tasks/{task['id']}/complete"
    done = family.opened.post(OWNER, path, actor, json={"values": values}, headers=headers)
    assert done.status_code == 200, done.get_json()


def writes(family: Family, signer: str = "eleve", **said: str) -> Any:
    return family.comes(signer).send("/mot", **({"objet": "trouve"} | said))


def open_words(family: Family) -> list[dict[str, Any]]:
    found = {each["id"]: each for each in family.opened.tasks(OWNER) if each["name"] == TASK}
    return list(found.values())


def test_a_word_becomes_a_task_of_the_referent_who_answers_it(family: Family) -> None:
    lina = writes(family, objet="trouve", texte="Un contrat chez Dumas")
    assert "Votre mot est envoyé." in lina.text
    assert "écrit par Lina Moreau le lundi 7 septembre 2026" in lina.text
    (task,) = open_words(family)
    assert (task["assignee"], task["role"]) == (REFERENT.person_id, "referent")
    shown = family.sign_in("Karim Benali").get(f"/taches/enrolment/{task['id']}")
    assert "Un contrat chez Dumas" in shown.text
    assert "Répondre ici ne change rien au parcours." in shown.text
    answers(family)
    assert "Réponse : On se voit mardi." in lina.get(lina.path).text


def test_a_word_loses_the_invisible_characters_that_were_pasted_with_it(family: Family) -> None:
    lina = writes(family, texte="Un contrat\x0b chez\x92 Dumas")
    assert "Votre mot est envoyé." in lina.text
    (task,) = open_words(family)
    shown = family.sign_in("Karim Benali").get(f"/taches/enrolment/{task['id']}")
    assert "Un contrat chez Dumas" in shown.text


def test_a_word_ends_nothing(family: Family) -> None:
    before = [each["element_id"] for each in family.opened.tasks(OWNER)]
    writes(family, objet="arret")
    answers(family, "fin")
    assert [each["element_id"] for each in family.opened.tasks(OWNER)] == before
    assert "signaler_fin_anticipee" in before


def test_the_partner_sees_that_something_was_said(family: Family) -> None:
    writes(family)
    seen = family.sign_in("Samira Haddad").get(f"/parcours/{family.opened.id}")
    assert TASK in seen.text


def test_of_two_words_the_second_waits_for_the_answer_to_the_first(family: Family) -> None:
    lina, nadia = family.comes(), family.comes("responsable_legal")
    form = nadia.filled("/mot", objet="arret")
    lina.send("/mot", objet="trouve")
    refused = nadia.post(f"{nadia.path}/mot", form)
    assert (refused.status, "Un mot est déjà arrivé" in refused.text_of("//*[@id='erreur-mot']")) == (
        422,
        True,
    )
    assert len(open_words(family)) == 1
    answers(family)
    nadia.get(nadia.path.removesuffix("/mot")).send("/mot", objet="arret")
    assert "Votre mot est envoyé." in nadia.text
    assert "écrit par Nadia Moreau" in nadia.text


def test_a_word_without_what_is_asked_again_and_its_text_stays(family: Family) -> None:
    lina = family.comes().send("/mot", texte="Bonjour")
    assert (lina.status, lina.text_of("//*[@id='erreur-mot']")) == (
        422,
        "Choisissez ce que vous voulez dire.",
    )
    assert lina.page.xpath("//textarea/text()") == ["Bonjour"]
    assert open_words(family) == []


def post(family: Family, body: Any) -> Any:
    member = FamilyMember(uuid7(), "Lina Moreau", family.opened.id, "eleve")
    token = TokenSigner({"k1": KEY}, family.opened.clock, uuid7).sign(member, OWNER)
    return family.opened.clients[OWNER].post(
        "/famille/mot", json=body, headers={"Authorization": f"Bearer {token}"}
    )


def test_the_door_takes_only_what_can_be_said(family: Family) -> None:
    assert post(family, {"what": "autre"}).status_code == 422
    assert post(family, {"what": "arret", "text": "x" * 501}).status_code == 422
    assert post(family, {"what": "arret"}).status_code == 201


def test_from_etape_4_on_the_conseiller_answers(family: Family, entrusted: Callable[[], None]) -> None:
    entrusted()
    writes(family)
    (task,) = open_words(family)
    assert (task["assignee"], task["role"]) == (CONSEILLER.person_id, "conseiller")
    answers(family)
    assert open_words(family) == []
