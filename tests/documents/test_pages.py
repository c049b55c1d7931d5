"""The pages of documents, over the real services: who sees and signs what, files, several at once."""

import io
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from typing import Any

import pytest
from pypdf import PdfReader
from werkzeug.serving import make_server

from services.embedded import PROCESS_SERVICES
from services.inbox.demo import seed
from tests.diagrams.scenarios import ADMITTED, BEFORE_DECISION, PROJECT, RIGHTS
from tests.documents.test_files import PDF
from tests.documents.world import Parcours, words_of
from tests.inbox.people import Visitor
from tests.support.databases import MakeDatabase
from tests.support.inbox_world import inbox_app


class Desk:
    """A parcours behind the inbox; ``sign_in`` gives a browser."""

    def __init__(self, opened: Parcours, app: Any) -> None:
        self.opened, self.app = opened, app
        self.address = f"/parcours/{opened.id}/documents"

    def sign_in(self, name: str) -> Visitor:
        return Visitor(self.app.test_client()).sign_in(name)


@pytest.fixture
def desk(make_sqlite_database: MakeDatabase) -> Iterator[Desk]:
    with ExitStack() as running:
        opened = Parcours(
            make_sqlite_database, {"eleve_nom": "Moreau", "eleve_prenom": "Lina"}, date(2026, 9, 7)
        )
        running.callback(opened.close)
        urls = {
            name: _served(running, PROCESS_SERVICES[name].create_web(each))
            for name, each in opened.services.items()
        }
        database = make_sqlite_database(["services.inbox"])
        with database.begin() as tx:
            seed(tx)
        app = inbox_app(database, urls, opened.clock)
        running.callback(app.extensions["inbox"].close)
        yield Desk(opened, app)


def _served(running: ExitStack, app: Any) -> str:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()

    def stop() -> None:
        server.shutdown()
        thread.join()
        server.server_close()

    running.callback(stop)
    return f"http://127.0.0.1:{server.port}"


def test_a_document_is_read_then_signed_on_paper_and_on_screen(desk: Desk) -> None:
    desk.opened.play((*ADMITTED, *RIGHTS, *PROJECT))
    karim = (
        desk.sign_in("Karim Benali")
        .get(f"/parcours/{desk.opened.id}")
        .open("Documents, signatures et fichiers joints")
    )
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


def test_the_page_of_several_is_offered_to_those_who_sign(desk: Desk) -> None:
    assert "À valider et à signer" in desk.sign_in("Hélène Vasseur").text
    karim = desk.sign_in("Karim Benali")
    assert "À valider et à signer" not in karim.text
