"""The bounds of numbers and dates, at this moment, and the steps between them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from shared.catalogue import sentence
from shared.forms.french import in_words
from shared.forms.model import NOTHING, Bound, Component, FormContext, Formula


def bound_of(bound: Bound | None, scope: Mapping[str, Any], context: FormContext) -> Decimal | date | None:
    """The value of a bound; one that comes out null, or as another type, does not bound anything yet."""
    value = bound.value(scope, context) if isinstance(bound, Formula) else bound
    if isinstance(value, bool) or not isinstance(value, Decimal | date):
        return None
    return value


def out_of_bounds(part: Component, value: Any, scope: Mapping[str, Any], context: FormContext) -> str | None:
    """What is said of a value outside; None of one inside."""
    low, high = bound_of(part.min, scope, context), bound_of(part.max, scope, context)
    if low is not None and value < low:
        return sentence("forms.too_early" if isinstance(low, date) else "forms.too_small", limit=_french(low))
    if high is not None and value > high:
        return sentence("forms.too_late" if isinstance(high, date) else "forms.too_big", limit=_french(high))
    return None


def out_of_step(part: Component, value: Any, scope: Mapping[str, Any], context: FormContext) -> str | None:
    """What is said of a number between two steps (`increment`), which are counted from its lower bound, or from 0."""
    if part.increment is None:
        return None
    low = bound_of(part.min, scope, context)
    base = low if isinstance(low, Decimal) else Decimal(0)
    if (Fraction(value) - Fraction(base)) % Fraction(part.increment) == 0:
        return None
    return sentence("forms.out_of_step", step=_french(part.increment), base=_french(base))


def _french(value: Decimal | date) -> str:
    return in_words(value, NOTHING)
