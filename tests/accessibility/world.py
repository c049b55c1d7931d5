"""The demonstration, lived on far enough that every page of the inbox has something to show.

The four services run in this process as ``make run`` starts them; people act through the pages. Beside them are two
more inboxes: one whose services do not answer, and one where people sign in by a provider.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from flask import abort

from services import embedded
from services.inbox.app import SERVICES, TABLES
from services.inbox.demo import seed
from services.inbox.oidc import provider_of
from services.inbox.site import site_of
from services.simulate.clock import SimulationClock
from shared.clock import SystemClock
from shared.database import Database
from shared.database.migrate import upgrade
from shared.settings import OidcSettings, SiteSettings
from tests.inbox.openid import NOBODY
from tests.inbox.people import of
from tests.journeys.by_http import HttpJourney, Somebody
from tests.journeys.test_outcomes import CONSEILLER, HEAD, MINOR, OFFICE, REFERENT, followed, interviewed
from tests.support.inbox_world import inbox_app
from tests.support.served import served

CAMPAGNE = "2026-2027"
FIRST_DAY = date(2026, 9, 7)
TEACHER, DPO, PILOT = "Thomas Rey", "Agathe Colin", "Solène Marty"
MISSION_LOCALE, FRANCE_TRAVAIL = "ml-lyon-centre", "ft-lyon-croix-rousse"
CLASS = "2CAPPAT"
WORKSHOP_DAY = date(2026, 11, 5)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"
SAID = SiteSettings(
    publisher="Ville des Trois-Ponts, 1 place du Marché, 69000 Lyon, 04 00 00 00 00",
    director="Camille Ferrand", host="Hébergeur des Trois-Ponts, Lyon", contact="accessibilite@example.org",
    dpo="dpo@example.org", security="mailto:securite@example.org",
    theme_folder=str(Path(__file__).parents[2] / "samples/theme"),
)  # fmt: skip
SIGN_IN = OidcSettings(f"{NOBODY}/", "proconnect", "client", "secret")


@dataclass(frozen=True)
class World:
    """``addresses``: of the demonstration (``""``), of the inbox ``alone`` and of the one with a ``provider``.

    ``ids``: what the paths of pages are filled in with.
    """

    addresses: Mapping[str, str]
    ids: Mapping[str, str]


@contextmanager
def demonstration(folder: Path) -> Iterator[World]:
    clock = SimulationClock(folder / "clock", FIRST_DAY)
    with ExitStack() as stack:
        whole = stack.enter_context(
            embedded.running(folder, env="test", clock_offset_file=folder / "clock", demonstration=True)
        ).inbox
        addresses = {"": whole}
        for name, application in applications(folder).items():
            stack.callback(application.extensions["inbox"].close)
            addresses[name] = stack.enter_context(served(application))
        yield World(addresses, _lived(HttpJourney(whole, clock), Somebodies(whole)))


def applications(folder: Path) -> dict[str, Any]:
    """Two inboxes whose services do not answer: one ``alone``, with its own look and legal pages, which also fails
    with any status; one where people sign in by a ``provider``, which does not answer either."""
    clock, made = SystemClock(), {}
    for name in ("alone", "provider"):
        database = Database(f"sqlite:///{folder / name}.sqlite", application_name="accessibility")
        upgrade(database, TABLES)
        with database.begin() as tx:
            seed(tx)
        signs_in = provider_of("test", SIGN_IN, NOBODY, clock) if name == "provider" else None
        said = site_of("test", SAID if name == "alone" else SiteSettings(), NOBODY)
        urls = dict.fromkeys(SERVICES, NOBODY)
        made[name] = inbox_app(database, urls, clock, provider=signs_in, said=said)
    made["alone"].add_url_rule("/erreur/<int:code>", "failing", abort)
    return made


class Somebodies:
    """People at the pages, each signed in once."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._known: dict[str, Somebody] = {}

    def __call__(self, name: str) -> Somebody:
        if name not in self._known:
            self._known[name] = Somebody(self._address, name)
        return self._known[name]


def _lived(journey: HttpJourney, people: Somebodies) -> dict[str, str]:
    followed(journey, "ROMARIN")
    parcours = journey.address.removeprefix("/parcours/")
    people(REFERENT).get(f"/parcours/{parcours}/documents").send(
        "/documents", files={"file": ("attestation.pdf", PDF, "application/pdf")}
    )
    for minor in ("VERVEINE", "SARRIETTE"):
        interviewed(journey, minor, MINOR)
    return (
        {"parcours": parcours}
        | _papers(people, parcours)
        | _family(people, parcours)
        | _workshops(people)
        | _others(people)
    )


def _papers(people: Somebodies, parcours: str) -> dict[str, str]:
    page = people(REFERENT).get(f"/parcours/{parcours}/documents")
    return {
        "document": _first(page, "/documents/", ".pdf"),
        "attachment": _first(page, "/pieces/"),
        "invitation": _first(page, "/invitations/", ".ics"),
    }


def _family(people: Somebodies, parcours: str) -> dict[str, str]:
    """A link on paper for the young person, who has no account."""
    paper = people(REFERENT).get(f"/parcours/{parcours}/liens").send("/eleve", par="papier")
    address = re.findall(r"/mon-parcours/[a-z0-9-]+", paper.text)[0]
    document = _first(people(REFERENT).get(address), "/mon-parcours/", ".pdf")
    feed = people(REFERENT).get("/preferences/agenda").send("/preferences/agenda")
    return {
        "family": address,
        "family_document": document,
        "family_signing": f"{document.removesuffix('.pdf')}/signer",
        "feed": str(feed.page.xpath("//input[@id='adresse']/@value")[0])
        .partition("/agenda/")[2]
        .removesuffix(".ics"),
    }


def _workshops(people: Somebodies) -> dict[str, str]:
    """A cycle with a class in it and one session planned."""
    people(TEACHER).get("/ateliers").send("", mission_locale=MISSION_LOCALE, france_travail=FRANCE_TRAVAIL)
    cycle = _first(people(TEACHER).get("/ateliers"), "/ateliers/")
    people(HEAD).get(cycle).open("Conclure la convention").send(
        "/terminer",
        **{
            "champ-operateur_sorte": "mission_locale", "champ-co_animation": "non", "champ-horaires_debut": "08:00",
            "champ-convention_le": FIRST_DAY.isoformat(), "champ-horaires_fin": "18:00",
            "liste-jours_ouverts": ["lundi", "mardi", "jeudi", "vendredi"],
        },
    )  # fmt: skip
    people(TEACHER).get(cycle).send("/eleves", classes=[CLASS])
    people(CONSEILLER).get(cycle).send(
        "/seances", workshop="1", on=WORKSHOP_DAY.isoformat(), at="10:00", minutes="60", place="Salle B12",
        format="Collectif", animators=CONSEILLER, classes=[CLASS],
    )  # fmt: skip
    session = _first(people(CONSEILLER).get(cycle), "/ateliers/seances/")
    return {"cycle": cycle.removeprefix("/ateliers/"), "session": session.removeprefix("/ateliers/seances/")}


def _others(people: Somebodies) -> dict[str, str]:
    campagne = _first(people(PILOT).get("/campagnes"), "/campagnes/20", CAMPAGNE).removeprefix("/campagnes/")
    record = _first(people(OFFICE).get("/eleves"), "/eleves/", "/fiche")
    offer = next(
        each
        for each in people(CONSEILLER).get("/offre").page.xpath("//main//a/@href")
        if each.startswith("/offre/") and not each.endswith("/ajouter")
    )
    return {
        "campagne": campagne,
        "pupil": record.removeprefix("/eleves/").removesuffix("/fiche"),
        "colleague": of(REFERENT)[0],
        "offer": offer.removeprefix("/offre/"),
        "task": people(REFERENT).get("/taches").named("Établir la convention de la période"),
        "departure": people(CONSEILLER).get("/taches").named("Signaler un départ anticipé"),
    }


def _first(page: Somebody, start: str, end: str = "") -> str:
    """The first link of a page that leads to such an address."""
    found = [str(each) for each in page.page.xpath("//main//a/@href")]
    return next(each for each in found if each.startswith(start) and each.endswith(end))


def days_from_now(days: int) -> str:
    return (FIRST_DAY + timedelta(days=days)).isoformat()
