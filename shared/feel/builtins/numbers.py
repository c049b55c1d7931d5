"""Functions of numbers (10.3.4.5)."""

import decimal
from decimal import Decimal
from typing import Any

from shared.feel.calls import builtin, whole
from shared.feel.errors import NullResult
from shared.feel.run import Run
from shared.feel.values import NUMBERS, YearsMonths

_WIDE = decimal.Context(prec=13_000, Emin=-13_000, Emax=13_000)
MAX_SCALE = 6_176
MIN_SCALE = -6_111


def _rounded(value: Decimal, scale: Decimal, rounding: str) -> Decimal:
    places = whole(scale)
    if not MIN_SCALE <= places <= MAX_SCALE:
        raise NullResult("the scale is beyond -6111 to 6176")
    made = value.quantize(Decimal((0, (1,), -places)), rounding=rounding, context=_WIDE)
    return NUMBERS.plus(made)


@builtin("decimal(n: number, scale: number)")
def decimal_places(run: Run, value: Decimal, scale: Decimal) -> Decimal:
    """Rounded to a number of decimals, half to even."""
    return _rounded(value, scale, decimal.ROUND_HALF_EVEN)


@builtin("floor(n: number, scale: number =)")
def floor(run: Run, value: Decimal, scale: Decimal = Decimal(0)) -> Decimal:
    """Rounded down, towards minus infinity."""
    return _rounded(value, scale, decimal.ROUND_FLOOR)


@builtin("ceiling(n: number, scale: number =)")
def ceiling(run: Run, value: Decimal, scale: Decimal = Decimal(0)) -> Decimal:
    """Rounded up, towards infinity."""
    return _rounded(value, scale, decimal.ROUND_CEILING)


@builtin("round up(n: number, scale: number)")
def round_up(run: Run, value: Decimal, scale: Decimal) -> Decimal:
    """Rounded away from zero."""
    return _rounded(value, scale, decimal.ROUND_UP)


@builtin("round down(n: number, scale: number)")
def round_down(run: Run, value: Decimal, scale: Decimal) -> Decimal:
    """Rounded towards zero."""
    return _rounded(value, scale, decimal.ROUND_DOWN)


@builtin("round half up(n: number, scale: number)")
def round_half_up(run: Run, value: Decimal, scale: Decimal) -> Decimal:
    """Rounded to the nearest, a half away from zero."""
    return _rounded(value, scale, decimal.ROUND_HALF_UP)


@builtin("round half down(n: number, scale: number)")
def round_half_down(run: Run, value: Decimal, scale: Decimal) -> Decimal:
    """Rounded to the nearest, a half towards zero."""
    return _rounded(value, scale, decimal.ROUND_HALF_DOWN)


@builtin("abs(n: number|days and time duration|years and months duration)")
def absolute(run: Run, value: Any) -> Any:
    """Without its sign; durations too."""
    if isinstance(value, Decimal):
        return NUMBERS.abs(value)
    return YearsMonths(abs(value.months)) if isinstance(value, YearsMonths) else abs(value)


@builtin("modulo(dividend: number, divisor: number)")
def modulo(run: Run, dividend: Decimal, divisor: Decimal) -> Decimal:
    """dividend - divisor * floor(dividend / divisor): it has the divisor's sign."""
    if not divisor:
        raise NullResult("division by zero")
    rest = _WIDE.remainder(dividend, divisor)
    if rest and (rest < 0) != (divisor < 0):
        rest = _WIDE.add(rest, divisor)
    return NUMBERS.plus(rest)


@builtin("sqrt(number: number)")
def square_root(run: Run, value: Decimal) -> Decimal:
    """Null below zero."""
    return NUMBERS.sqrt(value)


@builtin("log(number: number)")
def logarithm(run: Run, value: Decimal) -> Decimal:
    """The natural logarithm; null at zero and below."""
    if value <= 0:
        raise NullResult("the number is not positive")
    return NUMBERS.ln(value)


@builtin("exp(number: number)")
def exponential(run: Run, value: Decimal) -> Decimal:
    """e to that power."""
    return NUMBERS.exp(value)


@builtin("odd(number: number)")
def odd(run: Run, value: Decimal) -> bool | None:
    """Whether a whole number is odd."""
    return _WIDE.remainder(_integer(value), Decimal(2)) != 0


@builtin("even(number: number)")
def even(run: Run, value: Decimal) -> bool:
    """Whether a whole number is even."""
    return _WIDE.remainder(_integer(value), Decimal(2)) == 0


def _integer(value: Decimal) -> Decimal:
    if value != value.to_integral_value():
        raise NullResult("the number is not whole")
    return value
