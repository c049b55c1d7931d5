"""The campagne's terms for workshops at one lycée: which workshops, how long, on which days (R28, R29)."""

from datetime import date

from sqlalchemy import Connection

from services.accompaniment.ateliers.refusals import CampagneUnknown
from services.accompaniment.ateliers.rules import Year
from shared import campagnes
from shared.calendar_fr import is_school_holiday, public_holidays
from shared.parcours.academies import place_of
from shared.parcours.campagne import Campagne, UnknownCampagne


def campagne_of(tx: Connection, day: date) -> Campagne:
    """The campagne that covers ``day``; CampagneUnknown when none is configured."""
    try:
        return campagnes.campagne_at(tx, day)
    except UnknownCampagne as error:
        raise CampagneUnknown() from error


def campagne(tx: Connection, code: str) -> Campagne:
    """The campagne of a cycle, as it is now."""
    return campagnes.campagne_by_code(tx, code)


def year_at(tx: Connection, code: str, uai: str) -> Year:
    """The school year of a campagne as the lycée lives it. Where the school calendar is a local one that is not
    known here (Corse, overseas), no day is refused for it."""
    known, place = campagne(tx, code), place_of(uai)
    school = is_school_holiday(place)
    return Year(
        campagne=known,
        is_public_holiday=public_holidays(place.territory or None),
        is_school_holiday=lambda day: school(day) is True,
        entry_on=known.entry_of(uai),
    )
