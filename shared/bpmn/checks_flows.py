"""The graph: is every node connected as its type allows, and does every part of the diagram mean something?"""

from collections.abc import Iterable
from typing import Any

from shared.bpmn.findings import Findings
from shared.bpmn.model import REFUSAL, Node, Process, Scope

WAITING_ACTIVITIES = ("userTask", "receiveTask", "subProcess", "callActivity")
ACTIVITIES = (
    *WAITING_ACTIVITIES,
    "task",
    "manualTask",
    "serviceTask",
    "sendTask",
    "businessRuleTask",
    "scriptTask",
)
DECIDING = ("exclusiveGateway", "inclusiveGateway")
GATEWAYS = (*DECIDING, "parallelGateway", "eventBasedGateway")


def check_references(process: Process, findings: Findings) -> None:
    """Flows and boundary events point at nodes of their own scope."""
    for scope in scopes_of(process):
        for flow in scope.flows:
            for end in (flow.source, flow.target):
                if end not in scope.nodes:
                    findings.add("flow_end_unknown", flow.id, flow.name, end=end)
        for node in scope.nodes.values():
            _check_attachment(scope, node, findings)
            if node.default and node.default not in {flow.id for flow in scope.outgoing[node.id]}:
                allowed = [flow.id for flow in scope.outgoing[node.id]]
                findings.add("default_unknown", node.id, node.name, default=node.default, allowed=allowed)


def _check_attachment(scope: Scope, node: Node, findings: Findings) -> None:
    if node.type != "boundaryEvent":
        return
    host = scope.nodes.get(node.attached_to)
    if host is None or host.type not in ACTIVITIES:
        findings.add("boundary_host", node.id, node.name, host=node.attached_to)


def check_flows(process: Process, findings: Findings) -> None:
    for scope in scopes_of(process):
        _check_starts(scope, scope is process.scope, findings)
        for node in scope.nodes.values():
            _check_connections(scope, node, findings)
            _check_conditions(scope, node, findings)
            _check_boundary(scope, node, findings)
            _check_event(scope, node, findings)
        _check_reach(scope, findings)


def scopes_of(process: Process) -> list[Scope]:
    inner = [node.body for _, node in process.scope.everything() if node.body is not None]
    return [process.scope, *inner]


def _check_starts(scope: Scope, is_process: bool, findings: Findings) -> None:
    starts = scope.starts()
    plain = [node for node in starts if node.trigger.kind == "none"]
    if not starts:
        findings.add("no_start", scope.id, scope.name)
    if len(plain) > 1:
        findings.add("several_plain_starts", scope.id, scope.name)
    for node in starts:
        if not is_process and node.trigger.kind != "none":
            findings.add("start_of_subprocess", node.id, node.name)
    heard = {node.trigger: node for node in reversed(starts) if node.trigger.kind == "message"}
    for node in starts:
        first = heard.get(node.trigger, node)
        if first is not node:
            findings.add("event_twice", node.id, node.name, other=first.id)


def _check_connections(scope: Scope, node: Node, findings: Findings) -> None:
    incoming, outgoing = len(scope.incoming[node.id]), len(scope.outgoing[node.id])
    if node.type in ("startEvent", "boundaryEvent"):
        if incoming:
            findings.add("flow_into", node.id, node.name, type=node.type)
    elif not incoming:
        findings.add("not_connected", node.id, node.name, what="incoming")
    if node.type == "endEvent":
        if outgoing:
            findings.add("flow_out_of_end", node.id, node.name)
    elif not outgoing:
        findings.add("not_connected", node.id, node.name, what="outgoing")
    elif outgoing > 1 and node.type not in GATEWAYS:
        findings.add("several_flows_out", node.id, node.name, count=outgoing, allowed=GATEWAYS)


def _check_conditions(scope: Scope, node: Node, findings: Findings) -> None:
    flows = scope.outgoing[node.id]
    decides = node.type in DECIDING and len(flows) > 1
    for flow in flows:
        if flow.condition and not decides:
            findings.add("condition_out_of_place", flow.id, flow.name, source=node.id, allowed=DECIDING)
        elif decides and flow.condition and flow.id == node.default:
            findings.add("condition_on_default", flow.id, flow.name, source=node.id)
        elif decides and not flow.condition and flow.id != node.default:
            findings.add("condition_missing", flow.id, flow.name, source=node.id)


def _check_boundary(scope: Scope, node: Node, findings: Findings) -> None:
    if node.type != "boundaryEvent":
        return
    host, kind = scope.nodes[node.attached_to], node.trigger.kind
    if kind == "none":
        findings.add("event_without_definition", node.id, node.name)
    elif not _can_happen(host, node):
        findings.add("boundary_never", node.id, node.name, kind=kind, host=host.id, type=host.type)
    if kind == "error" and not node.interrupting:
        findings.add("error_not_interrupting", node.id, node.name)
    twins = [
        other.id for other in scope.boundaries[host.id] if kind != "timer" and other.trigger == node.trigger
    ]
    if twins[:1] not in ([], [node.id]):
        findings.add("event_twice", node.id, node.name, other=twins[0])


def _can_happen(host: Node, event: Node) -> bool:
    """An activity that passes at once is never waiting when a message, signal or timer comes."""
    if event.trigger.kind == "error":
        if host.type == "userTask":
            return event.trigger.name == REFUSAL
        return host.type in ("serviceTask", "subProcess", "callActivity")
    if event.trigger.kind == "escalation":
        return host.type in ("subProcess", "callActivity")
    return host.type in WAITING_ACTIVITIES


def _check_event(scope: Scope, node: Node, findings: Findings) -> None:
    if node.type == "intermediateCatchEvent" and node.trigger.kind == "none":
        findings.add("event_without_definition", node.id, node.name)
    if node.type == "eventBasedGateway":
        _check_event_gateway(scope, node, findings)


def _check_event_gateway(scope: Scope, node: Node, findings: Findings) -> None:
    targets = [scope.nodes[flow.target] for flow in scope.outgoing[node.id]]
    if len(targets) == 1:
        findings.add("event_gateway_alone", node.id, node.name)
    seen: dict[Any, str] = {}
    for target in targets:
        if (
            target.type not in ("intermediateCatchEvent", "receiveTask")
            or target.multi
            or target.loop
            or target.trigger.kind == "link"
            or scope.boundaries[target.id]
        ):
            findings.add("event_gateway_target", target.id, target.name, gateway=node.id,
                         allowed=("intermediateCatchEvent", "receiveTask"))  # fmt: skip
        elif len(scope.incoming[target.id]) > 1:
            findings.add("event_gateway_shared", target.id, target.name, gateway=node.id)
        if target.trigger.kind != "timer" and target.trigger in seen:
            findings.add("event_twice", target.id, target.name, other=seen[target.trigger])
        seen[target.trigger] = target.id


def _check_reach(scope: Scope, findings: Findings) -> None:
    reached = reachable(scope, [node.id for node in scope.starts()])
    for node in scope.nodes.values():
        if node.id not in reached:
            findings.add("unreachable", node.id, node.name)


def reachable(scope: Scope, starts: Iterable[str]) -> set[str]:
    """The nodes that a token from ``starts`` may come to, boundary events included."""
    found, todo = set[str](), list(starts)
    while todo:
        node = todo.pop()
        if node not in found:
            found.add(node)
            todo += [flow.target for flow in scope.outgoing[node]]
            todo += [event.id for event in scope.boundaries[node]]
    return found


def escaping(process: Process) -> list[tuple[str, Node]]:
    """The thrown errors and escalations that no boundary event of the process itself catches."""
    found: list[tuple[str, Node]] = []
    todo: list[tuple[Scope, tuple[tuple[Scope, Node], ...]]] = [(process.scope, ())]
    while todo:
        scope, around = todo.pop()
        for node in scope.nodes.values():
            if node.body is not None:
                todo.append((node.body, (*around, (scope, node))))
            thrown = node.type != "boundaryEvent" and node.trigger.kind in ("error", "escalation")
            if thrown and not any(catches(outer, host, node) for outer, host in around):
                found.append((node.trigger.kind, node))
    return found


def catches(scope: Scope, host: Node, thrown: Node) -> bool:
    return any(event.trigger.kind == thrown.trigger.kind and event.trigger.name in ("", thrown.trigger.name)
               for event in scope.boundaries[host.id])  # fmt: skip
