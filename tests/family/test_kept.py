"""What somebody of the family sent is not lost: a service that is down, a word of another, a document replaced."""

from collections.abc import Callable

import pytest
from sqlalchemy import update

from services.inbox.limits.guard import TooManyRequests
from shared.documents.tables import document
from shared.ids import uuid7
from tests.documents.world import REFERENT
from tests.family.test_page import read, signature, signing
from tests.family.test_words import TASK, answers, open_words
from tests.family.world import Family
from tests.inbox.people import Visitor

TEXT = "Un contrat chez Dumas <b>lundi</b>\n" + "a" * 380
DOWN, GONE = "La page n’est pas disponible pour le moment", "Ce lien ne s’ouvre pas"
REPLACED = "Ce document n’est plus là : il a été remplacé ou annulé."


@pytest.fixture
def cut(family: Family, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Callable[[], None]]:
    """Cuts a service off; what it gives back brings it back."""
    sources = family.app.extensions["inbox"].sources

    def off(service: str) -> Callable[[], None]:
        monkeypatch.setitem(sources._addresses, service, "http://127.0.0.1:9")

        def on() -> None:
            monkeypatch.setitem(sources._addresses, service, family.urls[service])

        return on

    return off


def box(visitor: Visitor) -> str:
    """What stands in the box for a text, its markup as it was typed."""
    return str(visitor.page.xpath("string(//textarea)"))


def is_replaced(family: Family) -> None:
    enrolment = family.opened.services["enrolment"]
    with enrolment.database.begin() as tx:
        tx.execute(
            update(document).where(document.c.kind == "projet").values(replaced_at=family.opened.clock.now())
        )


def test_a_word_that_met_a_service_that_is_down_stays_on_the_page_and_is_sent_again(
    family: Family, cut: Callable[[str], Callable[[], None]]
) -> None:
    lina = family.comes()
    form = lina.filled("/mot", objet="trouve", texte=TEXT.replace("\n", "\r\n"))
    back = cut("enrolment")
    lina.post(f"{lina.path}/mot", form)
    assert (lina.status, lina.title, box(lina)) == (503, DOWN, TEXT)
    assert lina.page.xpath("//textarea/@maxlength") == ["500"]
    assert "Rien n’est perdu" not in lina.text
    assert lina.send("/mot").status == 503
    assert box(lina) == TEXT
    back()
    assert "Votre mot est envoyé." in lina.send("/mot").text
    (task,) = open_words(family)
    shown = family.sign_in("Karim Benali").get(f"/taches/enrolment/{task['id']}")
    assert "Un contrat chez Dumas <b>lundi</b>" in shown.text


def test_a_signature_that_met_a_service_that_is_down_is_sent_again(
    family: Family, cut: Callable[[str], Callable[[], None]]
) -> None:
    lina = family.comes()
    read(lina, "Projet personnalisé")
    action, form = signing(lina), lina.filled(signing(lina), lu="oui")
    back = cut("enrolment")
    assert lina.post(action, form).status == 503
    back()
    assert "C’est signé." in lina.send("/signer").text
    assert signature(family, "eleve")["how"] == "ecran"


def test_a_page_that_only_reads_offers_nothing_to_send_again(
    family: Family, cut: Callable[[str], Callable[[], None]]
) -> None:
    path = family.gives()
    cut("enrolment")
    lina = family.anybody().get(path)
    assert (lina.status, lina.page.xpath("//form")) == (503, [])


def test_a_word_that_was_one_request_too_many_stays_on_the_page(
    family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    lina = family.comes()
    form = lina.filled("/mot", objet="trouve", texte=TEXT)

    def refuse() -> None:
        raise TooManyRequests(60)

    with monkeypatch.context() as busy:
        busy.setitem(family.app.before_request_funcs, "family", [refuse])
        lina.post(f"{lina.path}/mot", form)
    assert (lina.status, lina.headers["Retry-After"], box(lina)) == (429, "60", TEXT)
    assert "Set-Cookie" not in lina.headers
    assert "Votre mot est envoyé." in lina.send("/mot").text


def test_who_writes_while_another_s_word_waits_keeps_her_text(family: Family) -> None:
    lina, nadia = family.comes(), family.comes("responsable_legal")
    form = nadia.filled("/mot", objet="arret", texte=TEXT)
    lina.send("/mot", objet="trouve")
    nadia.post(f"{nadia.path}/mot", form)
    assert (nadia.status, box(nadia)) == (422, TEXT)
    assert nadia.page.xpath("//textarea[@readonly]")
    assert "le vôtre n’est pas envoyé" in nadia.text_of("//*[@id='erreur-mot']")
    assert len(open_words(family)) == 1


def test_a_word_sent_twice_is_one_word_and_told_as_sent(family: Family) -> None:
    lina = family.comes()
    page, form = lina.path, lina.filled("/mot", objet="arret", texte=TEXT)
    for _ in range(2):
        assert "Votre mot est envoyé." in lina.post(f"{page}/mot", form).text
    assert [each["name"] for each in open_words(family)] == [TASK]


def test_a_word_sent_again_after_its_answer_is_no_second_word(family: Family) -> None:
    lina = family.comes()
    page, form = lina.path, lina.filled("/mot", objet="arret", texte=TEXT)
    lina.post(f"{page}/mot", form)
    answers(family)
    assert "Réponse : On se voit mardi." in lina.post(f"{page}/mot", form).text
    assert open_words(family) == []
    lina.get(page).send("/mot", objet="arret", texte=TEXT)
    assert len(open_words(family)) == 1


def test_another_word_than_the_one_answered_meanwhile_is_sent_once_the_answer_was_read(
    family: Family,
) -> None:
    lina, nadia = family.comes(), family.comes("responsable_legal")
    form = nadia.filled("/mot", objet="arret", texte=TEXT)
    lina.send("/mot", objet="trouve")
    answers(family)
    nadia.post(f"{nadia.path}/mot", form)
    assert (nadia.status, box(nadia)) == (422, TEXT)
    assert "a sa réponse, ci-dessus" in nadia.text_of("//*[@id='erreur-mot']")
    assert open_words(family) == []
    assert "Votre mot est envoyé." in nadia.send("/mot").text


def test_a_signature_recorded_on_paper_meanwhile_is_not_told_as_made_on_screen(family: Family) -> None:
    lina = family.comes()
    read(lina, "Projet personnalisé")
    action, form = signing(lina), lina.filled(signing(lina), lu="oui")
    projet = family.opened.document("enrolment", "projet")["id"]
    paper = {"as": "eleve", "how": "papier", "on": "2026-09-07", "name": "Lina Moreau"}
    family.opened.post("enrolment", f"/documents/{projet}/signatures", REFERENT, json=paper)
    lina.post(action, form)
    assert (lina.status, lina.text_of("//*[@role='alert']")) == (422, "Cette signature est déjà enregistrée.")
    assert "Vous avez signé sur papier" in lina.text


def test_what_was_done_is_told_though_the_page_after_it_is_not_there(
    family: Family, cut: Callable[[str], Callable[[], None]]
) -> None:
    path = family.gives()
    cut("enrolment")
    assert "Votre mot est envoyé. Réessayez" in family.anybody().get(f"{path}?fait=mot").text


def test_a_browser_that_asks_anew_for_the_page_of_an_answer_has_the_page_and_nothing_is_done(
    family: Family,
) -> None:
    lina = family.comes()
    path, action = lina.path, signing(lina)
    for asked in (f"{path}/mot", action):
        assert (lina.get(asked).path, lina.title) == (path, "Bonjour Lina")
    assert open_words(family) == []
    assert family.opened.document("enrolment", "projet")["signatures"] == []


def test_a_document_that_was_replaced_meanwhile_is_said_to_be_and_the_link_lives(family: Family) -> None:
    lina = family.comes()
    path, pdf = lina.path, lina.page.xpath("//article[h3='Projet personnalisé']//a/@href")[0]
    action, form = signing(lina), lina.filled(signing(lina), lu="oui")
    is_replaced(family)
    for answer in (lina.get(pdf), lina.post(action, form), lina.post(action)):
        assert (answer.status, answer.title) == (404, "Bonjour Lina")
        assert answer.text_of("//*[@role='alert']") == REPLACED
    assert lina.get(path).status == 200


def test_whether_a_document_is_there_is_not_said_while_its_service_is_down(
    family: Family, cut: Callable[[str], Callable[[], None]]
) -> None:
    lina = family.comes()
    asked = f"{lina.path}/accompaniment/{uuid7()}"
    back = cut("accompaniment")
    assert (lina.get(f"{asked}.pdf").status, lina.title) == (503, DOWN)
    assert (lina.post(f"{asked}/signer", {"lu": "oui"}).status, lina.title) == (503, DOWN)
    back()
    assert (lina.get(f"{asked}.pdf").status, REPLACED in lina.text) == (404, True)


def test_a_link_that_ends_between_two_clicks_says_so(family: Family) -> None:
    lina = family.comes()
    pdf = lina.page.xpath("//article//a/@href")[0]
    action, form = signing(lina), lina.filled(signing(lina), lu="oui")
    family.gives()
    for answer in (lina.get(pdf), lina.post(action, form)):
        assert (answer.status, answer.title) == (404, GONE)
