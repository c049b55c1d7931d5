"""R40 [I]: until when data about a person are kept, by the terms of a campagne."""

from datetime import date

from shared.parcours.age import birthday
from shared.parcours.campagne import Retention
from shared.parcours.months import add_months


def pupil_until(born_on: date, exit_on: date | None, terms: Retention) -> date:
    """The first day on which a pupil's data are to be erased: the earlier of the two terms.

    ``exit_on``: from the parcours, or from the school when none was opened; None when neither is known.
    """
    by_age = add_months(birthday(born_on, terms.birthday), 12 * terms.years_after_birthday)
    if exit_on is None:
        return by_age
    return min(by_age, add_months(exit_on, 12 * terms.years_after_exit))


def user_until(habilitation_ended_on: date, terms: Retention) -> date:
    """The first day on which the data of somebody who used the software are to be erased."""
    return add_months(habilitation_ended_on, 12 * terms.user_years)
