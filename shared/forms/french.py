"""What people type in French forms: dates, numbers and pasted text."""

import re
import unicodedata
from datetime import date
from decimal import Decimal, InvalidOperation

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
IN_WORDS = re.compile(r"(\d{1,2})(?:er)?\s+([a-z]+)\.?\s+(\d{4})")
NUMBER = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{1,15})?")
GROUPED = re.compile(r"(?<=\d)[\s\u00a0\u202f](?=\d{3}(?:\D|$))")
INVISIBLE = frozenset(
    "\u00ad\u200b\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
LAST_TWO_DIGIT_YEAR_OF_2000 = 68


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


def read_date(text: str) -> date | None:
    """1/9/26, 01.09.2026, 1-9-2026, 2026-09-01 or 1er septembre 2026; None when it is no date.

    A year of two digits up to 68 is 20xx, else 19xx (the POSIX pivot).
    """
    typed = clean_line(text)
    if found := ISO.fullmatch(typed):
        return _date(found[1], found[2], found[3])
    if found := NUMERIC.fullmatch(typed):
        return _date(_whole_year(found[3]), found[2], found[1])
    if found := IN_WORDS.fullmatch(_without_accents(typed.lower())):
        return _date(found[3], str(_month(found[2])), found[1])
    return None


def read_number(text: str) -> Decimal | None:
    """3,5 or 3.5 or 1 234,5 (a space, also a narrow one, every three digits); None when it is no number."""
    typed = GROUPED.sub("", text.strip().replace("\u2212", "-"))
    if NUMBER.fullmatch(typed) is None or not typed.isascii():
        return None
    try:
        return Decimal(typed.replace(",", "."))
    except InvalidOperation:
        return None


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
    matching = [number for number, name in enumerate(MONTHS, start=1) if name == word]
    return matching[0] if matching else 0


def _without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
