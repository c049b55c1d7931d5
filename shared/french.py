"""Days and hours in French words, as screens and sentences say them."""

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
