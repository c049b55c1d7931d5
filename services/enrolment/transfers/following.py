"""What moves bring about for transfers, in their transaction: an accepted one is told, an aimless one ends."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, exists, update

from services.enrolment.transfers.asking import PROCESS
from shared.bpmn import store
from shared.catalogue import sentence
from shared.clock import local_date
from shared.messaging import outbox
from shared.messaging.envelope import Envelope
from shared.process import record
from shared.process.processes import Processes
from shared.process.replacing.following import FOLLOWERS
from shared.process.replacing.transferring import TRANSFERRED, record_transfer, tell_transfer
from shared.process.tables import party
from shared.tasks.tables import task

ACCEPTED = "transfert_accepte"
"""The event of ``transfert.bpmn`` with which the parcours changes hands."""


@dataclass(frozen=True)
class TransferRecorder:
    """``processes``: those of the service, without this recorder."""

    processes: Processes

    def __call__(
        self, tx: Connection, moved: record.Moved, values: Callable[[str | None], Mapping[str, Any]]
    ) -> None:
        process, is_accepted = moved.definition.process_id, ACCEPTED in record.reached(moved)
        if process == PROCESS and is_accepted:
            self._decide(tx, moved, _told(moved, values(None)))
        if process == PROCESS and not is_accepted and moved.progress.closed:
            _forget_the_name(tx, moved.parcours_id)
        if process == "enrolment" and moved.progress.ended:
            self._end_aimless(tx, moved.parcours_id)

    def _decide(self, tx: Connection, moved: record.Moved, told: Envelope) -> None:
        """It is decided from now on, though enrolment applies it by the message, as the other services do.

        Nothing else is decided meanwhile by who handed the parcours over.
        """
        if record_transfer(tx, self.processes, told):
            main = store.find(tx, "enrolment", moved.parcours_id)
            tell_transfer(tx, self.processes, told, [main] if main else [])
        outbox.put(tx, told, moved.queued_at)

    def _end_aimless(self, tx: Connection, parcours_id: str) -> None:
        """The parcours is over: nobody need answer for it any more."""
        found = store.find(tx, PROCESS, parcours_id)
        if found is None or found.status == "ended":
            return
        row = store.lock(tx, found.id)
        if row is not None and row.status != "ended":
            self.processes.cancel(tx, row, sentence("transferts.aimless"))
            _forget_the_name(tx, parcours_id)


def _forget_the_name(tx: Connection, parcours_id: str) -> None:
    """Who was asked, and has not taken the parcours over, keeps a task without the name of whom it was about (R38)."""
    same = (
        party.c.organisation == task.c.organisation_id,
        party.c.organisation_kind == task.c.organisation_kind,
    )
    has_part = exists().where(party.c.parcours_id == task.c.parcours_id, *same)
    closed = (task.c.parcours_id == parcours_id, task.c.process_id == PROCESS, task.c.status != "open")
    tx.execute(update(task).where(*closed, ~has_part).values(subject=""))


def _told(moved: record.Moved, values: Mapping[str, Any]) -> Envelope:
    """To every service, this one too: who answered decides who follows the parcours."""
    kind = values["destinataire_sorte"]
    role = FOLLOWERS[kind]
    return Envelope(
        id=moved.ids(), type=TRANSFERRED, source=moved.service, subject=moved.parcours_id, time=moved.now,
        data={
            "kind": kind, "before": values["demandeur"], "after": values["destinataire"],
            "before_name": values["demandeur_nom"], "after_name": values["destinataire_nom"],
            "role": role, "person_before": values["suivi_avant"], "person_after": values[f"suivi_{role}"],
            "follower_id": moved.ids(), "from_on": local_date(moved.now).isoformat(),
            "reason": values["transfert_motif"], "actor_id": moved.actor.person_id,
            "actor_name": moved.actor.name,
        },
    )  # fmt: skip
