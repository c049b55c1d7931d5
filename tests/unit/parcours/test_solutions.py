from datetime import date
from typing import Any

import pytest

from shared.catalogue import sentence, sentences
from shared.parcours.solutions import OUTCOME_VARIABLES, SolutionsCheck, check_solutions

ENTRY, END = date(2026, 9, 1), date(2026, 12, 31)  # 122 days, 81 allowed


def one(first: date, last: date, frame: str | None = "pfmp", host: str = "Atelier du Pont") -> dict[str, Any]:
    return {
        "id": f"s{first}", "nature": "entreprise" if frame else "tre", "libelle": "Période" if frame else "TRE",
        "suivi": "periode" if frame else "atelier", "cadre": frame, "structure": host, "du": first, "au": last,
        "motif": None,
    }  # fmt: skip


def check(*plan: dict[str, Any], pmsmp: bool = False) -> SolutionsCheck:
    return check_solutions(plan, entry_on=ENTRY, end_on=END, is_pmsmp_open=pmsmp)


def test_a_plan_without_solutions_holds() -> None:
    assert check().as_variables() == {
        "plan": [], "periodes": [], "plan_conforme": True, "jours_autorises": 81, "jours_prevus": 0,
        "jours_restants": 81,
    }  # fmt: skip


def test_solutions_come_in_order_of_date_and_only_those_in_companies_are_periods() -> None:
    late, early = one(date(2026, 11, 2), date(2026, 11, 30)), one(date(2026, 9, 21), date(2026, 10, 2), None)
    outcome = check(late, early).as_variables()
    assert outcome.keys() == OUTCOME_VARIABLES
    assert outcome["plan"] == [early, late]
    assert outcome["periodes"] == [late]
    assert (outcome["plan_conforme"], outcome["jours_prevus"]) == (True, 29)


def test_each_solution_has_its_line_with_the_number_by_which_it_is_taken_away() -> None:
    lines = check(one(date(2026, 9, 21), date(2026, 10, 2), None)).lines
    told = [sentence(line.code, **line.params) for line in lines]
    assert told == ["1. TRE, Atelier du Pont, du 21/09/2026 au 02/10/2026"]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (one(date(2026, 10, 9), date(2026, 10, 1)), "09/10/2026"),
        (one(date(2026, 8, 31), date(2026, 9, 4)), "31/08/2026"),
        (one(date(2026, 12, 1), date(2027, 1, 4), None), "04/01/2027"),
        (one(date(2026, 9, 7), date(2026, 9, 9), "essai"), "immersion"),
    ],
)
def test_what_is_wrong_with_a_plan_is_said_in_french(wrong: dict[str, Any], told: str) -> None:
    checked = check(wrong)
    assert checked.as_variables()["plan_conforme"] is False
    assert told in sentences(checked.verdict)


def test_81_days_in_companies_hold_and_82_are_refused_with_what_is_allowed_planned_and_remaining() -> None:
    """R9."""
    assert check(one(ENTRY, date(2026, 11, 20))).reasons == ()
    text = sentences(check(one(ENTRY, date(2026, 11, 21))).verdict)
    assert "81 jours permis, 82 prévus, 0 restants, 1 de trop" in text


def test_a_frame_that_does_not_count_leaves_the_days_as_they_are() -> None:
    """R25."""
    assert check(one(ENTRY, END, "immersion")).as_variables()["jours_prevus"] == 0


OCTOBER = (date(2026, 10, 1), date(2026, 10, 31))


def test_a_pmsmp_is_refused_where_the_campagne_does_not_open_it() -> None:
    """R24."""
    assert [reason.code for reason in check(one(*OCTOBER, "pmsmp")).reasons] == ["suivi.pmsmp_closed"]
    assert check(one(*OCTOBER, "pmsmp"), pmsmp=True).reasons == ()


@pytest.mark.parametrize(
    ("periods", "code"),
    [
        ([("2026-10-01", "2026-11-01", "A")], "suivi.pmsmp_too_long"),
        ([("2026-09-01", "2026-09-30", "A"), ("2026-10-01", "2026-10-30", "B"), ("2026-12-01", "2026-12-01", "C")],
         "suivi.pmsmp_days"),
        ([("2026-09-01", "2026-09-05", "Fleurs du Port"), ("2026-10-01", "2026-10-05", "fleurs  du port"),
          ("2026-12-01", "2026-12-02", "Fleurs du port")], "suivi.pmsmp_host"),
    ],
    ids=["a month", "60 days", "twice with one host"],
)  # fmt: skip
def test_an_open_pmsmp_keeps_its_limits(periods: list[tuple[str, str, str]], code: str) -> None:
    """R24."""
    plan = [one(date.fromisoformat(a), date.fromisoformat(b), "pmsmp", host) for a, b, host in periods]
    assert [reason.code for reason in check(*plan, pmsmp=True).reasons] == [code]
    assert check(*plan[:-1], pmsmp=True).reasons == ()
