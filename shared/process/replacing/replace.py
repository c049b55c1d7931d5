"""A référent or conseiller leaves: somebody else follows the parcours from then on, in every service (R11).

There is one active référent and one conseiller: the variable names the new one, the open tasks of the old one are the
new one's, and the history keeps both. Enrolment, where every parcours is open to its end, tells the other services.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar

from sqlalchemy import Connection, insert, select, update

from shared.bpmn import store
from shared.catalogue import sentence
from shared.clock import local_date
from shared.errors import BadInput, Conflict, Forbidden, Unavailable
from shared.identity import Actor, replaced_by
from shared.messaging import operators, outbox
from shared.messaging.envelope import Envelope
from shared.messaging.mailbox import Handling
from shared.process import record, views
from shared.process.processes import Processes
from shared.process.replacing.tables import replacement
from shared.process.tables import party
from shared.tasks.store import log_event
from shared.tasks.tables import task

REPLACED = "enrolment.personne_remplacee.v1"
LONGEST_BACK = timedelta(days=31)


class NobodyToReplace(Conflict):
    """The parcours has no such person yet, or has ended."""

    code: ClassVar[str] = "process.nobody_to_replace"


class SamePerson(Conflict):
    """The one who follows the parcours already."""

    code: ClassVar[str] = "process.same_person"


@dataclass(frozen=True)
class Replacing:
    """``after``: (id, name) of who follows from ``from_on`` on; ``reason``: in words, without anything private."""

    role: str
    after: tuple[str, str]
    from_on: date
    reason: str


def replace_person(
    tx: Connection, processes: Processes, actor: Actor, parcours_id: str, wanted: Replacing
) -> None:
    """The responsible person's decision. Raises NotFound, Forbidden, BadInput, NobodyToReplace, SamePerson."""
    views.parcours_instance(tx, actor, parcours_id)  # NotFound when the organisation has no part
    if replaced_by(actor) != wanted.role:
        raise Forbidden()
    today = local_date(processes.clock.now())
    if not today - LONGEST_BACK <= wanted.from_on <= today:
        said = sentence("process.replaced_from", first=today - LONGEST_BACK, last=today)
        raise BadInput({"from_on": [said]})
    data = _data(wanted, actor, _current(tx, processes, parcours_id, wanted))
    _apply(tx, processes, parcours_id, data, actor)
    envelope = Envelope(
        id=processes.ids(), type=REPLACED, source=processes.vocabulary.service, subject=parcours_id,
        time=processes.clock.now(), data=data,
    )  # fmt: skip
    outbox.put(tx, envelope, processes.system_clock.now())


def on_replaced(tx: Connection, envelope: Envelope, processes: Processes) -> Handling:
    """Enrolment tells of a replacement. What comes before the parcours itself is tried again later."""
    if not store.of_parcours(tx, envelope.subject) and operators.unhandled_types(tx, envelope.subject):
        raise Unavailable()
    data = envelope.data
    decided = Actor(data["actor_id"], data["actor_name"], "system:enrolment", "system")
    _apply(tx, processes, envelope.subject, data, decided)
    return Handling.HANDLED


def replacements_of(tx: Connection, parcours_id: str) -> list[dict[str, Any]]:
    """The history, oldest first."""
    found = select(replacement).where(replacement.c.parcours_id == parcours_id).order_by(replacement.c.id)
    return [
        {"role": row.role, "before": row.before, "after": row.after, "from_on": row.from_on, "reason": row.reason}
        for row in tx.execute(found)
    ]  # fmt: skip


def _current(tx: Connection, processes: Processes, parcours_id: str, wanted: Replacing) -> str:
    known = [
        processes.variables(tx, row) for row in store.of_parcours(tx, parcours_id) if row.status != "ended"
    ]
    before = next((values[wanted.role] for values in known if values.get(wanted.role)), None)
    if before is None:
        raise NobodyToReplace()
    if before == wanted.after[0]:
        raise SamePerson()
    return str(before)


def _data(wanted: Replacing, actor: Actor, before: str) -> dict[str, Any]:
    return {
        "role": wanted.role, "before": before, "after": wanted.after[0], "after_name": wanted.after[1],
        "from_on": wanted.from_on.isoformat(), "reason": wanted.reason, "actor_id": actor.person_id,
        "actor_name": actor.name,
    }  # fmt: skip


def _apply(
    tx: Connection, processes: Processes, parcours_id: str, data: Mapping[str, Any], actor: Actor
) -> None:
    """What a service does: variables of open instances, open tasks, history, a line of the story."""
    going = [row for row in store.of_parcours(tx, parcours_id) if row.status != "ended"]
    others = select(party.c.since).where(
        party.c.parcours_id == parcours_id, party.c.organisation_kind != "lycee"
    )
    has_partner = tx.execute(others).first() is not None
    for row in going:
        if data["role"] in processes.variables(tx, row):
            processes.correct(tx, row, {data["role"]: data["after"]}, actor)
        _hand_over_tasks(tx, processes, row.id, data, actor)
        text = sentence(f"process.story_replaced_{data['role']}", name=data["after_name"])
        side = (
            "both" if has_partner else "lycee"
        )  # before the Mission Locale has a part it is the lycée's (R12)
        record.tell(tx, row, "", text, processes.ids, processes.clock.now(), actor=actor, side=side)
    if going:
        tx.execute(
            insert(replacement).values(
                id=processes.ids(), parcours_id=parcours_id, role=data["role"], before=data["before"],
                after=data["after"], from_on=date.fromisoformat(data["from_on"]), reason=data["reason"],
                at=processes.clock.now(), actor_id=data["actor_id"], actor_name=data["actor_name"],
            )
        )  # fmt: skip


def _hand_over_tasks(
    tx: Connection, processes: Processes, instance_id: str, data: Mapping[str, Any], actor: Actor
) -> None:
    """The open tasks of who leaves; a draft of his or hers goes on with them."""
    now = processes.clock.now()
    theirs = (
        task.c.instance_id == instance_id,
        task.c.status == "open",
        task.c.assignee == data["before"],
    )
    for row in tx.execute(select(task.c.id, task.c.version).where(*theirs).with_for_update()).all():
        held = {"assignee": data["after"], "assignee_name": data["after_name"], "assigned_at": now}
        tx.execute(update(task).where(task.c.id == row.id).values(version=row.version + 1, **held))
        log_event(tx, row.id, "assigned", actor, now, detail=data["after_name"])


__all__ = ["REPLACED", "Replacing", "on_replaced", "replace_person", "replacements_of"]
