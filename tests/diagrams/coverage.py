"""Which sequence flows and boundary events a move took, read from its trace."""

from collections.abc import Iterator, Sequence

from shared.bpmn import Progress, TraceEntry
from shared.bpmn.model import Flow, Node, Scope
from tests.diagrams.files import definition

LEFT = ("completed", "caught", "thrown")


def everything(service: str) -> set[str]:
    """The ids of all sequence flows and boundary events of a diagram, subprocesses and called processes included."""
    return {item for scope in scopes(service) for item in (*_flow_ids(scope), *_boundary_ids(scope))}


def taken(service: str, progress: Progress) -> set[str]:
    """A node that was left took its flow; a parallel gateway all of them; a choice the one to what came next."""
    return {
        item
        for index, entry in enumerate(progress.trace)
        for item in _from(service, entry, progress.trace[index:])
    }


def last_end(service: str, progress: Progress) -> str:
    """The end event by which the process as a whole ended."""
    top = definition(service).process.scope.nodes
    return [
        entry.element_id for entry in progress.trace if entry.type == "endEvent" and entry.element_id in top
    ][-1]


def scopes(service: str) -> list[Scope]:
    return [
        each
        for process in definition(service).processes.values()
        for each in (process.scope, *(node.body for _, node in process.scope.everything() if node.body))
    ]


def _flow_ids(scope: Scope) -> Iterator[str]:
    return (flow.id for flow in scope.flows)


def _boundary_ids(scope: Scope) -> Iterator[str]:
    return (node.id for node in scope.nodes.values() if node.type == "boundaryEvent")


def _from(service: str, entry: TraceEntry, later: Sequence[TraceEntry]) -> set[str]:
    if entry.event not in LEFT:
        return set()
    node, flows = _found(service, entry.element_id)
    chosen = flows if node.type != "exclusiveGateway" else [_next(flows, later)]
    own = {node.id} if node.type == "boundaryEvent" else set()
    return {flow.id for flow in (*chosen, *_from_event_gateway(service, node))} | own


def _from_event_gateway(service: str, node: Node) -> Iterator[Flow]:
    """An event that happens was chosen at the event gateway before it: the gateway itself does nothing."""
    for scope in scopes(service):
        for flow in scope.incoming.get(node.id, ()):
            if scope.nodes[flow.source].type == "eventBasedGateway":
                yield flow


def _found(service: str, element_id: str) -> tuple[Node, Sequence[Flow]]:
    return next(
        (scope.nodes[element_id], scope.outgoing[element_id])
        for scope in scopes(service)
        if element_id in scope.nodes
    )


def _next(flows: Sequence[Flow], later: Sequence[TraceEntry]) -> Flow:
    by_target = {flow.target: flow for flow in flows}
    return next(
        by_target[entry.element_id]
        for entry in later
        if entry.event == "entered" and entry.element_id in by_target
    )
