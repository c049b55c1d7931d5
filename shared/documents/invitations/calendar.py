"""An appointment as an ICS file (RFC 5545, RFC 5546): a stable UID, a SEQUENCE that grows, Europe/Paris.

The library is read with the first file: it would be 8 MB in every worker, which makes few.
"""
# ruff: noqa: PLC0415

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from shared.clock import PARIS

if TYPE_CHECKING:
    from icalendar import vCalAddress

PRODUCT = "-//Ambition Emploi//Parcours//FR"
ORGANISER = "mailto:ne-pas-repondre@ambition-emploi.invalid"
"""No mailbox: who sends invitations by e-mail gives her own."""


class Invitation(Protocol):
    """A row of the table ``invitation``."""

    id: str
    sequence: int
    status: str
    title: str
    first_name: str
    day: date
    hour: str | None
    minutes: int
    place: str | None
    changed_at: datetime


def icalendar_of(row: Invitation | Any, organiser: str = ORGANISER, attendee: str | None = None) -> bytes:
    """The file. ``organiser``, ``attendee``: ``mailto:`` addresses. No family name and nothing of the parcours."""
    from icalendar import Calendar, Event, Timezone, vText

    event = Event()
    event.add("uid", f"{row.id}@ambition-emploi")
    event.add("sequence", row.sequence)
    event.add("dtstamp", row.changed_at)
    event.add("summary", f"{row.title} – {row.first_name}" if row.first_name else row.title)
    for name, value in zip(("dtstart", "dtend"), _bounds(row), strict=True):
        event.add(name, value)
    if row.place:
        event.add("location", vText(row.place))
    event.add("status", "CANCELLED" if row.status == "cancel" else "CONFIRMED")
    event.add("organizer", _address(organiser, "Ambition Emploi"))
    if attendee:
        event.add("attendee", _address(attendee, row.first_name))
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if row.status == "cancel" else "REQUEST")
    if row.hour:
        year = datetime(row.day.year, 1, 1)  # noqa: DTZ001 — icalendar asks for a naive one
        zone = Timezone.from_tzid(PARIS.key, first_date=year.date(), last_date=date(row.day.year + 2, 1, 1))
        calendar.add_component(zone)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _bounds(row: Any) -> tuple[date, date]:
    """Start and end: instants in Paris or, without an hour, the whole day."""
    if not row.hour:
        return row.day, row.day + timedelta(days=1)
    start = datetime.combine(row.day, time.fromisoformat(row.hour), PARIS)
    return start, start + timedelta(minutes=row.minutes)


def _address(address: str, name: str) -> "vCalAddress":
    from icalendar import vCalAddress, vText

    found = vCalAddress(address)
    found.params["cn"] = vText(name)
    return found
