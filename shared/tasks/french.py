"""When something happened, as a colleague would say it."""

from datetime import datetime

from shared.clock import PARIS, local_date

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def moment(at: datetime, now: datetime) -> str:
    """`à 14 h 05` for the same day in Europe/Paris, else `le 3 septembre 2026 à 14 h 05`."""
    local = at.astimezone(PARIS)
    hour = f"à {local.hour} h {local.minute:02d}"
    if local_date(at) == local_date(now):
        return hour
    return f"le {ordinal(local.day)} {MONTHS[local.month - 1]} {local.year} {hour}"


def ordinal(day: int) -> str:
    return "1er" if day == 1 else str(day)
