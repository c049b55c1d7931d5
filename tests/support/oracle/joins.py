"""Where tokens meet: gateways with more than one way in."""

from tests.support.oracle.board import Token
from tests.support.oracle.drawing import Flow, Graph, Node
from tests.support.oracle.many import Repeated


class Joins(Repeated):
    """A join takes one token from each flow by which some have come."""

    def _wait_for_others(self, token: Token) -> None:
        token.state = "waiting"
        incoming = token.scope.graph.into(token.node)
        if token.node.tag == "parallelGateway" and len(self._first_by_flow(token)) == len(incoming):
            self._release(token)

    def _join_one(self) -> bool:
        """Let an inclusive join go on for which nothing more can come: the one that has waited longest."""
        for token in self._board.tokens:
            if (
                token.node.tag == "inclusiveGateway"
                and token.state == "waiting"
                and self._nothing_more(token)
            ):
                self._release(token)
                return True
        return False

    def _first_by_flow(self, token: Token) -> dict[str, Token]:
        """Flow → the token that has waited longest at this gateway of those that came by it."""
        found: dict[str, Token] = {}
        for each in self._board.of(token.scope):
            if each.node is token.node and each.state == "waiting":
                found.setdefault(each.via, each)
        return found

    def _release(self, token: Token) -> None:
        """One token of each flow is consumed, one goes on."""
        first, *others = sorted(self._first_by_flow(token).values(), key=self._board.tokens.index)
        for other in others:
            self._board.tokens.remove(other)
        self._go_on(first)

    def _nothing_more(self, token: Token) -> bool:
        """BPMN 2.0.2, 13.4.3: no token can come by an empty flow, save one that could as well come by a full one.

        What an event on an activity would bring may come, and says nothing of where the activity's own token goes.
        """
        graph, gateway = token.scope.graph, token.node
        full = set(self._first_by_flow(token))
        empty = {flow.id for flow in graph.into(gateway)} - full
        for other in self._board.of(token.scope):
            place = other.race.origin if other.race else other.node
            if place is gateway:
                continue
            ways = _ways(graph, place, gateway, by_events=True)
            if ways & empty and not _ways(graph, place, gateway, by_events=False) & full:
                return False
        return True


def _ways(graph: Graph, place: Node, gateway: Node, by_events: bool) -> set[str]:
    """The flows into the gateway by which a token from this place can come to it, going nowhere through it."""
    found, seen, todo = set[str](), set[str](), [place]
    while todo:
        node = todo.pop()
        if node.id in seen or node is gateway:
            continue
        seen.add(node.id)
        flows: list[Flow] = graph.out(node)
        found |= {flow.id for flow in flows if flow.target == gateway.id}
        todo += [graph.nodes[flow.target] for flow in flows]
        todo += graph.events_on(node) if by_events else []
    return found
