"""A référent or conseiller leaves: somebody else follows the parcours from then on, in every service (R11).

There is one active référent and one conseiller: the variable names the new one, the open tasks of the old one are the
new one's, and the history keeps both. Enrolment, where every parcours is open to its end, tells the other services.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar

from sqlalchemy import Connection, select

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
from shared.process.replacing.following import Change, as_decided, catch_up, open_instances
from shared.process.replacing.following import record as record_change
from shared.process.replacing.tables import replacement
from shared.process.tables import party

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
    data = _data(wanted, actor, _current(tx, processes, actor, parcours_id, wanted))
    decision = processes.ids()
    _apply(tx, processes, parcours_id, decision, data, actor)
    envelope = Envelope(
        id=decision, type=REPLACED, source=processes.vocabulary.service, subject=parcours_id,
        time=processes.clock.now(), data=data,
    )  # fmt: skip
    outbox.put(tx, envelope, processes.system_clock.now())


def on_replaced(tx: Connection, envelope: Envelope, processes: Processes) -> Handling:
    """Enrolment tells of a replacement. What comes before the parcours itself is tried again later."""
    if not store.of_parcours(tx, envelope.subject) and operators.unhandled_types(tx, envelope.subject):
        raise Unavailable()
    data = envelope.data
    decided = Actor(data["actor_id"], data["actor_name"], "system:enrolment", "system")
    _apply(tx, processes, envelope.subject, envelope.id, data, decided)
    return Handling.HANDLED


def replacements_of(tx: Connection, parcours_id: str) -> list[dict[str, Any]]:
    """The history, oldest first."""
    found = select(replacement).where(replacement.c.parcours_id == parcours_id).order_by(replacement.c.id)
    return [
        {"role": row.role, "before": row.before, "after": row.after, "from_on": row.from_on, "reason": row.reason}
        for row in tx.execute(found)
    ]  # fmt: skip


def _current(tx: Connection, processes: Processes, actor: Actor, parcours_id: str, wanted: Replacing) -> str:
    """Nobody, too, once a transfer is accepted: who follows is another organisation's, before this one applies it."""
    found = [
        processes.variables(tx, row) for row in store.of_parcours(tx, parcours_id) if row.status != "ended"
    ]
    known = as_decided(tx, parcours_id, next((each for each in found if each.get(wanted.role)), {}))
    before, mine = known.get(wanted.role), actor.organisation_id
    if before is None or known.get(actor.organisation_kind, mine) != mine:
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
    tx: Connection,
    processes: Processes,
    parcours_id: str,
    decision: str,
    data: Mapping[str, Any],
    actor: Actor,
) -> None:
    """What a service does: variables of open instances, open tasks, history, a line of the story."""
    going, name = open_instances(tx, parcours_id), data["after_name"]
    if not record_decision(tx, processes, parcours_id, decision, data, actor):
        return
    catch_up(tx, processes, parcours_id, {data["after"]: name} if name else {})
    if name is None:  # a form of the parcours said it, and is in the story
        return
    text = sentence(f"process.story_replaced_{data['role']}", name=name)
    for row in going[:1]:
        record.tell(
            tx, row, "", text, processes.ids, processes.clock.now(), actor=actor, side=_side(tx, parcours_id)
        )


def record_decision(
    tx: Connection,
    processes: Processes,
    parcours_id: str,
    decision: str,
    data: Mapping[str, Any],
    actor: Actor,
) -> bool:
    """The row of a replacement, under the id of its decision; False when it is there already."""
    change = Change(
        decision, data["role"], data["before"], data["after"], date.fromisoformat(data["from_on"]), data["reason"],
        data["after_name"],
    )  # fmt: skip
    return record_change(tx, processes, parcours_id, change, actor)


def _side(tx: Connection, parcours_id: str) -> str:
    """Before the Mission Locale has a part it is the lycée's alone (R12)."""
    others = select(party.c.since).where(
        party.c.parcours_id == parcours_id, party.c.organisation_kind != "lycee"
    )
    return "both" if tx.execute(others).first() else "lycee"


__all__ = ["REPLACED", "Replacing", "on_replaced", "record_decision", "replace_person", "replacements_of"]
