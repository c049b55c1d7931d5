"""Compensation: who undoes what, and does every event that asks for it have something to undo?"""

from collections.abc import Iterator, Mapping

from shared.bpmn.engine.completed import undoable
from shared.bpmn.findings import Findings
from shared.bpmn.model import Node, Process, Scope


def check_compensation(process: Process, processes: Mapping[str, Process], findings: Findings) -> None:
    for scope, node in process.scope.everything():
        if node.is_beside:
            _check_beside(scope, node, findings)
        elif node.trigger.kind == "compensate" and node.type in ("endEvent", "intermediateThrowEvent"):
            _check_throw(list(_scopes(process, scope)), node, processes, findings)


def _check_beside(scope: Scope, node: Node, findings: Findings) -> None:
    """Handlers and the events that name them stand beside the flow, and undo what is in it."""
    if scope.incoming[node.id] or scope.outgoing[node.id]:
        findings.add("flow_beside", node.id, node.name)
    if node.for_compensation and any(other.attached_to == node.id for other in scope.nodes.values()):
        findings.add("event_on_handler", node.id, node.name)
    host = scope.nodes.get(node.attached_to)
    if node.event_subprocess or (host is not None and host.event_subprocess):
        findings.add("handler_out_of_place", node.id, node.name)


def _check_throw(
    scopes: list[Scope], node: Node, processes: Mapping[str, Process], findings: Findings
) -> None:
    """``scopes``: the one that the event is in and, around an event subprocess, the next."""
    can = [{each.id for each in undoable(scope, processes)} for scope in scopes]
    named = node.trigger.name
    if named and not any(named in scope.nodes for scope in scopes):
        allowed = sorted(set().union(*can))
        findings.add("compensation_unknown", node.id, node.name, activity=named, allowed=allowed)
    elif named and not any(named in each for each in can):
        findings.add("compensation_of_nothing", node.id, node.name, activity=named)
    elif not any(can):
        findings.add("nothing_to_compensate", node.id, node.name)
    elif not named and sum(map(bool, can)) > 1:
        findings.add("compensation_unclear", node.id, node.name, allowed=sorted(set().union(*can)))


def _scopes(process: Process, scope: Scope) -> Iterator[Scope]:
    """The scope itself, and those around as long as it is an event subprocess."""
    holders = {
        node.body.id: (outer, node) for outer, node in process.scope.everything() if node.body is not None
    }
    yield scope
    while scope.id in holders and holders[scope.id][1].event_subprocess:
        scope = holders[scope.id][0]
        yield scope
