"""Addresses and preferences of mail: who writes them, what is refused, and the page of the local outbox."""

import io

import pytest
from sqlalchemy import select

from services.inbox.notifications import contacts
from services.inbox.notifications.tables import contact
from services.inbox.views import local_outbox
from tests.inbox.people import Visitor, of
from tests.support.inbox_world import World

KARIM = of("Karim Benali")[0]


@pytest.fixture
def helene(world: World, visitor: Visitor) -> Visitor:
    """The head of the lycée Louise-Garance."""
    return visitor.sign_in("Hélène Vasseur")


def test_the_head_of_school_sees_who_has_no_address_and_writes_one(world: World, helene: Visitor) -> None:
    assert "8 personnes n’ont pas d’adresse de courriel" in helene.get("/coordonnees").text
    helene.send(f"/{KARIM}", courriel="karim.benali@ac-lyon.fr", telephone="06 12 34 56 78")
    assert "Les coordonnées sont enregistrées." in helene.text
    assert "7 personnes" in helene.text
    with world.database.read() as look:
        found = contacts.find(look, KARIM)
    assert (found.email, found.phone) == ("karim.benali@ac-lyon.fr", "+33612345678")


def test_what_is_no_address_is_said_beside_its_field_and_nothing_is_kept(
    world: World, helene: Visitor
) -> None:
    helene.get("/coordonnees").send(f"/{KARIM}", courriel="karim(at)lycee", telephone="12")
    assert helene.status == 422
    assert "n’est pas une adresse de courriel" in helene.text
    assert "n’est pas un numéro de téléphone" in helene.text
    with world.database.read() as look:
        assert look.execute(select(contact)).all() == []


@pytest.mark.parametrize("name", ["Karim Benali", "Thomas Rey"])
def test_colleagues_addresses_are_not_for_everybody(world: World, visitor: Visitor, name: str) -> None:
    teacher = visitor.sign_in(name)
    assert "Coordonnées" not in teacher.links("//header")
    assert teacher.get("/coordonnees").status == 403


def test_a_person_of_another_organisation_is_not_there(world: World, helene: Visitor) -> None:
    samira = of("Samira Haddad")[0]
    token = helene.get("/coordonnees").filled(0)["csrf_token"][0]
    helene.post(f"/coordonnees/{samira}", {"csrf_token": token, "courriel": "a@b.example"})
    assert helene.status == 404


def _import(helene: Visitor, text: str) -> Visitor:
    token = helene.get("/coordonnees").filled(0)["csrf_token"][0]
    with io.BytesIO(text.encode()) as file:
        data = {"csrf_token": token, "fichier": (file, "adresses.csv")}
        return helene.post("/coordonnees/import", data, content_type="multipart/form-data")


FILE = (
    "prenom;nom;courriel;telephone\n"
    "Karim;Benali;k@l.example;0612345678\nClaire;Fontaine;rien;\nPaul;Inconnu;p@l.example;\n"
)


def test_a_file_is_imported_line_by_line_and_twice_changes_nothing(helene: Visitor) -> None:
    assert "1 modifiées, 0 inchangées, 2 refusées." in _import(helene, FILE).text
    assert "Ligne 3 : Cette adresse n’est pas une adresse" in helene.text
    assert "Ligne 4 : Cette personne n’est pas dans votre organisation" in helene.text
    assert "0 modifiées, 1 inchangées, 2 refusées." in _import(helene, FILE).text


def test_a_file_without_its_columns_says_which(helene: Visitor) -> None:
    assert _import(helene, "nom;mail\n").status == 422
    assert "Il manque des colonnes : prenom, courriel, telephone." in helene.text


def test_a_person_chooses_when_to_be_written_to(karim: Visitor) -> None:
    karim.get("/preferences")
    assert "Nous ne connaissons pas votre adresse" in karim.text
    karim.send(0, avis_tache="jamais", avis_sms="oui")
    chosen = karim.page.xpath("//input[@checked]/@value")
    assert ("jamais" in chosen, "oui" in chosen) == (True, True)


def test_a_rhythm_that_is_none_is_not_kept(karim: Visitor) -> None:
    karim.get("/preferences").send(0, avis_tache="chaque_minute")
    assert "chaque_minute" not in karim.page.xpath("//input[@checked]/@value")
    assert "quotidien" in karim.page.xpath("//input[@name='avis_tache'][@checked]/@value")


def test_the_page_of_the_local_outbox_is_for_demonstrations_only(karim: Visitor) -> None:
    assert "Rien n’est parti" in karim.get("/courriels").text
    with pytest.raises(local_outbox.LocalOutboxRefused):
        local_outbox.pages(None, "production", "127.0.0.1")  # type: ignore[arg-type]
