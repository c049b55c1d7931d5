from datetime import date
from typing import Any

import pytest

from shared.calendar_fr import is_school_holiday, public_holidays
from shared.parcours.academies import place_of
from shared.parcours.week import Day, week_of

LYON = place_of("0690043X")
PARCOURS = (date(2025, 9, 10), date(2026, 1, 9))


def one(suivi: str, first: date, last: date) -> dict[str, Any]:
    return {"libelle": suivi, "structure": "Ici", "suivi": suivi, "du": first, "au": last}


def week(day: date, *plan: dict[str, Any]) -> tuple[Day, ...]:
    return week_of(
        day, plan, PARCOURS, is_public_holiday=public_holidays(), is_school_holiday=is_school_holiday(LYON)
    )


def hosts(days: tuple[Day, ...]) -> list[list[str]]:
    return [[str(host) for host in day.hosts] for day in days]


def test_a_week_tells_for_each_day_who_hosts() -> None:
    plan = (
        one("periode", date(2025, 9, 29), date(2025, 9, 30)),
        one("formation", date(2025, 10, 1), date(2025, 10, 31)),
        one("atelier", date(2025, 10, 2), date(2025, 10, 2)),
    )
    assert hosts(week(date(2025, 10, 1), *plan)) == [
        ["entreprise"], ["entreprise"], ["lycee"], ["lycee", "mission_locale"], ["lycee"], ["repos"], ["repos"],
    ]  # fmt: skip


def test_a_day_without_a_plan_is_free_and_what_lies_beyond_the_parcours_is_not_told() -> None:
    days = week(date(2025, 9, 8))
    assert [day.day for day in days] == [date(2025, 9, number) for number in (10, 11, 12, 13, 14)]
    assert hosts(days)[0] == ["libre"]


@pytest.mark.parametrize(
    ("day", "host"),
    [(date(2025, 10, 20), "vacances"), (date(2025, 11, 11), "ferie")],
    ids=["autumn", "11 November"],
)
def test_a_pupil_keeps_the_holidays_whatever_the_plan(day: date, host: str) -> None:
    plan = one("formation", *PARCOURS)
    assert [each.hosts for each in week(day, plan) if each.day == day] == [(host,)]


def test_a_day_as_json_names_what_runs_and_where() -> None:
    plan = one("atelier", date(2025, 10, 2), date(2025, 10, 2))
    told = week(date(2025, 10, 2), plan)[3].as_json()
    assert told == {
        "day": date(2025, 10, 2), "hosts": ["mission_locale"], "solutions": [{"label": "atelier", "place": "Ici"}],
    }  # fmt: skip
