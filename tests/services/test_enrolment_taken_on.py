"""A parcours that runs on paper already is taken on with its dates, its people and its plan (R7, R8, R11)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from shared.clock import FixedClock
from shared.messaging.tables import outbox
from tests.services.followed import CONSEILLER, without_conseiller
from tests.services.test_enrolment_api import LYCEE, OPENER, Enrolment, _actor
from tests.services.test_enrolment_handed_back import (
    CONSEILLER_ID,
    FIRST,
    REFERENT,
    REFERENT_ID,
    SECOND,
    _is_of_age,
    complete,
    get,
)
from tests.services.test_enrolment_passations import DIRECTOR, days_pass
from tests.support.databases import MakeDatabase
from tests.support.three_services import three_services

OCTOBER = datetime(2026, 10, 12, 8, tzinfo=UTC)
SIGNED = dict.fromkeys(
    ("signature_eleve_le", "signature_responsable_le", "signature_referent_le", "signature_conseiller_le"),
    "2026-09-08",
)


@pytest.fixture
def enrolment(make_sqlite_database: MakeDatabase) -> Iterator[Enrolment]:
    built = Enrolment(make_sqlite_database, FixedClock(OCTOBER))
    yield built
    built.service.database.dispose()


def taken_on(enrolment: Enrolment) -> str:
    """The id of a parcours that was opened as one that runs on paper."""
    enrolment.import_file("eleves_siecle.xml")
    today = enrolment.service.clock.today()
    pupil = next(each for each in enrolment.pupils() if _is_of_age(each, today))
    opened = enrolment.post("/parcours", OPENER, json={"pupil_id": pupil["id"], "on_paper": True})
    return str(opened.get_json()["parcours_id"])


def enter(enrolment: Enrolment, first: str, last: str) -> None:
    complete(
        enrolment, OPENER, "reprendre_parcours", referent=REFERENT_ID, mission_locale=FIRST.organisation_id,
        volontariat_le="2026-08-28", entree_le=first, fin_papier_le=last, **SIGNED,
    )  # fmt: skip


def variables(enrolment: Enrolment, parcours_id: str) -> dict[str, Any]:
    read = get(enrolment, REFERENT, f"/parcours/{parcours_id}").get_json()
    return {each["name"]: each["value"] for each in read["variables"]}


def open_elements(enrolment: Enrolment, actor: Any) -> set[str]:
    items = get(enrolment, actor, "/tasks?scope=organisation").get_json()["items"]
    return {each["element_id"] for each in items}


def test_a_parcours_on_paper_goes_to_the_follow_up_with_its_own_end(enrolment: Enrolment) -> None:
    parcours_id = taken_on(enrolment)
    enter(enrolment, "2026-09-07", "2026-12-18")
    complete(
        enrolment, REFERENT, "reprendre_plan", plan_action="ajouter", solution_nature="tre",
        solution_structure="Mission Locale", solution_du="2026-09-14", solution_au="2026-09-18",
    )  # fmt: skip
    complete(enrolment, REFERENT, "reprendre_plan", plan_action="terminer")
    complete(
        enrolment, FIRST, "designer_conseiller_repris", reponse_ml="prise_en_charge", conseiller=CONSEILLER_ID
    )
    known = variables(enrolment, parcours_id)
    assert (known["entree_le"], known["fin_de_statut_le"]) == ("2026-09-07", "2026-12-18")
    assert known["conseiller"] == CONSEILLER_ID
    assert open_elements(enrolment, _actor(LYCEE, "referent")) == set()


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [
        ("2026-08-31", "2026-12-18", "rentrée"),  # R7
        ("2026-09-07", "2027-01-07", "06/01/2027"),  # R8
        ("2026-09-07", "2026-10-01", "01/10/2026"),  # it has ended
    ],
)
def test_dates_on_paper_that_break_a_rule_come_back_with_what_is_allowed(
    enrolment: Enrolment, first: str, last: str, why: str
) -> None:
    taken_on(enrolment)
    enter(enrolment, first, last)
    (task,) = get(enrolment, OPENER, "/tasks?scope=organisation").get_json()["items"]
    read = get(enrolment, OPENER, f"/tasks/{task['id']}").get_json()
    assert (task["element_id"], why in read["values"]["admission_anomalie"]) == ("reprendre_parcours", True)


def to_be_entrusted(enrolment: Enrolment) -> str:
    parcours_id = taken_on(enrolment)
    enter(enrolment, "2026-09-07", "2026-12-18")
    complete(
        enrolment, REFERENT, "reprendre_plan", plan_action="ajouter", solution_nature="tre",
        solution_structure="Mission Locale", solution_du="2026-10-19", solution_au="2026-10-23",
    )  # fmt: skip
    complete(enrolment, REFERENT, "reprendre_plan", plan_action="terminer")
    return parcours_id


def test_a_mission_locale_that_returns_a_parcours_on_paper_reads_no_more_of_it(enrolment: Enrolment) -> None:
    """R38, R43: the référent reads why, and chooses another."""
    parcours_id = to_be_entrusted(enrolment)
    returned = {"reponse_ml": "mauvais_territoire", "retour_motif": "Habite Bron."}
    complete(enrolment, FIRST, "designer_conseiller_repris", **returned)
    assert open_elements(enrolment, REFERENT) == {"choisir_ml_reprise", "signaler_fin_reprise"}
    complete(enrolment, REFERENT, "choisir_ml_reprise", mission_locale=SECOND.organisation_id)
    assert open_elements(enrolment, SECOND) == {"designer_conseiller_repris"}
    assert get(enrolment, FIRST, f"/parcours/{parcours_id}").status_code == 404


def test_a_mission_locale_that_is_silent_on_a_parcours_on_paper_stops_nothing(enrolment: Enrolment) -> None:
    """R13, R45: its direction is asked, then the référent; on the last day of the status the bilan is."""
    parcours_id = to_be_entrusted(enrolment)
    days_pass(enrolment, 31)
    assert open_elements(enrolment, DIRECTOR) == {"repondre_direction_reprise"}
    days_pass(enrolment, 12)
    assert open_elements(enrolment, REFERENT) == {"choisir_ml_reprise", "signaler_fin_reprise"}
    days_pass(enrolment, 30)
    with enrolment.service.database.read() as look:
        sent = set(look.scalars(select(outbox.c.type).where(outbox.c.subject == parcours_id)))
    assert "enrolment.bilan_a_preparer.v1" in sent


def test_the_bilan_of_a_parcours_without_conseiller_is_open_to_each_of_its_mission_locale(
    make_sqlite_database: MakeDatabase,
) -> None:
    """R13: its Mission Locale named nobody until the last day of the status."""
    with three_services(make_sqlite_database, FixedClock(OCTOBER)) as world:
        without_conseiller(world)
        world.clock.set(datetime(2026, 12, 21, 8, tzinfo=UTC))
        world.turn()
        assert world.tasks(CONSEILLER, "bilan")["convoquer"]["assignee"] is None
        world.complete(
            CONSEILLER, "bilan", "convoquer", convocation_le="2026-12-21", bilan_prevu_le="2026-12-22",
            bilan_lieu="À la Mission Locale",
        )  # fmt: skip
        assert set(world.tasks(CONSEILLER, "bilan")) == {"bilan_conseiller"}
