"""What becomes of each token and variable of an instance on another version, or why it cannot be carried there."""

from collections.abc import Mapping
from typing import Any

from shared.bpmn.definition import Definition
from shared.bpmn.engine.activities import HumanStep
from shared.bpmn.engine.completed import Record
from shared.bpmn.engine.containers import CallStep, ContainerStep, ItemStep, MultiStep
from shared.bpmn.engine.events import BoundaryStep, CatchStep
from shared.bpmn.engine.gateways import InclusiveStep, JoinStep, ParallelStep
from shared.bpmn.engine.instance import Instance
from shared.bpmn.engine.listeners import HandlerStep, ListenerStep
from shared.bpmn.engine.loops import LoopStep
from shared.bpmn.engine.scopes import tokens
from shared.bpmn.engine.steps import BoundaryRace, EventRace, Race, race_of
from shared.bpmn.findings import Finding
from shared.bpmn.instance_migration.mapping import IdMapping, flow_of, graphs, group_alike, waits_alike
from shared.bpmn.instance_migration.positions import Position, positions_of
from shared.bpmn.instance_migration.records import RecordCarrier
from shared.bpmn.model import Node
from shared.bpmn.values import ValueMismatch, fit

_CARRIED = (
    HumanStep, CatchStep, BoundaryStep, ParallelStep, InclusiveStep, ContainerStep, CallStep, ItemStep, MultiStep,
    LoopStep, BoundaryRace, EventRace, ListenerStep, HandlerStep,
)  # fmt: skip


class Versions:
    """Two versions of a process and the mapping between them; what is computed once for all instances."""

    def __init__(self, old: Definition, new: Definition, ids: IdMapping) -> None:
        self.old, self.new, self.ids = old, new, ids
        self._files = {
            node.id: process.file
            for process in old.processes.values()
            for _, node in process.scope.everything()
        }
        self.new_scopes = {node: scope for scope in graphs(new).values() for node in scope.nodes}
        self._positions: dict[str, frozenset[Position] | None] = {}

    def finding(self, code: str, element_id: str, name: str = "", **params: Any) -> Finding:
        file = self._files.get(element_id, self.old.process.file)
        return Finding(file, element_id, name, f"migration_{code}", params)

    def positions(self, graph: Any) -> frozenset[Position] | None:
        if graph.id not in self._positions:
            self._positions[graph.id] = positions_of(graph)
        return self._positions[graph.id]


class Resolution:
    """``names``: old token → new step, of those that go on; ``data``: what each token holds.

    By container token (0: the process), ``scopes``: the variables there, ``records``: what could be undone there.
    ``reasons``: what keeps the instance where it is.
    """

    def __init__(self, versions: Versions, old: Instance) -> None:
        self.versions, self.ids, self.old = versions, versions.ids, old
        self.reasons: list[Finding] = []
        self.notes: list[Finding] = []
        self.names: dict[int, str] = {}
        self._heard = set[tuple[int, str]]()  # (what an event stands beside, its new step)
        self.data: dict[int, dict[str, Any]] = {}
        self.scopes: dict[int, dict[str, Any]] = {}
        self.records: dict[int, list[Record]] = {}
        self._undo = RecordCarrier(
            versions.new.plan.specs, self.ids, set(versions.new_scopes), self._variables, self._say_refused,
            self._say_noted,
        )  # fmt: skip
        for workflow in old.workflows():
            scope, place = self.ids.scope(workflow.spec.name), workflow.parent_task_id or 0
            self.scopes[place] = self._variables(scope, workflow.data)
            self.records[place] = self._undo.carried(scope, workflow.done)
            for task in tokens(workflow):
                self._resolve(task)

    def gains_race(self, task: Any) -> bool:
        """The new version has events on an activity that had none."""
        name = self.names.get(task.id)
        outermost = task.parent is task.workflow.task_tree and not isinstance(task.task_spec, Race)
        return outermost and f"(race){name}" in self._steps(task)

    # where each token goes

    def _resolve(self, task: Any) -> None:
        step, node = task.task_spec, task.task_spec.node
        self.data[task.id] = dict(task.internal_data)
        if type(step) not in _CARRIED:
            return self.refuse("not_carried", node, step=type(step).__name__)
        if isinstance(step, ListenerStep):
            return self._resolve_listener(task, step)
        if isinstance(step, BoundaryStep) or _is_choice(task):
            return self._resolve_event(task)
        if isinstance(step, BoundaryRace):
            race = f"(race){self.ids.element(node.id)}"
            return self._go(task, race) if race in self._steps(task) else None
        if isinstance(step, ItemStep):
            return self._go(task, f"({self._scope_name(task)})({self.ids.element(node.id)})")
        found = self._steps(task).get(self.ids.element(node.id))
        return self._missing(task) if found is None else self._resolve_step(task, found)

    def _resolve_step(self, task: Any, found: Any) -> None:
        step, node, now = task.task_spec, task.task_spec.node, found.node
        if not group_alike(node, now):
            return self.refuse("group_changed", node)
        if node.type != now.type or type(step) is not type(found):
            return self.refuse("type_changed", node, before=node.type, now=now.type)
        if not waits_alike(node.trigger, now.trigger):
            return self.refuse("wait_changed", node)
        if isinstance(step, CallStep) and self.ids.element(step.inner) != found.inner:
            return self.refuse("called_changed", node, before=step.inner, now=found.inner)
        self._convert(task, found)
        return self._go(task, found.name)

    def _resolve_event(self, task: Any) -> None:
        """An event of a race waits on when its race still has it, for the same thing; else it is over."""
        node = task.task_spec.node
        race = self._steps(task).get(self._race_name(task.parent))
        found = self._steps(task).get(self.ids.element(node.id))
        if race is not None and found in race.outputs and waits_alike(node.trigger, found.node.trigger):
            return self._listen(task, found.name)
        return self.note("event_ends", node)

    def _resolve_listener(self, task: Any, step: ListenerStep) -> None:
        """An event subprocess listens on when the new scope has it, for the same event; else it is over.

        One whose date has come listens for its correction only where the new version does.
        """
        matches, has_come = self._listeners_like(task.workflow, step), step.is_over(task)
        if len(set(matches)) > 1 and step.handler not in self.ids.elements:
            return self.refuse("scope_changed", step.node, now=matches[1].handler)
        found = next(iter(matches), None)
        if found is None or not waits_alike(step.node.trigger, found.node.trigger):
            return None if has_come else self.note("event_ends", step.node)
        return None if has_come and not found.heeds_corrections else self._listen(task, found.name)

    def listens_as(self, workflow: Any, step: ListenerStep) -> ListenerStep | None:
        """The listener of the new version that one of the old scope is, None when it is gone."""
        return next(iter(self._listeners_like(workflow, step)), None)

    def _listeners_like(self, workflow: Any, step: ListenerStep) -> list[ListenerStep]:
        """That of the event subprocess with the same (mapped) id, then that with the same start event."""
        spec = self.versions.new.plan.specs.get(self.ids.scope(workflow.spec.name))
        listeners = [] if spec is None else [spec.task_specs[name] for name in spec.listeners]
        same = [each for each in listeners if each.handler == self.ids.element(step.handler)]
        return same + [each for each in listeners if each.node.id == self.ids.element(step.node.id)]

    def _listen(self, task: Any, name: str) -> None:
        """Two events that a mapping makes one would both come."""
        if (id(task.parent), name) in self._heard:
            return self.refuse("doubled", task.task_spec.node, places=name)
        self._heard.add((id(task.parent), name))
        return self._go(task, name)

    def _race_name(self, race: Any) -> str:
        image = self.ids.element(race.task_spec.node.id)
        return f"(race){image}" if isinstance(race.task_spec, BoundaryRace) else image

    def _missing(self, task: Any) -> None:
        node = task.task_spec.node
        if self.versions.new.plan.specs.get(self._scope_name(task)) is None:
            return None  # its scope is gone, which is said where the scope is
        now = self.versions.new_scopes.get(self.ids.element(node.id))
        if now is None:
            return self.refuse("element_gone", node)
        return self.refuse("scope_changed", node, now=now.id)

    def _scope_name(self, task: Any) -> str:
        return self.ids.scope(task.workflow.spec.name)

    def _steps(self, task: Any) -> Any:
        spec = self.versions.new.plan.specs.get(self._scope_name(task))
        return {} if spec is None else spec.task_specs

    def _go(self, task: Any, name: str) -> None:
        self.names[task.id] = name

    def refuse(self, code: str, node: Node, **params: Any) -> None:
        self.reasons.append(self.versions.finding(code, node.id, node.name, **params))

    def note(self, code: str, node: Node, **params: Any) -> None:
        self.notes.append(self.versions.finding(code, node.id, node.name, **params))

    def _say_refused(self, code: str, element: str) -> None:
        self.refuse(code, Node(element, "", ""))

    def _say_noted(self, code: str, element: str) -> None:
        self.note(code, Node(element, "", ""))

    # what tokens and scopes hold

    def _convert(self, task: Any, found: Any) -> None:
        data = self.data[task.id]
        if "done" in data:
            data["done"] = self._undo.carried(self._scope_name(task), data["done"])
        if isinstance(found, JoinStep):
            old_graph = task.workflow.spec.graph
            via = flow_of(data["via"], found.node.id, old_graph, found.graph, self.ids)
            if via is None:
                return self.refuse("flow_gone", task.task_spec.node, flow=data["via"])
            data["via"] = via
        elif isinstance(found, MultiStep):
            self._convert_group(task, found)
        return None

    def _convert_group(self, task: Any, found: MultiStep) -> None:
        data, many, node = self.data[task.id], found.many, task.task_spec.node
        types = self.versions.new.variables
        if many.item:
            data["items"] = [
                self._fitted(node, many.item, types[many.item].type, value) for value in data["items"]
            ]
        if many.result:
            data["results"] = {index: self._fitted(node, many.result, types[many.result].type, value)
                               for index, value in data["results"].items()}  # fmt: skip
        data["results"] = dict(data["results"])

    def _variables(self, scope: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """What a scope, given by its new name, holds of the values; of one that is gone nothing is said here."""
        spec: Any = self.versions.new.plan.specs.get(scope)
        place = Node(scope.rpartition(")")[2], "", "")
        kept: dict[str, Any] = {}
        for old_name, value in values.items() if spec is not None else ():
            new_name = self.ids.variables.get(old_name, old_name)
            if value is None:
                continue
            if new_name is None:
                self.note("variable_dropped", place, variable=old_name)
            elif new_name not in spec.variables:
                self.refuse("variable_gone", place, variable=old_name)
            elif new_name in kept:
                self.refuse("variable_twice", place, variable=new_name)
            else:
                kept[new_name] = self._fitted(place, new_name, spec.variables[new_name].type, value)
        return kept

    def _fitted(self, node: Node, name: str, type_: str, value: Any) -> Any:
        try:
            return fit(value, type_)
        except ValueMismatch:
            self.refuse("variable_type", node, variable=name, type=type_)
            return None


def _is_choice(task: Any) -> bool:
    """One of the events after an event-based gateway."""
    race = race_of(task)
    return race is not None and isinstance(race.task_spec, EventRace)
