"""Where tokens can be on a graph, one bit each: on an edge, in a state of an activity that holds a scope of its own.

Marks are places too, and no tokens: "this event has come".
"""

from collections.abc import Iterable

from shared.bpmn.model import Node, Scope
from shared.bpmn.soundness.behaviour import PLAIN, Behaviour
from shared.bpmn.soundness.building import Aspect
from shared.bpmn.soundness.graph import END, Edge, Graph, Vertex


class Places:
    """``heads``: place → (the element that a second token there would come to, the edge or None); ``on``: edge → its
    place; ``inside``: element → the places of the states of what it holds; ``tokens``: all places but marks."""

    def __init__(self, scope: Scope, graph: Graph, aspect: Aspect) -> None:
        self.scope, self.graph, self.aspect = scope, graph, aspect
        self._bits = 0
        self._marks: dict[str, int] = {}
        self.heads: dict[int, tuple[str, Edge | None]] = {}
        self.tokens = 0
        self.on = {edge.id: self._token(edge.first, edge) for edge in graph.edges.values() if rests(edge)}
        held = [vertex.id for vertex in graph.vertices.values() if self._holds(vertex)]
        self.inside = {
            element: [self._token(element, None) for _ in self.behaviour(element).steps]
            for element in held + [each.id for each in scope.event_subprocesses]
        }

    def _holds(self, vertex: Vertex) -> bool:
        """Whether a token stays at it while other things happen: in the scope that it holds, or beside it."""
        return vertex.effect[0] == "scope" or any(edge.beside for edge in self.graph.out(vertex.id))

    def _token(self, element: str, edge: Edge | None) -> int:
        place = self._next()
        self.heads[place] = element, edge
        self.tokens |= 1 << place
        return place

    def _next(self) -> int:
        self._bits += 1
        return self._bits - 1

    def mark(self, name: str) -> int:
        """The place of a mark."""
        if name not in self._marks:
            self._marks[name] = self._next()
        return self._marks[name]

    def node(self, element: str) -> Node:
        return self.scope.nodes.get(element, Node("", "", ""))

    def behaviour(self, element: str) -> Behaviour:
        return self.aspect.behaviours.get(element, PLAIN)

    def of(self, edges: Iterable[Edge]) -> tuple[int, ...]:
        return tuple(self.on[edge.id] for edge in edges if edge.id in self.on)

    def bits(self, edges: Iterable[Edge]) -> int:
        return sum(1 << place for place in self.of(edges))

    def at(self, vertices: set[str]) -> int:
        """The bits of all tokens that have come to one of the vertices, or are on the way to it."""
        on = [place for edge, place in self.on.items() if self.graph.edges[edge].target in vertices]
        held = [place for vertex, places in self.inside.items() if vertex in vertices for place in places]
        return sum(1 << place for place in on + held)

    def first(self, start: str) -> int:
        """The marking with one token at a start event."""
        return self.bits([self.graph.edges[self.graph.starts[start]]])

    def marking(self, elements: Iterable[str], arrived: Iterable[str]) -> int:
        """Tokens that come to elements, and tokens that have arrived at joins by these flows."""
        bits, flows = 0, set(arrived)
        for element in elements:
            for place in (self.inside.get(element) or self.of(self.graph.into(element)))[:1]:
                bits |= 1 << place
        return bits | self.bits(edge for edge in self.graph.edges.values() if edge.flows & flows)


def rests(edge: Edge) -> bool:
    """Whether a token can be seen on it: not where it only ends."""
    return edge.target != END or edge.waits
