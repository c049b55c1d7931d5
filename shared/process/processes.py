"""The moves of a service's process instances, each inside the transaction that it is given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any, ClassVar

from sqlalchemy import Connection

from shared.bpmn import (
    Definition,
    ProcessFailure,
    Progress,
    Runtime,
    StateRefused,
    Vocabulary,
    signal_store,
    store,
)
from shared.bpmn.catalog import Catalog
from shared.bpmn.incident_store import Trouble
from shared.bpmn.signal_store import Delivery
from shared.clock import Clock
from shared.database.batch import Batch
from shared.errors import Conflict, Problem
from shared.identity import Actor
from shared.ids import Ids
from shared.messaging import mailbox, outbox
from shared.messaging.envelope import Envelope
from shared.messaging.mailbox import Handling
from shared.notifications import News
from shared.process import news, record
from shared.process.operators.trouble import Command, of_move, unreadable
from shared.process.passations import writing as passations
from shared.process.record import Parties
from shared.tasks.model import Receipt

MAX_HOPS = 100  # signals that only call forth one another stop here, at an incident


class StartFailed(Problem):
    """A process that could not be started: nothing is stored."""

    code: ClassVar[str] = "process.start_failed"
    status: ClassVar[int] = 500


class TooLate(Conflict):
    """A message for an instance that it already started, or that has ended: parked for an operator to look at."""

    code: ClassVar[str] = "process.too_late"


NEVER_AWAITED = TooLate.code
"""Why a message that waited had no effect: its instance has come to its end without it."""


class MoveFailed(Problem):
    """A move that could not be made: nothing of it is stored, an incident is recorded for the operators."""

    code: ClassVar[str] = "process.incident"
    status: ClassVar[int] = 500

    def __init__(self, trouble: Trouble) -> None:
        self.trouble = trouble
        super().__init__()


Recorder = Callable[[Connection, record.Moved, Callable[[str | None], Mapping[str, Any]]], None]
"""Writes more of a move, in its transaction: documents. The last argument gives the variables after the move, as
seen from an open task or, for None, from the process. May raise ProcessFailure: the move fails."""

Stopper = Callable[[Connection, store.InstanceRow, datetime], None]
"""Lets go of what an instance held in the service's own tables when it is cancelled, in the same transaction: its
diagram, which would do so at its end, goes no further."""


@dataclass(frozen=True)
class Processes:
    """Moves instances of the processes of one service. Never commits, opens no transaction."""

    catalog: Catalog
    vocabulary: Vocabulary
    clock: Clock
    system_clock: Clock
    ids: Ids
    recorders: tuple[Recorder, ...] = ()
    stoppers: tuple[Stopper, ...] = ()

    def start(
        self, tx: Connection, process_id: str, parcours_id: str, variables: Mapping[str, Any], actor: Actor
    ) -> str:
        """Start the active version of a process for a parcours. Returns the instance's id."""
        definition = self.catalog.active(tx, process_id)
        return self._start(
            tx, definition, parcours_id, actor,
            lambda runtime: runtime.start(
                parcours_id, variables=variables, message=None, now=self.clock.now(), context=tx
            ),
        )  # fmt: skip

    def start_again(
        self, tx: Connection, row: store.InstanceRow, variables: Mapping[str, Any], actor: Actor
    ) -> None:
        """The active version of a process that has ended for its parcours, once more, in its locked ``row``."""
        definition, now = self.catalog.active(tx, row.process_id), self.clock.now()
        try:
            progress = self.runtime(definition).start(
                row.parcours_id, variables=variables, message=None, now=now, context=tx
            )
        except ProcessFailure as failure:
            raise StartFailed(**failure.params) from failure
        etape = record.etape_of(definition, progress)
        with Batch(tx) as batch:
            store.restart(batch, row, definition.version, progress, etape, now)
            self.record_move(batch, definition, row.id, row.parcours_id, progress, actor, now)

    def cancel(self, tx: Connection, row: store.InstanceRow, text: str) -> None:
        """A running instance ends where it is; ``text``: what its people read."""
        now = self.clock.now()
        self.repair(
            tx, row, lambda runtime, state: runtime.cancel(state, now=now, context=tx), held=False,
            actor=self.system_actor,
        )  # fmt: skip
        self.stopped(tx, row, text)

    def stopped(self, tx: Connection, row: store.InstanceRow, text: str) -> None:
        """What every cancelled instance leaves: an end that says why, no open hand-over, nothing held."""
        now = self.clock.now()
        store.mark_cancelled(tx, row.id, text)
        passations.close_open(tx, row.parcours_id, row.process_id, text, now)
        for stop in self.stoppers:
            stop(tx, row, now)

    def complete(
        self, tx: Connection, row: store.InstanceRow, task_id: str, outputs: Mapping[str, Any], actor: Actor,
        now: datetime, parties: Parties = frozenset(), receipt: Receipt | None = None,
    ) -> None:  # fmt: skip
        """A person's task is done, with the values of its form.

        ``row``: the instance, locked, as in every move; ``parties``: some that are known to have their part;
        ``receipt``: the request that did it.
        """
        self._move(
            tx, row, Command("complete", task_id, actor, outputs, receipt=receipt), now,
            lambda runtime, state: runtime.complete(state, task_id, outputs, now=now, context=tx), parties,
        )  # fmt: skip

    def refuse(
        self, tx: Connection, row: store.InstanceRow, task_id: str, actor: Actor, now: datetime
    ) -> bool:
        """Take the way the diagram has for a refused task; False when it has none."""
        return self._move(
            tx, row, Command("refuse", task_id, actor), now,
            lambda runtime, state: runtime.refuse(state, task_id, now=now, context=tx),
        )  # fmt: skip

    def fire(self, tx: Connection, row: store.InstanceRow, timer_id: str) -> None:
        """A timer that is due."""
        now = self.clock.now()
        self._move(
            tx, row, Command("fire", timer_id, self.system_actor), now,
            lambda runtime, state: runtime.fire(state, timer_id, now=now, context=tx),
        )  # fmt: skip

    def signal(self, tx: Connection, row: store.InstanceRow, delivery: Delivery) -> None:
        """A signal that another instance threw. Raises NotAwaited when this one waits for it no more."""
        now = self.clock.now()

        def run(runtime: Runtime, state: bytes) -> Progress:
            if delivery.hops > MAX_HOPS:
                raise ProcessFailure(runtime.definition.process_id, "signal_loop", delivery.name)
            return runtime.signal(state, delivery.name, now=now, context=tx)

        command = Command("signal", delivery.name, self.system_actor, hops=delivery.hops)
        self._move(tx, row, command, now, run)

    def receive(self, tx: Connection, envelope: Envelope) -> Handling:
        """Give a message to the instance that awaits it, or start one; WAITING when nobody awaits it yet."""
        instance_id = store.awaiting(tx, envelope.type, envelope.subject)
        if instance_id is not None:
            return self._receive_unless_held(tx, instance_id, envelope)
        definition = self._started_by(tx, envelope)
        if definition is None:
            self._refuse_too_late(tx, envelope)
            return Handling.WAITING
        message = (envelope.type, envelope.data)
        self._start(
            tx, definition, envelope.subject, self.system_actor,
            lambda runtime: runtime.start(
                envelope.subject, variables=None, message=message, now=self.clock.now(), context=tx
            ),
        )  # fmt: skip
        return Handling.HANDLED

    def repair(
        self, tx: Connection, row: store.InstanceRow, run: Callable[[Runtime, bytes], Progress], *, held: bool,
        actor: Actor | None = None,
    ) -> None:  # fmt: skip
        """Write an operator's change of a locked instance. ``held``: it stays so, if it was; no message is handed over.

        ``actor``: who is told to have made it, when it is not the technical team.

        Raises RepairRefused, PayloadRefused, ProcessFailure, StateRefused.
        """
        definition, now = self.definition(tx, row), self.clock.now()
        progress = run(self.runtime(definition), row.state)
        teller = actor or Actor.technical_team()
        with Batch(tx) as batch:
            store.save(batch, row, progress, record.etape_of(definition, progress), now, held=held)
            self.record_move(batch, definition, row.id, row.parcours_id, progress, teller, now)

    def correct(
        self, tx: Connection, row: store.InstanceRow, values: Mapping[str, Any], actor: Actor
    ) -> None:
        """Facts about the person were wrong: written wherever the locked instance holds them, also if it has ended.

        A held instance stays held. Raises MoveFailed.
        """
        definition, now = self.definition(tx, row), self.clock.now()
        try:
            progress = self.runtime(definition).correct(row.state, values, now=now, context=tx)
        except (ProcessFailure, StateRefused) as failure:
            command = Command("correct", "", actor, values)
            raise MoveFailed(of_move(tx, row, definition, command, failure)) from failure
        if row.status == "ended":
            store.rewrite(tx, row, progress)
            return
        with Batch(tx) as batch:
            store.save(batch, row, progress, record.etape_of(definition, progress), now, held=True)
            self.record_move(batch, definition, row.id, row.parcours_id, progress, actor, now)
        if row.status == "running":
            self.deliver_waiting(tx, row.id, row.parcours_id, progress)

    @property
    def system_actor(self) -> Actor:
        return Actor.system(self.vocabulary.service)

    def definition(self, tx: Connection, row: store.InstanceRow) -> Definition:
        """The version that an instance was started with and keeps."""
        return self.catalog.version(tx, row.version)

    def beside(self, tx: Connection) -> list[str]:
        """The processes that are no parcours's: of no étape, such as a cycle of workshops before it."""
        return [each.process_id for each in self.catalog.actives(tx) if each.process.etape is None]

    def runtime(self, definition: Definition) -> Runtime:
        return Runtime(definition, self.vocabulary, self.ids)

    def variables(self, tx: Connection, row: store.InstanceRow, task_id: str | None = None) -> dict[str, Any]:
        """What is visible from an open task's scope, or from the process. Raises MoveFailed: unreadable bytes."""
        try:
            return self.runtime(self.definition(tx, row)).variables(row.state, task_id)
        except StateRefused as failure:
            raise MoveFailed(unreadable(row, failure)) from failure

    def _started_by(self, tx: Connection, envelope: Envelope) -> Definition | None:
        for definition in self.catalog.actives(tx):
            starts = envelope.type in definition.start_messages
            if starts and store.find(tx, definition.process_id, envelope.subject) is None:
                return definition
        return None

    def _refuse_too_late(self, tx: Connection, envelope: Envelope) -> None:
        """Raises TooLate when nothing will ever await the message: it started its instance, or that has ended."""
        if not self._may_be_awaited(tx, envelope.type, envelope.subject):
            raise TooLate()

    def _may_be_awaited(self, tx: Connection, type_: str, parcours_id: str) -> bool:
        for definition in self.catalog.actives(tx):
            starts, catches = type_ in definition.start_messages, type_ in definition.caught_messages
            if starts or catches:
                row = store.find(tx, definition.process_id, parcours_id)
                if row is None or (catches and row.status != "ended"):
                    return True
        return False

    def close_mail(self, tx: Connection, definition: Definition, parcours_id: str) -> None:
        """An instance has ended: what came for it and was never awaited is closed with it; its data are not kept."""
        gone = [
            each for each in definition.caught_messages if not self._may_be_awaited(tx, each, parcours_id)
        ]
        if gone:
            mailbox.drop_waiting(tx, parcours_id, gone, NEVER_AWAITED, self.system_clock.now())

    def _receive_unless_held(self, tx: Connection, instance_id: str, envelope: Envelope) -> Handling:
        """A held instance moves for nobody but an operator or a person: its messages wait."""
        row = store.lock(tx, instance_id)
        if row is None or row.status == "incident":
            return Handling.WAITING
        self._receive_into(tx, row, envelope)
        return Handling.HANDLED

    def _receive_into(self, tx: Connection, row: store.InstanceRow, envelope: Envelope) -> None:
        now = self.clock.now()
        self._move(
            tx, row, Command("receive", envelope.type, self.system_actor, envelope.data), now,
            lambda runtime, state: runtime.receive(
                state, envelope.type, envelope.data, now=now, context=tx
            ),
        )  # fmt: skip

    def _start(
        self, tx: Connection, definition: Definition, parcours_id: str, actor: Actor,
        run: Callable[[Runtime], Progress],
    ) -> str:  # fmt: skip
        instance_id = self.ids()
        try:
            progress = run(self.runtime(definition))
        except ProcessFailure as failure:
            raise StartFailed(**failure.params) from failure
        now = self.clock.now()
        etape = record.etape_of(definition, progress)
        newcomers: Parties = frozenset()
        if definition.start_messages:
            newcomers = record.write_parties(tx, definition, parcours_id, progress.values, now)
        try:
            with Batch(tx) as batch:
                store.create(
                    batch, instance_id, parcours_id, definition.process_id, definition.version, etape, progress, now
                )  # fmt: skip
                self.record_move(
                    batch, definition, instance_id, parcours_id, progress, actor, now, newcomers=newcomers
                )
        except ProcessFailure as failure:
            raise StartFailed(**failure.params) from failure
        self.deliver_waiting(tx, instance_id, parcours_id, progress)
        if progress.ended:
            self.close_mail(tx, definition, parcours_id)
        return instance_id

    def _move(
        self, tx: Connection, row: store.InstanceRow, command: Command, now: datetime,
        run: Callable[[Runtime, bytes], Progress | None], parties: Parties = frozenset(),
    ) -> bool:  # fmt: skip
        definition = self.definition(tx, row)
        try:
            progress = run(self.runtime(definition), row.state)
        except (ProcessFailure, StateRefused) as failure:
            raise MoveFailed(of_move(tx, row, definition, command, failure)) from failure
        if progress is None:
            return False
        try:
            with Batch(tx) as batch:
                store.save(batch, row, progress, record.etape_of(definition, progress), now)
                self.record_move(
                    batch, definition, row.id, row.parcours_id, progress, command.actor, now, parties, command.hops,
                    command.receipt, outputs=command.values if command.move == "complete" else {},
                )  # fmt: skip
        except ProcessFailure as failure:
            raise MoveFailed(of_move(tx, row, definition, command, failure)) from failure
        self.deliver_waiting(tx, row.id, row.parcours_id, progress)
        if progress.ended:
            self.close_mail(tx, definition, row.parcours_id)
        return True

    def record_move(
        self, batch: Batch, definition: Definition, instance_id: str, parcours_id: str,
        progress: Progress, actor: Actor, now: datetime, parties: Parties = frozenset(), hops: int = 0,
        receipt: Receipt | None = None, newcomers: Parties = frozenset(),
        outputs: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:  # fmt: skip
        """What a move brought about, written with the instance's own row, which ``batch`` holds.

        ``hops``: of the signal that moved it, else 0.
        """
        moved = record.Moved(
            definition=definition, instance_id=instance_id, parcours_id=parcours_id, progress=progress,
            actor=actor, now=now, queued_at=self.system_clock.now(), ids=self.ids,
            service=self.vocabulary.service, parties=parties, receipt=receipt, newcomers=newcomers,
            outputs=outputs,
            values=partial(self.runtime(definition).variables, progress.state),
        )  # fmt: skip
        record.write(batch, moved)
        tx = batch.tx
        for each in self.recorders:
            each(tx, moved, partial(self.runtime(definition).variables, progress.state))
        for name in progress.signals:
            signal_store.throw(tx, self.ids(), name, instance_id, hops + 1)

    def tell(self, tx: Connection, instance_id: str, told: News) -> None:
        """News that no move brings: an incident, a task that changes hands."""
        envelope = news.envelope(told, self.ids(), self.vocabulary.service, instance_id, self.clock.now())
        outbox.put_all(tx, [envelope], self.system_clock.now(), is_urgent=False)

    def deliver_waiting(self, tx: Connection, instance_id: str, parcours_id: str, progress: Progress) -> None:
        """Hand over what came before the instance awaited it."""
        for awaited in progress.awaited:
            self.deliver_early(tx, instance_id, awaited.name, parcours_id)

    def deliver_early(self, tx: Connection, instance_id: str, name: str, parcours_id: str) -> bool:
        """A message that came before anyone awaited it is handed over as soon as somebody does. False: none has."""
        for envelope in mailbox.waiting_for(tx, name, parcours_id)[:1]:
            row = store.lock(tx, instance_id)
            if row is not None and store.awaiting(tx, name, parcours_id) == instance_id:
                mailbox.mark_handled(tx, envelope, self.system_clock.now())
                self._receive_into(tx, row, envelope)
                return True
        return False
