"""A running instance: the library's workflow with our driver. It takes steps until people or the world must act."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.bpmn.engine.attending import Attending
from shared.bpmn.engine.budget import STEP_BUDGET, Place, brought
from shared.bpmn.engine.completed import Record
from shared.bpmn.engine.conditions import meet
from shared.bpmn.engine.kernel import BpmnSubWorkflow, BpmnWorkflow, TaskState
from shared.bpmn.engine.scopes import enter_scope, is_over, plant, read, tokens, uproot, visible_names
from shared.bpmn.errors import ProcessFailure, as_failure
from shared.bpmn.expressions import Evaluator, Purse
from shared.bpmn.progress import Jalon, OpenedTask, ThrownMessage, TraceEntry, Waits
from shared.bpmn.vocabulary import Vocabulary
from shared.ids import Ids

LONGEST_VALUE = 64  # of a milestone: it goes into a column


@dataclass
class Move:
    """One command on an instance: what it may use, and what came of it."""

    vocabulary: Vocabulary
    ids: Ids
    now: datetime
    context: Any = None
    budget: int = STEP_BUDGET
    items: set[Place] = field(default_factory=set)
    purse: Purse = field(default_factory=Purse)
    before: Waits | None = None
    opened: list[OpenedTask] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    thrown: list[ThrownMessage] = field(default_factory=list)
    signals: list[str] = field(default_factory=list)
    trace: list[TraceEntry] = field(default_factory=list)
    jalons: dict[int, Jalon] = field(default_factory=dict)  # by the token that came there


class NoScripts:
    """Stands where the library would put its Python evaluator: expressions are FEEL only."""

    def __getattr__(self, name: str) -> Any:
        raise TypeError("the kernel never evaluates Python")


class Instance(BpmnWorkflow):
    """The top workflow. ``plan``: the cached specifications; ``move``: the command that is being carried out;
    ``done``: what it completed and could undo."""

    def __init__(self, plan: Any, parcours_id: str, move: Move, counter: int = 0) -> None:
        self.attending = Attending()
        self.plan, self.parcours_id, self.counter = plan, parcours_id, counter
        self.move = move
        self.queue: deque[Any] = deque()
        self.written: set[Any] = set()  # the scopes written to since conditional events were last asked
        self.left: set[int] = (
            set()
        )  # the holders of the scopes that a token has left since they were looked at
        self.done: list[Record] = []
        super().__init__(plan.root, plan.specs, script_engine=NoScripts(), deserializing=True)

    def next_id(self) -> int:
        self.counter += 1
        return self.counter

    def _task_completed_notify(self, task: Any) -> None:
        """The library would walk the whole tree here and wake every waiting task."""

    def _task_removed_notify(self, task: Any) -> None:
        self.attending.forget(task)

    # scopes

    def begin(self, start: str) -> None:
        """Plant the process and put a token on its start event."""
        plant(self)
        enter_scope(self, start)

    def nest(self, container: Any, spec_name: str) -> Any:
        """A new scope under a container's token, empty."""
        nested = Nested(self.plan.specs[spec_name], container, self)
        self.subprocesses[container.id] = nested
        plant(nested)
        return nested

    def workflows(self) -> list[Any]:
        return [self, *self.subprocesses.values()]

    def live(self) -> Iterator[Any]:
        """Every token of every scope."""
        for workflow in self.workflows():
            yield from tokens(workflow)

    @property
    def ended(self) -> bool:
        return is_over(self)

    # the driver: a queue and four questions, nothing recursive

    def advance(self) -> None:
        """Take automatic steps until nothing moves. Raises ProcessFailure."""
        try:
            while self._meet_conditions() or self._run_next() or self._close_scope() or self._release_join():
                pass
            self._refuse_deadlock()
        except ProcessFailure as failure:
            failure.passed = tuple(dict.fromkeys(entry.element_id for entry in self.move.trace))
            raise
        if self.ended:
            self.cancel_scope(self)  # who still listens hears nothing more

    def _meet_conditions(self) -> bool:
        written, self.written = self.written, set()
        return bool(written) and "conditional" in self.plan.caught and meet(self, written)

    def _run_next(self) -> bool:
        while self.queue:
            task = self.queue.popleft()
            if task.id in task.workflow.tasks and task.state == TaskState.READY:
                self._spend(task)
                with as_failure(task.task_spec.element_id):
                    task.run()
                return True
        return False

    def _spend(self, task: Any) -> None:
        if task.workflow is not self:
            self.move.budget += brought(task.workflow, self.move.items)
        self.move.budget -= 1
        if self.move.budget < 0:
            raise ProcessFailure(
                task.task_spec.element_id, "step_budget", "too many automatic steps in one command"
            )

    def _close_scope(self) -> bool:
        """The innermost of those that a token has left: no other can have come to its end."""
        while self.left:
            number = max(self.left)
            self.left.remove(number)
            nested = self.subprocesses.get(number)
            if nested is not None and is_over(nested):
                container = nested.container
                with as_failure(container.task_spec.element_id):
                    container.task_spec.finish(container, nested)
                return True
        return False

    def _release_join(self) -> bool:
        """Of all scopes, the one that has waited longest."""
        for task in self.attending.of("join"):
            if task.state == TaskState.WAITING and task.task_spec.may_release(task):
                task.task_spec.release(task)
                return True
        return False

    def _refuse_deadlock(self) -> None:
        live = [
            task for task in self.live() if task.state != TaskState.COMPLETED and task.task_spec.keeps_open
        ]
        if live and not any(task.task_spec.is_awaited(task) for task in live):
            stuck = next((task for task in live if task.task_spec.is_join), live[0])
            raise ProcessFailure(stuck.task_spec.element_id, "deadlock", "tokens wait for one another")

    # ends before its time

    def drop_scope(self, container: Any) -> None:
        nested = self.subprocesses.pop(container.id, None)
        for task in () if nested is None else nested.tasks.values():
            self.attending.forget(task)

    def cancel_scope(self, workflow: Any, but: Any = None) -> None:
        """Cancel every token of a scope, but the one that ends the others."""
        for task in list(tokens(workflow)):
            if task is not but and task.id in workflow.tasks:
                self.cancel_token(task)

    def cancel_token(self, task: Any) -> None:
        """Cancel a token with everything under it: race members, items, inner scopes."""
        todo, order = [task], []
        while todo:
            each = todo.pop()
            order.append(each)
            nested = self.subprocesses.get(each.id)
            todo += [] if nested is None else list(tokens(nested))
            todo += each.children
        for each in reversed(list(dict.fromkeys(order))):
            self._cancel_one(each)

    def _cancel_one(self, task: Any) -> None:
        if task.state != TaskState.COMPLETED:
            task._set_state(TaskState.CANCELLED)
            task.task_spec.cancelled(task)
        self.drop_scope(task)
        uproot(task)

    # what steps ask for

    def evaluator(self, workflow: Any, element_id: str) -> Evaluator:
        return Evaluator(
            self.move.vocabulary.functions,
            lambda name: read(workflow, name, element_id),
            self.move.now,
            element_id,
            visible_names(workflow),
            self.move.purse,
        )

    def label(self) -> str | None:
        """The process's short title, null while its variables are."""
        if not self.plan.label:
            return None
        with as_failure(self.spec.name):
            text = self.evaluator(self, self.spec.name).quiet(self.plan.label)
        return text if isinstance(text, str) else None

    def note(self, node: Any, event: str, told: str) -> None:
        self.move.trace.append(TraceEntry(node.id, told, node.type, event, node.side))

    def reach(self, node: Any, token: Any) -> None:
        """The milestone of a node, once for each token that comes to it."""
        if token.id in self.move.jalons:
            return
        value = self.evaluator(token.workflow, node.id).value(node.valeur) if node.valeur else None
        if not isinstance(value, str | None) or len(value or "") > LONGEST_VALUE:
            raise ProcessFailure(node.id, "jalon_unusable", f"{node.valeur}: not a short text")
        self.move.jalons[token.id] = Jalon(node.jalon, node.id, value)


class Nested(BpmnSubWorkflow):
    """An inner scope. ``container``: the token that holds it."""

    def __init__(self, spec: Any, container: Any, top: Instance) -> None:
        self.done: list[Record] = []
        self.container = container
        super().__init__(spec, container.id, top, deserializing=True)

    @property
    def parent_workflow(self) -> Any:
        """The library would look for the token in every scope."""
        return self.container.workflow

    def _task_completed_notify(self, task: Any) -> None:
        """As in Instance."""

    def _task_removed_notify(self, task: Any) -> None:
        self.top_workflow.attending.forget(task)
        self.top_workflow.left.add(self.container.id)
