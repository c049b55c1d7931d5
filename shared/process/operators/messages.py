"""What an operator does with received messages that had no effect: looks, tries again, drops. Each act is on record.

A message is told by its names and kinds of values, never by a value. Every service has it, the inbox too.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, insert, select

from shared.clock import Clock
from shared.database import Database
from shared.identity import Actor
from shared.ids import Ids
from shared.messaging import operators
from shared.messaging.operators import ReceivedMessage
from shared.messaging.tables import mailbox_act
from shared.process.operators.log import Via, refuse_few_words
from shared.process.operators.masking import masked

REQUEUE, DROP = "requeue", "drop"
STATES = ("parked", "retry")
MOST_LISTED = 100
Told = dict[str, Any]


@dataclass(frozen=True)
class Order:
    """Who does something with which message, why, and by which door."""

    source: str
    message_id: str
    actor: Actor
    reason: str
    via: Via


@dataclass(frozen=True)
class Desk:
    """One service's received messages. ``clock``: the system's."""

    database: Database
    clock: Clock
    ids: Ids

    def listed(self, state: str = "parked") -> list[Told]:
        """Messages in a state of STATES, the oldest first; MOST_LISTED at most."""
        look_for = operators.parked if state == "parked" else operators.in_retry
        with self.database.read() as look:
            return [asdict(each) for each in look_for(look, limit=MOST_LISTED)]

    def one(self, source: str, message_id: str) -> Told:
        """One message that is parked or in retry, with the names and kinds of what it brings. UnknownMessage."""
        with self.database.read() as look:
            message, envelope = operators.one(look, source, message_id)
        return asdict(message) | {"data": list(masked(envelope.data))}

    def acts(self, limit: int = MOST_LISTED) -> list[Told]:
        """The record, the newest first."""
        with self.database.read() as look:
            return [dict(row._mapping) for row in _acts(look, limit)]

    def requeue(self, order: Order) -> Told:
        """Try a parked message again, from its first attempt. UnknownMessage, WordsMissing."""
        return self._act(order, REQUEUE)

    def drop(self, order: Order) -> Told:
        """It will have no effect, and its data are erased. UnknownMessage, WordsMissing."""
        return self._act(order, DROP)

    def _act(self, order: Order, action: str) -> Told:
        refuse_few_words("reason", order.reason)
        now = self.clock.now()
        with self.database.begin() as tx:
            message, _ = operators.one(tx, order.source, order.message_id)
            if action == DROP:
                operators.drop(tx, order.source, order.message_id, now)
            else:
                operators.requeue(tx, order.source, order.message_id, now)
            _write(tx, self.ids(), order, message, action, now)
        return asdict(message) | {"action": action}


def _write(
    tx: Connection, act_id: str, order: Order, message: ReceivedMessage, action: str, now: Any
) -> None:
    row = {
        "id": act_id, "at": now, "actor_id": order.actor.person_id, "actor_name": order.actor.name,
        "via": order.via, "source": message.source, "message_id": message.message_id, "type": message.type,
        "subject": message.subject, "action": action, "reason": order.reason.strip(),
    }  # fmt: skip
    tx.execute(insert(mailbox_act).values(row))


def _acts(look: Connection, limit: int) -> Sequence[Any]:
    return look.execute(select(mailbox_act).order_by(mailbox_act.c.id.desc()).limit(limit)).all()
