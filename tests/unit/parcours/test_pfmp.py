import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.parcours.period import Period, days_covered, merged
from shared.parcours.pfmp import CompanyPeriod, allowed_days, check_pfmp, count_pfmp
from shared.parcours.refusal import Refusal

PARCOURS = Period(date(2026, 9, 1), date(2026, 12, 31))  # 122 days, 81 allowed
OFFSETS = st.tuples(st.integers(0, 200), st.integers(0, 60))


def period(first: int, length: int) -> Period:
    start = PARCOURS.first + timedelta(days=first)
    return Period(start, start + timedelta(days=length))


def pfmp(*periods: Period) -> list[CompanyPeriod]:
    return [CompanyPeriod(each) for each in periods]


def test_both_ends_of_a_period_count() -> None:
    assert Period(date(2026, 9, 1), date(2026, 9, 1)).days == 1
    assert PARCOURS.days == 122


def test_a_reversed_period_is_refused() -> None:
    with pytest.raises(Refusal) as refusal:
        Period(date(2026, 9, 2), date(2026, 9, 1))
    assert refusal.value.reason.code == "parcours.period_reversed"


@given(st.lists(OFFSETS, max_size=8))
def test_an_overlap_counts_once(offsets: list[tuple[int, int]]) -> None:
    periods = [period(*each) for each in offsets]
    days = {each.first + timedelta(days=n) for each in periods for n in range(each.days)}
    assert days_covered(periods) == len(days)


@given(st.lists(OFFSETS, max_size=8))
def test_merged_periods_neither_touch_nor_overlap(offsets: list[tuple[int, int]]) -> None:
    result = merged(period(*each) for each in offsets)
    assert all(b.first - a.last > timedelta(days=1) for a, b in itertools.pairwise(result))


@given(st.integers(0, 200))
def test_two_thirds_are_rounded_down(length: int) -> None:
    allowed = allowed_days(period(0, length))
    assert 3 * allowed <= 2 * (length + 1) < 3 * (allowed + 1)


def test_81_days_of_122_are_accepted_and_82_refused_with_the_numbers() -> None:
    assert check_pfmp(PARCOURS, pfmp(period(0, 40), period(60, 39))) == ()
    (reason,) = check_pfmp(PARCOURS, pfmp(period(0, 40), period(60, 40)))
    assert reason.code == "parcours.pfmp_too_long"
    assert reason.params == {"allowed": 81, "planned": 82, "remaining": 0, "excess": 1}


def test_what_remains_is_said() -> None:
    count = count_pfmp(PARCOURS, pfmp(period(0, 20), period(10, 20)))
    assert (count.planned, count.remaining, count.is_within) == (31, 50, True)


def test_only_the_frames_of_the_campaign_count() -> None:
    immersion = CompanyPeriod(period(0, 99), "immersion")
    assert check_pfmp(PARCOURS, [immersion]) == ()
    assert len(check_pfmp(PARCOURS, [immersion], counted={"pfmp", "immersion"})) == 1


def test_a_period_outside_the_parcours_is_refused_whatever_its_frame() -> None:
    (reason,) = check_pfmp(PARCOURS, [CompanyPeriod(period(115, 10), "stage")])
    assert reason.code == "parcours.period_outside"
    assert reason.params["end"] == date(2026, 12, 31)


def test_periods_know_their_overlaps() -> None:
    assert period(0, 5).overlaps(period(5, 1))
    assert not period(0, 5).overlaps(period(6, 1))
    assert period(0, 5).contains(period(1, 4))
