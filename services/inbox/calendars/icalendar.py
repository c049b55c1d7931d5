"""Entries as an iCalendar file (RFC 5545) that calendars subscribe to: read only, nobody is invited by it.

The library is read with the first file, as in ``shared.documents.invitations``.
"""
# ruff: noqa: PLC0415

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from services.inbox.calendars.entries import Entry
from shared.catalogue import sentence

PRODUCT = "-//Ambition Emploi//Agenda//FR"
REFRESH = timedelta(hours=1)


def icalendar_of(entries: Sequence[Entry], now: datetime) -> bytes:
    """Instants in UTC: no time zone has to be told, and every calendar shows them in its own."""
    from icalendar import Calendar, Event, vDuration, vText

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", vText(sentence("calendar.name")))
    calendar.add("refresh-interval", vDuration(REFRESH), parameters={"value": "DURATION"})
    for entry in entries:
        event = Event()
        event.add("uid", f"{entry.uid}@ambition-emploi")
        event.add("dtstamp", now)
        event.add("summary", vText(entry.title))
        event.add("dtstart", _utc(entry.starts))
        event.add("dtend", _utc(_end(entry)))
        if entry.place:
            event.add("location", vText(entry.place))
        event.add("transp", "TRANSPARENT" if entry.is_deadline else "OPAQUE")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def digest(entries: Sequence[Entry]) -> str:
    """The same for the same entries, whenever they are asked for."""
    return hashlib.sha256(repr(list(entries)).encode()).hexdigest()


def _end(entry: Entry) -> date | datetime:
    """A whole day ends with the following one."""
    if isinstance(entry.starts, datetime):
        return entry.ends or entry.starts
    return entry.starts + timedelta(days=1)


def _utc(moment: date | datetime) -> date | datetime:
    return moment.astimezone(UTC) if isinstance(moment, datetime) else moment
