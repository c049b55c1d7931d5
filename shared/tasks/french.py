"""When something happened, as a colleague would say it."""

from datetime import datetime

from shared.clock import PARIS, local_date
from shared.french import hour, long_day


def moment(at: datetime, now: datetime) -> str:
    """`à 14 h 05` for the same day in Europe/Paris, else `le 3 septembre 2026 à 14 h 05`."""
    local = at.astimezone(PARIS)
    if local_date(at) == local_date(now):
        return f"à {hour(local)}"
    return f"le {long_day(local)} à {hour(local)}"
