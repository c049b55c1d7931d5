"""The functions that diagrams and tables may call beside FEEL's own."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from shared.calendar_fr import public_holidays
from shared.feel import FeelFunction
from shared.parcours.working_days import add_working_days, subtract_working_days


def feel_functions() -> Mapping[str, FeelFunction]:
    """``ajouter_jours_ouvres(date, n)``: n working days later, or earlier when n is negative (R45)."""
    is_holiday = public_holidays()

    def add(day: date, count: Decimal) -> date:
        shift = add_working_days if count >= 0 else subtract_working_days
        return shift(day, abs(int(count)), is_holiday)

    return {"ajouter_jours_ouvres": FeelFunction("ajouter_jours_ouvres", ("date", "n"), add)}
