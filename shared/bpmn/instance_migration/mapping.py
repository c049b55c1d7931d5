"""What an operator says about ids that changed between two versions, and what two versions have in common."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from shared.bpmn.definition import Definition
from shared.bpmn.model import Flow, Node, Scope, Trigger
from shared.errors import Problem

_PARTS = ("elements", "flows", "variables")


class MappingRefused(Problem):
    """The mapping names what neither version has, or is none. ``name``: what is meant."""

    code: ClassVar[str] = "bpmn.mapping_refused"
    status: ClassVar[int] = 422

    def __init__(self, part: str, name: str) -> None:
        super().__init__(part=part, name=name)


@dataclass(frozen=True)
class IdMapping:
    """Old id → new id, of what changed only: ids that stay are not named. A variable without new name is dropped."""

    elements: Mapping[str, str] = field(default_factory=dict)
    flows: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str | None] = field(default_factory=dict)

    @classmethod
    def of(cls, content: Any) -> "IdMapping":
        """A mapping from JSON: ``{"elements": {…}, "flows": {…}, "variables": {…}}``. Raises MappingRefused."""
        if not isinstance(content, Mapping):
            raise MappingRefused("mapping", "-")
        for part, ids in content.items():
            if part not in _PARTS or not isinstance(ids, Mapping):
                raise MappingRefused("mapping", str(part))
            for old, new in ids.items():
                if not (isinstance(new, str) or (new is None and part == "variables")):
                    raise MappingRefused(part, str(old))
        return cls(**{part: dict(ids) for part, ids in content.items()})

    def as_json(self) -> dict[str, Any]:
        """The parts that say something."""
        parts = {part: dict(getattr(self, part)) for part in _PARTS}
        return {part: ids for part, ids in parts.items() if ids}

    def element(self, old: str) -> str:
        return self.elements.get(old, old)

    def scope(self, name: str) -> str:
        """The name of a specification's scope: a process, a subprocess or ``(item)`` with its activity's id."""
        marker, _, activity = name.rpartition(")")
        return f"{marker}){self.element(activity)}" if marker else self.element(name)

    def refuse_unknown(self, old: Definition, new: Definition) -> None:
        """Every old id must be in the old version, every new id in the new one. Raises MappingRefused.

        A process is no element of another, and the process itself stays what it is.
        """
        for part in _PARTS:
            ids, (before, after) = getattr(self, part), (_names(old, part), _names(new, part))
            for old_id, new_id in ids.items():
                if old_id not in before:
                    raise MappingRefused(part, old_id)
                if new_id is not None and new_id not in after:
                    raise MappingRefused(part, new_id)
        for old_id, new_id in self.elements.items():
            same_kind = (old_id in old.processes) == (new_id in new.processes)
            if not same_kind or (old_id == old.process_id != new_id):
                raise MappingRefused("elements", new_id)


def _names(definition: Definition, part: str) -> set[str]:
    scopes = list(graphs(definition).values())
    if part == "variables":
        return set(definition.variables)
    if part == "flows":
        return {flow.id for scope in scopes for flow in scope.flows}
    return {node for scope in scopes for node in scope.nodes} | set(definition.processes)


def graphs(definition: Definition) -> dict[str, Scope]:
    """Every process and subprocess of a definition, by its id."""
    found: dict[str, Scope] = {}
    for process in definition.processes.values():
        found[process.id] = process.scope
        found |= {node.body.id: node.body for _, node in process.scope.everything() if node.body is not None}
    return found


def waits_alike(old: Trigger, new: Trigger) -> bool:
    """Whether two events wait for the same thing. A timer's date was set when it began, whatever its text is now."""
    return same_event(old, new) and is_cycle(old) == is_cycle(new)


def same_event(old: Trigger, new: Trigger) -> bool:
    return (old.kind, old.name) == (new.kind, new.name)


def is_cycle(trigger: Trigger) -> bool:
    return trigger.timer[0] == "cycle"


def sets_alike(old: Node, new: Node) -> bool:
    """Whether a date that was null in the old version has been asked for as the new one asks for it."""
    return (old.trigger.timer, old.interrupting) == (new.trigger.timer, new.interrupting)


def group_alike(old: Node, new: Node) -> bool:
    """Whether the items of a group, or the turns of a loop, that has begun can go on in the new one."""
    if (old.loop is None) != (new.loop is None):
        return False
    if old.multi is None or new.multi is None:
        return old.multi is new.multi
    one, two = old.multi, new.multi
    return (one.sequential, bool(one.item), bool(one.result), bool(one.results)) == (
        two.sequential, bool(two.item), bool(two.result), bool(two.results)
    )  # fmt: skip


def same_shape(old: Scope, new: Scope, ids: IdMapping) -> bool:
    """Whether both scopes have the same nodes, events and flows: then they have the same positions."""
    return _nodes(old, ids) == _nodes(new, IdMapping()) and _flows(old, ids) == _flows(new, IdMapping())


def _nodes(scope: Scope, ids: IdMapping) -> set[tuple[Any, ...]]:
    return {
        (ids.element(node.id), node.type, ids.element(node.attached_to), node.interrupting, node.trigger.kind)
        for node in scope.nodes.values()
    }


def _flows(scope: Scope, ids: IdMapping) -> Counter[tuple[str, str]]:
    return Counter((ids.element(flow.source), ids.element(flow.target)) for flow in scope.flows)


def flow_of(flow_id: str, join: str, old: Scope, new: Scope, ids: IdMapping) -> str | None:
    """The flow of the new version by which a token that came by ``flow_id`` waits at ``join`` (its new id).

    The same (mapped) id, else the only flow between the same two nodes; None when no flow can be meant.
    """
    incoming = {flow.id: flow for flow in new.incoming[join]}
    wanted = ids.flows.get(flow_id, flow_id)
    if wanted in incoming:
        return wanted
    before = next(flow for flow in old.flows if flow.id == flow_id)
    twins = [flow for flow in old.flows if (flow.source, flow.target) == (before.source, before.target)]
    same: list[Flow] = [flow for flow in incoming.values() if flow.source == ids.element(before.source)]
    return same[0].id if flow_id not in ids.flows and len(twins) == len(same) == 1 else None
