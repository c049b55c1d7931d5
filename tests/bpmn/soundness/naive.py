"""The token game played plainly, for comparison: one dictionary of tokens, every run, no reduction.

Written from BPMN and the engine alone: an activity takes time, a gateway or an end takes none; what takes no time
goes first, then inclusive joins that can wait no longer, then anything else in any order.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

from shared.bpmn.model import Flow, Node, Scope

Tokens = frozenset[str]
GATEWAYS = ("exclusiveGateway", "parallelGateway", "inclusiveGateway")


@dataclass
class Verdict:
    doubled: set[str] = field(default_factory=set)
    stuck: set[str] = field(default_factory=set)
    hopeless: bool = False
    entered: set[str] = field(default_factory=set)
    met: bool = False
    complete: bool = True


def play(scope: Scope, limit: int) -> Verdict:
    return _Play(scope).run(limit)


class _Play:
    def __init__(self, scope: Scope) -> None:
        self.scope, self.verdict = scope, Verdict()
        self.several = self._after_reminders()
        self.cut: set[Tokens] = set()

    def run(self, limit: int) -> Verdict:
        [start] = self.scope.starts()
        self.verdict.entered.add(start.id)
        first = self._put(frozenset(), [self.scope.outgoing[start.id][0]], frozenset())
        assert first is not None
        graph: dict[Tokens, list[Tokens]] = {}
        todo = [first]
        while todo:
            tokens = todo.pop()
            if tokens in graph:
                continue
            if len(graph) > limit:
                self.verdict.complete = False
                return self.verdict
            graph[tokens] = list(self._next(tokens))
            todo += graph[tokens]
        self._judge(graph)
        return self.verdict

    def _judge(self, graph: dict[Tokens, list[Tokens]]) -> None:
        for tokens, afters in graph.items():
            if not afters and _real(tokens) and tokens not in self.cut:
                self.verdict.stuck |= {self._flow(place).target for place in _real(tokens)}
        good = {tokens for tokens in graph if not _real(tokens)} | self.cut
        growing = True
        while growing:
            more = {t for t, afters in graph.items() if t not in good and any(a in good for a in afters)}
            good |= more
            growing = bool(more)
        self.verdict.hopeless = bool(set(graph) - good)

    # where tokens are: a flow before a gateway, "@id" at an activity, "!id" an event that has come (no token)

    def _flow(self, place: str) -> Flow:
        return next(flow for flow in self.scope.flows if flow.id == place)

    def _put(self, tokens: Tokens, flows: list[Flow], came_from: Tokens) -> Tokens | None:
        after, met = tokens, False
        for flow in flows:
            target = self.scope.nodes[flow.target]
            place = flow.id if target.type in GATEWAYS or _passes(target) else f"@{target.id}"
            if place in after and not _passes(target):  # what ends at once is there twice for no time
                self.cut.add(came_from)
                self.verdict.met = self.verdict.met or target.id in self.several
                if target.id not in self.several:
                    self.verdict.doubled.add(target.id)
                met = True
            after = after | {place}
        return None if met else after

    def _next(self, tokens: Tokens) -> Iterator[Tokens]:
        for place in sorted(_real(tokens)):
            if not place.startswith("@"):
                found = self._at_once(tokens, place)
                if found is not None:
                    yield from found
                    return
        joins = [
            after
            for place in sorted(_real(tokens))
            if not place.startswith("@")
            for after in self._inclusive(tokens, self.scope.nodes[self._flow(place).target])
        ]
        if joins:
            yield from joins
            return
        for place in sorted(_real(tokens)):
            if place.startswith("@"):
                yield from self._acts(tokens, self.scope.nodes[place[1:]])

    def _at_once(self, tokens: Tokens, place: str) -> list[Tokens] | None:
        node = self.scope.nodes[self._flow(place).target]
        incoming = self.scope.incoming[node.id]
        if node.type == "endEvent":
            self.verdict.entered.add(node.id)
            return [frozenset()] if node.trigger.kind == "terminate" else [tokens - {place}]
        if node.type == "parallelGateway":
            if not all(flow.id in tokens for flow in incoming):
                return None
            return self._leave(tokens - {flow.id for flow in incoming}, node, tokens)
        if node.type == "inclusiveGateway" and len(incoming) > 1:
            return None
        return self._leave(tokens - {place}, node, tokens)

    def _leave(self, tokens: Tokens, node: Node, came_from: Tokens) -> list[Tokens]:
        self.verdict.entered.add(node.id)
        flows = list(self.scope.outgoing[node.id])
        ways = [flows]
        if node.type == "exclusiveGateway":
            ways = [[flow] for flow in flows]
        elif node.type == "inclusiveGateway" and len(flows) > 1:
            asked = [flow for flow in flows if flow.id != node.default]
            ways = [list(some) for n in range(1, len(asked) + 1) for some in combinations(asked, n)]
            ways += [[flow] for flow in flows if flow.id == node.default]
        found = [self._put(tokens, way, came_from) for way in ways]
        return [each for each in found if each is not None]

    def _inclusive(self, tokens: Tokens, node: Node) -> list[Tokens]:
        incoming = self.scope.incoming[node.id]
        if node.type != "inclusiveGateway" or len(incoming) < 2:
            return []
        arrived = [flow for flow in incoming if flow.id in tokens]
        full = self._upstream(node, arrived, False, set())
        empty = self._upstream(node, [f for f in incoming if f not in arrived], True, full)
        for place in _real(tokens):
            at = place[1:] if place.startswith("@") else self._flow(place).target
            if at != node.id and at in empty:
                return []
        return self._leave(tokens - {flow.id for flow in arrived}, node, tokens)

    def _upstream(self, node: Node, flows: list[Flow], by_events: bool, but: set[str]) -> set[str]:
        found, todo = set[str](), [flow.source for flow in flows]
        while todo:
            each = todo.pop()
            if each in found or each == node.id or each in but:
                continue
            found.add(each)
            todo += [flow.source for flow in self.scope.incoming[each]]
            if by_events and self.scope.nodes[each].attached_to:
                todo.append(self.scope.nodes[each].attached_to)
        return found

    def _acts(self, tokens: Tokens, node: Node) -> Iterator[Tokens]:
        events = self.scope.boundaries[node.id]
        rest = tokens - {f"@{node.id}"} - {f"!{event.id}" for event in events}
        yield from self._leave(rest, node, tokens)
        for event in events:
            if event.interrupting:
                yield from self._leave(rest, event, tokens)
            elif f"!{event.id}" not in tokens:
                yield from self._leave(tokens | {f"!{event.id}"}, event, tokens)

    def _after_reminders(self) -> set[str]:
        todo = [node.id for node in self.scope.nodes.values() if node.attached_to and not node.interrupting]
        seen = set[str]()
        while todo:
            each = todo.pop()
            if each not in seen:
                seen.add(each)
                todo += [flow.target for flow in self.scope.outgoing[each]]
                todo += [event.id for event in self.scope.boundaries[each]]
        return seen


def _passes(node: Node) -> bool:
    return node.type in ("endEvent", "intermediateThrowEvent")


def _real(tokens: Tokens) -> list[str]:
    return [place for place in tokens if not place.startswith("!")]
