"""R40 [I]: until when data about a person are kept. Terms belong to the campagne; dates are computed here."""

from dataclasses import dataclass
from datetime import date

from shared.parcours.age import birthday
from shared.parcours.months import add_months


@dataclass(frozen=True)
class RetentionTerms:
    """``until_age``: years of age at which the device's public ends; the others are years after an event."""

    until_age: int = 26
    after_age: int = 2
    after_exit: int = 2
    after_habilitation: int = 1


DEFAULT_TERMS = RetentionTerms()


def pupil_until(born_on: date, exit_on: date | None, terms: RetentionTerms = DEFAULT_TERMS) -> date:
    """The first day on which a pupil's data are to be erased: the earlier of the two terms.

    ``exit_on``: from the parcours, or from the school when none was opened; None when neither is known.
    """
    by_age = add_months(birthday(born_on, terms.until_age), 12 * terms.after_age)
    if exit_on is None:
        return by_age
    return min(by_age, add_months(exit_on, 12 * terms.after_exit))


def user_until(habilitation_ended_on: date, terms: RetentionTerms = DEFAULT_TERMS) -> date:
    """The first day on which the data of somebody who used the software are to be erased."""
    return add_months(habilitation_ended_on, 12 * terms.after_habilitation)
