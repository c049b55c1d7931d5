"""One instance carried to another version: its tokens, scopes and variables placed anew.

Tokens keep their order and what they hold; their numbers are given anew, so that a race that the new version puts
around an activity stands before it. Nothing runs here: what was reached is only put where it now belongs.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from shared.bpmn.checks.catching import start_of
from shared.bpmn.engine.activities import HumanStep
from shared.bpmn.engine.conditions import would_meet
from shared.bpmn.engine.events import CatchStep
from shared.bpmn.engine.gateways import ParallelStep
from shared.bpmn.engine.instance import Instance
from shared.bpmn.engine.kernel import TaskState
from shared.bpmn.engine.listeners import HandlerStep, ListenerStep
from shared.bpmn.engine.scopes import Token, grow, plant, tokens
from shared.bpmn.engine.steps import Race
from shared.bpmn.errors import ProcessFailure
from shared.bpmn.findings import Finding
from shared.bpmn.instance_migration.mapping import is_cycle, same_event, same_shape, sets_alike
from shared.bpmn.instance_migration.positions import after_reminders
from shared.bpmn.instance_migration.resolution import Resolution, Versions
from shared.bpmn.model import Node


class Relocation:
    """``reasons``: what keeps the instance where it is; ``notes``: what the new version begins, ends or drops."""

    def __init__(self, versions: Versions, old: Instance, new: Instance) -> None:
        self.old, self.new, self._versions, self._ids = old, new, versions, versions.ids
        self._plan = Resolution(versions, old)
        self._placed: dict[int, Any] = {}
        self._waits: list[tuple[Any, Any]] = []  # new race, what raced in the old one
        self._unset: list[tuple[Any, Any]] = []  # old and new token of an event whose date was null
        self._meets_condition = False
        if not self.reasons:
            self._place_all()
            self._begin_waits()
            for workflow in new.workflows():
                self._check_position(workflow)
            self._check_tasks()
            self._release_complete_joins()
            self._ask_conditions()

    @property
    def reasons(self) -> list[Finding]:
        return self._plan.reasons

    @property
    def notes(self) -> list[Finding]:
        return self._plan.notes

    @property
    def goes_on(self) -> bool:
        """Whether the instance moves by itself as soon as it is on the new version."""
        may = (
            task.task_spec.may_release(task) for task in self.new.live() if task.state == TaskState.WAITING
        )
        return bool(self.new.queue) or any(may) or self._meets_condition

    def human(self) -> Iterator[Any]:
        """The tokens of open user tasks, on the new version."""
        return (task for task in self.new.live() if isinstance(task.task_spec, HumanStep))

    # placing

    def _place_all(self) -> None:
        gained, numbers, count = set[int](), dict[int, int](), 0
        for task in sorted(self.old.live(), key=lambda task: task.id):
            if self._plan.gains_race(task):
                gained.add(task.id)
                count += 1
            count += 1
            numbers[task.id] = count
        self.new.counter = count
        for workflow in self.old.workflows():
            placed = self._place_scope(workflow)
            for task in tokens(workflow):
                if task.id in self._plan.names:
                    self._place(placed, task, numbers[task.id], race_before=task.id in gained)

    def _place_scope(self, workflow: Any) -> Any:
        container = workflow.parent_task_id
        if container:
            placed = self.new.nest(self._placed[container], self._ids.scope(workflow.spec.name))
        else:
            placed = self.new
            plant(placed)
        placed.data, placed.done = self._plan.scopes[container or 0], self._plan.records[container or 0]
        return placed

    def _place(self, placed: Any, task: Any, number: int, *, race_before: bool) -> None:
        name, parent = self._plan.names[task.id], self._placed.get(task.parent.id, placed.task_tree)
        steps = placed.spec.task_specs
        if race_before:
            parent = Token(placed, steps[f"(race){name}"], parent, TaskState.COMPLETED, number - 1)
            self._waits.append((parent, ()))
        token = Token(placed, steps[name], parent, task.state, number)
        token.internal_data = self._plan.data[task.id]
        self._placed[task.id] = token
        if isinstance(token.task_spec, Race):
            self._waits.append((token, task))
        elif isinstance(token.task_spec, CatchStep) and task.task_spec.is_unset(task):
            self._unset.append((task, token))

    # what begins to wait

    def _begin_waits(self) -> None:
        for race, before in self._waits:
            held = {task.task_spec.name for task in race.children}
            for step in race.task_spec.outputs:
                if step.name not in held and isinstance(step, CatchStep):
                    happened = self._same_before(before, step)
                    self._stays(happened, step.node) if happened else self._begin(race, step)
        for workflow in self.new.workflows():
            self._begin_listeners(workflow)
        for before, token in self._unset:
            self._set_date(before.task_spec.node, token)

    def _set_date(self, before: Node, token: Any) -> None:
        """A date that was null is asked for again when the new version asks for another one: it has none to keep."""
        now = token.task_spec
        if sets_alike(before, now.node):
            return None
        try:
            now.set_timer(token)
        except ProcessFailure as failure:
            return self._plan.refuse("event_fails", now.node, reason=failure.reason)
        if not now.is_unset(token):
            self._plan.note("event_begins", now.node)
        return None

    def _begin_listeners(self, workflow: Any) -> None:
        """Event subprocesses begin to listen, but for those whose event has come, and where one has interrupted."""
        before = self._old_scope(workflow)
        waited = [before.spec.task_specs[name] for name in before.spec.listeners]
        for name in workflow.spec.listeners:
            now = workflow.spec.task_specs[name]
            same = next((old for old in waited if self._plan.listens_as(before, old) is now), None)
            self._begin_listener(workflow, before, same, now)

    def _begin_listener(self, workflow: Any, before: Any, same: Any, now: Any) -> None:
        handled = [task.task_spec.node for task in tokens(before) if isinstance(task.task_spec, HandlerStep)]
        interrupted = any(start_of(handler).interrupting for handler in handled)
        works = same is not None and any(handler.id == same.handler for handler in handled)
        spent = same is not None and not (interrupted and not works) and _is_spent(same, now, tokens(before))
        placed = any(task.task_spec is now for task in tokens(workflow))
        if works or spent:
            self._stays(same.node, now.node)
        if interrupted or placed:
            return
        if spent and now.heeds_corrections:
            now.wait_for_a_correction(workflow)
        elif not spent:
            self._begin(workflow.task_tree, now)

    def _same_before(self, before: Any, step: Any) -> Node | None:
        """The event of the old race that this one is: it is no longer there because it has happened."""
        for old in before.task_spec.outputs if before else ():
            if self._ids.element(old.node.id) == step.node.id and _is_spent(old, step, before.children):
                return old.node  # type: ignore[no-any-return]
        return None

    def _stays(self, happened: Node, now: Node) -> None:
        """An event that has come may be drawn anew, but neither end what it left nor come again."""
        again = is_cycle(happened.trigger) != is_cycle(now.trigger)
        if again or happened.interrupting != now.interrupting:
            self._plan.refuse("event_spent", happened)

    def _begin(self, race: Any, step: Any) -> None:
        try:
            grow(race.workflow, step.name, race)
            self._plan.note("event_begins", step.node)
        except ProcessFailure as failure:
            self._plan.refuse("event_fails", step.node, reason=failure.reason)

    # whether the new version can be there

    def _check_position(self, workflow: Any) -> None:
        if workflow.spec.name.startswith("("):
            return
        graph, before = workflow.spec.graph, self._old_scope(workflow).spec.graph
        if same_shape(before, graph, self._ids):
            return
        places = Counter(_place(task) for task in tokens(workflow) if task.parent is workflow.task_tree
                         and not isinstance(task.task_spec, ListenerStep | HandlerStep))  # fmt: skip
        known, beside = self._versions.positions(graph), after_reminders(graph)
        targets = {flow.id: flow.target for flow in graph.flows}
        double = [p for p, n in places.items() if n > 1 and targets.get(p, p.removeprefix("@")) not in beside]
        where = Node(graph.id, graph.name, "")
        if double:
            self._plan.refuse("doubled", where, places=", ".join(double))
        elif known is None:
            self._plan.refuse("undecided", where)
        elif frozenset(places) not in known:
            self._plan.refuse("position", where, places=", ".join(sorted(places)))

    def _old_scope(self, workflow: Any) -> Any:
        if workflow is self.new:
            return self.old
        container = self.new.get_task_from_id(workflow.parent_task_id)
        (old_id,) = [old for old, token in self._placed.items() if token is container]
        return self.old.subprocesses[old_id]

    def _check_tasks(self) -> None:
        for task in self.human():
            try:
                task.task_spec.organisation_id(task)
            except ProcessFailure as failure:
                self._plan.refuse("no_organisation", task.task_spec.node, variable=failure.detail)

    def _ask_conditions(self) -> None:
        """They are what an instance that has been carried asks first."""
        try:
            self._meets_condition = would_meet(self.new)
        except ProcessFailure as failure:
            self._plan.refuse("fails", Node(failure.element_id, "", ""), reason=failure.reason)

    def _release_complete_joins(self) -> None:
        for task in list(self.new.live()):
            if isinstance(task.task_spec, ParallelStep) and task.state == TaskState.WAITING:
                task.task_spec.arrived(task)


def _is_spent(old: Any, new: Any, waiting: Iterable[Any]) -> bool:
    """The same event, for which no token waits any more."""
    same = same_event(old.node.trigger, new.node.trigger)
    return same and not any(task.task_spec is old and not old.is_over(task) for task in waiting)


def _place(task: Any) -> str:
    via = task.internal_data.get("via")
    return str(via) if task.task_spec.is_join else f"@{task.task_spec.node.id}"
