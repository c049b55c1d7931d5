"""What a newcomer finds at the first start: invented pupils in both lycées, and a few parcours just opened."""

from pathlib import Path

from services.enrolment import handlers
from services.enrolment.territories.store import replace_territories
from services.inbox import demo
from shared.identity import Actor
from shared.process.service import ProcessService

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
FILES = {demo.LYCEE_GARANCE: "eleves_siecle.xml", demo.LYCEE_TROIS_PONTS: "eleves_autre_lycee.xml"}
OPENED_PER_LYCEE = 3


def seed(enrolment: ProcessService) -> None:
    """Import the sample pupils and open some parcours; nothing where pupils are known already."""
    with enrolment.database.begin() as tx:
        replace_territories(tx, demo.territories())
    for uai, name in FILES.items():
        page, _ = handlers.find_pupils(enrolment, uai, "", None, OPENED_PER_LYCEE)
        if not page.items:
            handlers.import_file(enrolment, uai, (SAMPLES / name).read_bytes())
            _open_some(enrolment, uai)


def _open_some(enrolment: ProcessService, uai: str) -> None:
    page, _ = handlers.find_pupils(enrolment, uai, "", None, OPENED_PER_LYCEE)
    for pupil in page.items:
        handlers.open_parcours(enrolment, _head_of_school(uai), pupil["id"])


def _head_of_school(uai: str) -> Actor:
    given, family = next((g, f) for g, f, roles in demo.PEOPLE[uai] if "chef_etablissement" in roles)
    roles = frozenset({"chef_etablissement"})
    return Actor(demo.person_id(uai, given, family), f"{given} {family}", uai, "lycee", roles)
