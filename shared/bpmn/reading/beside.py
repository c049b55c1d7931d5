"""What joins nodes without a sequence flow: links, and the handlers of what can be compensated."""

from collections.abc import Collection, Mapping
from typing import Any

from shared.bpmn.findings import Findings
from shared.bpmn.model import Flow, Node
from shared.bpmn.reading.documents import BPMN

Nodes = Mapping[str, Node]


def link_flows(nodes: Nodes, flows: Collection[Flow], findings: Findings) -> tuple[Flow, ...]:
    """A flow from each link that throws to the one of its scope that catches its name (BPMN 2.0.2, section 10.5.4).

    Several may throw one name; whatever could not be followed, or leads twice, is told.
    """
    throwing, catching = _links(nodes, "intermediateThrowEvent"), _links(nodes, "intermediateCatchEvent")
    targets: dict[str, Node] = {}
    for node in catching:
        first = targets.setdefault(node.trigger.name, node)
        if first is not node:
            findings.add("link_twice", node.id, node.name, link=node.trigger.name, other=first.id)
        if node.trigger.name not in {other.trigger.name for other in throwing}:
            findings.add("link_without_source", node.id, node.name, link=node.trigger.name)
    _check_drawn({node.id for node in throwing}, {node.id for node in catching}, nodes, flows, findings)
    for node in throwing:
        if node.trigger.name not in targets:
            findings.add(
                "link_without_target", node.id, node.name, link=node.trigger.name, allowed=sorted(targets)
            )
    return tuple(Flow(f"(link){node.id}", node.trigger.name, node.id, targets[node.trigger.name].id)
                 for node in throwing if node.trigger.name in targets)  # fmt: skip


def _links(nodes: Nodes, type_: str) -> list[Node]:
    return [node for node in nodes.values() if (node.type, node.trigger.kind) == (type_, "link")]


def _check_drawn(
    throwing: set[str], catching: set[str], nodes: Nodes, flows: Collection[Flow], findings: Findings
) -> None:
    for flow in flows:
        for end in {flow.source} & throwing | {flow.target} & catching:
            findings.add("flow_at_link", end, nodes[end].name, flow=flow.id)


def read_handlers(root: Any, nodes: Nodes, findings: Findings) -> dict[str, str]:
    """Activity id → the handler that the compensation event on it is associated with, both of one scope."""
    drawn = {(each.get("sourceRef"), each.get("targetRef")) for each in root.iter(f"{{{BPMN}}}association")}
    handlers: dict[str, str] = {}
    for event in (node for node in nodes.values() if node.undoes):
        found = [node.id for node in nodes.values() if node.for_compensation and (event.id, node.id) in drawn]
        if len(found) != 1:
            findings.add("compensation_handler", event.id, event.name, count=len(found))
        elif event.attached_to in handlers or found[0] in handlers.values():
            findings.add("compensation_twice", event.id, event.name, host=event.attached_to, handler=found[0])
        else:
            handlers[event.attached_to] = found[0]
    for node in nodes.values():
        if node.for_compensation and node.id not in handlers.values():
            findings.add("handler_of_nothing", node.id, node.name)
    return handlers
