"""A parcours at a glance: R9 counted, and each day with its host."""

from datetime import date, timedelta

from shared.parcours.overview import Gauge, days_of, gauge
from shared.parcours.period import Period
from shared.parcours.week import Host

PARCOURS = Period(date(2026, 9, 10), date(2027, 1, 9))


def solution(
    first: date, last: date, frame: str | None = "pfmp", follow_up: str = "periode"
) -> dict[str, object]:
    named = {"libelle": "Une période", "structure": "Chez Paul"}
    return {**named, "suivi": follow_up, "cadre": frame, "du": first, "au": last}


PLAN = [
    solution(date(2026, 9, 14), date(2026, 9, 25)),
    solution(date(2026, 9, 21), date(2026, 9, 30)),
    solution(date(2026, 10, 5), date(2026, 10, 9), frame="stage"),
    solution(date(2026, 10, 12), date(2026, 10, 16), frame=None, follow_up="formation"),
]


def test_days_in_companies_count_once_in_the_frames_that_count_and_says_how_many_have_gone() -> None:
    assert gauge(PARCOURS, PLAN, {"pfmp"}, date(2026, 9, 16)) == Gauge(allowed=81, planned=17, done=3)
    both = gauge(PARCOURS, PLAN, {"pfmp", "stage"}, date(2027, 1, 1))
    assert (both.planned, both.done, both.remaining) == (22, 22, 59)
    assert gauge(PARCOURS, [], {"pfmp"}, date(2026, 9, 1)) == Gauge(81, 0, 0)


def test_nothing_is_left_to_plan_when_too_much_is() -> None:
    whole = [solution(PARCOURS.first, PARCOURS.last)]
    over = gauge(PARCOURS, whole, {"pfmp"}, PARCOURS.first)
    assert (over.planned, over.remaining, over.done) == (122, 0, 1)


def test_each_day_of_the_parcours_is_told_once_in_order() -> None:
    days = list(days_of(PARCOURS, PLAN, is_public_holiday=lambda _: False, is_school_holiday=lambda _: None))
    assert [each.day for each in days] == [PARCOURS.first + timedelta(days=number) for number in range(122)]
    hosts = {each.day: each.hosts for each in days}
    assert hosts[date(2026, 9, 14)] == (Host.ENTREPRISE,)
    assert hosts[date(2026, 10, 12)] == (Host.LYCEE,)
    assert hosts[date(2026, 9, 12)] == (Host.REPOS,)


def test_a_parcours_without_measure_is_told_to_a_bound() -> None:
    endless = Period(date(2026, 1, 1), date(2099, 1, 1))
    days = list(days_of(endless, [], is_public_holiday=lambda _: False, is_school_holiday=lambda _: None))
    assert len(days) == 200
