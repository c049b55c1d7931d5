from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.parcours.end_date import check_dates, last_day, latest_end

RENTREE = date(2026, 9, 1)
DAYS = st.dates(date(2023, 1, 1), date(2040, 12, 31))


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 9, 1), date(2026, 12, 31)),
        (date(2026, 9, 2), date(2027, 1, 1)),
        (date(2026, 10, 28), date(2027, 2, 27)),
        (date(2026, 10, 29), date(2027, 2, 28)),
        (date(2026, 10, 30), date(2027, 2, 28)),
        (date(2026, 10, 31), date(2027, 2, 28)),
        (date(2027, 10, 29), date(2028, 2, 28)),
        (date(2027, 10, 30), date(2028, 2, 29)),
        (date(2027, 10, 31), date(2028, 2, 29)),
        (date(2026, 11, 1), date(2027, 2, 28)),
        (date(2026, 12, 31), date(2027, 4, 30)),
    ],
)
def test_a_parcours_ends_four_months_after_its_first_day(first: date, last: date) -> None:
    assert last_day(first) == last


@given(DAYS)
def test_the_end_follows_the_wording_of_r8(first: date) -> None:
    year, month = (first.year, first.month + 4) if first.month <= 8 else (first.year + 1, first.month - 8)
    length = monthrange(year, month)[1]
    same_day = date(year, month, first.day) if first.day <= length else None
    expected = same_day - timedelta(days=1) if same_day else date(year, month, length)
    assert last_day(first) == expected


@given(DAYS)
def test_a_later_start_never_ends_earlier(first: date) -> None:
    assert last_day(first) <= last_day(first + timedelta(days=1))


def test_a_campaign_may_stop_at_the_end_of_the_year() -> None:
    assert latest_end(date(2026, 10, 28), within_year=True) == date(2026, 12, 31)
    assert latest_end(date(2026, 9, 1), months=2, within_year=True) == date(2026, 10, 31)


def test_dates_within_the_four_months_are_accepted() -> None:
    for end_on in (date(2026, 9, 1), date(2026, 12, 1), date(2026, 12, 31)):
        assert check_dates(date(2026, 9, 1), end_on, rentree_on=RENTREE) == ()


@pytest.mark.parametrize(
    ("start", "end", "code", "params"),
    [
        (date(2026, 8, 31), date(2026, 12, 1), "parcours.before_rentree", {"rentree": RENTREE}),
        (date(2026, 9, 1), date(2027, 1, 1), "parcours.end_too_late", {"latest": date(2026, 12, 31)}),
        (date(2026, 9, 2), date(2026, 9, 1), "parcours.end_before_start", {"start": date(2026, 9, 2)}),
    ],
)
def test_a_wrong_date_is_refused_with_the_right_one(
    start: date, end: date, code: str, params: dict[str, date]
) -> None:
    (reason,) = check_dates(start, end, rentree_on=RENTREE)
    assert (reason.code, reason.params) == (code, params)
