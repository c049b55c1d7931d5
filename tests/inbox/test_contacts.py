"""Addresses and preferences of mail: who writes them, what is refused, and the page of the local outbox."""

import io

import pytest
from sqlalchemy import select

from services.inbox.notifications import contacts, outgoing
from services.inbox.notifications.letters import Letters
from services.inbox.notifications.tables import contact
from services.inbox.views import local_outbox
from tests.inbox.people import Visitor, of
from tests.support.inbox_world import World

KARIM = of("Karim Benali")[0]


@pytest.fixture
def helene(world: World, visitor: Visitor) -> Visitor:
    """The head of the lycée Louise-Garance."""
    return visitor.sign_in("Hélène Vasseur")


@pytest.fixture
def office(world: World) -> Visitor:
    """Writes addresses, too."""
    return Visitor(world.app.test_client()).sign_in("Martine Gauthier")


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


def _import(helene: Visitor, text: str | bytes) -> Visitor:
    token = helene.get("/coordonnees").filled(0)["csrf_token"][0]
    with io.BytesIO(text.encode() if isinstance(text, str) else text) as file:
        data = {"csrf_token": token, "fichier": (file, "adresses.csv")}
        return helene.post("/coordonnees/import", data, content_type="multipart/form-data")


HEADER = "prenom;nom;courriel;telephone"
FILE = f"{HEADER}\nKarim;Benali;k@l.example;0612345678\nClaire;Fontaine;rien;\nPaul;Inconnu;p@l.example;\n"


def test_a_file_is_imported_line_by_line_and_twice_changes_nothing(helene: Visitor) -> None:
    assert "1 modifiées, 0 inchangées, 2 refusées." in _import(helene, FILE).text
    assert "Ligne 3 : Cette adresse n’est pas une adresse" in helene.text
    assert "Ligne 4 : Cette personne n’est pas dans votre organisation" in helene.text
    assert "0 modifiées, 1 inchangées, 2 refusées." in _import(helene, FILE).text


def _written_to(world: World, person_id: str = KARIM) -> list[tuple[str, str]]:
    """(recipient, text) of each mail to the person."""
    with world.database.read() as look:
        found = [each for each in outgoing.newest(look, 10) if each.person_id == person_id]
    return [(each.recipient, each.body) for each in found]


def _keep(helene: Visitor, email: str, phone: str = "", person_id: str = KARIM) -> None:
    helene.get("/coordonnees").send(f"/{person_id}", courriel=email, telephone=phone)
    assert helene.status == 200


@pytest.mark.parametrize(
    ("email", "said"), [("new@l.example", "a été changée par"), ("", "a été supprimée par")]
)
def test_an_address_that_a_colleague_takes_away_is_told_so_itself(
    world: World, helene: Visitor, email: str, said: str
) -> None:
    _keep(helene, "old@l.example")
    assert _written_to(world) == [], "there was none to write to"
    _keep(helene, email)
    ((recipient, body),) = _written_to(world)
    assert recipient == "old@l.example"
    assert f"{said} Hélène Vasseur (Lycée professionnel Louise-Garance)." in body
    assert "Si vous ne l’avez pas demandé, dites-le à " in body
    assert "new@l.example" not in body


def test_a_file_that_takes_an_address_away_has_it_told_so_too(world: World, helene: Visitor) -> None:
    _keep(helene, "old@l.example")
    for _ in range(2):
        _import(helene, FILE)
    assert [to for to, _ in _written_to(world)] == ["old@l.example"]
    _import(helene, f"{HEADER}\nKarim;Benali;new@l.example;\n")
    assert sorted(to for to, _ in _written_to(world)) == ["k@l.example", "old@l.example"]
    assert all("k@l.example" not in body for _, body in _written_to(world))


def test_no_word_of_a_number_of_the_same_address_or_of_what_is_refused(world: World, helene: Visitor) -> None:
    _keep(helene, "old@l.example")
    _keep(helene, "Old@L.example", "06 12 34 56 78")
    helene.get("/coordonnees").send(f"/{KARIM}", courriel="karim(at)lycee")
    assert (helene.status, _written_to(world)) == (422, [])


def test_who_changes_an_own_address_needs_no_word_of_it(world: World, helene: Visitor) -> None:
    hers = of("Hélène Vasseur")[0]
    _keep(helene, "old@l.example", person_id=hers)
    _keep(helene, "new@l.example", person_id=hers)
    assert _written_to(world, hers) == []


def test_the_word_says_whom_to_write_to_where_that_is_known() -> None:
    letters = Letters("https://ambition.example")
    _, body = letters.address_changed("H. V.", "Le lycée", "aide@ambition.example", is_removed=False)
    assert "dites-le à aide@ambition.example." in body
    _, body = letters.address_changed("H. V.", "Le lycée", "", is_removed=False)
    assert "dites-le à la direction de votre organisation (Le lycée)." in body


def _kept(world: World) -> contacts.Contact:
    with world.database.read() as look:
        return contacts.find(look, KARIM)


def test_an_older_page_takes_no_address_away_that_was_written_meanwhile(
    world: World, helene: Visitor, office: Visitor
) -> None:
    office.get("/coordonnees")
    _keep(helene, "karim@l.example")
    assert office.send(f"/{KARIM}", telephone="06 12 34 56 78").status == 200
    assert _kept(world) == contacts.Contact("karim@l.example", "+33612345678")
    assert _written_to(world) == []


def test_an_address_written_otherwise_on_two_pages_is_refused_and_both_are_shown(
    world: World, helene: Visitor, office: Visitor
) -> None:
    office.get("/coordonnees")
    _keep(helene, "karim@l.example", "06 12 34 56 78")
    office.send(f"/{KARIM}", courriel="karim@other.example")
    assert (office.status, "Enregistré maintenant : karim@l.example" in office.text) == (409, True)
    typed = office.filled(f"/{KARIM}")
    assert (typed["courriel"], typed["telephone"]) == (["karim@other.example"], ["+33612345678"])
    assert _kept(world).email == "karim@l.example"
    office.send(f"/{KARIM}")
    assert _kept(world) == contacts.Contact("karim@other.example", "+33612345678")


def test_a_file_without_its_columns_says_which(helene: Visitor) -> None:
    assert _import(helene, "nom;mail\n").status == 422
    assert "Il manque des colonnes : prenom, courriel, telephone." in helene.text


@pytest.mark.parametrize(
    ("text", "status", "said"),
    [
        (f"{HEADER}\rKarim;Benali;k@l.example;\r", 200, "1 modifiées, 0 inchangées, 0 refusées."),
        (f'{HEADER}\n"Karim;Benali;k@l.example;\n' + "x" * 140_000, 422, "mal formé à partir de la ligne 2"),
        (f"{HEADER}\nKarim;" + "x" * 140_000 + ";k@l.example;\n", 422, "une cellule est trop longue"),
        (f"{HEADER}\n".encode("utf-16"), 422, "Il manque des colonnes"),
        (f"{HEADER};nom\n", 422, "Ces colonnes sont en double : nom."),
        (f"{HEADER}\n", 422, "Ce fichier ne nomme personne."),
        (f"{HEADER}\nKarim;Benali;k@l.example\n", 200, "Ligne 2 : La ligne n’a pas autant de cellules"),
        (
            f"{HEADER}\nKarim;Benali;;06١٢٣٤٥٦٧٨\n",
            200,
            "Ligne 2 : Ce numéro n’est pas un numéro de téléphone",
        ),
    ],
    ids=["cr", "quote", "cell", "utf-16", "doubled", "nobody", "ragged", "digits"],
)
def test_a_bad_file_is_refused_in_words(
    world: World, helene: Visitor, text: str | bytes, status: int, said: str
) -> None:
    _import(helene, text)
    assert (helene.status, said in helene.text) == (status, True), helene.text
    with world.database.read() as look:
        assert contacts.find(look, KARIM).phone is None


def test_an_empty_cell_keeps_what_is_known_and_the_page_says_so(world: World, helene: Visitor) -> None:
    _keep(helene, "old@l.example", "06 12 34 56 78")
    assert "Une cellule vide laisse ce qui est déjà connu" in helene.text
    for row in (";", "new@l.example;", ";07 00 00 00 01"):
        _import(helene, f"{HEADER}\nKarim;Benali;{row}\n")
    with world.database.read() as look:
        assert contacts.find(look, KARIM) == contacts.Contact("new@l.example", "+33700000001")


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
