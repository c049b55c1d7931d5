"""Ages in whole years at a date, and the birthdays that open or close a right."""

from datetime import date

from shared.parcours.months import add_months

MAJORITY = 18  # years; Code civil, art. 414
END_OF_COMPULSORY_SCHOOL = 16  # years; Code de l'éducation, art. L131-1
PACEA_END = 26  # years, excluded; Code du travail, art. L5131-3 ("16 à 25 ans révolus")


def birthday(born_on: date, years: int) -> date:
    """The day on which that age is reached; born on 29 February, it is 28 February of a common year [I].

    The same day as FEEL's ``born_on + duration("P18Y")`` in the diagrams.
    """
    return add_months(born_on, 12 * years)


def age_on(born_on: date, day: date) -> int:
    """Age in completed years on ``day``; negative before birth."""
    years = day.year - born_on.year
    return years if birthday(born_on, years) <= day else years - 1


def is_minor(born_on: date, day: date) -> bool:
    """Under 18 on ``day``: the responsable légal signs too (R16), the obligation de formation holds (R26)."""
    return age_on(born_on, day) < MAJORITY


def is_aged_16_to_25(born_on: date, day: date) -> bool:
    """R21: 16 ≤ age < 26 on ``day``."""
    return END_OF_COMPULSORY_SCHOOL <= age_on(born_on, day) < PACEA_END


def sendable_from(born_on: date) -> date:
    """R36: the 16th birthday, first day on which a pupil's file may be sent to a Mission Locale."""
    return birthday(born_on, END_OF_COMPULSORY_SCHOOL)
