"""Who of the directory somebody is: linked once by a verified address, known by the account from then on."""

import threading
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from services.inbox.app import TABLES
from services.inbox.directory.persons import unlink
from services.inbox.directory.persons_command import people_commands
from services.inbox.habilitations import ending
from services.inbox.notifications.contacts import Contact, write
from services.inbox.tables import account, person, session
from shared.database import Database
from shared.ids import uuid7
from tests.inbox.openid import CLAIRE, KARIM, PERSON, SigningIn, import_rows, row, set_siret
from tests.inbox.people import Visitor, of
from tests.support.databases import MakeDatabase
from tests.support.openid import brought_back

GARANCE, TROIS_PONTS = "0690043X", "0690048C"
TWO_PLACES = "courriel;prenom;nom;organisation;role"


def count(signing: SigningIn, table: Any) -> int:
    with signing.database.read() as look:
        return look.scalar(select(func.count()).select_from(table)) or 0


def is_refused(page: Visitor, words: str) -> bool:
    return page.status == 403 and words in page.text


def test_an_unknown_person_reads_whom_to_ask(signing: SigningIn) -> None:
    page = signing.with_faults(person=PERSON | {"email": "inconnue@lycee.example"})
    assert is_refused(page, "Demandez à votre chef d’établissement ou à la direction de votre Mission Locale")
    assert count(signing, account) == count(signing, session) == 0


@pytest.mark.parametrize("claims", [{"email_verified": False}, {"email_verified": "true"}, {"email": ""}, {}])
def test_an_address_that_is_not_verified_links_nobody(signing: SigningIn, claims: dict[str, Any]) -> None:
    told = {name: value for name, value in PERSON.items() if name != "email_verified"} | claims
    assert is_refused(signing.with_faults(person=told), "n’est pas vérifiée")
    assert count(signing, account) == 0


def test_an_address_that_only_looks_like_a_colleague_s_is_not_hers(signing: SigningIn) -> None:
    kelvin = KARIM.replace("k", "\N{KELVIN SIGN}", 1)
    assert kelvin.lower() == KARIM
    assert signing.with_faults(person=PERSON | {"email": kelvin}).status == 403
    assert count(signing, account) == 0


def test_a_provider_that_promises_verified_addresses_need_not_say_so_of_each(signing: SigningIn) -> None:
    trusted = signing.again(emails="provider", idps="idp-1")
    silent = {name: value for name, value in PERSON.items() if name != "email_verified"}
    assert is_refused(trusted.with_faults(person=silent | {"email_verified": False}), "n’est pas vérifiée")
    assert trusted.with_faults(person=silent).title == "Tâches"
    trusted.app.extensions["inbox"].close()


def test_the_address_that_colleagues_write_opens_nothing(signing: SigningIn) -> None:
    """The school's office keeps addresses for mail: by that it cannot become the head of school."""
    helene, _, _ = of("Hélène Vasseur")
    with signing.database.begin() as tx:
        write(tx, helene, Contact("secretariat@lycee.example", None), "x", signing.clock.now())
    page = signing.with_faults(person=PERSON | {"email": "secretariat@lycee.example"})
    assert is_refused(page, "aucune personne habilitée")


def test_an_account_that_is_linked_stays_with_its_person_whatever_the_address_says(
    signing: SigningIn,
) -> None:
    import_rows(signing.database, [row("Claire Fontaine", CLAIRE)])
    signing.sign_in()
    page = signing.with_faults(person=PERSON | {"email": CLAIRE})
    assert "Karim Benali" in page.text_of("//header")


def test_the_same_subject_at_another_issuer_is_another_account(signing: SigningIn) -> None:
    signing.sign_in()
    other = replace(signing, kind="keycloak").again()
    import_rows(signing.database, [row("Claire Fontaine", CLAIRE)])
    signing.process.behave(person=dict(PERSON) | {"email": CLAIRE})
    assert "Claire Fontaine" in other.sign_in().text_of("//header")
    other.app.extensions["inbox"].close()


def recorded(signing: SigningIn) -> list[str]:
    commands = people_commands(lambda: signing.database, signing.clock, uuid7)
    return CliRunner().invoke(commands, ["acts"]).output.splitlines()


def test_an_account_that_is_linked_stays_in_the_record_once(signing: SigningIn) -> None:
    for _ in range(2):
        signing.sign_in()
    assert recorded(signing) == [f"2026-09-07T08:00:00+00:00 sign-in: link {of('Karim Benali')[0]}"]


def test_what_links_nobody_leaves_no_word_in_the_record(signing: SigningIn) -> None:
    with signing.database.begin() as tx:
        ending.end(tx, of("Karim Benali")[0], signing.clock.today())
    assert signing.sign_in().status == 403
    assert signing.with_faults(person=PERSON | {"email": "inconnue@lycee.example"}).status == 403
    assert recorded(signing) == []
    assert count(signing, account) == 0, "the link and its word go together"


def test_whose_habilitation_ended_does_not_get_in_any_more(signing: SigningIn) -> None:
    inside = signing.sign_in()
    with signing.database.begin() as tx:
        ending.end(tx, of("Karim Benali")[0], signing.clock.today())
    assert inside.get("/taches").title == "Connexion"
    assert is_refused(signing.sign_in(), "Votre habilitation est terminée")


def test_who_never_signed_in_before_the_end_does_not_get_in_either(signing: SigningIn) -> None:
    with signing.database.begin() as tx:
        ending.end(tx, of("Karim Benali")[0], signing.clock.today())
    assert is_refused(signing.sign_in(), "Votre habilitation est terminée")


class TestOnBothBackEnds:
    @pytest.fixture
    def inbox_database(self, make_database: MakeDatabase) -> Database:
        return make_database(TABLES)

    def test_another_account_with_the_address_of_a_linked_person_is_refused(self, signing: SigningIn) -> None:
        signing.sign_in()
        page = signing.with_faults(person=PERSON | {"sub": "sub-of-somebody-who-got-the-address"})
        assert is_refused(page, "déjà liée à un autre compte")

    def test_once_unlinked_a_person_signs_in_with_a_new_account(self, signing: SigningIn) -> None:
        before = signing.sign_in()
        with signing.database.begin() as tx:
            assert unlink(tx, of("Karim Benali")[0]) == 1
        assert before.get("/taches").title == "Connexion"
        assert signing.with_faults(person=PERSON | {"sub": "sub-of-the-new-account"}).title == "Tâches"

    def test_of_an_erased_person_neither_address_nor_account_stays(self, signing: SigningIn) -> None:
        signing.sign_in()
        id_ = of("Karim Benali")[0]
        with signing.database.begin() as tx:
            ending.end(tx, id_, signing.clock.today())
            ending.erase(tx, id_, signing.clock.today())
        assert count(signing, account) == 0
        with signing.database.read() as look:
            assert look.scalar(select(person.c.email).where(person.c.id == id_)) is None

    def test_two_accounts_that_come_at_once_with_one_address_link_one(self, signing: SigningIn) -> None:
        visitors = [signing.browser() for _ in range(2)]
        ways = []
        for number, visitor in enumerate(visitors):
            signing.process.behave(person=dict(PERSON) | {"sub": f"sub-{number}"})
            ways.append(brought_back(visitor.client))
        threads = [
            threading.Thread(target=visitor.get, args=(way,))
            for visitor, way in zip(visitors, ways, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert count(signing, account) == 1
        refused = [each for each in visitors if each.status == 403]
        assert len(refused) == 1, "the other is told, no page fails"
        assert is_refused(refused[0], "déjà liée à un autre compte")


class TestSomebodyOfTwoOrganisations:
    @pytest.fixture(autouse=True)
    def _two(self, signing: SigningIn) -> None:
        rows = [f"{KARIM};Karim;Benali;{place};referent" for place in (GARANCE, TROIS_PONTS)]
        import_rows(signing.database, rows, TWO_PLACES)

    def test_chooses_after_signing_in_and_goes_where_she_wanted(self, signing: SigningIn) -> None:
        page = signing.sign_in(path="/connexion/ouvrir?suite=/preferences")
        assert page.title == "Pour quelle organisation travaillez-vous ?"
        before = page.client.get_cookie("ae_session")
        page.send(0, organisation=TROIS_PONTS)
        assert page.title == "Mes préférences"
        assert "Trois-Ponts" in page.text_of("//header")
        after = page.client.get_cookie("ae_session")
        assert before is not None
        assert after is not None
        assert before.value != after.value

    def test_is_not_asked_when_the_provider_tells_her_siret(self, signing: SigningIn) -> None:
        set_siret(signing.database, TROIS_PONTS, str(PERSON["siret"]))
        page = signing.sign_in()
        assert page.title == "Tâches"
        assert "Trois-Ponts" in page.text_of("//header")

    def test_cannot_choose_one_that_is_not_hers(self, signing: SigningIn) -> None:
        page = signing.sign_in()
        before = page.text_of("//header")
        page.send(0, organisation="ml-lyon-est")
        assert page.status == 400
        assert page.get("/preferences").text_of("//header") == before
