"""Another Mission Locale or lycée has taken a parcours over: every service applies it, once and in order (R38).

Enrolment tells of it when the transfer was accepted, and hears it as the others do: right of sight, open tasks,
deadlines and what comes after are the new organisation's; what was done stays told as it was.
"""

from datetime import date

from sqlalchemy import Connection

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
    """What comes before the parcours itself waits as a row, with which that catches up."""
    data, parcours_id = envelope.data, envelope.subject
    decided = Actor(data["actor_id"], data["actor_name"], "system:enrolment", "system")
    from_on = date.fromisoformat(data["from_on"])
    going = open_instances(tx, parcours_id)
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
        return Handling.HANDLED
    record_change(tx, processes, parcours_id, person, decided)
    catch_up(tx, processes, parcours_id, {data["after"]: data["after_name"]})
    text = sentence("transferts.story", before=data["before_name"], after=data["after_name"])
    for row in going[:1]:
        record.tell(tx, row, "", text, processes.ids, processes.clock.now(), actor=decided)
    return Handling.HANDLED
