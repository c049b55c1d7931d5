from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.parcours.age import age_on, birthday, is_aged_16_to_25, is_minor, sendable_from

DAYS = st.dates(date(1990, 1, 1), date(2012, 12, 31))


@pytest.mark.parametrize(
    ("born_on", "day", "age"),
    [
        (date(2008, 9, 1), date(2026, 8, 31), 17),
        (date(2008, 9, 1), date(2026, 9, 1), 18),
        (date(2008, 2, 29), date(2026, 2, 27), 17),
        (date(2008, 2, 29), date(2026, 2, 28), 18),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
        (date(2008, 9, 1), date(2008, 8, 31), -1),
    ],
)
def test_an_age_changes_on_the_birthday(born_on: date, day: date, age: int) -> None:
    assert age_on(born_on, day) == age


@given(DAYS, st.integers(0, 40))
def test_the_day_before_a_birthday_one_is_a_year_younger(born_on: date, years: int) -> None:
    day = birthday(born_on, years)
    assert age_on(born_on, day) == years
    assert age_on(born_on, day - timedelta(days=1)) == years - 1


def test_majority_is_at_eighteen() -> None:
    assert is_minor(date(2008, 10, 2), date(2026, 10, 1))
    assert not is_minor(date(2008, 10, 2), date(2026, 10, 2))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2024, 5, 9), False),
        (date(2024, 5, 10), True),
        (date(2034, 5, 9), True),
        (date(2034, 5, 10), False),
    ],
)
def test_sixteen_to_twenty_five_ends_the_day_before_the_26th_birthday(day: date, expected: bool) -> None:
    assert is_aged_16_to_25(date(2008, 5, 10), day) is expected


def test_a_file_may_be_sent_from_the_16th_birthday() -> None:
    assert sendable_from(date(2010, 12, 25)) == date(2026, 12, 25)
