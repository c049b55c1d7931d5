"""What a newcomer finds at the first start: invented pupils in both lycées, a few parcours opened, a local offer."""

from datetime import timedelta
from pathlib import Path

from services.accompaniment.offre import handlers as offre
from services.enrolment import handlers
from services.enrolment.territories.store import replace_territories
from services.inbox import demo
from shared.identity import Actor
from shared.identity.actor import OrganisationKind
from shared.process.service import ProcessService

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
FILES = {demo.LYCEE_GARANCE: "eleves_siecle.xml", demo.LYCEE_TROIS_PONTS: "eleves_autre_lycee.xml"}
OPENED_PER_LYCEE = 3
OFFERS = (
    {"kind": "tre", "title": "Trouver un employeur", "partner": "Atelier du Rhône", "place": "Lyon", "seats": 8,
     "is_psad": True},
    {"kind": "mlds", "title": "Se remettre à niveau", "partner": "MLDS du Rhône", "place": "Villeurbanne", "seats": 12,
     "is_psad": True},
    {"kind": "entreprise", "frame": "stage", "title": "Découvrir la vente", "partner": "Boutiques du Port",
     "place": "Lyon", "seats": 2, "is_psad": False, "minimum_age": 16},
)  # fmt: skip
OFFERED_FOR = timedelta(days=120)


def seed(enrolment: ProcessService) -> None:
    """Import the sample pupils and open some parcours; nothing where pupils are known already."""
    with enrolment.database.begin() as tx:
        replace_territories(tx, demo.territories())
    for uai, name in FILES.items():
        page, _ = handlers.find_pupils(enrolment, uai, "", None, OPENED_PER_LYCEE)
        if not page.items:
            handlers.import_file(enrolment, uai, (SAMPLES / name).read_bytes())
            _open_some(enrolment, uai)


def seed_offers(accompaniment: ProcessService) -> None:
    """A local offer from today on; nothing where there was one."""
    keeper = _someone(demo.ML_CENTRE, "mission_locale", "conseiller")
    known = offre.list_offers(accompaniment, keeper, None)
    if known["items"] or known["past"]:
        return
    today = accompaniment.clock.today()
    usual = {"frame": None, "minimum_age": None, "first_on": today, "last_on": today + OFFERED_FOR}
    for each in OFFERS:
        offre.add_offer(accompaniment, keeper, None, {**usual, **each})


def _open_some(enrolment: ProcessService, uai: str) -> None:
    page, _ = handlers.find_pupils(enrolment, uai, "", None, OPENED_PER_LYCEE)
    for pupil in page.items:
        handlers.open_parcours(enrolment, _someone(uai, "lycee", "chef_etablissement"), pupil["id"])


def _someone(place: str, kind: OrganisationKind, role: str) -> Actor:
    given, family = next((g, f) for g, f, roles in demo.PEOPLE[place] if role in roles)
    return Actor(demo.person_id(place, given, family), f"{given} {family}", place, kind, frozenset({role}))
