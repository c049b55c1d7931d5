"""The pages of figures, over enrolment itself: a table, a CSV, a spreadsheet; small counts are words."""

import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import insert

from services.enrolment import app as enrolment
from services.inbox.app import SERVICES
from services.inbox.demo import LYCEE_GARANCE, LYCEE_TROIS_PONTS, ML_CENTRE, seed
from shared import campagnes
from shared.clock import FixedClock
from shared.database import Database
from shared.identity import public_key
from shared.ids import uuid7
from shared.process.service import ProcessService
from shared.process.tables import jalon, party
from shared.settings import ServiceSettings
from tests.inbox.people import Visitor
from tests.support.databases import MakeDatabase
from tests.support.inbox_world import KEY, inbox_app
from tests.support.served import served

CAMPAGNE = "2025-2026"
OF_ANOTHER_ACADEMIE = "0750001A"


@pytest.fixture
def enrolled(make_sqlite_database: MakeDatabase, clock: FixedClock) -> Iterator[ProcessService]:
    """Seven parcours opened in one lycée, two in the other, for one Mission Locale."""
    url = make_sqlite_database(enrolment.TABLES).url
    service = enrolment.build(ServiceSettings("test", url, "", {"k1": public_key(KEY)}), clock)
    with service.database.begin() as tx:
        campagnes.deliver(tx, clock.now())
    for lycee, count in ((LYCEE_GARANCE, 7), (LYCEE_TROIS_PONTS, 2)):
        opened(service, lycee, count)
    yield service
    service.database.dispose()


def opened(service: ProcessService, lycee: str, count: int) -> None:
    now = service.clock.now()
    with service.database.begin() as tx:
        for _ in range(count):
            parcours_id = uuid7()
            tx.execute(insert(jalon).values(
                id=uuid7(), parcours_id=parcours_id, name="ouvert", at=now, process_id="enrolment",
                element_id="debut", value=CAMPAGNE,
            ))  # fmt: skip
            for kind, organisation in (("lycee", lycee), ("mission_locale", ML_CENTRE)):
                tx.execute(insert(party).values(
                    parcours_id=parcours_id, organisation=organisation, organisation_kind=kind, since=now,
                ))  # fmt: skip


@pytest.fixture
def app(inbox_database: Database, enrolled: ProcessService, clock: FixedClock) -> Iterator[Any]:
    with inbox_database.begin() as tx:
        seed(tx)
    with served(enrolment.create_web(enrolled)) as address:
        nowhere = "http://127.0.0.1:9"
        made = inbox_app(
            inbox_database, {"enrolment": address, "accompaniment": nowhere, "bilan": nowhere}, clock
        )
        yield made
        made.extensions["inbox"].close()


def visitor(app: Any, name: str) -> Visitor:
    return Visitor(app.test_client()).sign_in(name)


def test_a_mission_locale_reads_its_own_by_lycee_and_that_a_service_is_down(app: Any) -> None:
    page = visitor(app, "Anne Delorme").get(f"/chiffres?campagne={CAMPAGNE}")
    rows = {row.xpath("string(th)"): row.xpath("td/text()")[0] for row in page.page.xpath("//tbody/tr")}
    assert rows == {
        "Lycée professionnel Louise-Garance": "7", "Lycée polyvalent des Trois-Ponts": "2", "Total": "9",
    }  # fmt: skip
    assert "Le service du bilan (étape 5) ne répond pas" in page.text


def test_a_rectorat_reads_that_there_are_few(app: Any) -> None:
    page = visitor(app, "Irène Salles").get(f"/chiffres?campagne={CAMPAGNE}&par=lycee")
    firsts = [row.xpath("td/text()")[0] for row in page.page.xpath("//tbody/tr")]
    assert firsts == ["moins de 5", "moins de 5", "9"]


def test_the_same_goes_into_files(app: Any) -> None:
    client = app.test_client()
    Visitor(client).sign_in("Irène Salles")
    text = client.get(f"/chiffres/parcours.csv?campagne={CAMPAGNE}&par=mission_locale").get_data(as_text=True)
    assert text.splitlines()[0].startswith("\ufeffRegrouper par;Repérés;Joints")
    assert text.splitlines()[1].startswith("Mission Locale Lyon-Centre;9;0")
    answer = client.get(f"/chiffres/chiffres.xlsx?campagne={CAMPAGNE}&par=lycee")
    book = load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames == ["Parcours", "Ateliers", "Attente"]
    assert book["Parcours"]["B2"].value == "moins de 5"


def test_workshops_that_cannot_be_counted_now_are_not_told_as_none(app: Any) -> None:
    client = app.test_client()
    page = Visitor(client).sign_in("Irène Salles").get(f"/chiffres?campagne={CAMPAGNE}")
    assert "Le service de l'accompagnement ne répond pas : réessayez plus tard." in page.text
    assert "Aucun cycle d'ateliers dans cette campagne." not in page.text
    text = client.get(f"/chiffres/ateliers.csv?campagne={CAMPAGNE}").get_data(as_text=True)
    assert "ne répond pas" in text


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        ("Anne Delorme", "/chiffres?campagne=1999-2000", 404),
        ("Anne Delorme", "/chiffres?par=eleve", 404),
        ("Anne Delorme", "/chiffres/autre.csv", 404),
        ("Agathe Colin", "/chiffres", 403),
    ],
)
def test_what_is_not_to_be_read_is_refused(app: Any, who: str, path: str, status: int) -> None:
    assert visitor(app, who).get(path).status == status


def public(app: Any) -> list[str]:
    """« Repérés » of each row of the figures for everybody: the académies', then the total."""
    page = Visitor(app.test_client()).get("/stats")
    assert page.status == 200
    return [str(row.xpath("td/text()")[0]) for row in page.page.xpath("//tbody/tr")]


def test_everybody_reads_the_sums_of_academies_without_signing_in(app: Any) -> None:
    assert public(app) == ["9", "9"]


def test_the_figures_for_everybody_hide_small_counts(
    app: Any, enrolled: ProcessService, clock: FixedClock
) -> None:
    opened(enrolled, OF_ANOTHER_ACADEMIE, 2)
    assert public(app) == ["moins de 5", "moins de 5", "11"]
    assert "Les nombres de 1 à 4" in Visitor(app.test_client()).get("/stats").text


def test_however_often_they_are_read_the_service_counts_once_an_hour(
    app: Any, enrolled: ProcessService, clock: FixedClock
) -> None:
    assert public(app) == ["9", "9"]
    opened(enrolled, LYCEE_GARANCE, 1)
    clock.advance(timedelta(minutes=59))
    assert public(app) == ["9", "9"]
    clock.advance(timedelta(minutes=1))
    assert public(app) == ["10", "10"]


def test_while_nobody_counts_the_page_says_so_and_asks_again_a_minute_later(
    inbox_database: Database, clock: FixedClock
) -> None:
    with inbox_database.begin() as tx:
        seed(tx)
    app = inbox_app(inbox_database, dict.fromkeys(SERVICES, "http://127.0.0.1:9"), clock)
    assert "Les chiffres ne peuvent pas être affichés" in Visitor(app.test_client()).get("/stats").text
    app.extensions["inbox"].close()
