"""Who is named by somebody else, to stand in or as absent, learns it by an e-mail: with the mandate, or not at all."""

from typing import Any

import pytest

from services.inbox.app import TABLES
from services.inbox.notifications import contacts, outgoing
from services.inbox.notifications.contacts import Contact
from shared.database import Database
from tests.inbox.people import Visitor
from tests.inbox.test_standing_in import CLAIRE, HELENE, KARIM, PAGE, WEEK, arranged, is_offered
from tests.support.databases import MakeDatabase
from tests.support.inbox_world import World


@pytest.fixture
def inbox_database(make_database: MakeDatabase) -> Database:
    return make_database(TABLES)


@pytest.fixture
def head(world: World) -> Visitor:
    return Visitor(world.app.test_client()).sign_in("Hélène Vasseur")


def mails_to(world: World, address: str) -> list[Any]:
    with world.database.read() as look:
        return [each for each in outgoing.newest(look, 10) if each.recipient == address]


def test_who_is_named_learns_it_by_an_e_mail_once_it_is_kept(
    world: World, karim: Visitor, claire: Visitor
) -> None:
    with world.database.begin() as tx:
        contacts.write(tx, CLAIRE, Contact("claire@lycee.example", None), HELENE, world.clock.now())
    karim.get(PAGE).send("/suppleances", **(WEEK | {"au": "06/09/2026"}))
    assert mails_to(world, "claire@lycee.example") == []
    arranged(karim)
    (letter,) = mails_to(world, "claire@lycee.example")
    assert letter.subject == "On vous confie une suppléance"
    assert (
        "Vous suppléez Karim Benali du lundi 7 septembre 2026 au vendredi 11 septembre 2026." in letter.body
    )
    assert "« Agir pour Karim Benali »" in letter.body
    assert is_offered(claire)


def test_who_names_herself_gets_no_e_mail(world: World, head: Visitor) -> None:
    with world.database.begin() as tx:
        contacts.write(tx, HELENE, Contact("helene@lycee.example", None), HELENE, world.clock.now())
    arranged(head, absent=KARIM, suppleant=HELENE)
    assert mails_to(world, "helene@lycee.example") == []


def test_whose_absence_a_colleague_has_said_learns_it_by_an_e_mail(world: World, head: Visitor) -> None:
    """Also when she has named herself, and nobody else is written to."""
    with world.database.begin() as tx:
        contacts.write(tx, KARIM, Contact("karim@lycee.example", None), HELENE, world.clock.now())
    head.get(PAGE).send("/suppleances", **(WEEK | {"absent": KARIM, "suppleant": HELENE, "du": "hier"}))
    assert mails_to(world, "karim@lycee.example") == []
    arranged(head, absent=KARIM, suppleant=HELENE)
    (letter,) = mails_to(world, "karim@lycee.example")
    assert letter.subject == "Une suppléance a été enregistrée pour votre absence"
    assert (
        "Hélène Vasseur a enregistré votre absence du lundi 7 septembre 2026 au vendredi 11 septembre 2026. "
        "Personne suppléante : Hélène Vasseur."
    ) in letter.body
    assert letter.body.rstrip().endswith(PAGE)


def test_who_says_an_own_absence_gets_no_e_mail_of_it(world: World, karim: Visitor) -> None:
    with world.database.begin() as tx:
        contacts.write(tx, KARIM, Contact("karim@lycee.example", None), HELENE, world.clock.now())
    arranged(karim)
    assert mails_to(world, "karim@lycee.example") == []
