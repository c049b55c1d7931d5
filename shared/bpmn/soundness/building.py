"""From a scope of the model to its graph."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from shared.bpmn.model import Flow, Node, Scope
from shared.bpmn.soundness.behaviour import Behaviour
from shared.bpmn.soundness.flags import Flags
from shared.bpmn.soundness.graph import END, NO_LABEL, OUTSIDE, Edge, Graph, Label, Vertex
from shared.bpmn.soundness.words import Word, chosen, done, happened, name_of, passed

_OUT = {
    "exclusiveGateway": "one",
    "eventBasedGateway": "one",
    "parallelGateway": "all",
    "inclusiveGateway": "some",
}
_INTO = {"parallelGateway": "all", "inclusiveGateway": "some"}
_GATEWAYS = tuple(_OUT)
_WORLD = ("userTask", "receiveTask", "intermediateCatchEvent", "eventBasedGateway")
_CONTAINERS = ("subProcess", "callActivity")
THROWING = ("intermediateThrowEvent", "endEvent", "sendTask")
CATCHING = ("intermediateCatchEvent", "receiveTask", "startEvent", "boundaryEvent")


@dataclass(frozen=True)
class Aspect:
    """What is looked at. ``takes_time``: whatever is no gateway and no throwing event may take time; else all that
    needs nobody runs to rest at once, as in the engine. ``messages``: they are seen from outside.

    ``kept``: elements that stay in the graph; ``behaviours``: of the activities that hold a scope, by element id;
    ``flags``: the variables that are followed.
    """

    takes_time: bool = True
    messages: bool = False
    kept: Collection[str] = ()
    behaviours: Mapping[str, Behaviour] = field(default_factory=dict)
    flags: Flags | None = None


def build(scope: Scope, aspect: Aspect) -> Graph:
    graph = Graph()
    for node in scope.nodes.values():
        if is_drawn(node):
            graph.add_vertex(_vertex(scope, node, aspect))
    for node in scope.nodes.values():
        if is_drawn(node):
            _connect(graph, scope, node, aspect)
    for node in scope.starts():
        graph.starts[node.id] = graph.add(Edge(0, OUTSIDE, node.id, node.id)).id
    for vertex in list(graph.vertices.values()):
        _one_way_in(graph, scope, vertex)
    return graph


def is_drawn(node: Node) -> bool:
    """Whether tokens come to it by flows: no boundary event, no event subprocess, no handler, no plain end."""
    if node.type == "boundaryEvent" or node.event_subprocess or node.for_compensation:
        return False
    return not (node.type == "endEvent" and node.trigger.kind in ("none", "signal"))


def is_instant(scope: Scope, node: Node, aspect: Aspect) -> bool:
    """Whether a token never rests on it."""
    if node.type in THROWING[:2]:
        return node.trigger.kind != "compensate"  # what it undoes may take its time
    if node.type == "startEvent" or node.trigger.kind == "link" or _is_chosen(scope, node):
        return True
    if node.type in _GATEWAYS:
        return node.type != "eventBasedGateway"
    if aspect.takes_time or node.type in _WORLD:
        return False
    return node.type not in _CONTAINERS


def _is_chosen(scope: Scope, node: Node) -> bool:
    """The event-based gateway before it has waited."""
    return any(scope.nodes[flow.source].type == "eventBasedGateway" for flow in scope.incoming[node.id])


def _vertex(scope: Scope, node: Node, aspect: Aspect) -> Vertex:
    gateway = node.type in _GATEWAYS
    alone = len(scope.outgoing[node.id]) <= 1
    said = (
        ()
        if gateway and not alone and _OUT[node.type] == "one"
        else passed(node)
        if gateway
        else (done(node),)
    )
    hosted = _is_hosted(scope, node, aspect)
    return Vertex(
        node.id,
        into=_INTO.get(node.type, "any"),
        out=_OUT.get(node.type, "one")
        if scope.outgoing[node.id] or node.trigger.kind == "message"
        else "none",
        waits=not is_instant(scope, node, aspect),
        words=() if hosted else said,
        effect=_effect(node, aspect),
        default=node.default,
    )


def _is_hosted(scope: Scope, node: Node, aspect: Aspect) -> bool:
    """Whether it is told as done by the ways that leave it: there is more than one way to leave."""
    return bool(scope.boundaries[node.id]) or node.type in _CONTAINERS or node.id in aspect.behaviours


def _effect(node: Node, aspect: Aspect) -> Label:
    if node.type in THROWING and node.trigger.kind in ("terminate", "error", "escalation"):
        return node.trigger.kind, node.trigger.name
    if node.id in aspect.behaviours:
        return "scope", ""
    followed = aspect.flags is not None and node.id in aspect.flags.deciding | aspect.flags.writing
    return ("keep", "") if followed or node.id in aspect.kept else NO_LABEL


def _label(scope: Scope, node: Node, aspect: Aspect) -> Label:
    """What the step that leaves a node shows outside; an event that a gateway waits for is seen at the gateway."""
    if not aspect.messages or node.trigger.kind != "message" or _is_chosen(scope, node):
        return NO_LABEL
    if node.type == "startEvent":  # its message was there before it
        return NO_LABEL
    return ("send" if node.type in THROWING else "receive"), node.trigger.name


def _label_on(scope: Scope, node: Node, flow: Flow, aspect: Aspect) -> Label:
    target = scope.nodes[flow.target]
    if node.type == "eventBasedGateway" and aspect.messages and target.trigger.kind == "message":
        return "receive", target.trigger.name
    return _label(scope, node, aspect)


def _connect(graph: Graph, scope: Scope, node: Node, aspect: Aspect) -> None:
    hosted = _is_hosted(scope, node, aspect)
    flows = scope.outgoing[node.id]
    said = (done(node),) if hosted else ()
    for flow in flows:
        words: tuple[Word, ...] = said
        if node.type in ("exclusiveGateway", "eventBasedGateway") and len(flows) > 1:
            words = chosen(node, flow, alone=False)
        elif node.type == "inclusiveGateway" and len(flows) > 1:
            words = ((node.id, f"[{flow.name}]"),) if flow.name else ()
        graph.add(_edge(scope, node.id, flow, words, frozenset(), _label_on(scope, node, flow, aspect)))
    if not flows and node.trigger.kind == "message":  # an end that throws one
        graph.add(Edge(0, node.id, END, node.id, said, label=_label(scope, node, aspect)))
    for event in scope.boundaries[node.id]:
        for flow in scope.outgoing[event.id]:
            words = (happened(event, node),)
            edge = _edge(
                scope, node.id, flow, words, frozenset({event.id}), _label(scope, event, aspect), event
            )
            graph.add(edge)


def _edge(
    scope: Scope, source: str, flow: Flow, words: tuple[tuple[str, str], ...], inner: frozenset[str],
    label: Label, event: Node | None = None,
) -> Edge:  # fmt: skip
    target = scope.nodes[flow.target]
    ends = not is_drawn(target)
    return Edge(
        0,
        source,
        END if ends else target.id,
        target.id,
        (*words, (target.id, name_of(target))) if ends else words,
        inner | {target.id} if ends else inner,
        by_event=event is not None,
        eventful=event is not None,
        beside=event is not None and not event.interrupting,
        thrown=event is not None and event.trigger.kind in ("error", "escalation"),
        flows=frozenset({flow.id if event is None else event.id}),
        label=label,
    )


def _one_way_in(graph: Graph, scope: Scope, vertex: Vertex) -> None:
    """An activity that several flows lead to is entered once for each: the merge before it is drawn out."""
    ways = graph.into(vertex.id)
    if len(ways) < 2 or (scope.nodes[vertex.id].type in _GATEWAYS and not vertex.waits):
        return
    if vertex.into != "any":
        return
    merge = Vertex(f"(merge){vertex.id}")
    graph.add_vertex(merge)
    for way in ways:
        graph.remove(way.id)
        graph.put(replace(way, target=merge.id))
    graph.add(Edge(0, merge.id, vertex.id, vertex.id))


def operations_fail(scope: Scope) -> bool:
    """An operation may throw a business error that nothing on its own task catches."""
    for node in scope.nodes.values():
        if node.type == "serviceTask":
            events = [event.trigger for event in scope.boundaries[node.id]]
            if not any(trigger.kind == "error" and not trigger.name for trigger in events):
                return True
    return False
