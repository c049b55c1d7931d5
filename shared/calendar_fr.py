"""French public holidays by the ``holidays`` library, in the shape ``shared.parcours.working_days`` takes."""

from datetime import date
from functools import partial

import holidays

from shared.parcours.working_days import IsHoliday


def public_holidays(territory: str | None = None) -> IsHoliday:
    """Whether a day is a public holiday (Code du travail, art. L3133-1).

    ``territory``: None for metropolitan France without Alsace-Moselle, or a code of the library for a place
    with holidays of its own (``57`` Moselle, ``6AE`` Alsace, ``971``…``976``, ``BL``, ``MF``, ``NC``…).
    NotImplementedError for another code.
    """
    return partial(_is_in, holidays.country_holidays("FR", subdiv=territory))


def _is_in(calendar: holidays.HolidayBase, day: date) -> bool:
    return day in calendar
