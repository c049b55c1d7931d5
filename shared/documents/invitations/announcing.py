"""Word of an appointment for the inbox, which writes to those who are invited: in the transaction that fixes it."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection

from shared.clock import PARIS
from shared.documents.invitations.binding import Appointment
from shared.messaging import outbox
from shared.notifications import AppointmentNews, News
from shared.parcours.age import is_minor
from shared.process import news
from shared.process.record import Moved

BORN_ON = "eleve_ne_le"


def announce(
    tx: Connection, moved: Moved, appointment: Appointment, row: Any, values: Mapping[str, Any]
) -> None:
    """``row``: the appointment as it now is. Parents are written to while the pupil is a minor on its day (R39)."""
    starts, ends = _bounds(row)
    told = AppointmentNews(
        key=row.id, title=row.title, starts=None if row.status == "cancel" else starts, ends=ends,
        place=row.place, people=tuple(_known(values, appointment.people)),
        emails=tuple(_known(values, _names(appointment.emails, appointment.parents_emails, row, values))),
        phones=tuple(_known(values, _names(appointment.phones, appointment.parents_phones, row, values))),
    )  # fmt: skip
    said = News(
        moved.parcours_id, first_name=row.first_name or None, appointments=(told,),
        is_sms_off=news.is_sms_off(values),
    )  # fmt: skip
    envelope = news.envelope(said, moved.ids(), moved.service, moved.instance_id, moved.now)
    outbox.put_all(tx, [envelope], moved.queued_at, is_urgent=False)


def _names(
    own: Iterable[str], parents: Iterable[str], row: Any, values: Mapping[str, Any]
) -> tuple[str, ...]:
    born_on = values.get(BORN_ON)
    minor = born_on is not None and is_minor(born_on, row.day)
    return (*own, *parents) if minor else tuple(own)


def _known(values: Mapping[str, Any], names: Iterable[str]) -> Iterable[str]:
    """What the variables hold, without the empty ones."""
    return dict.fromkeys(values[name] for name in names if values.get(name))


def _bounds(row: Any) -> tuple[str, str | None]:
    """The whole day, or two instants, as ISO text."""
    if not row.hour:
        return row.day.isoformat(), None
    start = datetime.combine(row.day, time.fromisoformat(row.hour), PARIS)
    return start.isoformat(), (start + timedelta(minutes=row.minutes)).isoformat()
