"""Start events, and the event subprocesses that one of them opens."""

from shared.bpmn.findings import Findings
from shared.bpmn.model import Node, Process, Scope

STARTS_PROCESS = ("none", "message", "timer")
STARTS_HANDLER = ("message", "timer", "error", "escalation", "signal", "conditional")


def check_starts(process: Process, findings: Findings) -> None:
    """Each scope begins in the one way that its kind has."""
    _check_start_of_process(process.scope, findings)
    for scope, node in process.scope.everything():
        if node.event_subprocess and node.body is not None:
            _check_event_subprocess(scope, node, node.body, findings)
        elif node.body is not None:
            _check_start_of_subprocess(node.body, findings)


def _check_start_of_process(scope: Scope, findings: Findings) -> None:
    _check_plain(scope, findings)
    starts = scope.starts()
    for node in starts:
        if node.trigger.kind not in STARTS_PROCESS:
            findings.add(
                "start_of_process", node.id, node.name, kind=node.trigger.kind, allowed=STARTS_PROCESS
            )
    heard = {node.trigger: node for node in reversed(starts) if node.trigger.kind == "message"}
    for node in starts:
        first = heard.get(node.trigger, node)
        if first is not node:
            findings.add("event_twice", node.id, node.name, other=first.id)


def _check_start_of_subprocess(scope: Scope, findings: Findings) -> None:
    _check_plain(scope, findings)
    for node in scope.starts():
        if node.trigger.kind != "none":
            findings.add("start_of_subprocess", node.id, node.name)


def _check_plain(scope: Scope, findings: Findings) -> None:
    starts = scope.starts()
    if not starts:
        findings.add("no_start", scope.id, scope.name)
    if len([node for node in starts if node.trigger.kind == "none"]) > 1:
        findings.add("several_plain_starts", scope.id, scope.name)
    for node in starts:
        if not node.interrupting:
            findings.add("interrupting_out_of_place", node.id, node.name)


def _check_event_subprocess(scope: Scope, node: Node, body: Scope, findings: Findings) -> None:
    """One start event with a trigger, no flows, and nothing that a subprocess on the way may have."""
    starts = body.starts()
    if [start.trigger.kind in STARTS_HANDLER for start in starts] != [True]:
        findings.add("event_subprocess_start", node.id, node.name, allowed=STARTS_HANDLER)
        return
    [start] = starts
    if start.trigger.kind == "error" and not start.interrupting:
        findings.add("error_not_interrupting", start.id, start.name)
    if scope.incoming[node.id] or scope.outgoing[node.id]:
        findings.add("event_subprocess_flow", node.id, node.name)
    if node.multi is not None or node.loop is not None:
        findings.add("event_subprocess_many", node.id, node.name)
    for other in scope.event_subprocesses:
        if other is node:
            return
        twins = [] if other.body is None else other.body.starts()
        if start.trigger.kind != "timer" and any(twin.trigger == start.trigger for twin in twins):
            findings.add("event_twice", node.id, node.name, other=other.id)
