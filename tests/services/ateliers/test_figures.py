"""Figures of the workshops: each organisation its own, no small counts for a rectorat, nothing lost by an erasure."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from services.accompaniment.app import HOLDINGS
from shared.identity import Actor
from shared.process.personal import Subject
from tests.services.ateliers.world import (
    CONSEILLER,
    FRANCE_TRAVAIL,
    HEAD,
    LYCEE,
    ML,
    STRANGERS,
    Ateliers,
    refused,
)
from tests.support.databases import MakeDatabase

RECTORAT = Actor("r", "Irène Salles", "Lyon", "academie", frozenset({"rectorat"}))
ELSEWHERE = Actor("r", "Paul Roy", "Paris", "academie", frozenset({"rectorat"}))
ANALYST = Actor("a", "Florence Weber", "plateforme", "system", frozenset({"analyst"}))
COUNTED = {
    "seances_tenues": 1, "seances_prevues": 1, "seances_annulees": 1, "eleves": 8, "inscriptions": 8,
    "presences": 5, "absences": 2, "excuses": 1, "a_noter": 0,
}  # fmt: skip


def told(
    ateliers: Ateliers, actor: Actor, group: str = "lycee", campagne: str = "2025-2026"
) -> dict[str, Any]:
    answer = ateliers.get(actor, f"/figures/workshops?campagne={campagne}&group={group}")
    assert answer.status_code == 200, answer.get_json()
    return dict(answer.get_json())


def one_sheet(ateliers: Ateliers) -> None:
    """Eight pupils: one session held, one cancelled before, one to come; a pupil was moved between the two."""
    ateliers.gives(8)
    cancelled = ateliers.planned(on="2025-11-04")
    assert ateliers.post(CONSEILLER, f"/sessions/{cancelled}/cancel", {"reason": "Grève"}).status_code == 200
    held = ateliers.planned(on="2025-11-06")
    later = ateliers.planned(on="2025-11-13", classes=[])
    moved = {"pupil_id": "TBAC1-7", "session_id": later}
    assert ateliers.post(CONSEILLER, f"/sessions/{held}/move", moved).status_code == 200
    back = {"pupil_id": "TBAC1-7", "session_id": held}
    assert ateliers.post(CONSEILLER, f"/sessions/{later}/move", back).status_code == 200
    ateliers.at(date(2025, 11, 6), 12)
    marks = dict.fromkeys((f"TBAC1_{n}" for n in range(5)), "realise")
    marks |= {"TBAC1_5": "refus_jeune", "TBAC1_6": "refus_jeune", "TBAC1_7": "refus_tiers"}
    assert ateliers.marks(held, **marks).status_code == 200


def test_sessions_and_sheets_are_counted_by_lycee_and_by_mission_locale(agreed: Ateliers) -> None:
    one_sheet(agreed)
    assert told(agreed, CONSEILLER)["rows"] == {LYCEE: COUNTED}
    assert told(agreed, HEAD, "mission_locale")["rows"] == {ML: COUNTED}
    assert told(agreed, ANALYST, "academie")["rows"].keys() == {"Lyon"}
    assert told(agreed, CONSEILLER)["total"] == COUNTED


def test_a_rectorat_reads_sessions_and_no_small_count_of_pupils(agreed: Ateliers) -> None:
    one_sheet(agreed)
    found = told(agreed, RECTORAT)["total"]
    assert {name for name, count in found.items() if count is None} == {"absences", "excuses", "presences"}
    assert (found["seances_annulees"], found["eleves"], found["inscriptions"]) == (1, 8, 8)


def test_who_has_no_part_has_nothing_counted(agreed: Ateliers) -> None:
    one_sheet(agreed)
    assert told(agreed, STRANGERS[0])["rows"] == {}
    assert told(agreed, ELSEWHERE)["rows"] == {}
    assert told(agreed, CONSEILLER, campagne="2024-2025")["rows"] == {}
    assert refused(agreed.get(FRANCE_TRAVAIL, "/figures/workshops?campagne=2025-2026&group=lycee"))[0] == 403


def test_a_lycee_asks_by_its_partners_only(agreed: Ateliers) -> None:
    status, said = refused(agreed.get(HEAD, "/figures/workshops?campagne=2025-2026&group=lycee"))
    assert (status, "les organisations avec lesquelles vous travaillez" in said) == (422, True)


@pytest.fixture
def both(make_database: MakeDatabase) -> Iterator[Ateliers]:
    world = Ateliers(make_database)
    world.opens()
    world.concludes()
    yield world
    world.service.database.dispose()


def test_an_erased_pupil_leaves_the_figures_and_the_closed_sheet_without_a_name(both: Ateliers) -> None:
    one_sheet(both)
    pupil = Subject(pupils=("TBAC1-5",))
    with both.service.database.begin() as tx:
        assert (
            sum(
                held.erase(tx, pupil)
                for held in HOLDINGS
                if held.table.name.endswith(("_pupil", "_attendance"))
            )
            == 3
        )
    assert told(both, CONSEILLER)["rows"] == {LYCEE: COUNTED}
    assert "TBAC1-5" not in str(both.cycle(HEAD))
    assert len(both.cycle(HEAD)["pupils"]) == 7
