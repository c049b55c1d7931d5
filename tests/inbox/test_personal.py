"""The pages about people's data, over the three services themselves: corrections, duplicates, reopening, the DPO's."""

import dataclasses
import io
import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from services import embedded
from services.enrolment import handlers
from services.enrolment.pupils.tables import pupil
from services.inbox.demo import LYCEE_GARANCE, seed
from shared import campagnes
from shared.clock import FixedClock
from shared.database import Database
from shared.documents.tables import document, template
from shared.identity import Actor, public_key
from shared.process import definitions
from shared.process.service import ProcessService
from shared.settings import ServiceSettings
from shared.tasks.tables import task
from tests.inbox.people import Visitor
from tests.support.databases import MakeDatabase
from tests.support.inbox_world import KEY, inbox_app
from tests.support.served import served

HEAD = Actor("head", "Hélène Vasseur", LYCEE_GARANCE, "lycee", frozenset({"chef_etablissement"}))
ROWS = (
    "INE;Nom;Prénom;Date de naissance;MEF;Classe;Téléphone\n"
    "111111111KH;Planterose;Zoé;01/03/2008;2403341111;TPRO;0612000001\n"
    "222222222KH;PLANTEROSE;Zoe;01/03/2008;2403341111;TCAP;\n"
)


@dataclasses.dataclass
class Place:
    services: dict[str, ProcessService]
    app: Any
    parcours_id: str
    pupil_id: str

    def visitor(self, name: str) -> Visitor:
        return Visitor(self.app.test_client()).sign_in(name)


@pytest.fixture
def place(inbox_database: Database, make_sqlite_database: MakeDatabase, clock: FixedClock) -> Iterator[Place]:
    with inbox_database.begin() as tx:
        seed(tx)
    with ExitStack() as running:
        services, urls = {}, {}
        for name, module in embedded.PROCESS_SERVICES.items():
            url = make_sqlite_database(module.TABLES).url
            built = module.build(ServiceSettings("test", url, "", {"k1": public_key(KEY)}), clock)
            definitions.register(
                built.database, built.catalog, built.vocabulary, frozenset(built.handlers), clock, built.workflows
            )  # fmt: skip
            with built.database.begin() as tx:
                campagnes.deliver(tx, clock.now())
            running.callback(built.database.dispose)
            services[name], urls[name] = built, running.enter_context(served(module.create_web(built)))
        handlers.import_file(services["enrolment"], LYCEE_GARANCE, ROWS.encode())
        page, _ = handlers.find_pupils(services["enrolment"], LYCEE_GARANCE, "111111111KH", None, 5)
        pupil_id = page.items[0]["id"]
        opened = handlers.open_parcours(services["enrolment"], HEAD, pupil_id)
        app = inbox_app(inbox_database, urls, clock)
        running.callback(app.extensions["inbox"].close)
        yield Place(services, app, opened.parcours_id, pupil_id)


def test_the_office_corrects_a_name_and_reads_what_changed(place: Place) -> None:
    martine = place.visitor("Martine Gauthier").get("/eleves").open("Planterose")
    assert martine.title == "Fiche de l’élève"
    martine.send("/fiche", family_name="Plantevigne", reason="")
    assert martine.status == 422
    martine.send("/fiche", family_name="Plantevigne", born_on="01/03/2010", reason="Erreur à l’inscription")
    assert martine.title == "La fiche est corrigée"
    assert "nom de famille, date de naissance" in martine.text
    assert "Plantevigne" in martine.get(f"/parcours/{place.parcours_id}").title
    martine.get(f"/eleves/{place.pupil_id}/fiche")
    assert "Motif : Erreur à l’inscription" in martine.text


def test_documents_made_with_the_old_name_are_listed(place: Place) -> None:
    with place.services["enrolment"].database.begin() as tx:
        tx.execute(insert(template).values(hash="h" * 64, files={}))
        tx.execute(
            insert(document).values(
                id="d" * 36, parcours_id=place.parcours_id, instance_id="i" * 36, kind="volontariat", rank=1,
                number="VOL-1", title="Volontariat", side="both", element_id="x",
                made_at=place.services["enrolment"].clock.now(), made_by="p", made_by_name="Karim Benali",
                template="h" * 64, content={"cites": {}}, signers={"mineur": [], "majeur": []}, people={},
            )
        )  # fmt: skip
    martine = place.visitor("Martine Gauthier").get(f"/eleves/{place.pupil_id}/fiche")
    martine.send("/fiche", family_name="Plantevigne", reason="Erreur à l’inscription")
    assert "Documents faits avec l’ancienne valeur" in martine.text
    assert "Volontariat VOL-1 (07/09/2026)" in martine.text


def test_a_wrong_date_is_said_and_what_was_typed_stays(place: Place) -> None:
    martine = place.visitor("Martine Gauthier").get(f"/eleves/{place.pupil_id}/fiche")
    martine.send("/fiche", born_on="31/02/2008", reason="Erreur à l’inscription")
    assert (martine.status, "n'existe pas" in martine.text) == (422, True)
    assert martine.filled("/fiche")["born_on"] == ["31/02/2008"]


def _record(place: Place) -> dict[str, Any]:
    with place.services["enrolment"].database.read() as look:
        return dict(look.execute(select(pupil).where(pupil.c.id == place.pupil_id)).one()._mapping)


def test_an_older_page_of_a_record_puts_nothing_back_that_a_colleague_has_corrected(place: Place) -> None:
    path = f"/eleves/{place.pupil_id}/fiche"
    martine, nadia = (place.visitor(name).get(path) for name in ("Martine Gauthier", "Nadia Cherif"))
    nadia.send("/fiche", phone="0699999999", born_on="02/03/2008", reason="Nouveau numéro")
    martine.send("/fiche", address="9 rue Neuve", reason="Déménagement")
    assert martine.title == "La fiche est corrigée"
    assert "Corrigé : adresse." in martine.text
    kept = _record(place)
    assert (kept["phone"], kept["address"]) == ("0699999999", "9 rue Neuve")
    assert kept["born_on"].isoformat() == "2008-03-02"


def test_what_two_have_corrected_otherwise_is_refused_and_shown_beside_what_was_typed(place: Place) -> None:
    path = f"/eleves/{place.pupil_id}/fiche"
    martine, nadia = (place.visitor(name).get(path) for name in ("Martine Gauthier", "Nadia Cherif"))
    nadia.send("/fiche", born_on="02/03/2008", phone="0699999999", reason="Pièce d’identité")
    martine.send("/fiche", born_on="03/03/2008", address="9 rue Neuve", reason="Acte de naissance")
    assert (martine.status, "rien de ce que vous venez d’envoyer n’est enregistré" in martine.text) == (
        409,
        True,
    )
    assert "Enregistré maintenant : 02/03/2008" in martine.text
    assert martine.text.count("Enregistré maintenant") == 1
    typed = martine.filled("/fiche")
    assert (typed["born_on"], typed["phone"], typed["address"], typed["reason"]) == (
        ["03/03/2008"], ["0699999999"], ["9 rue Neuve"], ["Acte de naissance"],
    )  # fmt: skip
    assert _record(place)["address"] is None
    assert martine.send("/fiche").title == "La fiche est corrigée"
    kept = _record(place)
    assert (kept["born_on"].isoformat(), kept["phone"]) == ("2008-03-03", "0699999999")


def test_who_may_not_correct_has_no_link_and_no_page(place: Place) -> None:
    thomas = place.visitor("Thomas Rey").get("/eleves")
    assert not [each for each in thomas.links() if each.startswith("Planterose")]
    assert thomas.get(f"/eleves/{place.pupil_id}/fiche").status == 403
    assert place.visitor("Samira Haddad").get(f"/eleves/{place.pupil_id}/fiche").status == 403


def test_two_records_are_merged_by_a_person_who_chooses(place: Place) -> None:
    nadia = place.visitor("Nadia Cherif").get("/eleves").open("Fiches en double ?")
    kept = nadia.filled(0)["kept"]
    wrong = 1 if kept == [place.pupil_id] else 0
    right = 1 - wrong
    nadia.send(wrong)
    assert nadia.status == 409
    assert "gardez celle-là" in nadia.text
    nadia.get("/eleves/doublons").send(right)
    assert "Les deux fiches sont réunies." in nadia.text
    assert "Aucune fiche ne semble en double." in nadia.text


def test_two_records_are_told_apart(place: Place) -> None:
    nadia = place.visitor("Nadia Cherif").get("/eleves/doublons").send("/distinguer")
    assert "Ces deux fiches ne seront plus proposées ensemble." in nadia.text


def test_who_did_a_task_and_the_responsible_are_offered_to_open_it_again(place: Place) -> None:
    with place.services["enrolment"].database.begin() as tx:
        row = tx.execute(select(task)).first()
        assert row is not None
        done = {"status": "completed", "completed_at": row.opened_at, "completed_by_name": "Karim Benali"}
        tx.execute(update(task).where(task.c.id == row.id).values(done))
    helene = place.visitor("Hélène Vasseur").get(f"/taches/enrolment/{row.id}")
    assert "Je me suis trompé" in helene.text
    helene.send("/rouvrir", reason="")
    assert helene.status == 422
    helene.send("/rouvrir", reason="Mauvaise case cochée")
    assert (helene.status, helene.title) == (409, "La tâche ne peut pas être rouverte")
    assert "Demandez à l'équipe technique" in helene.text
    thomas = place.visitor("Thomas Rey").get(f"/taches/enrolment/{row.id}")
    assert "Je me suis trompé" not in thomas.text


def test_a_parcours_says_who_else_has_looked(place: Place) -> None:
    place.visitor("Agathe Colin").get(f"/donnees/personnes/{place.pupil_id}")
    nadia = place.visitor("Nadia Cherif").get(f"/parcours/{place.parcours_id}")
    nadia.open("Qui d’autre a consulté ce parcours ?")
    assert nadia.title == "Consultations par d’autres organisations"
    assert "Agathe Colin Plateforme Ambition Emploi l’export complet" in nadia.text
    assert place.visitor("Samira Haddad").get(f"/parcours/{place.parcours_id}/consultations").status == 404


@pytest.mark.parametrize("path", ["", "/demandes", "/personnes", "/effacements"])
def test_the_dpos_pages_are_the_dpos_alone(place: Place, path: str) -> None:
    assert place.visitor("Agathe Colin").get(f"/donnees{path}").status == 200
    assert place.visitor("Hélène Vasseur").get(f"/donnees{path}").status == 403
    assert place.visitor("Dominique Aubry").get(f"/donnees{path}").status == 403


def test_the_register_says_what_is_still_to_be_completed_and_invents_no_legal_basis(place: Place) -> None:
    agathe = place.visitor("Agathe Colin").get("/donnees")
    assert agathe.title == "Registre des traitements"
    bases = agathe.page.xpath("//div[dt='Base légale (RGPD, art. 6)']/dd")
    assert {" ".join(each.text_content().split()) for each in bases} == {
        "À compléter par le responsable du traitement."
    }
    assert "arrêté du 18 juillet 2023 (NOR MENE2318171A)" in agathe.text
    assert "26e anniversaire plus 2 ans, ou sortie plus 2 ans" in agathe.text
    with place.services["enrolment"].database.begin() as tx:
        known = campagnes.current(tx)["2026-2027"]
        changed = dict(known.data) | {"conservation": known.data["conservation"] | {"ans_apres_sortie": 3}}
        campagnes.add_version(tx, known.code, 2, changed, HEAD, place.services["enrolment"].clock.now())
    assert "ou sortie plus 3 ans" in agathe.get("/donnees").text
    assert "task_comment" in agathe.text
    assert "Courriels, SMS et rendez-vous annoncés" in agathe.text


def test_a_person_is_found_exported_whole_and_erased_only_when_nothing_runs(place: Place) -> None:
    agathe = place.visitor("Agathe Colin").get("/donnees/personnes").send("/personnes", texte="111111111KH")
    agathe.open("Planterose")
    assert agathe.title == "Dossier complet d’une personne"
    assert "0612000001" in agathe.text
    answer = agathe.client.get(f"/donnees/personnes/{place.pupil_id}/export.json")
    export = json.load(io.BytesIO(answer.get_data()))
    assert [each["service"] for each in export["services"]] == [
        "enrolment", "accompaniment", "bilan", "inbox",
    ]  # fmt: skip
    assert "0612000001" in answer.get_data(as_text=True)
    agathe.send("/effacer")
    assert agathe.status == 422
    agathe.get(f"/donnees/personnes/{place.pupil_id}").send("/effacer", sure="oui")
    assert agathe.status == 409
    assert "n'est pas terminé" in agathe.text


def test_a_search_that_is_too_long_is_refused_with_what_is_allowed(place: Place) -> None:
    agathe = place.visitor("Agathe Colin").get("/donnees/personnes").send("/personnes", texte="a" * 201)
    assert agathe.status == 422
    assert "200" in agathe.text


def test_an_erasure_is_followed_on_its_page(place: Place) -> None:
    agathe = place.visitor("Agathe Colin").get("/donnees/personnes").send("/personnes", texte="222222222KH")
    agathe.open("PLANTEROSE").send("/effacer", sure="oui")
    assert "L’effacement est demandé à tous les services." in agathe.text
    assert "En cours dans les services." in agathe.text
    assert agathe.text.count("Le registre est intact.") == 3
    agathe.get("/donnees/effacements?registre=entier")
    assert agathe.text.count("Le registre est intact.") == 3


def test_a_request_is_due_within_a_month_and_answered_once(place: Place) -> None:
    agathe = place.visitor("Agathe Colin").get("/donnees/demandes")
    agathe.send(0, kind="acces", received_on="2026-08-07", note="Demande par courrier")
    assert "En retard : réponse due le 07/09/2026." not in agathe.text
    assert "Réponse due le 07/09/2026." in agathe.text
    agathe.send(0, answer="Export remis en main propre")
    assert "Répondu le 07/09/2026." in agathe.text
    agathe.send(0, kind="acces", received_on="2026-09-08", note="Demain")
    assert (agathe.status, "ne peut pas être à venir" in agathe.text) == (422, True)


def test_a_request_that_is_sent_twice_is_noted_once(place: Place) -> None:
    agathe = place.visitor("Agathe Colin").get("/donnees/demandes")
    typed = agathe.filled("/demandes", kind="acces", received_on="07/09/2026", note="Courrier de la mère")
    for _ in range(2):
        assert agathe.client.post("/donnees/demandes", data=typed).status_code == 303
    assert agathe.get("/donnees/demandes").text.count("Courrier de la mère") == 1
    agathe.send("/demandes", kind="acces", received_on="07/09/2026", note="Courrier de la mère")
    assert agathe.get("/donnees/demandes").text.count("Courrier de la mère") == 2, (
        "another page is another request"
    )
