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

        What an event on an activity would bring may come, and says nothing of where the activity's own token goes;
        once come it is a token like any other, that could as well come by a full flow or could not.
        """
        graph, gateway = token.scope.graph, token.node
        full = set(self._first_by_flow(token))
        places = {other.race.origin if other.race else other.node for other in self._board.of(token.scope)}
        return not any(_is_awaited(graph, place, gateway, full) for place in places - {gateway})


def _is_awaited(graph: Graph, place: Node, gateway: Node, full: set[str]) -> bool:
    """Whether what is at this place can come by an empty flow, nowhere on its way as well by a full one."""
    seen, todo = {gateway.id}, [place]
    while todo:
        node = todo.pop()
        if node.id in seen:
            continue
        seen.add(node.id)
        flows = graph.out(node)
        if not _ways(graph, node, gateway) & full:
            if any(flow.target == gateway.id for flow in flows):
                return True
            todo += [*(graph.nodes[flow.target] for flow in flows), *graph.events_on(node)]
    return False


def _ways(graph: Graph, place: Node, gateway: Node) -> set[str]:
    """The flows into the gateway by which flows lead from this place to it, going nowhere through it."""
    found, seen, todo = set[str](), {gateway.id}, [place]
    while todo:
        node = todo.pop()
        if node.id not in seen:
            seen.add(node.id)
            flows: list[Flow] = graph.out(node)
            found |= {flow.id for flow in flows if flow.target == gateway.id}
            todo += [graph.nodes[flow.target] for flow in flows]
    return found
