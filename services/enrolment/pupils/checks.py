"""Checks of one row: a pupil's values, or why it is refused (R34–R36), without repeating its data."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.enrolment.pupils.names import name_key
from services.enrolment.pupils.rows import FIELDS, PupilRow
from shared.french import normalised
from shared.parcours.age import age_on, sendable_from
from shared.parcours.ine import parse_ine
from shared.parcours.mef import parse_mef
from shared.parcours.refusal import Reason, Refusal
from shared.parcours.uai import parse_uai

Values = dict[str, Any]

_REQUIRED = ("family_name", "given_name", "born_on", "mef")
_PLAUSIBLE_AGES = range(10, 61)  # years; outside, the year of birth is a typing error
_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[ '’.\-])*")
_CODE = re.compile(r"[A-Za-z0-9]{1,4}")
_PHONE = re.compile(r"0[1-9][0-9]{8}|\+[1-9][0-9]{7,14}")
_EMAIL = re.compile(r"[^\s@]{1,64}@[^\s@.]+(?:\.[^\s@.]+)+")
_COMMUNE = re.compile(r"[0-9]{5}|2[AB][0-9]{3}")
_DATES = (
    re.compile(r"(?P<d>[0-9]{1,2})[/.\-](?P<m>[0-9]{1,2})[/.\-](?P<y>[0-9]{4})"),
    re.compile(r"(?P<y>[0-9]{4})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})"),
)
_RNIE = re.compile(r"[0-9]{9}[A-Z]{2}")


@dataclass(frozen=True)
class RowRefusal:
    """Why a row is refused: at least one reason."""

    reasons: tuple[Reason, ...]


def check_row(row: PupilRow, uai: str, today: date) -> Values | RowRefusal:
    """The columns of ``pupil`` that the row fills in, or every reason for refusing it.

    A pupil under 16 is accepted (``sendable_from`` says from when the file may be sent, R36), a past date of
    exit is kept (R35), and so is a course outside the four diplomas: eligibility is decided in the parcours.
    """
    if row.is_ragged:
        return RowRefusal((Reason("pupils.row_cells"),))
    values: Values = {}
    reasons = _missing(row) + _lycee(row, uai)
    for field, text in row.values.items():
        if field in _READERS:
            _read(field, text, values, reasons)
    reasons += _identifiers(values) + _dates(values, today)
    return RowRefusal(tuple(reasons)) if reasons else complete(values)


def check_correction(fields: Mapping[str, str], found: Mapping[str, Any], today: date) -> Values | RowRefusal:
    """The corrected columns of a known pupil (row of ``pupil``), or every reason for refusing them.

    ``fields``: field → what was written; blank takes away what may be missing.
    """
    values: Values = {}
    reasons = [_reason("missing", field) for field in _REQUIRED if field in fields and not fields[field]]
    for field, text in fields.items():
        if field in _READERS:
            _read(field, text, values, reasons)
    reasons += _dates({**found, **values}, today)
    return RowRefusal(tuple(reasons)) if reasons else values


def complete(values: Values) -> Values:
    """The same values with those that follow from them."""
    words = (values.get(name) for name in ("family_name", "usage_name", "given_name", "ine", "former_ine"))
    return values | {
        "sendable_from": sendable_from(values["born_on"]),
        "name_key": name_key(values["family_name"], values["given_name"]),
        "search_text": normalised(" ".join(word for word in words if word)),
    }


def _missing(row: PupilRow) -> list[Reason]:
    return [_reason("missing", field) for field in _REQUIRED if not row.values.get(field)]


def _lycee(row: PupilRow, uai: str) -> list[Reason]:
    text = row.values.get("uai")
    if not text:
        return []
    try:
        return [] if parse_uai(text) == uai else [Reason("pupils.row_wrong_lycee", {"expected": uai})]
    except Refusal as refusal:
        return [refusal.reason]


def _read(field: str, text: str, values: Values, reasons: list[Reason]) -> None:
    """Adds the field's value, None when it is blank, or the reason for which it has none."""
    if not text:
        values[field] = None
        return
    try:
        values[field] = _READERS[field](text, field)
    except Refusal as refusal:
        reasons.append(refusal.reason)


def _identifiers(values: Values) -> list[Reason]:
    """R34: whichever its column, an INE of the national directory is ``ine``, an older one ``former_ine``."""
    given = {each for each in (values.pop("ine", None), values.pop("former_ine", None)) if each}
    current = [each for each in given if _RNIE.fullmatch(each)]
    former = [each for each in given if not _RNIE.fullmatch(each)]
    if max(len(current), len(former)) > 1:
        return [Reason("pupils.two_ines")]
    values["ine"], values["former_ine"] = next(iter(current), None), next(iter(former), None)
    return []


def _dates(values: Values, today: date) -> list[Reason]:
    born_on, left_on = values.get("born_on"), values.get("left_on")
    if born_on is None:
        return []
    if born_on > today:
        return [Reason("pupils.born_in_future")]
    if age_on(born_on, today) not in _PLAUSIBLE_AGES:
        return [Reason("pupils.implausible_age")]
    return [Reason("pupils.left_before_birth")] if left_on is not None and left_on <= born_on else []


def _reason(code: str, field: str, **params: int) -> Reason:
    return Reason(f"pupils.{code}", {"field": FIELDS[field], **params})


def _name(text: str, field: str) -> str:
    text = " ".join(unicodedata.normalize("NFC", text).split())  # some systems write é as e and an accent
    if not _NAME.fullmatch(text):
        raise Refusal("pupils.bad_name", field=FIELDS[field])
    return _short(text, field, 100)


def _short(text: str, field: str, limit: int) -> str:
    if len(text) > limit:
        raise Refusal("pupils.too_long", field=FIELDS[field], limit=limit)
    if not text.isprintable():
        raise Refusal("pupils.unprintable", field=FIELDS[field])
    return text


def _date(text: str, field: str) -> date:
    for shape in _DATES:
        if found := shape.fullmatch(text):
            try:
                return date(int(found["y"]), int(found["m"]), int(found["d"]))
            except ValueError as error:
                raise Refusal("pupils.no_such_date", field=FIELDS[field]) from error
    raise Refusal("pupils.bad_date", field=FIELDS[field])


def _matching(shape: re.Pattern[str], code: str, removed: str = "") -> Callable[[str, str], str]:
    def read(text: str, field: str) -> str:
        value = re.sub(removed, "", text) if removed else text
        if not shape.fullmatch(value):
            raise Refusal(f"pupils.{code}", field=FIELDS[field])
        return value

    return read


_READERS: Mapping[str, Callable[[str, str], Any]] = {
    "ine": lambda text, _: parse_ine(text),
    "former_ine": lambda text, _: parse_ine(text),
    "family_name": _name,
    "usage_name": _name,
    "given_name": _name,
    "born_on": _date,
    "mef": lambda text, _: parse_mef(text).code,
    "status_code": _matching(_CODE, "bad_status"),
    "left_on": _date,
    "class_code": lambda text, field: _short(text, field, 30),
    "phone": _matching(_PHONE, "bad_phone", r"[\s.\-()]"),
    "email": lambda text, field: _short(_matching(_EMAIL, "bad_email")(text, field), field, 254),
    "commune_code": _matching(_COMMUNE, "bad_commune"),
    "address": lambda text, field: _short(" ".join(text.split()), field, 300),
}
