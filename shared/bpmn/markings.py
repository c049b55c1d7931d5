"""The token game: which places of a process can hold a token together, explored within bounds.

A marking is a set of places: a flow whose token waits for a join, an activity or event that waits (``@id``), a
boundary event that has already happened once, or an event subprocess that listens no more (``!id``). As in the
kernel, automatic steps run to rest before the world acts. Conditions are unknown, so every branch is taken.
"""

from collections import deque
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from shared.bpmn.catching import Catcher, catcher_of, start_of
from shared.bpmn.model import Flow, Node, Process, Scope

Marking = frozenset[str]
LIMIT = 20_000
MAX_INCLUSIVE = 6
_WAITING = ("receiveTask", "intermediateCatchEvent", "callActivity", "subProcess")
_FROM_OUTSIDE = ("message", "timer", "signal", "conditional")


@dataclass
class Explored:
    """``together``: pairs of watched tasks; ``stuck``: joins where tokens wait for ever; ``doubled``: nodes that get
    a second token; ``entered``: nodes that a token came to; ``hopeless``: nodes waiting where no end can be reached."""

    together: set[tuple[str, str]] = field(default_factory=set)
    stuck: set[str] = field(default_factory=set)
    doubled: set[str] = field(default_factory=set)
    entered: set[str] = field(default_factory=set)
    hopeless: set[str] = field(default_factory=set)
    complete: bool = True


def explore(process: Process, watched: Collection[str], limit: int = LIMIT) -> Explored:
    """Play the process. ``watched``: the user tasks that wait; leaving some out makes the game smaller."""
    return _Game(process, watched).play(limit)


def explore_from(
    process: Process, places: Collection[str], arrived: Collection[str], limit: int = LIMIT
) -> Explored:
    """Play on from tokens that come to ``places`` (nodes) and that have ``arrived`` at joins (flows)."""
    game = _Game(process, places)
    return game.play(limit, game.begun(places, arrived))


class _Game:
    def __init__(self, process: Process, watched: Collection[str]) -> None:
        self._process, self._root, self._watched = process, process.scope, watched
        self._scope_of = {node.id: scope for scope, node in process.scope.everything()}
        self._nodes = {node.id: node for _, node in process.scope.everything()}
        self._flows = {flow.id: flow for scope in [process.scope, *self._bodies()] for flow in scope.flows}
        self._holder = {node.body.id: node for node in self._nodes.values() if node.body is not None}
        self._beside = self._after_reminders()
        scopes = [self._root, *self._bodies()]
        self._insides = {scope.id: self._inside(scope) for scope in scopes}
        self._bodies_with_joins = [  # of the process: when it listens, as something might then end the wait
            scope
            for scope in scopes
            if (scope is not self._root or scope.event_subprocesses)
            and any(len(into) > 1 for into in scope.incoming.values())
        ]
        self.found = Explored()

    def _bodies(self) -> list[Scope]:
        return [node.body for node in self._nodes.values() if node.body is not None]

    def _after_reminders(self) -> set[str]:
        """Nodes after events that do not interrupt: several tokens there are meant."""
        todo = [
            node.id
            for scope, node in self._process.scope.everything()
            if not node.interrupting and (node.attached_to or scope is not self._process.scope)
        ]
        seen = set[str]()
        while todo:
            node = todo.pop()
            if node not in seen:
                seen.add(node)
                todo += [flow.target for flow in self._out(node)] + [b.id for b in self._boundaries(node)]
        return seen

    # the search

    def begun(self, places: Collection[str], arrived: Collection[str]) -> list[Marking]:
        markings = [frozenset(arrived)]
        for place in sorted(places):
            markings = [after for each in markings for after in self._enter(each, place)]
        return markings

    def play(self, limit: int, begun: Collection[Marking] | None = None) -> Explored:
        starts = [
            marking for node in self._root.starts() for marking in self._enter(frozenset(), node.id)
        ]  # fmt: skip
        graph: dict[Marking, set[Marking]] = {}
        todo = deque(starts if begun is None else begun)
        while todo:
            marking = todo.popleft()
            if marking in graph:
                continue
            if len(graph) >= limit:
                self.found.complete = False
                return self.found
            graph[marking] = set(self._next(marking))
            todo.extend(graph[marking])
        self._judge(graph)
        return self.found

    def _next(self, marking: Marking) -> Iterator[Marking]:
        for place in sorted(marking):
            eager = place in self._flows and self._pass(marking, self._flows[place])
            if eager:
                yield from eager
                return
        joins = [after for place in sorted(marking) if place in self._flows
                 for after in self._inclusive(marking, self._nodes[self._flows[place].target])]  # fmt: skip
        if joins:
            yield from joins
            return
        self._look(marking)
        for place in sorted(marking):
            if place.startswith("@"):
                yield from self._act(marking, self._nodes[place[1:]])
        for scope in [self._root, *self._bodies()]:
            for handler in scope.event_subprocesses:
                if self._may_come(scope, handler) and self._listens(marking, scope, handler):
                    yield from self._open(marking, scope, handler)

    def _may_come(self, scope: Scope, handler: Node) -> bool:
        """From outside, or from something in the scope that the model does not tell."""
        if start_of(handler).trigger.kind in _FROM_OUTSIDE:
            return True
        inner = {node.type for _, node in scope.everything()}
        return "callActivity" in inner or (
            start_of(handler).trigger.kind == "error" and "serviceTask" in inner
        )

    def _listens(self, marking: Marking, scope: Scope, handler: Node) -> bool:
        """While its scope lives: a process as long as something is left in it."""
        if f"!{handler.id}" in marking:
            return False
        return (
            self._busy(marking, scope) if scope is self._root else f"@{self._holder[scope.id].id}" in marking
        )

    def _busy(self, marking: Marking, scope: Scope) -> bool:
        return any(place[0] != "!" for place in marking & self._inside(scope))

    def _open(self, marking: Marking, scope: Scope, handler: Node) -> list[Marking]:
        """Its event has come: the scope is cleared, and nobody listens any more; or it works beside, once."""
        if start_of(handler).interrupting:
            deaf = frozenset(f"!{each.id}" for each in scope.event_subprocesses)
            return self._enter((marking - self._inside(scope)) | deaf, handler.id)
        return self._enter(marking | {f"!{handler.id}"}, handler.id)

    def _look(self, marking: Marking) -> None:
        open_now = sorted(place[1:] for place in marking if place[1:] in self._watched and place[0] == "@")
        self.found.together.update(combinations(open_now, 2))
        for body in self._bodies_with_joins:
            inside = marking & self._insides[body.id]
            if inside and not any(place.startswith("@") for place in inside):
                # an event on the subprocess might end the wait: that does not make it right
                self.found.stuck |= {self._flows[place].target for place in inside if place in self._flows}

    def _judge(self, graph: Mapping[Marking, set[Marking]]) -> None:
        before: dict[Marking, list[Marking]] = {}
        for marking, afters in graph.items():
            for after in afters:
                before.setdefault(after, []).append(marking)
        ended = [marking for marking in graph if all(place[0] == "!" for place in marking)]
        good, todo = set[Marking](), ended
        while todo:
            marking = todo.pop()
            if marking not in good:
                good.add(marking)
                todo += before.get(marking, [])
        lost = [marking for marking in graph if marking not in good]
        for marking in lost:
            if not graph[marking]:
                self.found.stuck |= {self._flows[place].target for place in marking if place in self._flows}
            self.found.hopeless |= {place[1:] for place in marking if place.startswith("@")}

    # one step

    def _pass(self, marking: Marking, flow: Flow) -> list[Marking]:
        """What follows at once from a token on a flow; nothing when it has to wait there."""
        node = self._nodes[flow.target]
        incoming = [each.id for each in self._scope_of[node.id].incoming[node.id]]
        if node.type == "inclusiveGateway" and len(incoming) > 1:
            return []
        if node.type == "parallelGateway":
            return self._leave(marking - set(incoming), node) if set(incoming) <= marking else []
        return self._enter(marking - {flow.id}, node.id)

    def _enter(self, marking: Marking, node_id: str) -> list[Marking]:
        node = self._nodes[node_id]
        self.found.entered.add(node_id)
        if node.type in ("endEvent", "intermediateThrowEvent"):
            return self._throw(marking, node)
        if not self._waits(node):
            return self._leave(marking, node)
        inner = [] if node.body is None else [start.id for start in node.body.starts()]
        markings = [self._put(marking, f"@{node_id}", node_id)]
        for start in inner:
            markings = [after for each in markings for after in self._enter(each, start)]
        return markings

    def _waits(self, node: Node) -> bool:
        if node.trigger.kind == "link":
            return False
        return node.id in self._watched or node.type in _WAITING or bool(self._boundaries(node.id))

    def _leave(self, marking: Marking, node: Node) -> list[Marking]:
        self.found.entered.add(node.id)
        flows = self._out(node.id)
        if node.type in ("exclusiveGateway", "eventBasedGateway"):
            return [self._put(marking, flow.id, flow.target) for flow in flows]
        if node.type == "inclusiveGateway" and len(flows) > 1:
            return [self._put_all(marking, chosen) for chosen in _subsets(flows)]
        return [self._put_all(marking, flows)]

    def _throw(self, marking: Marking, node: Node) -> list[Marking]:
        kind = node.trigger.kind
        if kind == "terminate":
            return [marking - self._inside(self._scope_of[node.id])]
        if kind not in ("error", "escalation"):
            return self._leave(marking, node)
        event = self._catcher(node)
        if event is None:
            return self._leave(marking, node)
        after = [marking] if kind == "error" else self._leave(marking, node)
        return [caught for each in after for caught in self._caught(each, event)]

    def _catcher(self, node: Node) -> Catcher | None:
        return catcher_of(self._process, self._scope_of[node.id], node, node)

    def _caught(self, marking: Marking, catcher: Catcher) -> list[Marking]:
        if catcher.handler is None:
            return self._happen(marking, catcher.event)
        if f"!{catcher.handler.id}" in marking:
            return [marking]
        return self._open(marking, catcher.scope, catcher.handler)

    def _act(self, marking: Marking, node: Node) -> Iterator[Marking]:
        """The world acts on a waiting node: it is done, or one of its boundary events happens."""
        if node.body is None:
            yield from self._leave(marking - self._place(node), node)
        elif not self._busy(marking, node.body):
            yield from self._leave(marking - self._place(node) - self._inside(node.body), node)
        for event in self._boundaries(node.id):
            if self._comes_from_outside(node, event) and f"!{event.id}" not in marking:
                yield from self._happen(marking, event)

    def _comes_from_outside(self, host: Node, event: Node) -> bool:
        if event.trigger.kind not in ("error", "escalation") or host.body is None:
            return True
        inner = {node.type for _, node in host.body.everything()}
        return "callActivity" in inner or (event.trigger.kind == "error" and "serviceTask" in inner)

    def _happen(self, marking: Marking, event: Node) -> list[Marking]:
        host = self._nodes[event.attached_to]
        if event.interrupting:
            inside = self._inside(host.body) if host.body is not None else frozenset()
            return self._leave(marking - self._place(host) - inside, event)
        return self._leave(marking | {f"!{event.id}"}, event)

    def _inclusive(self, marking: Marking, node: Node) -> list[Marking]:
        """The inclusive join fires when no token elsewhere can still come by an empty flow."""
        incoming = self._scope_of[node.id].incoming[node.id]
        if node.type != "inclusiveGateway" or len(incoming) < 2:
            return []
        arrived = [flow for flow in incoming if flow.id in marking]
        empty = self._sources(node, [flow for flow in incoming if flow.id not in marking])
        full = self._sources(node, arrived, by_events=False)
        others = {self._flows[place].target if place in self._flows else place[1:] for place in marking
                  if place[0] != "!"} - {node.id}  # fmt: skip
        if any(place in empty and place not in full for place in others):
            return []
        return self._leave(marking - {flow.id for flow in arrived}, node)

    # the graph

    def _sources(self, node: Node, flows: Collection[Flow], by_events: bool = True) -> set[str]:
        scope, found, todo = self._scope_of[node.id], set[str](), [flow.source for flow in flows]
        while todo:
            each = todo.pop()
            if each in found or each == node.id:
                continue
            found.add(each)
            todo += [flow.source for flow in scope.incoming[each]]
            todo += [scope.nodes[each].attached_to] if by_events and scope.nodes[each].attached_to else []
        return found

    def _out(self, node_id: str) -> tuple[Flow, ...]:
        return self._scope_of[node_id].outgoing[node_id]

    def _boundaries(self, node_id: str) -> tuple[Node, ...]:
        return self._scope_of[node_id].boundaries[node_id]

    def _place(self, node: Node) -> frozenset[str]:
        return frozenset({f"@{node.id}", *(f"!{event.id}" for event in self._boundaries(node.id))})

    def _inside(self, scope: Scope) -> frozenset[str]:
        """Every place of a scope and of the scopes in it."""
        found = set[str]()
        for inner, node in scope.everything():
            found |= {f"@{node.id}", f"!{node.id}"} | {flow.id for flow in inner.flows}
        return frozenset(found)

    def _put(self, marking: Marking, place: str, node_id: str) -> Marking:
        if place in marking and node_id not in self._beside:
            self.found.doubled.add(node_id)
        return marking | {place}

    def _put_all(self, marking: Marking, flows: Collection[Flow]) -> Marking:
        for flow in flows:
            marking = self._put(marking, flow.id, flow.target)
        return marking


def _subsets(flows: Collection[Flow]) -> list[tuple[Flow, ...]]:
    if len(flows) > MAX_INCLUSIVE:  # one, or all: enough to see what can meet
        return [*((flow,) for flow in flows), tuple(flows)]
    return [chosen for size in range(1, len(flows) + 1) for chosen in combinations(flows, size)]
