"""The step that every flow node is, and the activities that do one thing: tasks for people, services and rules."""

from collections.abc import Sequence
from copy import deepcopy
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from shared.bpmn.errors import BusinessError, ProcessFailure
from shared.bpmn.kernel import BpmnTaskSpec, TaskState
from shared.bpmn.model import REFUSAL, Flow, Node
from shared.bpmn.progress import OpenedTask
from shared.bpmn.scopes import grow, move_to_root, read, uproot, visible, write
from shared.bpmn.timers import instant_of
from shared.bpmn.vocabulary import OperationCall
from shared.errors import Unavailable


class Step(BpmnTaskSpec):
    """A place that a token goes through. It predicts nothing and inherits nothing: the tree holds live tokens only.

    ``targets``: outgoing flow and the name of the step it leads to (the race around it, when it has one).
    """

    is_join = False
    word_at_leaving = "completed"

    def __init__(self, scope: Any, name: str, node: Node) -> None:
        super().__init__(scope, name)
        self.node = node
        self.element_id = node.id
        self.targets: list[tuple[Flow, str]] = []

    # the library's protocol

    def _predict(self, my_task: Any, seen: Any = None, looked_ahead: int = 0, mask: int = 0) -> None:
        """No prediction: it is recursive, and grows with the diagram."""

    def _update_hook(self, my_task: Any) -> bool:
        return self.enter(my_task)

    def _on_ready_hook(self, my_task: Any) -> None:
        my_task.workflow.top_workflow.queue.append(my_task)

    def _run_hook(self, my_task: Any) -> bool:
        try:
            self.work(my_task)
        except BusinessError as error:
            throw_error(my_task, error.error_code)
        return True

    def _on_complete(self, my_task: Any) -> None:
        if my_task.id in my_task.workflow.tasks:  # not when its own work interrupted it
            self.leave(my_task)

    # ours

    def enter(self, my_task: Any) -> bool:
        """True: run it next; False: it waits (its state is set)."""
        self.note(my_task, "entered")
        return True

    def work(self, my_task: Any) -> None:
        """What the step does."""

    def leave(self, my_task: Any) -> None:
        """The token goes on along ``taken`` flows; what raced against it is over."""
        if self.word_at_leaving:
            self.note(my_task, self.word_at_leaving)
        workflow = my_task.workflow
        settle(my_task)
        uproot(my_task)
        for flow, target in self.taken(my_task):
            grow(workflow, target, workflow.task_tree, flow.id)

    def taken(self, my_task: Any) -> Sequence[tuple[Flow, str]]:
        return self.targets

    def cancelled(self, my_task: Any) -> None:
        self.note(my_task, "cancelled")

    def may_release(self, my_task: Any) -> bool:
        """Asked when nothing else moves: may a waiting token go on now? (inclusive joins)"""
        return False

    def is_awaited(self, my_task: Any) -> bool:
        """Whether someone or something outside can make this token move."""
        return False

    def note(self, my_task: Any, event: str) -> None:
        my_task.workflow.top_workflow.note(self.node, event)


class Origin(Step):
    """The root of each scope's tree."""

    def test(self) -> None:
        """It has no input, by nature."""


class Race(Step):
    """Tokens of which one may end the others: an activity with its boundary events, or events after a gateway."""

    def enter(self, my_task: Any) -> bool:
        my_task._set_state(TaskState.COMPLETED)
        for name in self._outputs:
            grow(my_task.workflow, name, my_task)
        return False

    def cancelled(self, my_task: Any) -> None:
        """A race leaves no trace, its members do."""


class BoundaryRace(Race):
    """First output: the activity; the others: its boundary events."""


class EventRace(Race):
    """An event-based gateway: every event waits on its own, each timer has its own date."""

    def enter(self, my_task: Any) -> bool:
        self.note(my_task, "entered")
        return super().enter(my_task)


def race_of(task: Any) -> Any | None:
    return task.parent if task.parent is not None and isinstance(task.parent.task_spec, Race) else None


def settle(my_task: Any) -> None:
    """The token has won its race, if it runs one: cancel the others."""
    race = race_of(my_task)
    if race is not None:
        move_to_root(my_task)
        my_task.workflow.top_workflow.cancel_token(race)


def around(task: Any) -> Any | None:
    """The token that holds this one: a multi-instance activity its item, a container its inner scope."""
    parent = task.parent
    if (
        parent is not None
        and parent is not task.workflow.task_tree
        and not isinstance(parent.task_spec, Race)
    ):
        return parent
    top = task.workflow.top_workflow
    return None if task.workflow is top else top.get_task_from_id(task.workflow.parent_task_id)


def boundary(task: Any, kind: str, code: str, *, exact: bool = False) -> Any | None:
    """The waiting boundary event of this kind on the token's activity; one without code catches any."""
    race = race_of(task)
    members = [] if race is None else sorted(race.children, key=lambda member: member.id)
    fitting = [member for member in members if member.task_spec.node.attached_to and member is not task
               and member.task_spec.node.trigger.kind == kind]  # fmt: skip
    named = [member for member in fitting if member.task_spec.node.trigger.name == code]
    anonymous = [member for member in fitting if not member.task_spec.node.trigger.name and not exact]
    return next(iter(named + anonymous), None)


def catcher(task: Any | None, kind: str, code: str) -> Any | None:
    """The nearest boundary event outwards that catches an error or escalation."""
    while task is not None:
        found = boundary(task, kind, code)
        if found is not None:
            return found
        task = around(task)
    return None


def throw_error(my_task: Any, code: str) -> None:
    found = catcher(my_task, "error", code)
    if found is None:
        raise ProcessFailure(my_task.task_spec.element_id, "error_not_caught", code)
    found.task_spec.fire(found)


def refusal_of(task: Any) -> Any | None:
    """The boundary event ``refus`` on a user task, or on the multi-instance activity that the task is an item of."""
    found = boundary(task, "error", REFUSAL, exact=True)
    if found is None and task.workflow.spec.name.startswith("(item)"):
        item = around(task)
        return boundary(around(item), "error", REFUSAL, exact=True)
    return found


class HumanStep(Step):
    """A user task: it waits until somebody completes it."""

    def _on_ready_hook(self, my_task: Any) -> None:
        top = my_task.workflow.top_workflow
        my_task.internal_data["id"] = top.move.ids()
        top.move.opened.append(self._opened(my_task, top))

    def _opened(self, my_task: Any, top: Any) -> OpenedTask:
        node = self.node
        return OpenedTask(
            id=my_task.internal_data["id"],
            element_id=node.id,
            name=node.name,
            organisation=node.organisation,
            organisation_id=self._organisation_id(my_task),
            role=node.role,
            form=node.form,
            due=self._due(my_task, top),
            assignee=self._assignee(my_task, top),
            label=top.label(),
            etape=node.etape,
            side=node.side,
        )

    def _organisation_id(self, my_task: Any) -> str:
        value = read(my_task.workflow, self.node.organisation, self.node.id)
        if not value:
            raise ProcessFailure(self.node.id, "no_organisation", self.node.organisation)
        return str(value)

    def _due(self, my_task: Any, top: Any) -> date | datetime | None:
        if not self.node.due:
            return None
        value = top.evaluator(my_task.workflow, self.node.id).value(self.node.due)
        if isinstance(value, timedelta) and value >= timedelta():
            return top.move.now + value  # type: ignore[no-any-return]
        if isinstance(value, date):
            return instant_of(value) if isinstance(value, datetime) else value
        raise ProcessFailure(
            self.node.id, "due_unusable", "not a date, a date and time or a positive duration"
        )

    def _assignee(self, my_task: Any, top: Any) -> str | None:
        if not self.node.assignee:
            return None
        value = top.evaluator(my_task.workflow, self.node.id).value(self.node.assignee)
        if value is not None and not isinstance(value, str):
            raise ProcessFailure(self.node.id, "assignee_unusable", "not a string")
        return value

    def cancelled(self, my_task: Any) -> None:
        super().cancelled(my_task)
        my_task.workflow.top_workflow.move.cancelled.append(my_task.internal_data["id"])

    def is_awaited(self, my_task: Any) -> bool:
        return True


class ScriptStep(Step):
    """``name = FEEL`` lines, each seeing what the lines before it wrote."""

    def work(self, my_task: Any) -> None:
        workflow = my_task.workflow
        for line in self.node.script:
            value = workflow.top_workflow.evaluator(workflow, self.node.id).value(line.expression)
            write(workflow, line.variable, value, self.node.id)


class ServiceStep(Step):
    """Calls an operation of the service, in the caller's transaction."""

    def work(self, my_task: Any) -> None:
        workflow, top = my_task.workflow, my_task.workflow.top_workflow
        operation = top.move.vocabulary.operations.get(self.node.operation)
        if operation is None:  # the service lost it after this version was registered
            raise ProcessFailure(self.node.id, "unknown_operation", self.node.operation)
        reads = {name: deepcopy(read(workflow, name, self.node.id)) for name in operation.reads}
        call = OperationCall(reads, top.move.now, top.parcours_id, top.move.context)
        written = self._call(operation, call)
        if not set(written) <= operation.writes:
            raise ProcessFailure(self.node.id, "operation_writes", f"{self.node.operation}: undeclared write")
        for name, value in written.items():
            write(workflow, name, value, self.node.id)

    def _call(self, operation: Any, call: OperationCall) -> Any:
        try:
            return operation.call(call) or {}
        except (BusinessError, ProcessFailure, SQLAlchemyError, Unavailable):
            raise  # a database that does not answer is not the diagram's fault
        except Exception as error:  # its text may hold personal data: only its class goes on
            detail = f"{self.node.operation}: {type(error).__name__}"
            raise ProcessFailure(self.node.id, "operation_failed", detail) from error


class DecisionStep(Step):
    """Evaluates a DMN decision with the visible variables that it asks for."""

    def work(self, my_task: Any) -> None:
        workflow, top = my_task.workflow, my_task.workflow.top_workflow
        model = top.plan.decisions[self.node.decision]
        seen = visible(workflow)
        inputs = {name: seen.get(name) for name in model.decisions[self.node.decision].inputs}
        try:
            functions = top.move.vocabulary.functions
            evaluation = model.evaluate(self.node.decision, inputs, now=top.move.now, functions=functions)
        except Exception as error:
            detail = f"{self.node.decision}: {type(error).__name__}"
            raise ProcessFailure(self.node.id, "decision_failed", detail) from error
        if evaluation.value is None:
            raise ProcessFailure(
                self.node.id, "decision_null", "; ".join(evaluation.reasons) or "no rule gave a value"
            )
        write(workflow, self.node.result, evaluation.value, self.node.id)
