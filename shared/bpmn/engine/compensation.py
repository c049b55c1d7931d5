"""Compensation (BPMN 2.0.2, sections 10.6 and 13.5.5): what was completed is undone, last first, one after the other.

Handlers never stand among the tokens of the flow: the event that throws holds a scope ``(compensate)S``, which sees
the variables of S as they are; a completed scope is brought back in it as ``(undo)S``, with the values it had.
"""

from copy import deepcopy
from typing import Any

from shared.bpmn.engine.completed import Record, values_of
from shared.bpmn.engine.kernel import TaskState
from shared.bpmn.engine.scopes import grow
from shared.bpmn.engine.steps import Step
from shared.bpmn.model import Node

LIVE, PAST = "(compensate)", "(undo)"


class UndoingStep(Step):
    """Its token holds a scope whose records are undone, last first; it stays until none is left."""

    def hold(self, my_task: Any, scope: str, values: dict[str, Any], records: list[Record]) -> None:
        my_task._set_state(TaskState.STARTED)
        nested = my_task.workflow.top_workflow.nest(my_task, scope)
        nested.data, nested.done = values, records
        _undo_last(nested)

    def finish(self, my_task: Any, nested: Any) -> None:
        """A handler is done: its scope has no token left."""
        if nested.done:
            _undo_last(nested)
            return
        my_task.workflow.top_workflow.drop_scope(my_task)
        my_task._ready()

    def cancelled(self, my_task: Any) -> None:
        """What was not yet begun to be undone can be undone another time."""
        super().cancelled(my_task)
        nested = my_task.workflow.top_workflow.subprocesses.get(my_task.id)
        if nested is not None and nested.done:
            self.give_back(my_task, nested)

    def give_back(self, my_task: Any, nested: Any) -> None:
        """Put the records that are left where they were taken from."""
        raise NotImplementedError


def _undo_last(nested: Any) -> None:
    last = nested.done[-1]
    last[1] -= 1
    if last[1] == 0:
        nested.done.pop()
    name, _, *inner = deepcopy(last)
    grow(nested, nested.spec.undo_steps[name], nested.task_tree, data={"undo": inner} if inner else None)


class PastStep(UndoingStep):
    """A scope that was completed, brought back for its handlers."""

    def __init__(self, scope: Any, name: str, node: Node, past: str) -> None:
        super().__init__(scope, name, node)
        self.past = past

    def enter(self, my_task: Any) -> bool:
        values, records = my_task.internal_data.pop("undo")
        self.hold(my_task, self.past, values, records)
        return False

    def give_back(self, my_task: Any, nested: Any) -> None:
        my_task.workflow.done.append([self.name, 1, values_of(nested), nested.done])

    def note(self, my_task: Any, event: str) -> None:
        """Its handlers tell the story."""


class CompensateStep(UndoingStep):
    """An event that throws compensation: it goes on when everything is undone, at once when there is nothing."""

    def enter(self, my_task: Any) -> bool:
        self.note(my_task, "entered")
        self.note(my_task, "thrown")
        scope = self._scope(my_task.workflow)
        taken = self._take(scope)
        if not taken:
            return True
        self.hold(my_task, f"{LIVE}{scope.spec.name}", {}, taken)
        return False

    def _scope(self, workflow: Any) -> Any:
        """The scope meant: this one or, in an event subprocess, the one around it (the checks hold that one is)."""
        named = self.node.trigger.name
        known = workflow.top_workflow.plan.specs
        while named not in workflow.spec.graph.nodes if named else f"{LIVE}{workflow.spec.name}" not in known:
            workflow = workflow.parent_workflow
        return workflow

    def _take(self, scope: Any) -> list[Record]:
        """What is undone is undone once: it is no longer on record."""
        named = self.node.trigger.name
        wanted = {record[0] for record in scope.done if not named or record[0] in (named, f"(item){named}")}
        taken = [record for record in scope.done if record[0] in wanted]
        scope.done = [record for record in scope.done if record[0] not in wanted]
        return taken

    def give_back(self, my_task: Any, nested: Any) -> None:
        scope = self._scope(my_task.workflow)
        scope.done = nested.done + scope.done

    def is_shown(self, my_task: Any) -> bool:
        return True
