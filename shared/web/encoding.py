"""Python values of FEEL as JSON: dates and durations as ISO 8601 text, decimals as numbers."""

from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import orjson
from flask.json.provider import DefaultJSONProvider

from shared.feel import YearsMonths

_AS_WRITTEN = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_SUBCLASS


def encode(value: Any) -> Any:
    """What JSON has no type for. TypeError for a type that no answer should hold."""
    if isinstance(value, date | time):  # a datetime is a date
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, timedelta):
        return _duration(value)
    if isinstance(value, YearsMonths):
        return f"{'-' if value.months < 0 else ''}P{abs(value.months)}M"
    raise TypeError(f"a {type(value).__name__} has no JSON form")


class Json(DefaultJSONProvider):
    """Flask's JSON written by orjson with `encode`; texts as they are, members in the order given."""

    def dumps(self, obj: Any, **_: Any) -> str:
        return orjson.dumps(obj, encode, _AS_WRITTEN).decode()


def _duration(value: timedelta) -> str:
    sign, seconds = ("-", -value) if value < timedelta() else ("", value)
    rest = f"T{seconds.seconds}S" if seconds.seconds else ""
    return f"{sign}P{seconds.days}D{rest}"
