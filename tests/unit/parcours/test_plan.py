from datetime import date
from typing import Any

import pytest

from shared.catalogue import sentences
from shared.parcours.plan import OUTCOME_VARIABLES, ROW_VARIABLES, PlanCheck, check_plan

ENTRY, END = date(2026, 9, 1), date(2026, 12, 31)  # 122 days, 81 allowed


def row(number: int, first: date | None, last: date | None, frame: str | None = "pfmp") -> dict[str, Any]:
    values = {"du": first, "au": last, "structure": "Atelier du Pont", "cadre": frame}
    return {f"periode{number}_{part}": value for part, value in values.items()}


def check(*rows: dict[str, Any]) -> PlanCheck:
    variables: dict[str, Any] = dict.fromkeys(ROW_VARIABLES)
    for each in rows:
        variables |= each
    return check_plan(variables, entry_on=ENTRY, end_on=END)


def test_a_plan_without_periods_holds() -> None:
    assert check().as_variables() == {
        "periodes": [], "plan_conforme": True, "jours_autorises": 81, "jours_prevus": 0, "jours_restants": 81,
    }  # fmt: skip


def test_the_periods_come_in_order_of_date_with_their_numbers() -> None:
    late = row(1, date(2026, 11, 2), date(2026, 11, 30))
    early = row(3, date(2026, 9, 21), date(2026, 10, 2), "stage")
    outcome = check(late, early).as_variables()
    assert outcome.keys() == OUTCOME_VARIABLES
    assert [period["du"] for period in outcome["periodes"]] == [date(2026, 9, 21), date(2026, 11, 2)]
    assert (outcome["plan_conforme"], outcome["jours_prevus"]) == (True, 29)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (row(2, date(2026, 10, 1), None), "2"),
        (row(2, date(2026, 10, 1), date(2026, 10, 9), None), "2"),
        (row(1, date(2026, 10, 9), date(2026, 10, 1)), "09/10/2026"),
        (row(1, date(2026, 8, 31), date(2026, 9, 4)), "31/08/2026"),
        (row(1, date(2026, 12, 1), date(2027, 1, 4)), "04/01/2027"),
        (row(1, date(2026, 9, 1), date(2026, 11, 21)), "82"),
    ],
)
def test_what_is_wrong_with_a_plan_is_said_in_french(wrong: dict[str, Any], told: str) -> None:
    checked = check(wrong)
    assert checked.as_variables()["plan_conforme"] is False
    assert told in sentences(checked.verdict)


def test_a_plan_that_holds_says_the_numbers() -> None:
    text = sentences(check(row(1, date(2026, 9, 1), date(2026, 11, 20))).verdict)
    assert "81" in text
