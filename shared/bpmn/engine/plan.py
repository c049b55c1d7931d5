"""From the model to the library's specifications: built once per definition, shared by all its instances.

A step's name is its element id; a race around an activity is ``(race)id``; what waits for the event of an event
subprocess is ``(listen)id``. Outgoing flows keep the order of the document. The names of the scopes are told in
``shared.bpmn.engine.areas``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.bpmn.checks.catching import start_of
from shared.bpmn.engine.activities import DecisionStep, HumanStep, ScriptStep, ServiceStep
from shared.bpmn.engine.areas import Area, areas_of, count_nodes, item_scope
from shared.bpmn.engine.compensation import CompensateStep, PastStep
from shared.bpmn.engine.containers import CallStep, ContainerStep, ItemStep, MultiStep
from shared.bpmn.engine.events import BoundaryStep, CatchStep, StartStep, ThrowStep
from shared.bpmn.engine.gateways import ChoiceStep, InclusiveStep, ParallelStep
from shared.bpmn.engine.listeners import HandlerStep, ListenerStep
from shared.bpmn.engine.loops import LoopStep
from shared.bpmn.engine.scopes import ORIGIN, ScopeSpec
from shared.bpmn.engine.steps import (
    BoundaryRace,
    EventRace,
    Origin,
    Race,
    Step,
)
from shared.bpmn.model import THROWING, Node, Process, Scope

_STEPS: Mapping[str, type[Step]] = {
    "startEvent": StartStep,
    "endEvent": ThrowStep,
    "intermediateThrowEvent": ThrowStep,
    "sendTask": ThrowStep,
    "intermediateCatchEvent": CatchStep,
    "receiveTask": CatchStep,
    "boundaryEvent": BoundaryStep,
    "task": Step,
    "manualTask": Step,
    "userTask": HumanStep,
    "scriptTask": ScriptStep,
    "serviceTask": ServiceStep,
    "businessRuleTask": DecisionStep,
    "exclusiveGateway": ChoiceStep,
    "parallelGateway": ParallelStep,
    "inclusiveGateway": InclusiveStep,
    "eventBasedGateway": EventRace,
}


@dataclass(frozen=True)
class Plan:
    """``specs`` by scope name; ``decisions``: decision id → its DMN model; ``form_outputs`` by form key.

    ``caught``: the kinds of events that it waits for; for others nobody looks.
    """

    root: Any
    specs: Mapping[str, Any]
    label: str
    decisions: Mapping[str, Any]
    form_outputs: Mapping[str, frozenset[str]]
    caught: frozenset[str] = frozenset()


def build_plan(root: Process, processes: Mapping[str, Process], decisions: Mapping[str, Any],
               form_outputs: Mapping[str, frozenset[str]]) -> Plan:  # fmt: skip
    """The plan of one process with everything that it calls."""
    areas = list(areas_of(root, processes))
    specs = {area.name: _specification(area, processes) for area in areas}
    nodes = (node for area in areas for node in area.scope.nodes.values())
    caught = frozenset(node.trigger.kind for node in nodes if node.type not in THROWING)
    return Plan(specs[root.id], specs, root.label, decisions, form_outputs, caught)


def _specification(area: Area, processes: Mapping[str, Process]) -> Any:
    spec = ScopeSpec(area.name, area.variables, area.isolated)
    spec.graph, spec.messages = area.scope, area.messages
    spec.handled, spec.undo_steps, spec.stands_in = area.handled, area.undo_steps, area.stands_in
    spec.steps = count_nodes(area.scope, processes) + len(area.pasts)
    origin = Origin(spec, ORIGIN, Node("", "", ""))
    spec.start = origin
    for name, node, past in area.pasts:
        PastStep(spec, name, node, past)
        origin.connect(spec.task_specs[name])
    nodes = [node for node in area.scope.nodes.values() if area.undo_steps or not node.is_beside]
    for node in nodes:
        _add_step(spec, node, processes)
    spec.listeners = tuple(_add_listener(spec, node) for node in area.scope.event_subprocesses)
    for node in nodes:
        _connect(spec, node)
    for node in nodes:
        if not spec.task_specs[node.id].inputs:
            origin.connect(spec.task_specs[entry(area.scope, node)])
    return spec


def _add_step(spec: Any, node: Node, processes: Mapping[str, Process]) -> None:
    item = f"({spec.name})({node.id})"
    if node.multi is not None:
        MultiStep(spec, node, node.multi, item)
    elif node.loop is not None:
        LoopStep(spec, node, node.loop, item)
    if node.repeats:
        ItemStep(spec, item, node, f"(item){node.id}", entry(item_scope(spec.graph, node), node))
    elif node.event_subprocess:
        HandlerStep(spec, node.id, node, node.id, start_of(node).id)
    elif node.body is not None:
        ContainerStep(spec, node.id, node, node.id, first_of(node.body))
    elif node.type == "callActivity":
        CallStep(spec, node.id, node, node.called, first_of(processes[node.called].scope))
    else:
        _step_type(node)(spec, node.id, node)
    if spec.graph.boundaries[node.id]:
        BoundaryRace(spec, f"(race){node.id}", node)


def _step_type(node: Node) -> type[Step]:
    if node.trigger.kind == "compensate":
        return CompensateStep
    caught_link = node.type == "intermediateCatchEvent" and node.trigger.kind == "link"
    return StartStep if caught_link else _STEPS[node.type]


def _add_listener(spec: Any, node: Node) -> str:
    name = f"(listen){node.id}"
    ListenerStep(spec, name, start_of(node), node.id)
    return name


def _connect(spec: Any, node: Node) -> None:
    step = spec.task_specs[node.id]
    for flow in spec.graph.outgoing[node.id]:
        target = entry(spec.graph, spec.graph.nodes[flow.target])
        step.targets.append((flow, target))
        step.connect(spec.task_specs[target])
    if isinstance(step, MultiStep | LoopStep):
        step.connect(spec.task_specs[step.item])
    race = spec.task_specs.get(f"(race){node.id}")
    if isinstance(race, Race):
        for member in (node, *spec.graph.boundaries[node.id]):
            race.connect(spec.task_specs[member.id])


def entry(scope: Scope, node: Node) -> str:
    """The step where a token comes to a node: the race around it when it has boundary events."""
    return f"(race){node.id}" if scope.boundaries.get(node.id) else node.id


def first_of(scope: Scope) -> str:
    """The start event of a scope that is entered by a token."""
    return next(node.id for node in scope.starts() if node.trigger.kind == "none")
