"""What operators do to an instance that cannot go on: one transaction each, the instance locked, on the record.

A repair that fails leaves nothing; a dry run does all of it and then rolls back.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar

from sqlalchemy import Connection

from shared.bpmn import (
    OpenScope,
    PayloadRefused,
    ProcessFailure,
    Progress,
    Runtime,
    StateRefused,
    incident_store,
    signal_store,
    store,
)
from shared.catalogue import sentence
from shared.database import Database
from shared.errors import BadInput, Conflict, NotFound
from shared.messaging import mailbox
from shared.process import incidents, record, signals
from shared.process.operators import log as repair_log
from shared.process.operators.effects import Sight, effects, elsewhere
from shared.process.operators.log import Order, refuse_few_words
from shared.process.operators.masking import masked
from shared.process.processes import MoveFailed, Processes

Answer = dict[str, Any]
UNKNOWN = "unknown_variable"
BY_PEOPLE = ("complete", "refuse")
CANCELLED = "process.cancelled"  # why a message that waited had no effect


class NoIncident(Conflict):
    """Nothing holds the instance: there is nothing to try again."""

    code: ClassVar[str] = "process.no_incident"


class MovedMeanwhile(Conflict):
    """The instance is no longer what the operator read."""

    code: ClassVar[str] = "process.moved_meanwhile"


class Unreadable(Conflict):
    """The bytes of the instance cannot be read: it can be cancelled, and nothing else. ``detail``: why they cannot."""

    code: ClassVar[str] = "process.unreadable"


class RepairFailed(Conflict):
    """The engine could not go on from there: nothing of the repair is kept."""

    code: ClassVar[str] = "process.repair_failed"


class ValuesRefused(BadInput):
    """Values that the scope does not declare, or of another type. ``errors`` by variable, never with a value."""

    code: ClassVar[str] = "process.values_refused"

    def __init__(self, refused: PayloadRefused) -> None:
        super().__init__({
            name: [sentence(f"process.{word}") if word == UNKNOWN else sentence("process.not_fitting", word=word)]
            for name, word in refused.errors.items()
        })  # fmt: skip


class _TriedOut(Exception):
    pass


@dataclass
class _Repair:
    """A repair under way: the locked row as it was, and what the record will say."""

    tx: Connection
    row: store.InstanceRow
    before: Any = None
    after: Any = None
    result: str = "done"
    told: Answer = field(default_factory=dict)


@dataclass(frozen=True)
class Repairs:
    """The repairs of one service's instances."""

    database: Database
    processes: Processes

    def retry(self, order: Order) -> Answer:
        """Try again what failed: due timers fire, messages and signals are delivered. Raises NoIncident.

        What a person sent is not kept: the answer says that it has to be sent again.
        """
        with self._begun(order, "retry") as repair:
            tx, row = repair.tx, repair.row
            if row.status != "incident":
                raise NoIncident()
            self._scopes(tx, row)  # what cannot be read would only be held again
            held_by = incident_store.incidents_of(tx, row.id)
            repair.before = [{"element": each.element_id, "code": each.code} for each in held_by]
            replayed, failed = self._replay(tx, row, {each.move for each in held_by})
            if not failed:
                incident_store.release_incident(tx, row.id, self.processes.clock.now())
            repair.result = "failed" if failed else "done" if replayed else "released"
            if repair.result == "released":
                by_people = any(each.move in BY_PEOPLE for each in held_by)
                repair.told["note"] = sentence(
                    "process.note_send_again" if by_people else "process.note_released"
                )
        return repair.told

    def set_variables(self, order: Order, scope: int, values: Mapping[str, Any]) -> Answer:
        """Write declared variables of one open scope. A held instance stays held. Raises ValuesRefused."""
        with self._begun(order, "set-variables") as repair:
            repair.before = self._kinds(repair, scope, values)
            self._change(repair, lambda runtime, state: runtime.set_variables(
                state, scope, values, now=self.processes.clock.now(), context=repair.tx
            ), held=True)  # fmt: skip
            repair.after = self._kinds(repair, scope, values)
            self._tell(repair, sentence("process.story_corrected"))
        return repair.told

    def move_token(self, order: Order, source: str, target: str, token: int | None = None) -> Answer:
        """The token waiting at ``source`` comes to ``target``; the instance is held no more. RepairRefused."""
        with self._begun(order, "move-token") as repair:
            repair.before, repair.after = {"element": source, "token": token}, {"element": target}
            self._change(repair, lambda runtime, state: runtime.move_token(
                state, source, target, token, now=self.processes.clock.now(), context=repair.tx
            ), held=False)  # fmt: skip
            self._tell(repair, sentence("process.story_corrected"), target)
            self._replay(repair.tx, repair.row)
        return repair.told

    def cancel(self, order: Order, public_text: str) -> Answer:
        """The instance ends; ``public_text``: why, for its people. Nothing is sent: ``elsewhere`` says who may wait.

        Of one whose bytes cannot be read everything is taken away that its rows name, and its values are lost.
        """
        refuse_few_words("public_text", public_text)
        with self._begun(order, "cancel") as repair:
            tx, row = repair.tx, repair.row
            repair.before = {"position": row.position}
            self._change(repair, partial(self._cancelled, repair), held=False)
            self.processes.stopped(tx, row, public_text.strip())
            repair.after = {"status": "ended", "end_kind": "cancelled"}
            self._tell(repair, sentence("process.story_stopped", text=public_text.strip()))
            definition = self.processes.definition(tx, row)
            repair.told["elsewhere"] = elsewhere(tx, definition, row.parcours_id)
            now = self.processes.system_clock.now()
            mailbox.drop_waiting(tx, row.parcours_id, definition.caught_messages, CANCELLED, now)
        return repair.told

    @contextmanager
    def _begun(self, order: Order, action: str) -> Iterator[_Repair]:
        """The transaction of a repair, with its record; undone when it is only tried out or goes wrong."""
        order.check()
        try:
            with self.database.begin() as tx:
                repair = _Repair(tx, self._locked(tx, order))
                sight = Sight.of(tx, repair.row)
                yield repair
                self._close_mail(repair)
                repair.told |= {"action": action, "dry_run": order.dry_run, "result": repair.result}
                repair.told |= effects(tx, self.processes, repair.row, sight)
                _undo_dry_run(order)
                repair_log.write(
                    tx, self.processes.ids(), order, repair.row.parcours_id, action, repair.result,
                    self.processes.system_clock.now(), repair.before, repair.after,
                )  # fmt: skip
        except _TriedOut:
            pass

    def _close_mail(self, repair: _Repair) -> None:
        """A repair that led to the end is an end like any other."""
        row = store.get(repair.tx, repair.row.id)
        if row is not None and row.status == "ended":
            self.processes.close_mail(repair.tx, self.processes.definition(repair.tx, row), row.parcours_id)

    def _locked(self, tx: Connection, order: Order) -> store.InstanceRow:
        row = store.lock(tx, order.instance_id)
        if row is None:
            raise NotFound()
        if order.moves not in (None, row.moves):
            raise MovedMeanwhile()
        return row

    def _change(self, repair: _Repair, run: Callable[[Runtime, bytes], Progress], *, held: bool) -> None:
        try:
            self.processes.repair(repair.tx, repair.row, run, held=held)
        except ProcessFailure as failure:
            raise RepairFailed(element_id=failure.element_id, reason=failure.reason) from failure
        except StateRefused as failure:
            raise Unreadable(**failure.params) from failure
        except PayloadRefused as refused:
            raise ValuesRefused(refused) from refused

    def _replay(
        self, tx: Connection, row: store.InstanceRow, first: Collection[str] = ()
    ) -> tuple[int, bool]:
        """Make the moves that are due, until one fails: how many were made, and whether one failed.

        ``first``: the kinds of moves that failed before.
        """
        kinds = {"fire": self._fire_one, "receive": self._deliver_one, "signal": self._signal_one}
        made = 0
        try:
            for kind in sorted(kinds, key=lambda kind: kind not in first):
                while self._make_one(tx, row, kinds[kind]):
                    made += 1
        except MoveFailed as failed:
            incidents.record(tx, failed, self.processes)
            return made, True
        return made, False

    def _make_one(
        self, tx: Connection, row: store.InstanceRow, make: Callable[[Connection, store.InstanceRow], bool]
    ) -> bool:
        with tx.begin_nested():
            return make(tx, store.get(tx, row.id) or row)

    def _fire_one(self, tx: Connection, row: store.InstanceRow) -> bool:
        due = store.due_timers_of(tx, row.id, self.processes.clock.now())
        if due:
            self.processes.fire(tx, row, due[0])
        return bool(due)

    def _deliver_one(self, tx: Connection, row: store.InstanceRow) -> bool:
        awaited = store.awaited_by(tx, row.id)
        return any(self.processes.deliver_early(tx, row.id, name, row.parcours_id) for name in awaited)

    def _signal_one(self, tx: Connection, row: store.InstanceRow) -> bool:
        thrown = signal_store.next_of(tx, row.id)
        return thrown is not None and signals.hand_over(tx, self.processes, row, thrown)

    def _kinds(self, repair: _Repair, scope: int, values: Mapping[str, Any]) -> Any:
        """The kinds of the named variables of a scope, as they are stored now."""
        row = store.get(repair.tx, repair.row.id) or repair.row
        found = next((each.values for each in self._scopes(repair.tx, row) if each.id == scope), {})
        return {"scope": scope, "values": masked({name: found.get(name) for name in sorted(values)})}

    def _scopes(self, tx: Connection, row: store.InstanceRow) -> Sequence[OpenScope]:
        """Raises Unreadable."""
        try:
            return self.processes.runtime(self.processes.definition(tx, row)).scopes(row.state)
        except StateRefused as failure:
            raise Unreadable(**failure.params) from failure

    def _cancelled(self, repair: _Repair, runtime: Runtime, state: bytes) -> Progress:
        now = self.processes.clock.now()
        try:
            return runtime.cancel(state, now=now, context=repair.tx)
        except StateRefused:
            repair.told["note"] = sentence("process.note_values_lost")
            return runtime.abandon(repair.row.parcours_id, Sight.of(repair.tx, repair.row).tasks, now=now)

    def _tell(self, repair: _Repair, text: str, element_id: str = "") -> None:
        record.tell(repair.tx, repair.row, element_id, text, self.processes.ids, self.processes.clock.now())


def _undo_dry_run(order: Order) -> None:
    if order.dry_run:
        raise _TriedOut
