"""The appointments of a move, written in its transaction: fixed, changed, called off."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Connection, insert, select, update

from shared.clock import PARIS, local_date
from shared.documents.invitations.announcing import announce
from shared.documents.invitations.binding import FIRST_NAME, Appointment, Appointments
from shared.documents.making import Variables
from shared.documents.tables import invitation
from shared.process.record import Moved, reached

REQUEST, CANCEL = "request", "cancel"
_HOUR = re.compile(r"([01]?\d|2[0-3])(?:\s*[:hH]\s*([0-5]\d)?)?")


@dataclass(frozen=True)
class Scheduler:
    """Writes what the bindings say. Never commits."""

    appointments: Appointments

    def __call__(self, tx: Connection, moved: Moved, variables: Variables) -> None:
        for element_id in reached(moved):
            for each in self.appointments.by_element.get(element_id, ()):
                _fix(tx, moved, each, variables(None))
            for each in self.appointments.cancelled_by.get(element_id, ()):
                _call_off(tx, moved, each, variables)


def _fix(tx: Connection, moved: Moved, appointment: Appointment, values: Mapping[str, Any]) -> None:
    """Fix or change it; the same again changes nothing."""
    day, hour = when(values.get(appointment.day), values.get(appointment.hour))
    if day is None:
        return
    said = {
        "title": appointment.title, "first_name": values.get(FIRST_NAME) or "", "day": day, "hour": hour,
        "minutes": appointment.minutes, "place": values.get(appointment.place), "status": REQUEST,
    }  # fmt: skip
    row = _known(tx, moved, appointment)
    if row is None:
        tx.execute(
            insert(invitation).values(
                id=moved.ids(), parcours_id=moved.parcours_id, instance_id=moved.instance_id,
                kind=appointment.kind, sequence=0, changed_at=moved.now, **said,
            )
        )  # fmt: skip
    elif any(getattr(row, name) != value for name, value in said.items()):
        _change(tx, row, moved, said)
    else:
        return
    announce(tx, moved, appointment, _known(tx, moved, appointment), values)


def _call_off(tx: Connection, moved: Moved, appointment: Appointment, variables: Variables) -> None:
    """Only what is still to come."""
    row = _known(tx, moved, appointment)
    if row is not None and row.status == REQUEST and row.day >= local_date(moved.now):
        _change(tx, row, moved, {"status": CANCEL})
        announce(tx, moved, appointment, _known(tx, moved, appointment), variables(None))


def _known(tx: Connection, moved: Moved, appointment: Appointment) -> Any:
    same = (invitation.c.instance_id == moved.instance_id, invitation.c.kind == appointment.kind)
    return tx.execute(select(invitation).where(*same)).first()


def _change(tx: Connection, row: Any, moved: Moved, said: Mapping[str, Any]) -> None:
    changed = {**said, "sequence": row.sequence + 1, "changed_at": moved.now}
    tx.execute(update(invitation).where(invitation.c.id == row.id).values(**changed))


def when(day: Any, hour: Any) -> tuple[date | None, str | None]:
    """The day and, when one is known, the hour in Paris as HH:MM."""
    if isinstance(day, datetime):
        local = day.astimezone(PARIS)
        return local.date(), f"{local:%H:%M}"
    if not isinstance(day, date):
        return None, None
    if isinstance(hour, time):
        return day, f"{hour:%H:%M}"
    found = _HOUR.fullmatch(hour.strip()) if isinstance(hour, str) else None
    return day, f"{int(found[1]):02}:{int(found[2] or 0):02}" if found else None
