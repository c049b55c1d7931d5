"""What a service does when somebody else follows a parcours: variables, open tasks, right of sight, history.

Each change is a row, whose id is that of enrolment's decision, so in the order in which it was decided. A parcours
that reaches a service by an older message, which still names who was before, catches up with them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from shared.bpmn import store
from shared.identity import Actor
from shared.messaging import mailbox
from shared.notifications import News
from shared.process.processes import Processes
from shared.process.replacing.tables import replacement
from shared.tasks.store import log_event
from shared.tasks.tables import task


@dataclass(frozen=True)
class Change:
    """``role``: the variable: referent, conseiller. ``before``, ``after``: ids. ``name``: of who is after, if known."""

    id: str
    role: str
    before: str
    after: str
    from_on: date
    reason: str
    name: str | None = None


def open_instances(tx: Connection, parcours_id: str) -> Sequence[store.InstanceRow]:
    """Locked, and alone with what begins at this moment: it either sees our rows or is seen."""
    store.of_parcours(tx, parcours_id)
    mailbox.serialise(tx, parcours_id)
    return [row for row in store.of_parcours(tx, parcours_id) if row.status != "ended"]


def record(tx: Connection, processes: Processes, parcours_id: str, change: Change, actor: Actor) -> bool:
    """The row of a change; False when it is there already."""
    if tx.execute(select(replacement.c.id).where(replacement.c.id == change.id)).first():
        return False
    tx.execute(
        insert(replacement).values(
            id=change.id, parcours_id=parcours_id, role=change.role, before=change.before, after=change.after,
            from_on=change.from_on, reason=change.reason, at=processes.clock.now(),
            actor_id=actor.person_id, actor_name=actor.name,
        )
    )  # fmt: skip
    return True


def catch_up(tx: Connection, processes: Processes, parcours_id: str, names: Mapping[str, str]) -> None:
    """Every open instance has who was decided last. ``names``: of people, by id, where they are known."""
    rows = open_instances(tx, parcours_id)
    for role, chain in _chains(tx, parcours_id).items():
        for row in rows:
            _follow(tx, processes, row.id, role, chain, names)


def _chains(tx: Connection, parcours_id: str) -> dict[str, list[Row[Any]]]:
    """By role, the changes in the order in which they were decided."""
    found = select(replacement).where(replacement.c.parcours_id == parcours_id).order_by(replacement.c.id)
    chains: dict[str, list[Row[Any]]] = {}
    for row in tx.execute(found):
        chains.setdefault(row.role, []).append(row)
    return chains


def _follow(
    tx: Connection, processes: Processes, instance_id: str, role: str, chain: Sequence[Row[Any]],
    names: Mapping[str, str],
) -> None:  # fmt: skip
    row = store.get(tx, instance_id)
    last, known = chain[-1], {each.before for each in chain} | {each.after for each in chain}
    if row is None or row.status == "ended":
        return
    there = processes.variables(tx, row).get(role)
    decided = Actor(last.actor_id, last.actor_name, "system:enrolment", "system")
    if there in known - {last.after}:
        processes.correct(tx, row, {role: last.after}, decided)
    if there in known:
        _hand_over_tasks(tx, processes, row, known - {last.after}, last.after, names.get(last.after), decided)


def _hand_over_tasks(
    tx: Connection, processes: Processes, row: store.InstanceRow, before: set[str], after: str,
    name: str | None, actor: Actor,
) -> None:  # fmt: skip
    """The open tasks of who leaves; a draft of his or hers goes on with them."""
    now = processes.clock.now()
    theirs = (task.c.instance_id == row.id, task.c.status == "open", task.c.assignee.in_(sorted(before)))
    found = tx.execute(select(task.c.id, task.c.version).where(*theirs).with_for_update()).all()
    for each in found:
        held = {"assignee": after, "assignee_name": name, "assigned_at": now}
        tx.execute(update(task).where(task.c.id == each.id).values(version=each.version + 1, **held))
        log_event(tx, each.id, "assigned", actor, now, detail=name)
    if found:
        told = News(row.parcours_id, actor=actor.person_id, held={each.id: after for each in found})
        processes.tell(tx, row.id, told)
