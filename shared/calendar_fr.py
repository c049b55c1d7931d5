"""French public and school holidays by two libraries, in the shape ``shared.parcours.working_days`` takes."""

from collections.abc import Callable
from datetime import date
from functools import cache, partial

import holidays
from vacances_scolaires_france import SchoolHolidayDates

from shared.parcours.academies import NATIONAL, ZONES, Place
from shared.parcours.working_days import IsHoliday


def public_holidays(territory: str | None = None) -> IsHoliday:
    """Whether a day is a public holiday (Code du travail, art. L3133-1).

    ``territory``: None for metropolitan France without Alsace-Moselle, or a code of the library for a place
    with holidays of its own (``57`` Moselle, ``6AE`` Alsace, ``971``…``976``, ``BL``, ``MF``, ``NC``…).
    NotImplementedError for another code.
    """
    return partial(_is_in, holidays.country_holidays("FR", subdiv=territory))


def school_holidays(zone: str) -> IsHoliday:
    """Whether a day is in the school holidays of zone A, B or C; ValueError for another zone.

    Outside the years that are published no day is (``school_holidays_known``).
    """
    if zone not in ZONES:
        raise ValueError(f"zone {zone}: A, B or C")
    return partial(_is_in_zone, zone)


def school_holidays_known() -> tuple[date, date]:
    """The first and the last day for which the national school calendar is known here."""
    days = _school_calendar().data
    return date(min(days).year, 1, 1), max(days)


def is_school_holiday(place: Place) -> Callable[[date], bool | None]:
    """R29: whether a day is in the school holidays of a lycée (``academies.place_of``).

    None where it is not known: Corse and overseas, whose calendar is a local one, and years not yet published.
    """
    return partial(_asked, place.zone)


@cache
def non_working_days(calendar: str) -> IsHoliday:
    """The days of a calendar that are no working days, weekends apart: "FR", "974", "FR/A", "57/B".

    Before the stroke the territory of the public holidays, after it the zone whose school holidays are no
    working days either. ValueError for another name.
    """
    territory, stroke, zone = calendar.partition("/")
    try:
        public = public_holidays(None if territory == NATIONAL else territory or "?")
    except NotImplementedError as error:
        raise ValueError(f"calendar {calendar}") from error
    return partial(_is_in_either, public, school_holidays(zone)) if stroke else public


def _is_in(calendar: holidays.HolidayBase, day: date) -> bool:
    return day in calendar


def _is_in_either(one: IsHoliday, other: IsHoliday, day: date) -> bool:
    return one(day) or other(day)


def _is_in_zone(zone: str, day: date) -> bool:
    found = _school_calendar().data.get(day)
    return bool(found and found[f"vacances_zone_{zone.lower()}"])


def _asked(zone: str, day: date) -> bool | None:
    first, last = school_holidays_known()
    return _is_in_zone(zone, day) if zone and first <= day <= last else None


@cache
def _school_calendar() -> SchoolHolidayDates:
    return SchoolHolidayDates()
