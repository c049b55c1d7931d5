"""Operations of a period in a company, over the service's own table: R18 and R20."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Connection, select

from services.accompaniment.periods.tables import company_period
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
        "du": variables.pop("du", date(2026, 10, 5)), "au": variables.pop("au", date(2026, 10, 30)),
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


def test_a_period_that_was_stopped_counts_until_that_day_and_no_longer(tx: Connection) -> None:
    """R18: its teacher and tutor have room again, once its days are attested too."""
    assert supervised(tx, 3, enseignant_referent="prof{}") == [True] * 3
    stopped = {"fait_suite": "arret", "fait_le": date(2026, 10, 9)}
    assert call(tx, "stop_period", "p0", **stopped) == {"suivie_au": date(2026, 10, 9)}
    given = {"jours_attestes": Decimal(5), "mef_pae": PAE_LEVEL_4}
    call(tx, "estimate_allowance", "p0", **given, **stopped)
    assert call(tx, "check_supervision", "p4")["supervision_conforme"] is False, "until the 9th they are four"
    assert call(tx, "check_supervision", "p4", du=date(2026, 10, 10))["supervision_conforme"] is True


def test_a_period_that_goes_on_after_an_absence_counts_to_its_last_day(tx: Connection) -> None:
    """R18."""
    assert supervised(tx, 3, enseignant_referent="prof{}") == [True] * 3
    gone_on = {"fait_suite": "continue", "fait_le": date(2026, 10, 5)}
    assert call(tx, "stop_period", "p0", **gone_on) == {}
    assert call(tx, "check_supervision", "p4")["supervision_conforme"] is False


def test_a_period_that_was_called_off_counts_for_nobody(tx: Connection) -> None:
    """R17, R18: its convention was not signed in time."""
    assert supervised(tx, 3, enseignant_referent="prof{}") == [True] * 3
    call(tx, "call_off_period", "p0")
    assert call(tx, "check_supervision", "p4")["supervision_conforme"] is True


def test_the_end_of_the_follow_up_leaves_what_has_begun_to_be_attested_and_counts_it_to_the_last_day(
    tx: Connection,
) -> None:
    """R18, R20: one begun, one begun and attested, one that is only signed, one that begins after the exit."""
    begin, later = {"du": date(2026, 9, 21)}, {"du": date(2026, 10, 19), "au": date(2026, 10, 30)}
    for number, days in enumerate((begin, begin, begin, later)):
        call(tx, "check_supervision", "p1", f"s{number}", **days)
    for number in (0, 1, 3):
        call(tx, "begin_period", "p1", f"s{number}")
    call(tx, "estimate_allowance", "p1", "s1", jours_attestes=Decimal(5), mef_pae=PAE_LEVEL_4)
    plan = [{"id": f"s{number}", "cadre": "pfmp", "au": date(2026, 10, 30)} for number in range(4)]
    known = {"plan_signe": plan, "fin_de_statut_le": date(2027, 1, 9), "depart_le": None}
    told = OPERATIONS["close_periods"].call(
        OperationCall({**known, "sortie_le": date(2026, 10, 14)}, OCTOBER, "p1", tx)
    )
    assert told["periodes_a_attester"] == [
        {
            "id": "s0", "cadre": "pfmp", "du": date(2026, 9, 21), "au": date(2026, 10, 14), "tuteur": "Anne Roy",
            "enseignant_referent": "prof",
        }
    ]  # fmt: skip
    columns = company_period.c
    left = tx.execute(select(columns.solution_id, columns.last_on).order_by(columns.solution_id)).all()
    today = date(2026, 10, 1)
    assert [tuple(row) for row in left] == [("s0", date(2026, 10, 14)), ("s1", today), ("s2", today)]


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
