"""The pages of campagnes, over enrolment itself: seen by all, edited by a pilot, checks said beside the fields."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest

from services.enrolment import app as enrolment
from services.enrolment.campagnes.publishing import one_campagne, publish_campagne
from services.inbox.demo import seed
from shared import campagnes
from shared.clock import FixedClock
from shared.database import Database
from shared.identity import Actor, public_key
from shared.parcours.campagne_data import from_json, to_json
from shared.process.service import ProcessService
from shared.settings import ServiceSettings
from tests.inbox.people import Visitor
from tests.support.databases import MakeDatabase
from tests.support.inbox_world import KEY, inbox_app
from tests.support.served import served

OTHER_PILOT = Actor("pilot-2", "Une autre pilote", "plateforme", "system", frozenset({"pilote_campagne"}))
CODE = "2026-2027"


@dataclasses.dataclass
class Place:
    service: ProcessService
    app: Any

    def visitor(self, name: str = "Solène Marty") -> Visitor:
        return Visitor(self.app.test_client()).sign_in(name)

    def publish_elsewhere(self) -> None:
        data = to_json(one_campagne(self.service, CODE)[0].data) | {"nom": "Un autre nom"}
        publish_campagne(self.service, OTHER_PILOT, CODE, from_json(data), 1)


@pytest.fixture
def place(inbox_database: Database, make_sqlite_database: MakeDatabase, clock: FixedClock) -> Iterator[Place]:
    with inbox_database.begin() as tx:
        seed(tx)
    url = make_sqlite_database(enrolment.TABLES).url
    service = enrolment.build(ServiceSettings("test", url, "", {"k1": public_key(KEY)}), clock)
    with service.database.begin() as tx:
        campagnes.deliver(tx, clock.now())
    with served(enrolment.create_web(service)) as address:
        urls = {"enrolment": address, "accompaniment": "http://127.0.0.1:9", "bilan": "http://127.0.0.1:9"}
        app = inbox_app(inbox_database, urls, clock)
        yield Place(service, app)
        app.extensions["inbox"].close()
    service.database.dispose()


def test_everybody_who_is_signed_in_reads_a_campagne_and_only_a_pilot_edits_it(place: Place) -> None:
    head = place.visitor("Hélène Vasseur").get("/campagnes")
    assert "AvenirPro+" in head.text
    head.open(CODE)
    assert "objectif non publié" in head.text
    assert "arrêté de 2025" in head.text
    assert head.links().count("Modifier") == 0
    assert head.get(f"/campagnes/{CODE}/modifier").status == 403
    assert place.visitor().get(f"/campagnes/{CODE}").links().count("Modifier") == 1


def test_a_form_sent_back_as_it_was_shown_changes_nothing_but_the_version(place: Place) -> None:
    pilot = place.visitor().get("/campagnes").open(CODE).open("Modifier")
    pilot.send("/modifier")
    assert f"La campagne {CODE} est publiée." in pilot.text
    newest, *every = one_campagne(place.service, CODE)
    assert [each.version for each in every] == [2, 1]
    assert newest.data == every[1].data


def test_a_pilot_changes_deadlines_workshops_switches_and_lycees(place: Place) -> None:
    pilot = place.visitor().get(f"/campagnes/{CODE}/modifier")
    pilot.send(
        "/modifier",
        **{
            "reglage-delais.jours.prise_en_charge": "6",
            "reglage-pmsmp.ouverte": "oui",
            "reglage-sms.ouverts": "non",
            "atelier-4-objectif": "Un objectif publié depuis",
            "lycees": "0690043x 2/11/2026\n\n",
        },
    )
    assert pilot.status == 200
    assert "0690043X 02/11/2026" in pilot.text
    campagne = one_campagne(place.service, CODE)[0].campagne
    assert (campagne.deadlines["prise_en_charge"], campagne.is_pmsmp_open, campagne.is_sms_open) == (
        6,
        True,
        False,
    )
    assert "SMS envoyés au sujet des parcours de la campagne" in pilot.text
    assert campagne.workshops.items[3].objective == "Un objectif publié depuis"
    assert pilot.open("Version 1").status == 200
    assert "qui n’est plus celle qui vaut" in pilot.text


@pytest.mark.parametrize(
    ("answers", "path", "said"),
    [
        ({"reglage-duree.mois": "six"}, "duree.mois", "Écrivez un nombre entier"),
        ({"reglage-duree.mois": "6"}, "duree.mois", "de 1 à 4"),
        ({"reglage-rentree": "30/02/2026"}, "rentree", "Écrivez une date"),
        ({"lycees": "0690043A 02/11/2026"}, "entree_lycees.exceptions", "sept chiffres"),
        ({"atelier-1-titre": ""}, "ateliers.liste", "L’atelier 1"),
        ({"reglage-nom": " "}, "nom", "de 1 à 300 caractères"),
        ({"reglage-sms.ouverts": "parfois"}, "sms.ouverts", "par oui ou par non"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_with_what_is_allowed(
    place: Place, answers: dict[str, str], path: str, said: str
) -> None:
    pilot = place.visitor().get(f"/campagnes/{CODE}/modifier").send("/modifier", **answers)
    assert pilot.status == 422
    assert said in pilot.text_of(f"//*[@id='erreur-{path}']")
    assert pilot.page.xpath(f"//*[@role='alert']//a[@href='#champ-{path}']")
    assert pilot.page.xpath(f"//*[@id='champ-{path}']")
    assert len(one_campagne(place.service, CODE)) == 2


def test_who_comes_second_is_told_and_what_was_typed_is_kept(place: Place) -> None:
    pilot = place.visitor().get(f"/campagnes/{CODE}/modifier")
    place.publish_elsewhere()
    pilot.send("/modifier", **{"reglage-nom": "Mon nom à moi"})
    assert pilot.status == 412
    assert "Quelqu’un a publié cette campagne" in pilot.text
    assert pilot.page.xpath("//input[@name='reglage-nom']/@value") == ["Mon nom à moi"]
    assert one_campagne(place.service, CODE)[0].campagne.name == "Un autre nom"
    pilot.send("/modifier")
    assert pilot.status == 412, "sent again it is still not what the author has read"


def test_the_next_school_year_is_prepared_with_the_terms_of_the_last(place: Place) -> None:
    pilot = place.visitor().get("/campagnes").open("Préparer la campagne 2027-2028")
    pilot.send("/modifier")
    assert "La campagne 2027-2028 est publiée." in pilot.text
    prepared = one_campagne(place.service, "2027-2028")[0].campagne
    assert (prepared.rentree_on.year, prepared.session, len(prepared.workshops.items)) == (2027, 2027, 4)


def test_a_campagne_that_is_not_there_is_not_found(place: Place) -> None:
    assert place.visitor().get("/campagnes/2012-2013").status == 404
