"""Appointments that a diagram fixes, for people's calendars (iCalendar, RFC 5545): time, place and first name only.

``binding.py`` reads ``workflows/<service>/invitations``, ``making.py`` writes the rows of a move, ``calendar.py`` turns
one into an ICS file: ``icalendar_of`` is what a sender of e-mails needs.
"""

from shared.documents.invitations.calendar import icalendar_of

__all__ = ["icalendar_of"]
