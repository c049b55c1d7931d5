from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.calendar_fr import public_holidays
from shared.parcours.working_days import (
    MAX_WORKING_DAYS,
    add_working_days,
    is_working_day,
    subtract_working_days,
    working_days_between,
)

FRANCE = public_holidays()
DAYS = st.dates(date(2023, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 9, 4), 1, date(2026, 9, 7)),  # Friday → Monday
        (date(2026, 9, 5), 1, date(2026, 9, 7)),  # Saturday → Monday
        (date(2026, 11, 10), 1, date(2026, 11, 12)),  # Armistice Day
        (date(2026, 12, 31), 1, date(2027, 1, 4)),
        (date(2027, 3, 26), 1, date(2027, 3, 30)),  # Easter Monday
        (date(2026, 9, 7), -1, date(2026, 9, 4)),
        (date(2026, 12, 31), -15, date(2026, 12, 9)),
        (date(2026, 9, 5), 0, date(2026, 9, 5)),
    ],
)
def test_weekends_and_public_holidays_are_not_working_days(day: date, count: int, expected: date) -> None:
    assert add_working_days(day, count, FRANCE) == expected


@given(DAYS, st.integers(1, 60))
def test_the_nth_working_day_is_n_working_days_away(day: date, count: int) -> None:
    later = add_working_days(day, count, FRANCE)
    assert is_working_day(later, FRANCE)
    assert working_days_between(day, later, FRANCE) == count


@given(DAYS, st.integers(1, 60))
def test_subtracting_undoes_adding_from_a_working_day(day: date, count: int) -> None:
    start = add_working_days(day, 1, FRANCE)
    assert subtract_working_days(add_working_days(start, count, FRANCE), count, FRANCE) == start


def test_no_working_day_lies_between_a_day_and_itself_or_an_earlier_one() -> None:
    assert working_days_between(date(2026, 9, 7), date(2026, 9, 7), FRANCE) == 0
    assert working_days_between(date(2026, 9, 8), date(2026, 9, 7), FRANCE) == 0


def test_alsace_rests_on_saint_stephens_day_and_reunion_on_20_december() -> None:
    assert public_holidays("6AE")(date(2025, 12, 26))
    assert public_holidays("974")(date(2027, 12, 20))
    assert not FRANCE(date(2025, 12, 26))


def test_an_unknown_territory_is_refused() -> None:
    with pytest.raises(NotImplementedError):
        public_holidays("99")


def test_an_absurd_deadline_is_refused() -> None:
    with pytest.raises(ValueError, match="at most"):
        add_working_days(date(2026, 9, 1), MAX_WORKING_DAYS + 1, FRANCE)


def test_the_calendar_is_an_argument() -> None:
    closed = {date(2026, 9, 1) + timedelta(days=n) for n in range(10)}
    assert add_working_days(date(2026, 9, 1), 1, closed.__contains__) == date(2026, 9, 11)
