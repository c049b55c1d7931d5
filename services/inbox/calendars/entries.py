"""What stands in a person's calendar: bounded, and without family names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, and_, or_, select

from services.inbox.calendars.tables import guest
from services.inbox.identity.people import SignedIn
from services.inbox.notifications.tables import appointment, told_task
from shared.catalogue import sentence
from shared.clock import local_date
from shared.notifications import as_moment

MOST = 300
"""Of each kind; the nearest first."""
KEPT_DAYS = 31
"""How long a rendez-vous that is over, or a deadline that has passed, stays."""


@dataclass(frozen=True)
class Entry:
    """``uid``: the same as long as it is the same thing. ``starts``: a whole day or an aware instant; ``ends``: as
    well, or None: the day, or no duration.
    """

    uid: str
    title: str
    starts: date | datetime
    ends: date | datetime | None
    place: str | None
    is_deadline: bool


def entries_of(look: Connection, who: SignedIn, today: date) -> list[Entry]:
    """Rendez-vous that the person is invited to, and deadlines of her or his tasks in the organisation."""
    since = (today - timedelta(days=KEPT_DAYS)).isoformat()
    return [*_appointments(look, who, since), *_deadlines(look, who, since)]


def _appointments(look: Connection, who: SignedIn, since: str) -> Sequence[Entry]:
    found = (
        select(appointment)
        .join(guest, guest.c.key == appointment.c.key)
        .where(guest.c.person_id == who.actor.person_id, appointment.c.starts >= since)
        .order_by(appointment.c.starts, appointment.c.key)
        .limit(MOST)
    )
    entries = []
    for row in look.execute(found):
        starts = as_moment(row.starts)
        if starts is not None:
            title = _titled(row.title, row.first_name)
            entries.append(Entry(row.key, title, starts, as_moment(row.ends), row.place, is_deadline=False))
    return entries


def _deadlines(look: Connection, who: SignedIn, since: str) -> Sequence[Entry]:
    actor = who.actor
    mine = or_(
        told_task.c.assignee == actor.person_id,
        and_(
            told_task.c.assignee.is_(None),
            or_(told_task.c.role.is_(None), told_task.c.role.in_(sorted(actor.roles))),
        ),
    )
    found = (
        select(told_task)
        .where(
            told_task.c.organisation_id == actor.organisation_id, told_task.c.closed_at.is_(None),
            told_task.c.due >= since, mine,
        )
        .order_by(told_task.c.due, told_task.c.task_id)
        .limit(MOST)
    )  # fmt: skip
    entries = []
    for row in look.execute(found):
        due = as_moment(row.due)
        if due is not None:
            day = local_date(due) if isinstance(due, datetime) else due
            title = sentence("calendar.deadline", name=_titled(row.name or "", row.first_name))
            entries.append(Entry(row.task_id, title, day, None, None, is_deadline=True))
    return entries


def _titled(what: str, first_name: str | None) -> str:
    return sentence("calendar.of", what=what, first_name=first_name) if first_name else what
