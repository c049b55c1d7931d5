"""Circles of automatic steps that nothing interrupts and no condition can leave: certain to run for ever."""

from shared.bpmn.model import Node, Scope

_AUTOMATIC = (
    "task", "manualTask", "serviceTask", "sendTask", "businessRuleTask", "scriptTask", "intermediateThrowEvent",
    "exclusiveGateway", "inclusiveGateway", "parallelGateway",
)  # fmt: skip


def endless(scope: Scope) -> list[Node]:
    """The elements from which a token can only go on and on, without ever resting, in document order."""
    circle = {node.id for node in scope.nodes.values() if _goes_on(node) and not _joins(scope, node)}
    left = True
    while left:
        left = False
        for node in reversed(
            list(scope.nodes.values())
        ):  # what leads on is mostly drawn after what it follows
            if node.id in circle and not _stays(scope, node, circle):
                circle.remove(node.id)
                left = True
    return [node for node in scope.nodes.values() if node.id in circle]


def _goes_on(node: Node) -> bool:
    """What it throws, if anything, ends nothing here."""
    return node.trigger.kind == "link" or (
        node.type in _AUTOMATIC and node.trigger.kind in ("none", "message")
    )


def _joins(scope: Scope, node: Node) -> bool:
    return node.type in ("parallelGateway", "inclusiveGateway") and len(scope.incoming[node.id]) > 1


def _stays(scope: Scope, node: Node, circle: set[str]) -> bool:
    ways = [
        flow.target for source in (node, *scope.boundaries[node.id]) for flow in scope.outgoing[source.id]
    ]
    if node.type == "parallelGateway":
        return any(way in circle for way in ways)
    return bool(ways) and all(way in circle for way in ways)
