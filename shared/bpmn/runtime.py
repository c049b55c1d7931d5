"""The door: commands on an instance's bytes. Pure: no clock, no database, no commit.

Every command gives a Progress or raises; the bytes that were passed in are never changed.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from shared.bpmn.definition import Definition
from shared.bpmn.engine import state as states
from shared.bpmn.engine.activities import HumanStep
from shared.bpmn.engine.budget import STEP_BUDGET
from shared.bpmn.engine.events import catch_signal, read_payload, take_message, waiting
from shared.bpmn.engine.instance import Instance, Move
from shared.bpmn.engine.kernel import TaskState
from shared.bpmn.engine.scopes import holder, plant, visible, write
from shared.bpmn.engine.steps import refusal_of
from shared.bpmn.errors import NotAwaited, PayloadRefused, ProcessFailure, UnknownTask
from shared.bpmn.expressions import Evaluator
from shared.bpmn.model import MessageType, Node
from shared.bpmn.progress import AwaitedMessage, ClosedTask, Progress, Timer, Waits
from shared.bpmn.repairs import OpenScope, cancel_all, move_token, open_scopes, write_values
from shared.bpmn.repairs.correction import correct
from shared.bpmn.timers import due_at, first_turn, read_cycle
from shared.bpmn.values import ValueMismatch, fit
from shared.bpmn.vocabulary import Vocabulary
from shared.ids import Ids

NO_TIME = datetime.max.replace(tzinfo=UTC)  # reading variables takes no time


class Runtime:
    """Runs instances of one definition. ``step_budget``: automatic steps in one command."""

    def __init__(
        self, definition: Definition, vocabulary: Vocabulary, ids: Ids, step_budget: int = STEP_BUDGET
    ) -> None:
        self.definition = definition
        self._vocabulary, self._ids, self._budget = vocabulary, ids, step_budget

    # commands

    def start(
        self,
        parcours_id: str,
        *,
        variables: Mapping[str, Any] | None = None,
        message: tuple[str, Mapping[str, Any]] | None = None,
        now: datetime,
        context: Any = None,
    ) -> Progress:
        """A new instance, by its message, else by its plain start event, else by its timer start event.

        Raises NotAwaited (no such start), PayloadRefused, ProcessFailure.
        """
        move = self._move(now, context)
        move.before = Waits()
        instance = Instance(self.definition.plan, parcours_id, move)
        start = self._start_event(message[0] if message else None)
        for name, value in self._first_values(instance, variables or {}, message).items():
            write(instance, name, value, start.id)
        instance.begin(start.id)
        return self._end(instance, move, ())

    def complete(self, state: bytes, task_id: str, outputs: Mapping[str, Any], *, now: datetime,
                 context: Any = None) -> Progress:  # fmt: skip
        """A person has done a task.

        Raises UnknownTask, PayloadRefused (undeclared or wrong outputs), ProcessFailure.
        """
        instance, move = self._open(state, now, context)
        task = self._task(instance, task_id)
        self._write_outputs(task, outputs)
        task.run()
        return self._end(instance, move, (ClosedTask(task_id, "completed"),))

    def receive(self, state: bytes, message_name: str, payload: Mapping[str, Any], *, now: datetime,
                context: Any = None) -> Progress:  # fmt: skip
        """A message has come. One waiting element takes it: the innermost, then the one that waited longest.

        Raises NotAwaited, PayloadRefused, ProcessFailure.
        """
        instance, move = self._open(state, now, context)
        takers = waiting(instance, "message", message_name)
        if not takers:
            raise NotAwaited(message_name)
        take_message(takers[0], takers[0].workflow.spec.messages[message_name], payload)
        return self._end(instance, move, ())

    def fire(self, state: bytes, timer_id: str, *, now: datetime, context: Any = None) -> Progress:
        """A timer is due. Raises NotAwaited (it is gone), NotDue (its hour has not come), ProcessFailure."""
        instance, move = self._open(state, now, context)
        found = [task for task in instance.live() if task.internal_data.get("timer") == timer_id]
        if not found:
            raise NotAwaited(timer_id)
        found[0].task_spec.ring(found[0], now)
        return self._end(instance, move, ())

    def refuse(self, state: bytes, task_id: str, *, now: datetime, context: Any = None) -> Progress | None:
        """A task is refused: its ``refus`` error event is taken; None when it has none. Raises UnknownTask."""
        instance, move = self._open(state, now, context)
        event = refusal_of(self._task(instance, task_id))
        if event is None:
            return None
        event.task_spec.fire(event)
        return self._end(instance, move, ())

    def signal(self, state: bytes, name: str, *, now: datetime, context: Any = None) -> Progress:
        """A signal for every element of this instance that waits for it. Raises NotAwaited when none does."""
        instance, move = self._open(state, now, context)
        if not catch_signal(instance, name):
            raise NotAwaited(name)
        return self._end(instance, move, ())

    # an operator's repairs

    def scopes(self, state: bytes) -> tuple[OpenScope, ...]:
        """What a repair may name: the open scopes with their variables and waiting tokens, the process first."""
        return tuple(open_scopes(self._open(state, NO_TIME, None)[0]))

    def set_variables(self, state: bytes, scope: int, values: Mapping[str, Any], *, now: datetime,
                      context: Any = None) -> Progress:  # fmt: skip
        """Write declared variables of one scope, JSON values as in messages. RepairRefused, PayloadRefused."""
        instance, move = self._open(state, now, context)
        write_values(instance, scope, values)
        return self._end(instance, move, ())

    def correct(
        self, state: bytes, values: Mapping[str, Any], *, now: datetime, context: Any = None
    ) -> Progress:
        """Facts about the person were wrong; also of an instance that has ended. PayloadRefused, ProcessFailure.

        Names that the process does not declare are left out.
        """
        instance, move = self._open(state, now, context)
        correct(instance, values)
        return self._end(instance, move, ())

    def move_token(self, state: bytes, source: str, target: str, number: int | None = None, *, now: datetime,
                   context: Any = None) -> Progress:  # fmt: skip
        """The token waiting at ``source`` comes to ``target`` instead. RepairRefused, ProcessFailure."""
        instance, move = self._open(state, now, context)
        move_token(instance, source, target, number)
        return self._end(instance, move, ())

    def cancel(self, state: bytes, *, now: datetime, context: Any = None) -> Progress:
        """The instance ends where it is. Raises RepairRefused when it has ended."""
        instance, move = self._open(state, now, context)
        cancel_all(instance)
        return self._end(instance, move, ())

    def abandon(self, parcours_id: str, task_ids: Collection[str], *, now: datetime) -> Progress:
        """What ``cancel`` makes of bytes that cannot be read: an instance that has ended, with no values.

        ``task_ids``: the tasks that are open, as their rows say.
        """
        move = self._move(now, None)
        closed = tuple(ClosedTask(task_id, "cancelled") for task_id in sorted(task_ids))
        instance = Instance(self.definition.plan, parcours_id, move)
        plant(instance)
        return self._end(instance, move, closed)

    # looks

    def variables(self, state: bytes, task_id: str | None = None) -> dict[str, Any]:
        """What is visible from an open task's scope, or from the process; null when never written."""
        instance, _ = self._open(state, NO_TIME, None)
        return visible(instance if task_id is None else self._task(instance, task_id).workflow)

    def at_rest(self, state: bytes) -> Progress:
        """What an instance at rest waits for. Raises StateRefused."""
        instance, move = self._open(state, NO_TIME, None)
        return self._end(instance, move, ())

    def carry_on(self, instance: Instance) -> Progress:
        """Let an instance that was carried here from another version come to rest. Raises ProcessFailure."""
        instance.written.update(instance.workflows())  # its conditions may be other ones
        instance.left.update(instance.subprocesses)
        return self._end(instance, instance.move, ())

    def start_timers(self, now: datetime) -> tuple[Timer, ...]:
        """When the timer start events are next due, seen from ``now``; ``id`` is the element id."""
        return tuple(Timer(element_id, element_id, self._start_due(element_id, kind, text, now))
                     for element_id, (kind, text) in self.definition.start_timers.items())  # fmt: skip

    # their parts

    def _open(self, state: bytes, now: datetime, context: Any) -> tuple[Instance, Move]:
        move = self._move(now, context)
        instance = states.load(self.definition.plan, state, move)
        move.before = _waits(instance)
        return instance, move

    def _move(self, now: datetime, context: Any) -> Move:
        return Move(self._vocabulary, self._ids, now, context, self._budget)

    def _end(self, instance: Instance, move: Move, closed: tuple[ClosedTask, ...]) -> Progress:
        instance.advance()
        opened = tuple(task for task in move.opened if task.id not in move.cancelled)
        fresh = {task.id for task in move.opened}
        cancelled = tuple(
            ClosedTask(task_id, "cancelled") for task_id in move.cancelled if task_id not in fresh
        )
        label, waits = instance.label(), _waits(instance)
        return Progress(
            states.dump(instance), opened, closed + cancelled, waits.timers, waits.awaited, waits.signals,
            "signal" in self.definition.plan.caught, tuple(move.thrown), tuple(move.signals), tuple(move.trace),
            tuple(move.jalons.values()),
            tuple(_position(instance)), instance.ended, label, instance.data, move.before,
        )  # fmt: skip

    def _start_event(self, message_name: str | None) -> Node:
        starts = self.definition.process.scope.starts()
        if message_name is not None:
            wanted = [
                node for node in starts if (node.trigger.kind, node.trigger.name) == ("message", message_name)
            ]
        else:
            wanted = sorted((node for node in starts if node.trigger.kind in ("none", "timer")),
                            key=lambda node: node.trigger.kind)  # fmt: skip
        if not wanted:
            raise NotAwaited(message_name or self.definition.process_id)
        return wanted[0]

    def _first_values(self, instance: Instance, variables: Mapping[str, Any],
                      message: tuple[str, Mapping[str, Any]] | None) -> dict[str, Any]:  # fmt: skip
        values = _typed(instance, variables, set(instance.spec.variables))
        if message is not None:
            declared: MessageType = self.definition.start_messages[message[0]]
            values |= read_payload(declared, message[1], instance)
        return values

    def _task(self, instance: Instance, task_id: str) -> Any:
        for task in instance.live():
            if task.internal_data.get("id") == task_id and isinstance(task.task_spec, HumanStep):
                return task
        raise UnknownTask(task_id)

    def _write_outputs(self, task: Any, outputs: Mapping[str, Any]) -> None:
        node: Node = task.task_spec.node
        declared = set(self.definition.plan.form_outputs.get(node.form, frozenset()))
        for name, value in _typed(task.workflow, outputs, declared).items():
            write(task.workflow, name, value, node.id)

    def _start_due(self, element_id: str, kind: str, text: str, now: datetime) -> datetime:
        evaluator = Evaluator(self._vocabulary.functions, _no_variable, now, element_id)
        value = evaluator.value(text) if text.startswith("=") else text
        return first_turn(read_cycle(value), now) if kind == "cycle" else due_at(kind, value, now)


def _no_variable(name: str) -> Any:
    raise ProcessFailure(name, "unknown_variable", "nothing is known before the start")


def _typed(workflow: Any, values: Mapping[str, Any], allowed: set[str]) -> dict[str, Any]:
    """Values from outside, as their variables want them. Raises PayloadRefused with every fault."""
    errors: dict[str, str] = {}
    typed: dict[str, Any] = {}
    for name, value in values.items():
        scope = holder(workflow, name) if name in allowed else None
        if scope is None:
            errors[name] = "unknown_field"
            continue
        try:
            typed[name] = fit(value, scope.spec.variables[name].type)
        except ValueMismatch as error:
            errors[name] = str(error)
    if errors:
        raise PayloadRefused(errors)
    return typed


def _waits(instance: Instance) -> Waits:
    return Waits(tuple(_timers(instance)), tuple(_awaited(instance)), _awaited_signals(instance))


def _timers(instance: Instance) -> Iterator[Timer]:
    for task in instance.live():
        if "timer" in task.internal_data:
            due = datetime.fromisoformat(task.internal_data["due"])
            yield Timer(task.internal_data["timer"], task.task_spec.node.id, due)


def _awaited(instance: Instance) -> Iterator[AwaitedMessage]:
    for node in _awaited_events(instance, "message"):
        yield AwaitedMessage(node.trigger.name, node.id)


def _awaited_signals(instance: Instance) -> tuple[str, ...]:
    return tuple(sorted({node.trigger.name for node in _awaited_events(instance, "signal")}))


def _awaited_events(instance: Instance, kind: str) -> Iterator[Node]:
    for task in instance.live():
        if task.state == TaskState.WAITING and task.task_spec.node.trigger.kind == kind:
            yield task.task_spec.node


def _position(instance: Instance) -> Iterator[str]:
    """The tasks and events that are waited for, and the events whose compensation is under way: no boundary event,
    no join, no activity around other tokens."""
    seen = set[str]()
    for task in instance.live():
        node: Node = task.task_spec.node
        if task.task_spec.is_shown(task) and node.id not in seen:
            seen.add(node.id)
            yield node.id
