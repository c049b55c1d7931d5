"""What an operator may do to a running instance: look into it, write variables, move a token, end it.

``shared.bpmn.runtime`` opens the bytes and writes them again; here is what happens in between. A scope's number is
that of the token that holds it, 0 for the process: both stay the same from move to move.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from shared.bpmn.engine.instance import Instance
from shared.bpmn.engine.plan import entry
from shared.bpmn.engine.scopes import grow, tokens, write
from shared.bpmn.errors import PayloadRefused
from shared.bpmn.model import Node
from shared.bpmn.repairs.errors import (
    InstanceEnded,
    NotMovable,
    NoTokenThere,
    SeveralTokensThere,
    TargetInAnotherScope,
    TargetIsJoin,
    TargetTakesNoToken,
    UnknownScope,
    UnknownTarget,
)
from shared.bpmn.repairs.soundness import refuse_unsound
from shared.bpmn.values import ValueMismatch, from_message

PROCESS = 0
_JOINS = ("parallelGateway", "inclusiveGateway")
_NEVER_ENTERED = ("startEvent", "boundaryEvent")


@dataclass(frozen=True)
class WaitingToken:
    """A token at rest: its number, and the element where it waits."""

    id: int
    element_id: str


@dataclass(frozen=True)
class OpenScope:
    """``element_id``: the activity that holds it ('' for the process); ``index``: of a multi-instance item, from 0;
    ``types``: declared variable → type; ``values``: what was written."""

    id: int
    element_id: str
    index: int | None
    types: Mapping[str, str]
    values: Mapping[str, Any]
    tokens: tuple[WaitingToken, ...]


def open_scopes(instance: Instance) -> Iterator[OpenScope]:
    """Every open scope, the process first."""
    for number, workflow in _numbered(instance):
        container = instance.get_task_from_id(number) if number else None
        yield OpenScope(
            number,
            container.task_spec.node.id if container else "",
            container.internal_data.get("index") if container else None,
            {name: variable.type for name, variable in workflow.spec.variables.items()},
            dict(workflow.data),
            tuple(WaitingToken(task.id, task.task_spec.node.id) for task in _units(workflow)),
        )


def write_values(instance: Instance, scope: int, values: Mapping[str, Any]) -> None:
    """Write variables that the scope itself declares; JSON values as in a message. PayloadRefused names every fault."""
    _refuse_ended(instance)
    workflow = dict(_numbered(instance)).get(scope)
    if workflow is None:
        raise UnknownScope(str(scope))
    for name, value in _typed(workflow, values).items():
        write(workflow, name, value, workflow.spec.name)


def move_token(instance: Instance, source: str, target: str, number: int | None) -> None:
    """The token that waits at ``source`` comes to ``target``; what hangs on it is cancelled.

    ``number``: which token, where several wait. Raises RepairRefused.
    """
    _refuse_ended(instance)
    task = _unit_at(instance, source, number)
    workflow = task.workflow
    node = _target(instance, workflow, target)
    refuse_unsound(workflow, task, node)
    instance.cancel_token(task)
    grow(workflow, entry(workflow.spec.graph, node), workflow.task_tree)


def cancel_all(instance: Instance) -> None:
    """Take every token out: nobody waits any more."""
    _refuse_ended(instance)
    instance.cancel_scope(instance)


def _refuse_ended(instance: Instance) -> None:
    if instance.ended:
        raise InstanceEnded(instance.spec.name)


def _numbered(instance: Instance) -> Iterator[tuple[int, Any]]:
    yield PROCESS, instance
    yield from instance.subprocesses.items()


def _units(workflow: Any) -> Iterator[Any]:
    """The tokens of a scope with what hangs on each: an activity with its boundary events is one; who only listens
    for the event of an event subprocess is none."""
    return (
        task for task in tokens(workflow) if task.parent is workflow.task_tree and task.task_spec.keeps_open
    )


def _typed(workflow: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    errors: dict[str, str] = {}
    typed: dict[str, Any] = {}
    for name, value in values.items():
        variable = workflow.spec.variables.get(name)
        try:
            if variable is None:
                errors[name] = "unknown_variable"
            else:
                typed[name] = from_message(value, variable.type)
        except ValueMismatch as error:
            errors[name] = str(error)
    if errors:
        raise PayloadRefused(errors)
    return typed


def _unit_at(instance: Instance, source: str, number: int | None) -> Any:
    here = [task for _, workflow in _numbered(instance) for task in _units(workflow)
            if task.task_spec.node.id == source and number in (None, task.id)]  # fmt: skip
    outer = [task for task in here if not _is_item(task.workflow)]
    if not here:
        raise NoTokenThere(source)
    if not outer or _is_fixed(outer[0].task_spec.node):
        raise NotMovable(source)
    if len(outer) > 1:
        raise SeveralTokensThere(source)
    return outer[0]


def _is_item(workflow: Any) -> bool:
    """The scope of one item of a repeated activity holds that activity only."""
    return len(workflow.spec.graph.nodes) == 1 and not workflow.spec.graph.flows


def _is_fixed(node: Node) -> bool:
    return node.type in _NEVER_ENTERED or node.event_subprocess or node.is_beside


def _target(instance: Instance, workflow: Any, target: str) -> Node:
    graph = workflow.spec.graph
    if target not in graph.nodes:
        known = any(target in spec.graph.nodes for spec in instance.plan.specs.values())
        raise TargetInAnotherScope(target) if known else UnknownTarget(target)
    node: Node = graph.nodes[target]
    if _is_fixed(node) or _follows_nothing(graph, node):
        raise TargetTakesNoToken(target)
    if node.type in _JOINS and len(graph.incoming[target]) > 1:
        raise TargetIsJoin(target)
    return node


def _follows_nothing(graph: Any, node: Node) -> bool:
    """No flow leads to it, though flows are drawn: a compensation handler."""
    return not graph.incoming[node.id] and not graph.outgoing[node.id] and len(graph.nodes) > 1
