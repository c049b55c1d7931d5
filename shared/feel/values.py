"""FEEL's values in Python, and the way variables become FEEL values (DMN 1.5, 10.3.2).

null None · boolean bool · number Decimal (34 digits) · string str · date, time, date and time: datetime's
classes · days and time duration timedelta · years and months duration YearsMonths · list list · context dict ·
range Range · function FeelFunction or Lambda.
"""

import decimal
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from shared.feel.errors import ValueRefused

NUMBERS = decimal.Context(
    prec=34,
    rounding=decimal.ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)
"""IEEE 754 decimal128, as the specification asks for numbers."""


@dataclass(frozen=True, slots=True, order=True)
class YearsMonths:
    """A years and months duration, in months; negative before zero."""

    months: int


@dataclass(frozen=True, slots=True)
class Range:
    """A range. One that comes from a test (`< 5`) is `one_sided`: the end that is None is no end at all; in any
    other, an end that is None is unknown, and so is whether it holds a value.
    """

    low: Any
    high: Any
    low_closed: bool = True
    high_closed: bool = True
    one_sided: bool = False


@dataclass(frozen=True, slots=True)
class FeelFunction:
    """A function offered by the host: `call` takes FEEL values by position and gives one.

    `optional`: how many of the last parameters may be left out; they are then null.
    """

    name: str
    parameters: tuple[str, ...]
    call: Callable[..., Any]
    optional: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Lambda:
    """A function made by an expression: `invoke(run, arguments)` with one argument for each parameter."""

    parameters: tuple[str, ...]
    types: tuple[Any, ...]
    result: Any
    invoke: Callable[[Any, list[Any]], Any]


KINDS: dict[type, str] = {
    type(None): "null",
    bool: "boolean",
    Decimal: "number",
    str: "string",
    date: "date",
    time: "time",
    datetime: "date and time",
    timedelta: "days and time duration",
    YearsMonths: "years and months duration",
    list: "list",
    dict: "context",
    Range: "range",
    FeelFunction: "function",
    Lambda: "function",
}
ORDERED = frozenset(
    (
        "number",
        "string",
        "date",
        "time",
        "date and time",
        "days and time duration",
        "years and months duration",
    )
)


def kind(value: Any) -> str:
    """FEEL's name for a value's type; built-ins are functions too."""
    return KINDS.get(type(value), "function")


def number(value: int | Decimal) -> Decimal:
    """A FEEL number, rounded to 34 digits."""
    return NUMBERS.plus(Decimal(value))


_AS_IS = frozenset((type(None), bool, date, time, datetime, timedelta, YearsMonths, FeelFunction, Lambda))


def from_python(value: Any, run: Any) -> Any:  # noqa: PLR0911  # one line for each type
    """The FEEL value of a variable (integers become numbers, tuples lists); `run` pays for what is copied."""
    cls = type(value)
    if cls in _AS_IS:
        return value
    if cls is str:
        return run.sized_text(value)
    if cls is Decimal or (cls is int):
        return _number_from(value)
    if isinstance(value, Mapping):
        run.spend(len(value) + 1)
        return {_key(k): from_python(v, run) for k, v in value.items()}
    if isinstance(value, list | tuple):
        run.sized_list(len(value))
        return [from_python(v, run) for v in value]
    if cls is Range:
        low, high = from_python(value.low, run), from_python(value.high, run)
        return Range(low, high, value.low_closed, value.high_closed, value.one_sided)
    if isinstance(value, str | int | Decimal):
        return from_python(_plain(value), run)
    if kind(value) == "function" and getattr(value, "is_feel_builtin", False):
        return value
    raise ValueRefused(cls.__name__)


def _plain(value: str | int | Decimal) -> str | int | Decimal:
    """The ordinary value of an instance of a subclass (an enumeration's member, for one)."""
    if isinstance(value, str):
        return str.__str__(value)
    return int(value) if isinstance(value, int) else Decimal(value)


def _number_from(value: int | Decimal) -> Decimal:
    result = Decimal(value)
    if not result.is_finite():
        raise ValueRefused("number that is not finite")
    try:
        return NUMBERS.plus(result)
    except decimal.DecimalException:
        raise ValueRefused("number beyond 34 digits and an exponent of 6144") from None


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise ValueRefused(f"context key of type {type(key).__name__}")
    return key
