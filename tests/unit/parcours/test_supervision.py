from datetime import date, timedelta

import pytest

from shared.parcours.period import Period
from shared.parcours.supervision import most_at_once


def week(number: int, weeks: int = 1) -> Period:
    first = date(2026, 10, 5) + timedelta(weeks=number)
    return Period(first, first + timedelta(weeks=weeks, days=-1))


@pytest.mark.parametrize(
    ("others", "most"),
    [([], 1), ([week(0)] * 3, 4), ([week(1), week(2)], 1), ([week(-1, 2), week(0), week(2)], 3)],
    ids=["alone", "three the same week", "afterwards", "one that runs and one the same week"],
)
def test_only_periods_that_share_a_day_count_together(others: list[Period], most: int) -> None:
    """R18."""
    assert most_at_once(week(0), others) == most


def test_periods_that_follow_one_another_within_a_long_one_are_not_added_up() -> None:
    assert most_at_once(week(0, 3), [week(0), week(1), week(2)]) == 2
