"""Which parcours was opened for which pupil: at most one per campagne stands.

One that was cancelled, or ended without an admission, is in nobody's way: the pupil may volunteer again (R4). It is
set aside as another is opened, or as two records become one, and stays the pupil's.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa

from services.enrolment.pupils.tables import opened_parcours
from shared.bpmn.tables import instance
from shared.database.upsert import keep_first
from shared.errors import Conflict
from shared.process.tables import jalon

NOT_ADMITTED = "non_admis"
"""The milestone of a parcours whose decision, without an admission, was notified."""
_ID = opened_parcours.c.parcours_id


class ParcoursAlreadyOpen(Conflict):
    """The pupil has a parcours that stands in this campagne: ``parcours_id`` in the parameters."""

    code: ClassVar[str] = "pupils.already_open"


@dataclass(frozen=True)
class Known:
    """A pupil's parcours: the one that stands, else the newest; the others, newest first.

    ``can_open``: none of them stands in the way of another.
    """

    parcours_id: str
    earlier: tuple[str, ...]
    can_open: bool


def record_opening(
    tx: sa.Connection, *, pupil_id: str, parcours_id: str, campagne: str, opened_by: str, now: datetime
) -> None:
    """Notes that the parcours was opened for the pupil; ParcoursAlreadyOpen when there is one already.

    Of two people who open one at the same instant, the second is refused.
    """
    values = {
        "parcours_id": parcours_id, "pupil_id": pupil_id, "campagne": campagne,
        "opened_by": opened_by, "opened_at": now,
    }  # fmt: skip
    if not keep_first(tx, opened_parcours, values):
        raise ParcoursAlreadyOpen(parcours_id=parcours_of(tx, pupil_id, campagne))


def set_aside(tx: sa.Connection, pupil_ids: Collection[str], now: datetime) -> None:
    """What was cancelled, or ended without an admission, of these pupils stands in nobody's way any more."""
    table = opened_parcours.c
    mine = (table.pupil_id.in_(pupil_ids), table.set_aside_at.is_(None), _is_void())
    tx.execute(sa.update(opened_parcours).where(*mine).values(set_aside_at=now))


def parcours_of(tx: sa.Connection, pupil_id: str, campagne: str) -> str | None:
    """The id of the pupil's parcours of that campagne that was not set aside, None when there is none."""
    table = opened_parcours.c
    mine = (table.pupil_id == pupil_id, table.campagne == campagne, table.set_aside_at.is_(None))
    return tx.scalars(sa.select(_ID).where(*mine)).one_or_none()


def running_of(tx: sa.Connection, pupil_id: str, campagne: str) -> str | None:
    """The id of the pupil's parcours of that campagne that is open, None when there is none."""
    mine = (opened_parcours.c.pupil_id == pupil_id, opened_parcours.c.campagne == campagne)
    return tx.scalars(sa.select(_ID).where(*mine, _is_running())).first()


def parcours_by_pupil(
    look: sa.Connection, pupil_ids: Collection[str], campagne: str, present: str | None = None
) -> Mapping[str, Known]:
    """Pupil id → parcours of the campagne that is opened for, and of the ``present`` one, for those who have any."""
    table = opened_parcours.c
    stands = sa.and_(
        table.set_aside_at.is_(None), ~_is_void(), sa.or_(table.campagne == campagne, _is_running())
    )
    query = sa.select(table.pupil_id, _ID, table.opened_at, stands.label("stands"))
    known = (table.pupil_id.in_(pupil_ids), table.campagne.in_((campagne, present or campagne)))
    found: dict[str, list[sa.Row[tuple[str, str, datetime, bool]]]] = defaultdict(list)
    for row in look.execute(query.where(*known)):
        found[row.pupil_id].append(row)
    return {pupil_id: _known(rows) for pupil_id, rows in found.items()}


def parcours_told(known: Known | None) -> dict[str, Any]:
    """As pages that list pupils are told it."""
    if known is None:
        return {"parcours_id": None, "earlier": [], "can_open": True}
    return {"parcours_id": known.parcours_id, "earlier": list(known.earlier), "can_open": known.can_open}


def _known(rows: Collection[sa.Row[tuple[str, str, datetime, bool]]]) -> Known:
    first, *others = sorted(rows, key=lambda row: (row.stands, row.opened_at, row.parcours_id), reverse=True)
    return Known(first.parcours_id, tuple(row.parcours_id for row in others), not first.stands)


def _is_void() -> sa.ColumnElement[bool]:
    """Of a row of ``opened_parcours``: cancelled by an operator, or ended with a decision that is no admission."""
    refused = sa.exists().where(jalon.c.parcours_id == _ID, jalon.c.name == NOT_ADMITTED)
    return sa.or_(_ended(instance.c.end_kind == "cancelled"), sa.and_(_ended(sa.true()), refused))


def _is_running() -> sa.ColumnElement[bool]:
    its = (instance.c.parcours_id == _ID, instance.c.process_id == "enrolment")
    return sa.exists().where(*its, instance.c.status != "ended")


def _ended(how: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """R26: while the signalement of a minor is awaited the parcours is not over."""
    its = (instance.c.parcours_id == _ID, instance.c.process_id == "enrolment")
    return sa.exists().where(*its, instance.c.status == "ended", how)
