"""Sessions of workshops and who is enrolled in them; any format, several animators, any number a workshop."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from services.accompaniment.ateliers.rules import PRESCRIT, REPORTE, Slot
from services.accompaniment.ateliers.tables import attendance, given_up, pupil, session
from shared.clock import PARIS
from shared.errors import NotFound

PLANNED, CLOSED, CANCELLED = "planned", "closed", "cancelled"


def sessions_of(tx: sa.Connection, cycle_id: str) -> Sequence[Any]:
    """The cycle's sessions by workshop and time, each with how many are enrolled, present and not yet marked."""
    counted = sa.func.count
    query = (
        sa.select(
            session,
            counted(attendance.c.pupil_id).filter(attendance.c.status != REPORTE).label("enrolled"),
            counted(attendance.c.pupil_id).filter(attendance.c.status == "realise").label("present"),
            counted(attendance.c.pupil_id).filter(attendance.c.status == PRESCRIT).label("unmarked"),
        )
        .outerjoin(attendance, attendance.c.session_id == session.c.id)
        .where(session.c.cycle_id == cycle_id)
        .group_by(session.c.id)
        .order_by(session.c.workshop, session.c.starts_at, session.c.id)
    )
    return tx.execute(query).all()


def get_session(tx: sa.Connection, session_id: str) -> Any:
    """One session; NotFound when there is none."""
    row = tx.execute(sa.select(session).where(session.c.id == session_id)).first()
    if row is None:
        raise NotFound()
    return row


def slot_of(row: Any) -> Slot:
    return Slot(row.starts_at.astimezone(PARIS), row.minutes)


def add_session(tx: sa.Connection, values: Mapping[str, Any], pupils: Collection[str]) -> None:
    """A planned session with its enrolled pupils."""
    tx.execute(sa.insert(session).values(**values, status=PLANNED))
    enrol_in(tx, values["id"], pupils)


def enrol_in(tx: sa.Connection, session_id: str, pupils: Collection[str]) -> None:
    """« Prescrit » for each; who had been rescheduled from here to another session comes back."""
    came_back = (attendance.c.session_id == session_id, attendance.c.pupil_id.in_(pupils))
    tx.execute(sa.delete(attendance).where(*came_back, attendance.c.status == REPORTE))
    rows = [{"session_id": session_id, "pupil_id": each, "status": PRESCRIT} for each in sorted(pupils)]
    if rows:
        tx.execute(sa.insert(attendance), rows)


def change(tx: sa.Connection, session_id: str, **values: Any) -> None:
    tx.execute(sa.update(session).where(session.c.id == session_id).values(**values))


def sheet_of(tx: sa.Connection, row: Any) -> Sequence[Any]:
    """The pupils of a session by class and name: (pupil_id, family_name, given_name, class_code, status)."""
    query = (
        sa.select(
            attendance.c.pupil_id, pupil.c.family_name, pupil.c.given_name, pupil.c.class_code,
            attendance.c.status,
        )
        .join(pupil, sa.and_(pupil.c.pupil_id == attendance.c.pupil_id, pupil.c.cycle_id == row.cycle_id))
        .where(attendance.c.session_id == row.id)
        .order_by(pupil.c.class_code, pupil.c.family_name, pupil.c.given_name, pupil.c.pupil_id)
    )  # fmt: skip
    return tx.execute(query).all()


def mark(tx: sa.Connection, session_id: str, pupil_id: str, status: str) -> None:
    same = (attendance.c.session_id == session_id, attendance.c.pupil_id == pupil_id)
    tx.execute(sa.update(attendance).where(*same).values(status=status))


def enrolled_in_workshop(tx: sa.Connection, cycle_id: str, workshop: int) -> frozenset[str]:
    """The pupils who have a place in a session of the workshop that is not cancelled."""
    query = (
        sa.select(attendance.c.pupil_id)
        .join(session, session.c.id == attendance.c.session_id)
        .where(
            session.c.cycle_id == cycle_id, session.c.workshop == workshop, session.c.status != CANCELLED,
            attendance.c.status != REPORTE,
        )
    )  # fmt: skip
    return frozenset(tx.execute(query).scalars())


def taken_slots(tx: sa.Connection, cycle_id: str, but: str | None) -> Mapping[str, list[Slot]]:
    """Class → the sessions, ``but`` one, in which one of its pupils has a place (R29)."""
    query = (
        sa.select(pupil.c.class_code, session.c.starts_at, session.c.minutes)
        .distinct()
        .join(attendance, attendance.c.session_id == session.c.id)
        .join(pupil, sa.and_(pupil.c.pupil_id == attendance.c.pupil_id, pupil.c.cycle_id == session.c.cycle_id))
        .where(
            session.c.cycle_id == cycle_id, session.c.status != CANCELLED, session.c.id != (but or ""),
            attendance.c.status != REPORTE,
        )
    )  # fmt: skip
    found: dict[str, list[Slot]] = {}
    for row in tx.execute(query):
        found.setdefault(row.class_code, []).append(slot_of(row))
    return found


def give_up(tx: sa.Connection, cycle_id: str, workshop: int, reason: str) -> None:
    """The workshop will not take place in this cycle."""
    tx.execute(sa.insert(given_up).values(cycle_id=cycle_id, workshop=workshop, reason=reason))


def given_up_of(tx: sa.Connection, cycle_id: str) -> Mapping[int, str]:
    """Workshop → why it was given up."""
    found = tx.execute(sa.select(given_up).where(given_up.c.cycle_id == cycle_id))
    return {row.workshop: row.reason for row in found}
