"""Who has the hand on a parcours: the organisation of the next action, and until when. Derived, stored nowhere.

"Organisation qui a la main" means next action only (R45): the lycée d'inscription stays answerable for its pupil.
Within a service it is the open task with the first deadline, else the first timer, in the organisation of its lane.
A task without a deadline, that stays open in case, gives nobody the hand. Across services the furthest étape wins.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from shared.bpmn import Definition
from shared.bpmn.tables import timer
from shared.identity import Actor
from shared.process.tables import party
from shared.tasks.tables import task


@dataclass(frozen=True)
class Hand:
    """``due``: a local date, or an instant; ``side``: who may read ``name``, that of what is to come."""

    organisation_kind: str
    organisation: str
    name: str
    side: str
    due: date | datetime

    def told_to(self, actor: Actor) -> dict[str, Any]:
        """For JSON. What is the other side's own is not named: that it has the hand, and until when, is for both."""
        shown = self.side in ("both", actor.side)
        return {
            "organisation_kind": self.organisation_kind, "organisation": self.organisation,
            "name": self.name if shown else None, "due_at": self.due.isoformat(),
        }  # fmt: skip


def hand_in(tx: Connection, row: Row[Any], definition: Definition) -> Hand | None:
    """Who has the hand in this service's instance ``row``; None when it has ended, or waits for another service."""
    if row.status == "ended":
        return None
    return _of_tasks(tx, row.id) or _of_timers(tx, row, definition)


def _of_tasks(tx: Connection, instance_id: str) -> Hand | None:
    due = (task.c.due_on.is_not(None)) | (task.c.due_at.is_not(None))
    first = (
        select(task)
        .where(task.c.instance_id == instance_id, task.c.status == "open", due)
        .order_by(task.c.due_sort, task.c.id)
        .limit(1)
    )
    found = tx.execute(first).first()
    if found is None:
        return None
    return Hand(
        found.organisation_kind, found.organisation_id, found.name, found.side, found.due_on or found.due_at
    )


def _of_timers(tx: Connection, row: Row[Any], definition: Definition) -> Hand | None:
    first = (
        select(timer).where(timer.c.instance_id == row.id).order_by(timer.c.due_at, timer.c.timer_id).limit(1)
    )
    found = tx.execute(first).first()
    if found is None:
        return None
    element = definition.elements[found.element_id]
    known = select(party.c.organisation).where(
        party.c.parcours_id == row.parcours_id, party.c.organisation_kind == element.organisation
    )
    return Hand(element.organisation, tx.scalar(known) or "", element.name, element.side, found.due_at)
