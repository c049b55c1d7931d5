"""R21, R22: the PACEA that a pupil may sign with the Mission Locale, never required by the parcours."""

from dataclasses import dataclass
from datetime import date

from shared.parcours.age import PACEA_END, birthday, is_aged_16_to_25
from shared.parcours.end_date import last_day
from shared.parcours.months import add_months
from shared.parcours.refusal import Reason

MAX_MONTHS = 24
FIRST_PHASE_MONTHS = 1


@dataclass(frozen=True)
class PaceaDates:
    """``first_phase_by``: latest start of the first phase; ``ends_on``: last day of the contract."""

    first_phase_by: date
    ends_on: date


def may_sign_pacea(born_on: date, signed_on: date, *, is_switched_on: bool = True) -> tuple[Reason, ...]:
    """R21: 16 ≤ age < 26 at signature; R22: a campaign or an ML may switch it off. None: it may be signed."""
    if not is_switched_on:
        return (Reason("parcours.pacea_switched_off"),)
    if not is_aged_16_to_25(born_on, signed_on):
        return (Reason("parcours.pacea_age"),)
    return ()


def pacea_dates(born_on: date, signed_on: date) -> PaceaDates:
    """R21: first phase at most a month later; at most 24 months, and no longer than the 26th birthday."""
    end = min(last_day(signed_on, MAX_MONTHS), birthday(born_on, PACEA_END))
    return PaceaDates(first_phase_by=add_months(signed_on, FIRST_PHASE_MONTHS), ends_on=end)
