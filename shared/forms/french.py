"""What people type in French forms: dates, numbers and pasted text."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from types import NoneType
from typing import Any

from shared.catalogue import sentence

MONTHS = (
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
)
NUMERIC = re.compile(r"(\d{1,2})\s*[/.\- ]\s*(\d{1,2})\s*[/.\- ]\s*(\d{4}|\d{2})")
ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
IN_WORDS = re.compile(r"(\d{1,2})(?:er)?\s+([a-z]+)\.?\s+(\d{4}|\d{2})")
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
DAY_BEFORE = re.compile(rf"(?:le\s+)?(?:({'|'.join(DAYS)}),?\s+)?(?=\d)", re.IGNORECASE)
"""What people write before a date: « le », « lundi », « le lundi »."""
NO_DATE = re.compile(
    rf"(?:(?:le|ce|cette)\s+)?(?:{'|'.join(DAYS)}|aujourd.?hui|(?:apres[- ])?demain|(?:avant[- ])?hier)\b\D*"
)
"""A day that is one only for who says it: « lundi », « demain », « lundi prochain »."""
NUMBER = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{1,15})?")
LONG_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?", re.ASCII)
GROUPED = re.compile(r"(?<=\d)[\s\u00a0\u202f](?=\d{3}(?:\D|$))")
INVISIBLE = frozenset(
    "\u00ad\u200b\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
LAST_TWO_DIGIT_YEAR_OF_2000 = 68
SHORTEST_MONTH = 3


def clean_line(text: str) -> str:
    """One line: control and invisible characters gone, spaces of all kinds made one, NFC."""
    return " ".join(clean_text(text).split())


def clean_text(text: str) -> str:
    """Several lines: line ends made one kind, other control and invisible characters gone, NFC."""
    unified = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    if unified.isprintable():  # nearly every answer: nothing to take out
        return unified.strip()
    return "".join(c for c in unified if _is_kept(c)).strip()


def _is_kept(character: str) -> bool:
    if character in "\n\t":
        return True
    return unicodedata.category(character) not in ("Cc", "Cs", "Co", "Cn") and character not in INVISIBLE


EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)


def read_date(text: str) -> date | None:
    """1/9/26, 01.09.2026, 1-9-2026, 2026-09-01, 1er septembre 2026 or mardi 1er sept. 2026; None when it is no date
    between 1900 and 2199 (a picker's year « 26 » is none), or another day of the week.

    A year of two digits up to 68 is 20xx, else 19xx (the POSIX pivot).
    """
    typed = clean_line(text)
    before = DAY_BEFORE.match(typed)
    day = _read_day(typed[before.end() :] if before else typed)
    if day and before and before[1] and DAYS[day.weekday()] != before[1].lower():
        return None
    return day if day and EARLIEST <= day <= LATEST else None


def is_only_a_day_of_the_week(text: str) -> bool:
    """« lundi », « demain », « lundi prochain »: which one, the reader of tomorrow does not know."""
    return NO_DATE.fullmatch(_without_accents(clean_line(text).lower())) is not None


def _read_day(typed: str) -> date | None:
    if found := ISO.fullmatch(typed):
        return _date(found[1], found[2], found[3])
    if found := NUMERIC.fullmatch(typed):
        return _date(_whole_year(found[3]), found[2], found[1])
    if found := IN_WORDS.fullmatch(_without_accents(typed.lower())):
        return _date(_whole_year(found[3]), str(_month(found[2])), found[1])
    return None


def read_number(text: str) -> Decimal | None:
    """3,5 or 3.5 or 1 234,5 (a space, also a narrow one, every three digits); None when it is no number."""
    typed = _ungrouped(text)
    if NUMBER.fullmatch(typed) is None or not typed.isascii():
        return None
    try:
        return Decimal(typed.replace(",", "."))
    except InvalidOperation:
        return None


def is_long_number(text: str) -> bool:
    """A number, but of more digits than `read_number` takes."""
    return read_number(text) is None and LONG_NUMBER.fullmatch(_ungrouped(text)) is not None


def _ungrouped(text: str) -> str:
    return GROUPED.sub("", text.strip().replace("\u2212", "-"))


def in_words(value: Any, names: Mapping[str, str]) -> str:
    """A FEEL value as a French reader writes it; an id of `names` as the name, null as nothing."""
    if isinstance(value, list | Mapping):
        parts = value.values() if isinstance(value, Mapping) else value
        return ", ".join(filter(None, (in_words(each, names) for each in parts)))
    if isinstance(value, str):
        return names.get(value, value)
    return next(say(value) for kind, say in _WORDS if isinstance(value, kind))


_WORDS: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (NoneType, lambda _none: ""),
    (bool, lambda value: sentence("forms.yes" if value else "forms.no")),
    (datetime, lambda value: f"{value:%d/%m/%Y %H:%M}"),
    (date, lambda value: f"{value:%d/%m/%Y}"),
    (Decimal, lambda value: f"{value:f}".replace(".", ",")),
    (object, str),
)


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _whole_year(digits: str) -> str:
    if len(digits) == 4:
        return digits
    return f"20{digits}" if int(digits) <= LAST_TWO_DIGIT_YEAR_OF_2000 else f"19{digits}"


def _month(word: str) -> int:
    """By its name or what it begins with, as long as that is one month's: sept., janv., not « jui »."""
    matching = [number for number, name in enumerate(MONTHS, start=1) if name.startswith(word)]
    return matching[0] if len(matching) == 1 and len(word) >= SHORTEST_MONTH else 0


def _without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
