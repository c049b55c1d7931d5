"""R7, R8, R10: when a parcours may start, and its one absolute end date, fixed at admission."""

from datetime import date, timedelta

from shared.parcours.months import add_months, has_same_day
from shared.parcours.refusal import Reason

MAX_MONTHS = 4  # R8: "quatre mois au plus"; a campaign may say less


def last_day(first: date, months: int = MAX_MONTHS) -> date:
    """R8 [I]: the last day of a duration of ``months`` that begins on ``first``.

    The day before the same day number ``months`` later or, when that month lacks the day, its last day:
    1 September → 31 December; 28 October → 27 February; 31 October → 28 (29) February.
    """
    same = add_months(first, months)
    return same - timedelta(days=1) if has_same_day(first, months) else same


def latest_end(admitted_on: date, *, months: int = MAX_MONTHS, within_year: bool = False) -> date:
    """The latest end of status of a parcours admitted on that day (R8).

    ``within_year`` is the campaign's optional rule R10 [I]: not after 31 December of the year of admission.
    """
    end = last_day(admitted_on, months)
    return min(end, date(admitted_on.year, 12, 31)) if within_year else end


def check_dates(
    admitted_on: date, end_on: date, *, rentree_on: date, months: int = MAX_MONTHS, within_year: bool = False
) -> tuple[Reason, ...]:
    """R7, R8 and R10 for the dates fixed at admission: no reason when they hold.

    An earlier end than the latest one is accepted: four months are a maximum.
    """
    reasons = []
    if admitted_on < rentree_on:
        reasons.append(Reason("parcours.before_rentree", {"rentree": rentree_on}))
    if end_on < admitted_on:
        reasons.append(Reason("parcours.end_before_start", {"start": admitted_on}))
    latest = latest_end(admitted_on, months=months, within_year=within_year)
    if end_on > latest:
        reasons.append(Reason("parcours.end_too_late", {"latest": latest}))
    return tuple(reasons)
