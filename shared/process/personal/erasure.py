"""Erases one person's data in this service (R40), in the caller's transaction; and what a partner does when asked.

Enrolment, which owns the person, asks by message; each service erases its own tables and answers. Asked twice, it
erases what is left, which is nothing, and answers the same.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, or_, select

from shared.bpmn.tables import instance
from shared.database import wiping
from shared.messaging import outbox
from shared.messaging.envelope import Envelope
from shared.messaging.mailbox import Handling
from shared.messaging.tables import outbox as outbox_table
from shared.process.personal import proof
from shared.process.personal.holdings import Holding, Subject
from shared.process.personal.tables import erased_parcours
from shared.process.processes import Processes

ASKED = "enrolment.effacement_demande.v1"
RUNNING, SENDING = "en_cours", "messages_en_route"
"""Why nothing is erased yet: a parcours still runs here, or messages of it have still to leave."""
CAUSES = ("retention", "demande")


@dataclass(frozen=True)
class Erasure:
    """What is asked: whose data, under which number, why (one of CAUSES)."""

    id: str
    subject: Subject
    cause: str

    @classmethod
    def of(cls, envelope: Envelope) -> "Erasure":
        pupils, parcours = (tuple(envelope.data[name]) for name in ("eleves", "parcours"))
        return cls(envelope.subject, Subject(pupils, parcours), envelope.data["cause"])

    def as_data(self) -> dict[str, Any]:
        """For the message: ids, no names."""
        return {
            "eleves": list(self.subject.pupils), "parcours": list(self.subject.parcours), "cause": self.cause,
        }  # fmt: skip


def answer_type(service: str) -> str:
    """The type of the message by which a service answers."""
    return f"{service}.effacement_repondu.v1"


def hindrance(tx: Connection, subject: Subject) -> str | None:
    """Why this service cannot erase yet: RUNNING or SENDING; None when nothing keeps it from doing so."""
    running = (instance.c.parcours_id.in_(subject.parcours), instance.c.status != "ended")
    if tx.execute(select(instance.c.id).where(*running).limit(1)).first():
        return RUNNING
    instances = select(instance.c.id).where(instance.c.parcours_id.in_(subject.parcours))
    theirs = or_(
        outbox_table.c.subject.in_(subject.parcours), outbox_table.c.subject.in_(instances),
        outbox.naming(subject.pupils) & (outbox_table.c.type != ASKED),
    )  # fmt: skip
    unsent = (theirs, outbox_table.c.sent_at.is_(None))
    return SENDING if tx.execute(select(outbox_table.c.id).where(*unsent).limit(1)).first() else None


def erase(
    tx: Connection, holdings: Sequence[Holding], erasure: Erasure, processes: Processes
) -> dict[str, int]:
    """Erase or empty the person's rows of all ``holdings``, in their order, and prove it: table → rows."""
    counts = {str(holding.table.name): holding.erase(tx, erasure.subject) for holding in holdings}
    _remember(tx, erasure.subject.parcours)
    wiping.ask(tx)
    proof.write(tx, erasure.id, erasure.cause, counts, processes.system_clock.now())
    return counts


def is_erased(tx: Connection, parcours_id: str) -> bool:
    """Whether all of a parcours was erased here: a message that is still on its way must bring nothing of it back."""
    known = select(erased_parcours.c.parcours_id).where(erased_parcours.c.parcours_id == parcours_id)
    return tx.execute(known).first() is not None


def _remember(tx: Connection, parcours: Sequence[str]) -> None:
    for parcours_id in parcours:
        if not is_erased(tx, parcours_id):
            tx.execute(insert(erased_parcours).values(parcours_id=parcours_id))


def partner(holdings: Sequence[Holding]) -> Callable[[Connection, Envelope, Processes], Handling]:
    """The handler of ASKED in a service that does not own the person."""

    def handle(tx: Connection, envelope: Envelope, processes: Processes) -> Handling:
        asked = Erasure.of(envelope)
        reason = hindrance(tx, asked.subject)
        counts = {} if reason else erase(tx, holdings, asked, processes)
        _answer(
            tx, envelope.subject, {"efface": reason is None, "motif": reason, "lignes": counts}, processes
        )
        return Handling.HANDLED

    return handle


def put(tx: Connection, erasure_id: str, type_: str, data: Mapping[str, Any], processes: Processes) -> None:
    """Queue a message of an erasure, whose subject is the erasure itself."""
    envelope = Envelope(
        id=processes.ids(), type=type_, source=processes.vocabulary.service, subject=erasure_id,
        time=processes.clock.now(), data=dict(data),
    )  # fmt: skip
    outbox.put(tx, envelope, processes.system_clock.now())


def _answer(tx: Connection, erasure_id: str, data: Mapping[str, Any], processes: Processes) -> None:
    put(tx, erasure_id, answer_type(processes.vocabulary.service), data, processes)
