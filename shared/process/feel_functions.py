"""The functions that diagrams and tables may call beside FEEL's own."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from shared.calendar_fr import non_working_days
from shared.feel import FeelFunction
from shared.parcours.academies import NATIONAL
from shared.parcours.working_days import add_working_days


def feel_functions() -> Mapping[str, FeelFunction]:
    """``ajouter_jours_ouvres(date, n, calendrier)``: n working days later, or earlier when n is negative (R45).

    ``calendrier`` is a name that ``shared.calendar_fr.non_working_days`` knows, such as "FR/A"; left out or null,
    metropolitan France without school holidays.
    """
    return {
        "ajouter_jours_ouvres": FeelFunction(
            "ajouter_jours_ouvres", ("date", "n", "calendrier"), _add, optional=1
        )
    }


def _add(day: date, count: Decimal, calendar: str | None) -> date:
    return add_working_days(day, int(count), non_working_days(NATIONAL if calendar is None else calendar))
