"""Operations of a period in a company, over the service's own table: R18 and R20."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Connection

from services.accompaniment.periods.work import OPERATIONS
from shared.bpmn import OperationCall
from shared.parcours.mef import PAE_LEVEL_3, PAE_LEVEL_4
from tests.support.databases import MakeDatabase

OCTOBER = datetime(2026, 10, 1, 8, tzinfo=UTC)
TABLES = ("services.accompaniment.periods",)


@pytest.fixture
def tx(make_database: MakeDatabase) -> Iterator[Connection]:
    with make_database(TABLES).begin() as open_:
        yield open_


def call(tx: Connection, name: str, parcours: str, solution: str = "s1", **variables: Any) -> Any:
    period = {
        "id": solution, "structure": "Boulangerie du Port", "cadre": variables.pop("cadre", "pfmp"),
        "du": date(2026, 10, 5), "au": variables.pop("au", date(2026, 10, 30)),
    }  # fmt: skip
    given = {"solution": period, "enseignant_referent": "prof", "tuteur": "Anne Roy", **variables}
    return OPERATIONS[name].call(OperationCall(given, OCTOBER, parcours, tx))


def supervised(tx: Connection, count: int, **variables: Any) -> list[bool]:
    found = []
    for number in range(count):
        own = {name: value.format(number) for name, value in variables.items()}
        found.append(call(tx, "check_supervision", f"p{number}", **own)["supervision_conforme"])
    return found


def test_a_tuteur_has_three_trainees_at_once_and_not_four(tx: Connection) -> None:
    """R18."""
    assert supervised(tx, 4, enseignant_referent="prof{}") == [True, True, True, False]
    told = call(tx, "check_supervision", "p9", tuteur="  anne ROY ", enseignant_referent="prof9")
    assert "4 élèves en même temps : 3 au plus" in told["supervision_message"]


def test_an_enseignant_referent_has_sixteen_trainees_at_once_and_not_seventeen(tx: Connection) -> None:
    """R18."""
    assert supervised(tx, 17, tuteur="Tuteur {}") == [True] * 16 + [False]


def test_a_convention_drawn_up_again_is_counted_once(tx: Connection) -> None:
    assert [call(tx, "check_supervision", "p1")["supervision_conforme"] for _ in range(5)] == [True] * 5


def test_a_period_that_an_avenant_takes_away_or_whose_follow_up_ends_counts_no_more(tx: Connection) -> None:
    assert supervised(tx, 3, enseignant_referent="prof{}") == [True] * 3
    call(tx, "release_supervision", "p0")
    assert call(tx, "check_supervision", "p4")["supervision_conforme"] is True
    OPERATIONS["end_supervision"].call(OperationCall({}, OCTOBER, "p1", tx))
    assert call(tx, "check_supervision", "p5")["supervision_conforme"] is True
    assert call(tx, "check_supervision", "p6")["supervision_conforme"] is False


@pytest.mark.parametrize(("mef", "euros"), [(PAE_LEVEL_3, [300, 450, 0]), (PAE_LEVEL_4, [400, 600, 0])])
def test_the_allowance_of_all_periods_of_a_parcours_stops_at_its_cap(
    tx: Connection, mef: str, euros: list[int]
) -> None:
    """R20: 15 euros a day up to 750, or 20 up to 1 000."""
    found = []
    for number, days in enumerate((20, 40, 10)):
        call(tx, "check_supervision", "p1", f"s{number}")
        given = {"jours_attestes": Decimal(days), "mef_pae": mef}
        found.append(call(tx, "estimate_allowance", "p1", f"s{number}", **given)["allocation_estimee"])
    assert found == euros


@pytest.mark.parametrize("frame", ["pmsmp", "stage", "immersion"])
def test_days_of_another_frame_take_nothing_from_the_allowance(tx: Connection, frame: str) -> None:
    """R20: 40 days of a PFMP at 15 euros, whatever was done before under another frame."""
    found = []
    for number, (cadre, days) in enumerate(((frame, 22), ("pfmp", 40))):
        call(tx, "check_supervision", "p1", f"s{number}", cadre=cadre)
        given = {"cadre": cadre, "jours_attestes": Decimal(days), "mef_pae": PAE_LEVEL_3}
        found.append(call(tx, "estimate_allowance", "p1", f"s{number}", **given)["allocation_estimee"])
    assert found == [0, 600]


def test_only_a_pfmp_has_an_allowance(tx: Connection) -> None:
    """R20."""
    call(tx, "check_supervision", "p1", cadre="immersion")
    told = call(
        tx, "estimate_allowance", "p1", cadre="immersion", jours_attestes=Decimal(5), mef_pae=PAE_LEVEL_4
    )
    assert told == {"allocation_estimee": 0}
