"""Calendar invitations (iCalendar, RFC 5545 and 5546): time, place and first name, and nothing else about anybody."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event, vCalAddress, vText

from shared.clock import PARIS

REQUEST, CANCEL = "REQUEST", "CANCEL"
PRODUCT = "-//Ambition Emploi//Rendez-vous//FR"


@dataclass(frozen=True)
class Invitation:
    """``uid`` stays from first to last, ``sequence`` grows. ``starts``: a whole day or an instant."""

    uid: str
    sequence: int
    summary: str
    starts: date | datetime
    ends: date | datetime | None
    place: str | None
    organiser: str
    attendee: str
    stamped_at: datetime
    is_cancelled: bool = False

    @property
    def method(self) -> str:
        return CANCEL if self.is_cancelled else REQUEST


def to_ics(invitation: Invitation) -> bytes:
    """The file that calendars read; without an end, a day lasts the day and an instant an hour."""
    event = Event()
    event.add("uid", invitation.uid)
    event.add("sequence", invitation.sequence)
    event.add("dtstamp", invitation.stamped_at)
    event.add("summary", invitation.summary)
    event.add("dtstart", _local(invitation.starts))
    event.add("dtend", _end(invitation))
    event.add("status", "CANCELLED" if invitation.is_cancelled else "CONFIRMED")
    if invitation.place:
        event.add("location", vText(invitation.place))
    event.add("organizer", vCalAddress(f"mailto:{invitation.organiser}"))
    attendee = vCalAddress(f"mailto:{invitation.attendee}")
    attendee.params["RSVP"] = "FALSE"
    event.add("attendee", attendee)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", invitation.method)
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _end(invitation: Invitation) -> date | datetime:
    if invitation.ends is not None:
        last = invitation.ends
        return (
            _local(last) if isinstance(last, datetime) else last + timedelta(days=1)
        )  # DTEND is not included
    lasts = timedelta(hours=1) if isinstance(invitation.starts, datetime) else timedelta(days=1)
    return _local(invitation.starts) + lasts


def _local(moment: date | datetime) -> date | datetime:
    return moment.astimezone(PARIS) if isinstance(moment, datetime) else moment
