"""A parcours that runs in étape 4, through the doors of the services; and the same with its bilan asked for."""

import io
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from shared.ids import uuid7
from tests.services.test_enrolment_api import LYCEE, OPENER, OTHER, SECRETARY, _actor
from tests.support.three_services import ThreeServices

SAMPLE = Path("samples/eleves_siecle.xml")
HEAD, OTHER_HEAD = (_actor(place, "chef_etablissement") for place in (LYCEE, OTHER))
REFERENT = replace(_actor(LYCEE, "referent"), person_id=uuid7(), name="Hugo Blanc")
OTHER_REFERENT = replace(_actor(OTHER, "referent"), person_id=uuid7(), name="Inès Morel")
FIRST, SECOND, THIRD = (
    _actor(f"ml-lyon-{place}", "responsable_ml", "mission_locale") for place in ("est", "centre", "ouest")
)
CONSEILLER, SUCCESSOR, OTHER_CONSEILLER = (
    replace(_actor(place, "conseiller", "mission_locale"), person_id=uuid7(), name=name)
    for place, name in (
        ("ml-lyon-est", "Samira Haddad"),
        ("ml-lyon-est", "Paul Roy"),
        ("ml-lyon-centre", "Ana Lopes"),
    )
)
SIGNED = dict.fromkeys(
    ("signature_eleve_le", "signature_responsable_le", "signature_referent_le", "signature_conseiller_le"),
    "2026-09-08",
)
NAMED = {each.person_id: each.name for each in (SUCCESSOR, OTHER_CONSEILLER, OTHER_REFERENT)}


def followed(world: ThreeServices) -> str:
    """The id of a parcours that was taken on from paper and is in étape 4."""
    parcours_id = without_conseiller(world)
    world.complete(
        FIRST,
        "enrolment",
        "designer_conseiller_repris",
        reponse_ml="prise_en_charge",
        conseiller=CONSEILLER.person_id,
    )
    world.carry()
    return parcours_id


def without_conseiller(world: ThreeServices) -> str:
    """The same, before its Mission Locale has named a conseiller."""
    today = world.clock.now().date()
    file = {"file": (io.BytesIO(SAMPLE.read_bytes()), SAMPLE.name)}
    token = world.signer.sign(SECRETARY, "enrolment")
    world.client("enrolment").post("/pupils/import", headers={"Authorization": f"Bearer {token}"}, data=file)
    found = world.ask(OPENER, "enrolment", "/pupils/search", {"text": "", "limit": 100}).get_json()["items"]
    pupil = next(each for each in found if _is_ready(each, today))
    opened = world.ask(OPENER, "enrolment", "/parcours", {"pupil_id": pupil["id"], "on_paper": True})
    world.complete(
        OPENER, "enrolment", "reprendre_parcours", referent=REFERENT.person_id,
        mission_locale=FIRST.organisation_id, volontariat_le="2026-09-01", entree_le="2026-09-07",
        fin_papier_le="2026-12-18", **SIGNED,
    )  # fmt: skip
    world.complete(
        REFERENT, "enrolment", "reprendre_plan", plan_action="ajouter", solution_nature="tre",
        solution_structure="Mission Locale", solution_du="2026-10-19", solution_au="2026-10-23",
    )  # fmt: skip
    world.complete(REFERENT, "enrolment", "reprendre_plan", plan_action="terminer")
    return str(opened.get_json()["parcours_id"])


def to_the_bilan(world: ThreeServices) -> None:
    """The days pass until the bilan is to be convened."""
    world.clock.set(world.clock.now().replace(month=12, day=1))
    world.turn()


def _is_ready(pupil: Any, today: date) -> bool:
    return date.fromisoformat(pupil["sendable_from"]) <= today and "dernière année" in pupil["formation"]
