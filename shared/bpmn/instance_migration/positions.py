"""The positions that one scope of a definition can come to, explored within bounds: which of its places hold a token.

A place is ``@id`` of a node that waits, or the id of a flow whose token waits for a join. Each scope is looked at
alone, the activities around other scopes are nodes that wait. Conditions are unknown, so every branch is taken.
"""

from collections import deque
from collections.abc import Collection, Iterator, Set
from itertools import combinations

from shared.bpmn.model import Flow, Node, Scope

Position = frozenset[str]
LIMIT = 20_000
MAX_INCLUSIVE = 8  # ways out of an inclusive gateway: 255 choices
_WAITING = (
    "userTask",
    "receiveTask",
    "intermediateCatchEvent",
    "callActivity",
    "subProcess",
    "eventBasedGateway",
)
_EMPTY: Position = frozenset()


def positions_of(scope: Scope, limit: int = LIMIT) -> frozenset[Position] | None:
    """Every position from the scope's starts on; None when there are too many to look at."""
    if any(_is_wide(scope, node) for node in scope.nodes.values()):
        return None
    game = _Game(scope)
    todo = deque(after for start in scope.starts() for after in game.enter(_EMPTY, start))
    seen = set[Position]()
    while todo:
        position = todo.popleft()
        if position in seen:
            continue
        if len(seen) >= limit:
            return None
        seen.add(position)
        todo.extend(game.next(position))
    return frozenset(seen)


def after_reminders(scope: Scope) -> frozenset[str]:
    """The nodes after events that do not interrupt: several tokens there are meant."""
    todo = [node.id for node in scope.nodes.values() if node.attached_to and not node.interrupting]
    seen = set[str]()
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            todo += [flow.target for flow in scope.outgoing[node]]
            todo += [event.id for event in scope.boundaries[node]]
    return frozenset(seen)


def is_join(scope: Scope, node: Node) -> bool:
    return node.type in ("parallelGateway", "inclusiveGateway") and len(scope.incoming[node.id]) > 1


class _Game:
    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._flows = {flow.id: flow for flow in scope.flows}

    def next(self, position: Position) -> Iterator[Position]:
        """What one step leads to: automatic steps first, as in the kernel, then whatever the world may do."""
        eager = self._eager(position)
        if eager is not None:
            yield from eager
            return
        for place in sorted(position):
            if place.startswith("@"):
                yield from self._act(position, self._scope.nodes[place[1:]])

    def _eager(self, position: Position) -> list[Position] | None:
        held = [self._flows[place] for place in sorted(position) if place in self._flows]
        for flow in held:
            node = self._scope.nodes[flow.target]
            if not is_join(self._scope, node):
                return self.enter(position - {flow.id}, node)
            incoming = {each.id for each in self._scope.incoming[node.id]}
            if node.type == "parallelGateway" and incoming <= position:
                return self._leave(position - incoming, node)
        for flow in held:
            node = self._scope.nodes[flow.target]
            if node.type == "inclusiveGateway" and self._may_release(position, node):
                arrived = {each.id for each in self._scope.incoming[node.id]} & position
                return self._leave(position - arrived, node)
        return None

    def enter(self, position: Position, node: Node) -> list[Position]:
        waits = node.repeats or node.type in _WAITING or bool(self._scope.boundaries[node.id])
        waits = (waits and node.trigger.kind != "link") or node.trigger.kind == "compensate"
        return [position | {f"@{node.id}"}] if waits else self._leave(position, node)

    def _leave(self, position: Position, node: Node) -> list[Position]:
        if node.trigger.kind in ("terminate", "error") and node.type == "endEvent":
            return [_EMPTY]
        flows = self._scope.outgoing[node.id]
        if node.type == "exclusiveGateway":
            return [position | {flow.id} for flow in flows]
        if node.type == "inclusiveGateway" and len(flows) > 1:
            return [position | {flow.id for flow in chosen} for chosen in _subsets(flows)]
        return [position | {flow.id for flow in flows}]

    def _act(self, position: Position, node: Node) -> Iterator[Position]:
        without = position - {f"@{node.id}"}
        if node.type == "eventBasedGateway":
            for flow in self._scope.outgoing[node.id]:
                yield from self._leave(without, self._scope.nodes[flow.target])
            return
        yield from self._leave(without, node)
        for event in self._scope.boundaries[node.id]:
            yield from self._leave(without if event.interrupting else position, event)

    def _may_release(self, position: Position, node: Node) -> bool:
        """No token elsewhere can still come by an empty flow (as ``gateways.InclusiveStep``)."""
        incoming = self._scope.incoming[node.id]
        full = self._sources(node, [flow for flow in incoming if flow.id in position])
        empty = self._sources(node, [flow for flow in incoming if flow.id not in position], but=full)
        return empty.isdisjoint(
            self._flows[each].target if each in self._flows else each[1:] for each in position
        )

    def _sources(self, node: Node, flows: Collection[Flow], but: Set[str] | None = None) -> set[str]:
        found, todo = set[str](), [flow.source for flow in flows]
        while todo:
            each = todo.pop()
            if each in found or each == node.id or (but is not None and each in but):
                continue
            found.add(each)
            todo += [flow.source for flow in self._scope.incoming[each]]
            host = self._scope.nodes[each].attached_to
            todo += [host] if but is not None and host else []
        return found


def _is_wide(scope: Scope, node: Node) -> bool:
    return node.type == "inclusiveGateway" and len(scope.outgoing[node.id]) > MAX_INCLUSIVE


def _subsets(flows: Collection[Flow]) -> list[tuple[Flow, ...]]:
    return [chosen for size in range(1, len(flows) + 1) for chosen in combinations(flows, size)]
