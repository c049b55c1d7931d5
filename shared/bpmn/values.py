"""Values of variables: does a value fit a declared type, and how is it written at rest and in messages.

At rest values are JSON with tags, so that a date comes back as a date and a decimal keeps its
digits: ``{"$d": "2026-09-01"}``. Keys of a context that would look like a tag are escaped.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, DecimalException, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from shared.bpmn.timers import TimerRefused, read_duration
from shared.dmn.types import without_conditions
from shared.feel import YearsMonths
from shared.feel.types import ListType, Type
from shared.feel.values import NUMBERS

MAX_DEPTH = 32
_SAFE_INTEGER = 2**53
_MICROSECOND = timedelta(microseconds=1)
_STORED = 2**63  # what the bytes of a state can hold of a duration


class ValueMismatch(Exception):
    """A value does not fit; the text is a stable word and never holds the value."""


def fit(value: Any, type_: str) -> Any:
    """``value`` as ``type_`` wants it, copied (nothing is shared with the giver); None fits every type.

    Raises ValueMismatch. Floats are refused: they are not exact.
    """
    if value is None:
        return None
    fitted = _plain(value, MAX_DEPTH)
    if not _FITS[type_](fitted):
        raise ValueMismatch(f"not_a_{type_}")
    return fitted


_FITS: Mapping[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, Decimal),
    "boolean": lambda value: isinstance(value, bool),
    "date": lambda value: isinstance(value, date) and not isinstance(value, datetime),
    "time": lambda value: isinstance(value, time),
    "dateTime": lambda value: isinstance(value, datetime),
    "duration": lambda value: isinstance(value, timedelta),
    "yearsMonthsDuration": lambda value: isinstance(value, YearsMonths),
    "list": lambda value: isinstance(value, list),
    "context": lambda value: isinstance(value, dict),
}


_OF_FEEL = {
    "date and time": "dateTime",
    "days and time duration": "duration",
    "years and months duration": "yearsMonthsDuration",
}


def variable_type(type_: Type) -> str:
    """What a variable's type is called that holds the values of a decision's; "Any" of any."""
    return _OF_FEEL.get(type_.name, type_.name)


def takes(type_: Type, variable: str) -> bool:
    """Whether a decision's input takes the values of a variable's type: as they are, or as FEEL makes them fit."""
    wanted = variable_type(type_)
    if wanted in ("Any", variable) or (wanted, variable) == ("dateTime", "date"):
        return True
    plain = without_conditions(type_)
    return isinstance(plain, ListType) and variable_type(plain.item) in ("Any", variable)


def _plain(value: Any, depth: int) -> Any:
    if depth == 0:
        raise ValueMismatch("too_deep")
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return _number_of_feel(Decimal(value))
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list | tuple):
        return [_plain(item, depth - 1) for item in value]
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise ValueMismatch("key_not_text")
        return {_text(key): _plain(item, depth - 1) for key, item in value.items()}
    if isinstance(value, timedelta | YearsMonths):
        return _bounded(value)
    if value is None or isinstance(value, bool | date | time):
        return value
    raise ValueMismatch("not_a_value")


def _text(value: str) -> str:
    """Half of a surrogate pair, or a NUL, is no text: it could be neither stored nor sent."""
    if "\0" in value or (not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value)):
        raise ValueMismatch("not_text")
    return value


def _number_of_feel(value: Decimal) -> Decimal:
    """What no condition could read is no value of a variable (IEEE 754 decimal128)."""
    if not value.is_finite():
        raise ValueMismatch("not_finite")
    try:
        NUMBERS.plus(value)
    except DecimalException:
        raise ValueMismatch("too_large") from None
    return value


def _bounded(value: timedelta | YearsMonths) -> timedelta | YearsMonths:
    count = value.months if isinstance(value, YearsMonths) else value // _MICROSECOND
    if abs(count) >= _STORED:
        raise ValueMismatch("too_long")
    return value


def encode(value: Any) -> Any:
    """A fitted value as tagged JSON."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, Decimal):
        return int(value) if _is_plain_integer(value) else {"$n": str(value)}
    if isinstance(value, list):
        return [encode(item) for item in value]
    if isinstance(value, dict):
        plain = {key: encode(item) for key, item in value.items()}
        return {"$c": plain} if any(key.startswith("$") for key in plain) else plain
    return _encode_temporal(value)


def _is_plain_integer(value: Decimal) -> bool:
    return (
        value.as_tuple().exponent == 0
        and abs(value) < _SAFE_INTEGER
        and not (value == 0 and value.is_signed())
    )


def _encode_temporal(value: Any) -> dict[str, Any]:
    if isinstance(value, datetime):
        return {"$dt": _with_zone(value)}
    if isinstance(value, date):
        return {"$d": value.isoformat()}
    if isinstance(value, time):
        return {"$t": _with_zone(value)}
    if isinstance(value, timedelta):
        return {"$p": value // _MICROSECOND}
    if isinstance(value, YearsMonths):
        return {"$ym": value.months}
    raise ValueMismatch("not_a_value")


def _with_zone(value: datetime | time) -> str:
    """ISO text; a named zone is kept by its name, since an offset alone loses summer time."""
    if isinstance(value.tzinfo, ZoneInfo):
        return f"{value.replace(tzinfo=None).isoformat()}@{value.tzinfo.key}@{value.fold}"
    return value.isoformat()


def decode(stored: Any) -> Any:
    """The value that ``encode`` wrote. Raises ValueMismatch on anything else."""
    try:
        return _decode(stored)
    except (ValueError, TypeError, KeyError, InvalidOperation, OverflowError, RecursionError) as error:
        raise ValueMismatch("not_stored_by_us") from error


def _decode(stored: Any) -> Any:
    if isinstance(stored, list):
        return [_decode(item) for item in stored]
    if isinstance(stored, dict):
        [(tag, text)] = stored.items() if len(stored) == 1 else [("", None)]
        if tag.startswith("$"):
            return _UNTAG[tag](text)
        return {key: _decode(item) for key, item in stored.items()}
    if isinstance(stored, int) and not isinstance(stored, bool):
        return Decimal(stored)
    if isinstance(stored, float):
        raise ValueMismatch("float")
    return stored


def _datetime(text: str) -> datetime:
    local, zone, fold = _parts(text)
    read = datetime.fromisoformat(local)
    return read.replace(tzinfo=ZoneInfo(zone), fold=fold) if zone else read


def _time(text: str) -> time:
    local, zone, fold = _parts(text)
    read = time.fromisoformat(local)
    return read.replace(tzinfo=ZoneInfo(zone), fold=fold) if zone else read


def _parts(text: str) -> tuple[str, str, int]:
    """``2026-09-01T09:00@Europe/Paris@0`` → text, zone, fold."""
    local, zone, fold = [*text.split("@"), "", ""][:3]
    return local, zone, int(fold or 0)


def _whole(count: Any) -> int:
    if isinstance(count, bool) or not isinstance(count, int):
        raise TypeError
    return count


_UNTAG: Mapping[str, Callable[[Any], Any]] = {
    "$n": Decimal,
    "$d": date.fromisoformat,
    "$dt": _datetime,
    "$t": _time,
    "$p": lambda count: _whole(count) * _MICROSECOND,
    "$ym": lambda months: YearsMonths(_whole(months)),
    "$c": lambda context: {key: _decode(item) for key, item in context.items()},
}


def to_message(value: Any, type_: str) -> Any:
    """A fitted value as plain JSON for a message field: ISO 8601 text for dates and durations.

    A number that is not a whole number becomes text ("2.5"): a JSON float would not keep its digits.
    """
    if value is None or isinstance(value, bool | str):
        return value
    if type_ == "number":
        return int(value) if value == value.to_integral_value() and abs(value) < _SAFE_INTEGER else str(value)
    if type_ in ("list", "context"):
        return encode(value)
    return _MESSAGE_TEXT[type_](value)


def from_message(raw: Any, type_: str) -> Any:
    """The value of a message field, typed. Raises ValueMismatch."""
    if raw is None:
        return None
    try:
        return fit(_MESSAGE_READ[type_](raw), type_)
    except (ValueError, TypeError, KeyError, InvalidOperation, OverflowError, TimerRefused) as error:
        raise ValueMismatch(f"not_a_{type_}") from error


def _number(raw: Any) -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, int | str | Decimal):
        raise TypeError
    return Decimal(raw)


def _iso_duration(value: timedelta) -> str:
    sign, rest = ("-", -value) if value < timedelta() else ("", value)
    seconds = Decimal(rest.seconds) + Decimal(rest.microseconds) / 1_000_000
    return f"{sign}P{rest.days}DT{seconds.normalize():f}S"


def _read_duration(raw: str) -> timedelta:
    length = read_duration(raw.removeprefix("-"))
    if length.months:
        raise ValueError("months")
    rest = timedelta(days=length.days) + length.elapsed
    return -rest if raw.startswith("-") else rest


def _read_months(raw: str) -> YearsMonths:
    length = read_duration(raw.removeprefix("-"))
    if length.days or length.elapsed:
        raise ValueError("days")
    return YearsMonths(-length.months if raw.startswith("-") else length.months)


def _iso_months(value: YearsMonths) -> str:
    return f"{'-' if value.months < 0 else ''}P{abs(value.months)}M"


_MESSAGE_TEXT: Mapping[str, Callable[[Any], str]] = {
    "date": date.isoformat,
    "time": _with_zone,
    "dateTime": _with_zone,
    "duration": _iso_duration,
    "yearsMonthsDuration": _iso_months,
}
_MESSAGE_READ: Mapping[str, Callable[[Any], Any]] = {
    "string": lambda raw: raw,
    "boolean": lambda raw: raw,
    "number": _number,
    "date": date.fromisoformat,
    "time": _time,
    "dateTime": _datetime,
    "duration": _read_duration,
    "yearsMonthsDuration": _read_months,
    "list": decode,
    "context": decode,
}
