"""The pages of documents, over the real services: who sees and signs what, files, several at once."""

import io
from collections.abc import Iterator

import pytest
from pypdf import PdfReader
from sqlalchemy import insert, select

from shared.ids import uuid7
from shared.tasks.tables import task
from tests.diagrams.scenarios import ADMITTED, BEFORE_DECISION, PROJECT, RIGHTS
from tests.documents.desk import Desk, desk_of
from tests.documents.test_files import PDF
from tests.documents.world import words_of
from tests.support.databases import MakeDatabase


@pytest.fixture
def desk(make_sqlite_database: MakeDatabase) -> Iterator[Desk]:
    with desk_of(make_sqlite_database) as opened:
        yield opened


def test_a_document_is_read_then_signed_on_paper_and_on_screen(desk: Desk) -> None:
    desk.opened.play((*ADMITTED, *RIGHTS, *PROJECT))
    karim = (
        desk.sign_in("Karim Benali")
        .get(f"/parcours/{desk.opened.id}")
        .open("Documents, signatures et fichiers joints")
    )
    assert len(karim.client.get(f"/parcours/{desk.opened.id}").get_data()) < 100_000
    assert karim.title == "Documents du parcours"
    assert "Projet personnalisé" in karim.text
    assert "À signer par : L’élève, Le référent de parcours, Le conseiller" in karim.text

    link = karim.page.xpath("//article[h3='Projet personnalisé']//a/@href")[0]
    saved = karim.client.get(link)
    assert saved.headers["Content-Disposition"].startswith("attachment;")
    assert saved.headers["Content-Type"] == "application/pdf"
    said = words_of(PdfReader(io.BytesIO(saved.data)))
    assert "Karim Benali, référent de parcours, et Samira Haddad" in said
    assert "Lycée professionnel Louise-Garance" in said

    sign = link.replace(".pdf", "/signer")
    karim.get(desk.address).send(
        sign, **{"as": "eleve", "how": "papier", "on": "7/9/2026", "name": "Lina Moreau"}
    )
    assert "La signature est enregistrée." in karim.text
    assert "L’élève (Lina Moreau) : signé sur papier le 07/09/2026, saisi par Karim Benali" in karim.text
    refused = karim.post(sign, karim.filled(sign) | {"as": "eleve", "how": "papier", "on": "7/9/2026"})
    assert (refused.status, "Cette signature est déjà enregistrée." in refused.text) == (422, True)

    samira = desk.sign_in("Samira Haddad").get(desk.address)
    samira.send(sign)
    assert "Le conseiller de la Mission Locale (Samira Haddad) : signé à l’écran le 07/09/2026" in samira.text


def test_a_tasks_page_has_the_documents_what_is_known_and_what_comes_after_each_choice(desk: Desk) -> None:
    desk.opened.play((*ADMITTED, *RIGHTS, *PROJECT))
    karim = desk.sign_in("Karim Benali").get("/taches").open("Faire signer le projet")
    assert "Projet personnalisé" in karim.text_of("//section[@aria-labelledby='pieces']")
    link = karim.page.xpath("//section[@aria-labelledby='pieces']//a[.='Projet personnalisé']/@href")[0]
    assert karim.client.get(link).headers["Content-Type"] == "application/pdf"
    assert "Moreau" in karim.text_of("//section[@aria-labelledby='essentiel']//details")
    comes = karim.text_of("//section[@aria-labelledby='ensuite']")
    assert "PACEA" not in comes, "the Mission Locale's own"
    assert "« Élaborer le projet : part du référent », au lycée" in comes


def test_other_people_find_no_documents(desk: Desk) -> None:
    desk.opened.play(ADMITTED)
    link = desk.sign_in("Karim Benali").get(desk.address).page.xpath("//article//a/@href")[0]
    stranger = desk.sign_in("Philippe Arnaud")
    assert stranger.get(desk.address).status == 404
    assert stranger.get(link).status == 404


def test_a_file_is_attached_saved_and_taken_back(desk: Desk) -> None:
    desk.opened.play(ADMITTED)
    karim = desk.sign_in("Karim Benali").get(desk.address)
    karim.send("/documents", file=(io.BytesIO(PDF), "Certificat d’Anaïs.pdf"))
    assert "Le fichier « Certificat d’Anaïs.pdf » est joint." in karim.text
    link = karim.page.xpath("//a[.='Certificat d’Anaïs.pdf']/@href")[0]
    saved = desk.sign_in("Samira Haddad").client.get(link)
    assert (saved.data, saved.headers["X-Content-Type-Options"]) == (PDF, "nosniff")
    karim.send("/retirer")
    assert "Le fichier est retiré." in karim.text
    assert karim.client.get(link).status_code == 404


def test_a_file_of_another_type_is_refused_beside_its_field(desk: Desk) -> None:
    desk.opened.play(ADMITTED)
    karim = desk.sign_in("Karim Benali").get(desk.address)
    karim.send("/documents", file=(io.BytesIO(b"MZ virus"), "facture.pdf"))
    assert karim.status == 422
    assert "Types acceptés : PDF, JPEG, PNG." in karim.text_of("//*[@id='file-erreur']")
    assert "Choisissez un fichier" in karim.send("/documents").text


def test_a_head_of_school_admits_and_signs_several_at_once(desk: Desk) -> None:
    desk.opened.play(BEFORE_DECISION)
    head = desk.sign_in("Hélène Vasseur").get("/a-valider")
    assert "Lina Moreau – Décider de l’admission" in head.text.replace("'", "’")
    (task,) = head.page.xpath("//input[@name='choix']/@value")
    assert "Cochez au moins une ligne." in head.send("/admissions").text
    wrong = head.get("/a-valider").send("/admissions", choix=[task], entree_le="demain")
    assert "Indiquez les dates" in wrong.text
    refused = head.get("/a-valider").send(
        "/admissions", choix=[task], decision_le="07/09/2026", entree_le="01/01/2020"
    )
    assert "non fait : " in refused.text
    head.get("/a-valider").send("/admissions", choix=[task], decision_le="07/09/2026", entree_le="10/09/2026")
    assert "Lina Moreau" in head.text
    assert "fait" in head.page.xpath("//tbody/tr/td[2]/text()")
    head.get("/a-valider")
    (document,) = head.page.xpath("//input[@name='choix']/@value")
    assert "Décision d’admission dans le parcours" in head.text
    assert "J’ai pris connaissance" in head.send("/a-valider/documents", choix=[document]).text_of(
        "//*[@role='alert']"
    )
    head.get("/a-valider").send("/a-valider/documents", choix=[document], lu="oui")
    assert head.page.xpath("//tbody/tr/td[2]/text()") == ["fait"]
    assert "Rien n’attend votre décision ni votre signature." in head.get("/a-valider").text


def test_admissions_are_there_however_much_else_is_due_before_them(desk: Desk) -> None:
    desk.opened.play(BEFORE_DECISION)
    with desk.opened.services["enrolment"].database.begin() as tx:
        (admission,) = tx.execute(select(task).where(task.c.element_id == "decider_admission")).mappings()
        earlier = {"element_id": "mener_entretien", "role": "referent", "due_sort": admission["opened_at"]}
        tx.execute(insert(task), [{**admission, **earlier, "id": uuid7()} for _ in range(101)])
    head = desk.sign_in("Hélène Vasseur").get("/a-valider")
    assert "Lina Moreau – Décider de l’admission" in head.text.replace("'", "’")
    assert "Rien n’attend votre décision" not in head.text


def test_the_page_of_several_is_offered_to_those_who_sign(desk: Desk) -> None:
    assert "À valider et à signer" in desk.sign_in("Hélène Vasseur").text
    karim = desk.sign_in("Karim Benali")
    assert "À valider et à signer" not in karim.text
