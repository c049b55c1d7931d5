"""Events: what is thrown, what is waited for, and the ends of a scope."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.bpmn.engine.kernel import TaskState
from shared.bpmn.engine.scopes import grow, is_alive, move_to_root, read, write
from shared.bpmn.engine.steps import Step, catcher, race_of, settle, throw_error
from shared.bpmn.errors import NotDue, PayloadRefused, ProcessFailure, as_failure
from shared.bpmn.model import MessageType, Node
from shared.bpmn.progress import ThrownMessage
from shared.bpmn.timers import TimerRefused, due_at, first_turn, next_turn, read_cycle
from shared.bpmn.values import ValueMismatch, from_message, to_message

CATCHING = ("message", "timer", "signal", "conditional")


class StartStep(Step):
    """A start event, whose message, if it has one, was read by the caller; the end of a link, which passes too."""

    def work(self, my_task: Any) -> None:
        if self.node.trigger.kind != "none":
            self.note(my_task, "caught")


class CatchStep(Step):
    """Waits for a message, a timer, a signal or a condition: intermediate events, receive tasks, boundary events."""

    word_at_leaving = ""

    def __init__(self, scope: Any, name: str, node: Node) -> None:
        super().__init__(scope, name, node)
        self.attends = node.trigger.kind

    def enter(self, my_task: Any) -> bool:
        if not self.aside:
            self.note(my_task, "entered")
        if self.node.trigger.kind == "timer":
            self.set_timer(my_task)
        elif self.node.trigger.kind == "conditional":
            my_task.workflow.top_workflow.written.add(my_task.workflow)  # it may be true already
        my_task._set_state(TaskState.WAITING)
        return False

    def is_awaited(self, my_task: Any) -> bool:
        return self.node.trigger.kind in CATCHING

    def cancelled(self, my_task: Any) -> None:
        if not self.aside:
            super().cancelled(my_task)

    def fire(self, my_task: Any) -> None:
        """What was waited for has come: the others of its race are over."""
        self.note(my_task, "caught")
        with as_failure(self.element_id):
            self.win(my_task)
            my_task._ready()

    def take(self, my_task: Any, values: Mapping[str, Any]) -> None:
        """A message has come: write what it brings to the scope that waits, and go on."""
        for name, value in values.items():
            write(my_task.workflow, name, value, self.node.id)
        self.fire(my_task)

    def win(self, my_task: Any) -> None:
        settle(my_task)

    def wait_again(self, my_task: Any, parent: Any) -> None:
        """The event may come again: but for a timer that has had its one hour, or its last turn."""
        data = my_task.internal_data
        if self.node.trigger.kind == "timer" and "cycle" not in data:
            return
        turn = self._next_turn(my_task) if "cycle" in data else None
        if "cycle" in data and turn is None:
            return
        going_on: dict[str, Any] = {"met": True} if self.node.trigger.kind == "conditional" else {}
        if turn is not None:
            count, at = turn
            going_on = {
                "timer": my_task.workflow.top_workflow.move.ids(),
                "cycle": data["cycle"], "anchor": data["anchor"], "anchored": data.get("anchored", 1), "turn": count,
                "due": at.isoformat(),
            }  # fmt: skip
        grow(my_task.workflow, self.name, parent, data=going_on)

    # timers

    def is_over(self, my_task: Any) -> bool:
        """Whether its date has come, and the token waits only for a correction to a later one."""
        return "passed" in my_task.internal_data and "timer" not in my_task.internal_data

    def is_unset(self, my_task: Any) -> bool:
        """Whether its date was null when it was to be set: it has not come, and as things are it will not."""
        data = my_task.internal_data
        return self.node.trigger.kind == "timer" and "timer" not in data and "passed" not in data

    def set_timer(self, my_task: Any) -> None:
        """Of an event that does not interrupt a date may be null: as things are it does not come."""
        top = my_task.workflow.top_workflow
        kind, text = self.node.trigger.timer
        if "timer" in my_task.internal_data:
            return  # a cycle goes on as it was begun, whatever its variables have become
        value = top.evaluator(my_task.workflow, self.node.id).value(text) if text.startswith("=") else text
        data = my_task.internal_data
        if value is None and kind == "date" and not self.node.interrupting:
            return
        try:
            if kind == "cycle":
                cycle = read_cycle(value if isinstance(value, str) else "")
                data["cycle"], data["turn"] = value, 1
                data["anchored"], data["anchor"] = cycle.anchored, (cycle.start or top.move.now).isoformat()
                data["due"] = first_turn(cycle, top.move.now).isoformat()
            else:
                due = due_at(kind, value, top.move.now)
                if data.get("passed") and due <= top.move.now:
                    return  # its hour was there already
                data["due"] = due.isoformat()
            data["timer"] = top.move.ids()
        except TimerRefused as error:
            raise ProcessFailure(self.node.id, "timer", str(error)) from error

    def ring(self, my_task: Any, now: datetime) -> None:
        """The timer's hour has come. Raises NotDue when it has not."""
        if now < datetime.fromisoformat(my_task.internal_data["due"]):
            raise NotDue(self.node.id)
        self.fire(my_task)

    def _next_turn(self, my_task: Any) -> tuple[int, datetime] | None:
        data, now = my_task.internal_data, my_task.workflow.top_workflow.move.now
        anchored = data.get("anchored", 1)  # format 1 kept the instant of the first turn
        anchor = datetime.fromisoformat(data["anchor"])
        return next_turn(read_cycle(data["cycle"]), anchor, anchored, data["turn"], now)


class BoundaryStep(CatchStep):
    """An event on an activity. Interrupting: the activity ends; else it goes on, and the event may come again."""

    aside = True

    def win(self, my_task: Any) -> None:
        if self.node.interrupting:
            settle(my_task)
            return
        race = race_of(my_task)
        move_to_root(my_task)
        self.wait_again(my_task, race)


class ThrowStep(Step):
    """Intermediate throw events, send tasks and all ends; ``terminate`` and ``error`` end more than their token."""

    def work(self, my_task: Any) -> None:
        trigger = self.node.trigger
        if trigger.kind != "none":
            self.note(my_task, "thrown")
        _THROWS[trigger.kind](my_task, trigger.name)


def _throw_nothing(my_task: Any, name: str) -> None:
    pass


def _throw_message(my_task: Any, name: str) -> None:
    top = my_task.workflow.top_workflow
    message: MessageType = my_task.workflow.spec.messages[name]
    payload = {
        field.name: to_message(read(my_task.workflow, field.variable, my_task.task_spec.node.id), field.type)
        for field in message.fields
    }
    top.move.thrown.append(ThrownMessage(name, payload))


def _throw_signal(my_task: Any, name: str) -> None:
    """Whoever waits in this instance has it at once; the other instances of the service when the move is stored."""
    top = my_task.workflow.top_workflow
    top.move.signals.append(name)
    catch_signal(top, name)


def _throw_escalation(my_task: Any, code: str) -> None:
    found = catcher(my_task, "escalation", code)
    if found is not None:
        found.task_spec.fire(found)


def _throw_error_outwards(my_task: Any, code: str) -> None:
    throw_error(my_task, code)


def _terminate(my_task: Any, name: str) -> None:
    my_task.workflow.top_workflow.cancel_scope(my_task.workflow, but=my_task)


_THROWS: Mapping[str, Any] = {
    "none": _throw_nothing,
    "message": _throw_message,
    "signal": _throw_signal,
    "escalation": _throw_escalation,
    "error": _throw_error_outwards,
    "terminate": _terminate,
    "link": _throw_nothing,
}


def waiting(top: Any, kind: str, name: str) -> list[Any]:
    """The tokens that wait for this message or signal: innermost scope first, then the longest waiting."""
    found = [task for task in top.attending.of(kind)
             if task.state == TaskState.WAITING and task.task_spec.node.trigger.name == name]  # fmt: skip
    return sorted(found, key=lambda task: (-task.workflow.depth, task.id))


def catch_signal(top: Any, name: str) -> bool:
    """Give a signal to all who wait for it now; whether there was one."""
    takers = waiting(top, "signal", name)
    for task in takers:
        if is_alive(task):  # not cancelled by one before it
            task.task_spec.fire(task)
    return bool(takers)


def read_payload(message: MessageType, payload: Mapping[str, Any], workflow: Any) -> dict[str, Any]:
    """Typed values by variable. Raises PayloadRefused naming every field that is missing, unknown or wrong.

    What an earlier release did not send is null; what only an earlier one sent is not written when it is missing.
    """
    known = {field.name for field in (*message.fields, *message.former)}
    errors = {name: "unknown_field" for name in payload if name not in known}
    values: dict[str, Any] = {}
    for field in (*message.fields, *(former for former in message.former if former.name in payload)):
        try:
            raw = payload.get(field.name) if field.optional else payload[field.name]
            values[field.variable] = from_message(raw, field.type)
        except KeyError:
            errors[field.name] = "missing"
        except ValueMismatch as error:
            errors[field.name] = str(error)
    if errors:
        raise PayloadRefused(errors)
    return values


def take_message(task: Any, message: MessageType, payload: Mapping[str, Any]) -> None:
    """Raises PayloadRefused."""
    task.task_spec.take(task, read_payload(message, payload, task.workflow))
