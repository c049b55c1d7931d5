"""Dates, times, zones and durations."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from shared.feel import YearsMonths, compile_expression
from tests.feel.tools import NOW, evaluation, value

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('date("2026-07-01")', date(2026, 7, 1)),
        ('@"2026-07-01"', date(2026, 7, 1)),
        ("date(2026, 7, 1)", date(2026, 7, 1)),
        ('time("10:30:00")', time(10, 30)),
        ('@"10:30:00Z"', time(10, 30, tzinfo=UTC)),
        ('date and time("2026-07-01T10:00:00@Europe/Paris")', datetime(2026, 7, 1, 10, tzinfo=PARIS)),
        ('date and time("2026-07-01T10:00:00")', datetime(2026, 7, 1, 10)),  # noqa: DTZ001  # local on purpose
        ('duration("P1DT2H")', timedelta(days=1, hours=2)),
        ('@"-P1Y2M"', YearsMonths(-14)),
        ('@"2026-01-31" + @"P1M"', date(2026, 2, 28)),
        ('@"2024-02-29" + @"P1Y"', date(2025, 2, 28)),
        ('@"2026-07-01" + duration("P10D")', date(2026, 7, 11)),
        ('@"2026-07-01" - @"2026-06-01"', timedelta(days=30)),
        ('@"23:30:00" + @"PT1H"', time(0, 30)),
        ('@"PT1H" * 1.5', timedelta(minutes=90)),
        ('@"P1Y" / @"P3M"', 4),
        ('@"P1Y" / 2', YearsMonths(6)),
        ('-@"P1D"', timedelta(days=-1)),
        ('(@"2026-07-01" - @"2026-06-01").days', 30),
        ('@"-PT90M".minutes', -30),
        ('@"2026-07-01".weekday', 3),
        ('@"2026-07-01T10:00:00@Europe/Paris".timezone', "Europe/Paris"),
        ('@"2026-07-01T10:00:00@Europe/Paris".time offset', timedelta(hours=2)),
        ('years and months duration(@"2008-09-02", @"2026-09-01").years', 17),
        ('years and months duration(@"2026-09-01", @"2008-09-02")', YearsMonths(-215)),
        ('@"2026-07-01" in [@"2026-01-01"..@"2026-12-31"]', True),
        ('@"2026-07-01T10:00:00@Europe/Paris" = @"2026-07-01T08:00:00Z"', True),
        ('is(@"2026-07-01T10:00:00@Europe/Paris", @"2026-07-01T08:00:00Z")', False),
        ('day of week(@"2026-07-01")', "Wednesday"),
        ('week of year(@"2026-01-01")', 1),
        ('day of year(@"2026-12-31")', 365),
        ('month of year(@"2026-12-31")', "December"),
        ('last day of month(@"2024-02-10")', 29),
        ('for d in @"2026-06-30"..@"2026-07-01" return d.day', [30, 1]),
        ('string(@"2026-07-01T10:00:00.250@Europe/Paris")', "2026-07-01T10:00:00.25@Europe/Paris"),
        ('string(@"P1DT0.5S")', "P1DT0.5S"),
        ('string(@"P14M")', "P1Y2M"),
        ('string(@"PT0S")', "PT0S"),
        ('date(@"2026-07-01T10:00:00")', date(2026, 7, 1)),
        ('date and time(@"2026-07-01", @"10:00:00")', datetime(2026, 7, 1, 10)),  # noqa: DTZ001
    ],
)
def test_a_moment_or_duration_is_computed(text: str, expected: object) -> None:
    assert value(text) == expected


def test_today_is_the_date_in_paris_and_can_be_in_another_zone() -> None:
    assert value("today()") == date(2026, 7, 2)
    assert value("now()") == NOW
    utc = compile_expression("today()").evaluate({}, now=NOW, zone=UTC)
    assert utc.value == date(2026, 7, 1)


def test_a_duration_is_real_time_when_summer_time_ends() -> None:
    found = value('@"2026-10-24T12:00:00@Europe/Paris" + @"PT24H"')
    assert found.isoformat() == "2026-10-25T11:00:00+01:00"


@pytest.mark.parametrize(
    "text",
    [
        'date("2026-02-29")',
        'date("26-02-01")',
        "date(2026, 13, 1)",
        'time("25:00:00")',
        'time("10:00:00+15:00")',
        'time("10:00:00@Europe/Lutece")',
        'duration("P1Y1D")',
        'duration("P")',
        'duration("P1DT")',
        '@"9999-12-31" + @"P1D"',
        '@"2026-07-01" + 1',
        '@"2026-07-01" - @"10:00:00"',
        '@"2026-07-01T10:00:00" - @"2026-07-01T10:00:00Z"',
        '@"2026-07-01T10:00:00" < @"2026-07-01T10:00:00Z"',
        '@"P1Y" + @"P1D"',
        '@"P1Y" < @"P1D"',
    ],
)
def test_a_moment_that_does_not_exist_is_null_with_a_reason(text: str) -> None:
    found = evaluation(text)
    assert found.value is None
    assert found.reasons
