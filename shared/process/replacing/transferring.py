"""Another Mission Locale or lycée has taken a parcours over: every service applies it, once and in order (R38).

Enrolment tells of it when the transfer was accepted, and hears it as the others do: right of sight, open tasks,
deadlines and what comes after are the new organisation's; what was done stays told as it was.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection

from shared.bpmn import store
from shared.catalogue import sentence
from shared.identity import Actor
from shared.messaging.envelope import Envelope
from shared.messaging.mailbox import Handling
from shared.process import record
from shared.process.processes import Processes
from shared.process.replacing.following import Change, catch_up, open_instances
from shared.process.replacing.following import record as record_change

TRANSFERRED = "enrolment.parcours_transfere.v1"


def on_transferred(tx: Connection, envelope: Envelope, processes: Processes) -> Handling:
    """What comes before the parcours itself waits as a row, with which that catches up.

    Enrolment has the row since the decision: it is applied there as by the others, and was told then.
    """
    going = open_instances(tx, envelope.subject)
    is_news = record_transfer(tx, processes, envelope)
    catch_up(tx, processes, envelope.subject, {envelope.data["after"]: envelope.data["after_name"]})
    if is_news:
        tell_transfer(tx, processes, envelope, going)
    return Handling.HANDLED


def record_transfer(tx: Connection, processes: Processes, envelope: Envelope) -> bool:
    """The rows of a transfer; False when they are there already."""
    data, parcours_id = envelope.data, envelope.subject
    decided, from_on = _decided_by(data), date.fromisoformat(data["from_on"])
    place = Change(envelope.id, data["kind"], data["before"], data["after"], from_on, data["reason"])
    person = Change(
        data["follower_id"],
        data["role"],
        data["person_before"],
        data["person_after"],
        from_on,
        data["reason"],
    )
    if not record_change(tx, processes, parcours_id, place, decided):
        return False
    return record_change(tx, processes, parcours_id, person, decided)


def tell_transfer(
    tx: Connection, processes: Processes, envelope: Envelope, going: Sequence[store.InstanceRow]
) -> None:
    """A line of the story, in the first of the parcours's instances."""
    data, now = envelope.data, processes.clock.now()
    text = sentence("transferts.story", before=data["before_name"], after=data["after_name"])
    for row in going[:1]:
        record.tell(tx, row, "", text, processes.ids, now, actor=_decided_by(data))


def _decided_by(data: Mapping[str, Any]) -> Actor:
    return Actor(data["actor_id"], data["actor_name"], "system:enrolment", "system")
