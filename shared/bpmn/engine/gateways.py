"""Gateways by token consumption: a join takes one token from each flow, so loops and orders cannot confuse it."""

from collections.abc import Sequence, Set
from typing import Any

from shared.bpmn.engine.kernel import TaskState
from shared.bpmn.engine.scopes import tokens, uproot
from shared.bpmn.engine.steps import Step
from shared.bpmn.errors import ProcessFailure
from shared.bpmn.model import Flow, Scope


def default_flow(step: Step) -> Flow:
    for flow, _ in step.targets:
        if flow.id == step.node.default:
            return flow
    raise ProcessFailure(step.node.id, "no_flow", "no condition is true and there is no default flow")


class ChoiceStep(Step):
    """Exclusive gateway: the first flow, in document order, whose condition is true; else the default flow."""

    def work(self, my_task: Any) -> None:
        my_task.internal_data["taken"] = self._choose(my_task).id

    def _choose(self, my_task: Any) -> Flow:
        evaluator = my_task.workflow.top_workflow.evaluator(my_task.workflow, self.node.id)
        for flow, _ in self.targets:
            if len(self.targets) == 1 or (
                flow.id != self.node.default and evaluator.condition(flow.condition)
            ):
                return flow
        return default_flow(self)

    def taken(self, my_task: Any) -> Sequence[tuple[Flow, str]]:
        return [(flow, target) for flow, target in self.targets if flow.id == my_task.internal_data["taken"]]


class JoinStep(Step):
    """What parallel and inclusive gateways share: tokens wait here by the flow they came by."""

    is_join = True
    attends = "join"

    def enter(self, my_task: Any) -> bool:
        self.note(my_task, "entered")
        if len(self.incoming) <= 1:
            return True
        my_task._set_state(TaskState.WAITING)
        self.arrived(my_task)
        return False

    @property
    def incoming(self) -> Sequence[Flow]:
        return self.graph.incoming[self.node.id]

    @property
    def graph(self) -> Scope:
        return self._wf_spec.graph  # type: ignore[no-any-return]

    def arrived(self, my_task: Any) -> None:
        """A token came to wait."""

    def first_by_flow(self, workflow: Any) -> dict[str, Any]:
        """Flow id → the token that has waited longest of those that came by it."""
        found: dict[str, Any] = {}
        for task in tokens(workflow):
            if task.task_spec is self and task.state == TaskState.WAITING:
                found.setdefault(task.internal_data["via"], task)
        return found

    def release(self, my_task: Any) -> None:
        """Consume one token of each flow that has one; a single token goes on."""
        first, *others = sorted(self.first_by_flow(my_task.workflow).values(), key=lambda task: task.id)
        for task in others:
            uproot(task)
        first._ready()


class ParallelStep(JoinStep):
    """Waits for one token from every incoming flow, then starts every outgoing flow."""

    def arrived(self, my_task: Any) -> None:
        if len(self.first_by_flow(my_task.workflow)) == len(self.incoming):
            self.release(my_task)


class InclusiveStep(JoinStep):
    """Waits while a token elsewhere can still come by a flow that has none (BPMN 2.0.2, section 13.4.3)."""

    def may_release(self, my_task: Any) -> bool:
        arrived = set(self.first_by_flow(my_task.workflow))
        full = self._reaches([flow for flow in self.incoming if flow.id in arrived])
        empty = [flow for flow in self.incoming if flow.id not in arrived]
        return self._reaches(empty, but=full).isdisjoint(self._elsewhere(my_task.workflow))

    def _elsewhere(self, workflow: Any) -> set[str]:
        """The nodes where other tokens of this scope are; a race counts as the node that opened it."""
        places = set()
        for task in tokens(workflow):
            if task.task_spec is not self and task.parent is workflow.task_tree:
                places.add(task.task_spec.node.id)
        return places

    def _reaches(self, flows: Sequence[Flow], but: Set[str] | None = None) -> set[str]:
        """The nodes from which one of these flows into this gateway can be reached without passing it.

        ``but``: by no way through these, from which a token could as well come by a flow that has one; then also by an
        event on an activity: what it would bring may come, and what it brought says nothing of its activity's token.
        """
        found, todo = set[str](), [flow.source for flow in flows]
        while todo:
            node = todo.pop()
            if node in found or node == self.node.id or (but is not None and node in but):
                continue
            found.add(node)
            todo += [flow.source for flow in self.graph.incoming[node]]
            if but is not None and self.graph.nodes[node].attached_to:
                todo.append(self.graph.nodes[node].attached_to)
        return found

    def work(self, my_task: Any) -> None:
        evaluator = my_task.workflow.top_workflow.evaluator(my_task.workflow, self.node.id)
        others = [flow for flow, _ in self.targets if flow.id != self.node.default]
        if len(self.targets) == 1:
            chosen = [self.targets[0][0].id]
        else:
            chosen = [flow.id for flow in others if evaluator.condition(flow.condition)] or [
                default_flow(self).id
            ]
        my_task.internal_data["taken"] = chosen

    def taken(self, my_task: Any) -> Sequence[tuple[Flow, str]]:
        return [(flow, target) for flow, target in self.targets if flow.id in my_task.internal_data["taken"]]
