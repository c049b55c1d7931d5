"""The graph: is every node connected as its type allows, and does every part of the diagram mean something?"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from shared.bpmn.checks.catching import catcher_of
from shared.bpmn.checks.events import check_starts
from shared.bpmn.findings import Findings
from shared.bpmn.model import REFUSAL, THROWING, Node, Process, Scope

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
    if host is None or host.type not in ACTIVITIES or host.event_subprocess:
        findings.add("boundary_host", node.id, node.name, host=node.attached_to)


def check_flows(process: Process, findings: Findings) -> None:
    check_starts(process, findings)
    for scope in scopes_of(process):
        for node in [node for node in scope.nodes.values() if not node.is_beside]:
            _check_connections(scope, node, findings)
            _check_conditions(scope, node, findings)
            _check_boundary(scope, node, findings)
            _check_event(scope, node, findings)
        _check_reach(scope, findings)


def scopes_of(process: Process) -> list[Scope]:
    inner = [node.body for _, node in process.scope.everything() if node.body is not None]
    return [process.scope, *inner]


def _check_connections(scope: Scope, node: Node, findings: Findings) -> None:
    if node.event_subprocess:
        return
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
    """An activity that passes at once is never waiting when a message, a signal, a timer or a condition comes."""
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
    reached = reachable(scope, beginnings(scope))
    for node in scope.nodes.values():
        if node.id not in reached and not node.is_beside:
            findings.add("unreachable", node.id, node.name)


def beginnings(scope: Scope) -> list[str]:
    """Where tokens appear in a scope: its start events, and its event subprocesses."""
    return [node.id for node in (*scope.starts(), *scope.event_subprocesses)]


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


def escaping(process: Process, processes: Mapping[str, Process]) -> list[tuple[Node, Node]]:
    """The errors and escalations that nothing in the process catches, those of the processes that it calls too:
    (the element of this process that they leave, the element that throws them)."""
    return list(_escaping(process, processes, {process.id: ()}))


def _escaping(
    process: Process, processes: Mapping[str, Process], leaving: dict[str, Sequence[Node]]
) -> Iterator[tuple[Node, Node]]:
    for scope, node in process.scope.everything():
        for thrown in _thrown(node, processes, leaving):
            if catcher_of(process, scope, node, thrown) is None:
                yield node, thrown


def _thrown(
    node: Node, processes: Mapping[str, Process], leaving: dict[str, Sequence[Node]]
) -> Sequence[Node]:
    """``leaving``: what leaves each process that was looked at; one that calls itself is told elsewhere."""
    if node.type in THROWING and node.trigger.kind in ("error", "escalation"):
        return [node]
    if node.called not in processes:
        return ()
    if node.called not in leaving:
        leaving[node.called] = ()
        found = {(thrown.trigger.kind, thrown.trigger.name): thrown
                 for _, thrown in _escaping(processes[node.called], processes, leaving)}  # fmt: skip
        leaving[node.called] = tuple(found.values())
    return leaving[node.called]
