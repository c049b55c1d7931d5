"""The pages of the local offer, over accompaniment itself, without JavaScript."""

import io
from collections.abc import Iterator
from typing import Any

import pytest

from services.accompaniment import app as accompaniment
from services.inbox.demo import seed
from shared.clock import FixedClock
from shared.database import Database
from shared.identity import public_key
from shared.settings import ServiceSettings
from tests.inbox.people import Visitor
from tests.support.databases import MakeDatabase
from tests.support.inbox_world import KEY, inbox_app
from tests.support.served import served

NOWHERE = "http://127.0.0.1:9"
TYPED = {
    "kind": "tre", "title": "Trouver un employeur", "partner": "Atelier du Rhône", "place": "Lyon",
    "first_on": "2026-10-05", "last_on": "2026-10-30", "seats": "2", "is_psad": "oui",
}  # fmt: skip


@pytest.fixture
def pages(inbox_database: Database, make_sqlite_database: MakeDatabase, clock: FixedClock) -> Iterator[Any]:
    """The inbox's application over accompaniment."""
    with inbox_database.begin() as tx:
        seed(tx)
    settings = ServiceSettings(
        "test", make_sqlite_database(accompaniment.TABLES).url, "", {"k1": public_key(KEY)}
    )
    service = accompaniment.build(settings, clock)
    with served(accompaniment.create_web(service)) as at:
        urls = {"enrolment": NOWHERE, "accompaniment": at, "bilan": NOWHERE}
        app = inbox_app(inbox_database, urls, clock)
        yield app
        app.extensions["inbox"].close()
    service.database.dispose()


@pytest.fixture
def samira(pages: Any) -> Visitor:
    return Visitor(pages.test_client()).sign_in("Samira Haddad")


def test_a_conseiller_adds_changes_and_closes_an_offer(samira: Visitor) -> None:
    assert "L’offre locale est vide" in samira.get("/offre").text
    samira.open("Ajouter une offre")
    assert "L’offre est ajoutée." in samira.send("/ajouter", **TYPED).text
    assert "Trouver un employeur" in samira.text
    assert "2 sur 2" in samira.text
    assert "partenaire de la PSAD" in samira.text
    samira.open("Trouver un employeur").send(0, seats="6")
    assert "6 sur 6" in samira.text
    samira.open("Trouver un employeur").send("/clore")
    assert "L’offre est close." in samira.text
    assert "Offres closes ou passées" in samira.text


def test_a_number_of_thousands_of_digits_is_refused_beside_its_field(samira: Visitor) -> None:
    samira.get("/offre/ajouter").send("/ajouter", **(TYPED | {"seats": "9" * 5000}))
    assert samira.status == 422
    assert samira.page.get_element_by_id("champ-seats").get("aria-describedby").strip() == "erreur-seats"


def test_what_is_wrong_is_said_beside_its_field_and_kept_as_typed(samira: Visitor) -> None:
    samira.get("/offre/ajouter").send("/ajouter", **(TYPED | {"seats": "beaucoup", "last_on": "2026-10-01"}))
    assert samira.status == 422
    assert "Le dernier jour ne peut pas précéder le premier" not in samira.text, "the shape comes first"
    assert samira.page.get_element_by_id("champ-seats").get("aria-describedby").strip() == "erreur-seats"
    assert samira.page.get_element_by_id("champ-seats").value == "beaucoup"
    samira.send("/ajouter", seats="2")
    assert "Le dernier jour ne peut pas précéder le premier, le 05/10/2026." in samira.text
    samira.send("/ajouter", last_on="2026-10-30")
    assert "L’offre est ajoutée." in samira.text


def test_who_saves_what_a_colleague_has_changed_sees_it_as_it_is_now(pages: Any, samira: Visitor) -> None:
    samira.get("/offre/ajouter").send("/ajouter", **TYPED)
    marc = Visitor(pages.test_client()).sign_in("Marc Tessier").get("/offre").open("Trouver un employeur")
    samira.open("Trouver un employeur").send(0, seats="6")
    marc.send(0, seats="3")
    assert marc.status == 412
    assert "Quelqu’un d’autre a changé cette offre" in marc.text
    assert marc.page.get_element_by_id("champ-seats").value == "6"


def test_the_pages_are_for_who_keeps_the_offer(pages: Any) -> None:
    for name in ("Karim Benali", "Anne Delorme", "Laure Vidal"):
        visitor = Visitor(pages.test_client()).sign_in(name)
        assert visitor.get("/offre").status == 403
        assert "Offre locale" not in visitor.links("//header")


HEADER = "nature;intitule;partenaire;lieu;du;au;places;psad;cadre\n"
ROW = "tre;Trouver un employeur;Atelier du Rhône;Lyon;05/10/2026;30/10/2026;2;oui;\n"


def sent(visitor: Visitor, text: str) -> Visitor:
    return visitor.get("/offre").send("/import", file=(io.BytesIO(text.encode()), "offres.csv"))


def figures(visitor: Visitor) -> list[str]:
    return [str(figure.text) for figure in visitor.page.xpath("//dl[@class='figures']//dd")]


def test_a_file_adds_changes_and_refuses_offers_and_twice_changes_nothing(samira: Visitor) -> None:
    wrong = "cuisine;Chef;Chez Paul;Lyon;05/10/2026;30/10/2026;deux;;\n"
    unframed = "entreprise;Vente;Chez Paul;Lyon;05/10/2026;30/10/2026;2;;\n"
    first = sent(samira, HEADER + ROW + wrong + unframed + ROW)
    assert figures(first) == ["1", "0", "0", "3"]
    assert "nature : " in first.text
    assert "places : Un nombre entier est attendu." in first.text
    assert "Une période en entreprise a un cadre légal : pfmp" in first.text
    assert "Cette offre est déjà à la ligne 2." in first.text
    assert figures(sent(samira, HEADER + ROW)) == ["0", "0", "1", "0"]
    assert figures(sent(samira, HEADER + ROW.replace(";2;", ";9;"))) == ["0", "1", "0", "0"]
    assert "9 sur 9" in samira.get("/offre").text


def test_a_file_that_is_no_offer_is_refused_as_a_whole(samira: Visitor) -> None:
    for text, why in (
        ("nature;intitule\n", "Il manque ces colonnes : partenaire"),
        (HEADER, "aucune offre"),
        (HEADER.replace("psad", "prix") + ROW, "prix. Colonnes permises : nature"),
        (HEADER + 'tre;"Trouver', "guillemet"),
    ):
        assert why in sent(samira, text).text
        assert samira.status == 422
    assert "Choisissez un fichier." in samira.get("/offre").send("/import").text
