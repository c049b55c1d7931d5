"""Days and hours in French words, as screens and sentences say them; and names as they are searched."""

import unicodedata
from datetime import date, datetime

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def long_day(on: date) -> str:
    """« 1er septembre 2026 »."""
    return f"{'1er' if on.day == 1 else on.day} {MONTHS[on.month - 1]} {on.year}"


def hour(local: datetime) -> str:
    """« 14 h 05 », of an instant that is local already."""
    return f"{local.hour} h {local.minute:02}"


def normalised(text: str) -> str:
    """Lower-case ASCII-like letters and digits separated by single blanks: "D'Été-Œil" → "d ete oeil"."""
    expanded = text.replace("œ", "oe").replace("Œ", "oe").replace("æ", "ae").replace("Æ", "ae")
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", expanded).casefold())
    letters = "".join(char if char.isalnum() else " " for char in plain if not unicodedata.combining(char))
    return " ".join(letters.split())
