"""One scope as a graph of vertices and edges, from which all that decides nothing can be taken out.

A token rests on an edge: it has left the edge's source and is on its way to the target. ``reduction.py`` makes the
graph smaller without changing what can go wrong in it; ``net.py`` turns what is left into steps of a token game.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace

from shared.bpmn.soundness.values import Known
from shared.bpmn.soundness.words import Word

Label = tuple[str, str]
Values = tuple[Known, ...]
Data = Callable[[Values], Values | None]
NO_LABEL: Label = ("", "")
END = "(end)"
OUTSIDE = ""


@dataclass(frozen=True)
class Edge:
    """``first``: the first element where a token on it may rest; ``inner``: the elements that lie on it.

    ``label``: what those outside see of the token that takes it (a message);
    ``waits``: a token may rest on it; ``by_event``: it leaves an activity by a boundary event; ``eventful``: nothing
    passes it but by some such event; ``beside``: its source stays occupied (an event that does not interrupt);
    ``thrown``: its event comes from within the activity, if it comes at all; ``flows``: the flows by which it leaves
    its source.
    """

    id: int
    source: str
    target: str
    first: str
    words: tuple[Word, ...] = ()
    inner: frozenset[str] = frozenset()
    waits: bool = False
    by_event: bool = False
    eventful: bool = False
    beside: bool = False
    thrown: bool = False
    flows: frozenset[str] = frozenset()
    label: Label = NO_LABEL


@dataclass(frozen=True)
class Vertex:
    """``into``: takes "any" token as it comes, waits for "all" edges, or for "some" (inclusive join).

    ``out``: goes on by "one" edge, by "all", by "some" (inclusive split), or by "none".
    ``waits``: a token that came to it may rest there. ``effect``: it does more than lead on, so it stays: "terminate",
    "error" and "escalation" with their codes, "scope" (it holds a behaviour of its own), "keep".
    """

    id: str
    into: str = "any"
    out: str = "one"
    waits: bool = False
    words: tuple[Word, ...] = ()
    effect: Label = NO_LABEL
    default: str = ""


@dataclass
class Graph:
    """``starts``: element id of a start event → the edge on which the first token is."""

    vertices: dict[str, Vertex] = field(default_factory=dict)
    edges: dict[int, Edge] = field(default_factory=dict)
    starts: dict[str, int] = field(default_factory=dict)
    _out: dict[str, dict[int, None]] = field(default_factory=dict)
    _into: dict[str, dict[int, None]] = field(default_factory=dict)
    _next: int = 0

    def add_vertex(self, vertex: Vertex) -> None:
        self.vertices[vertex.id] = vertex
        self._out.setdefault(vertex.id, {})
        self._into.setdefault(vertex.id, {})

    def remove_vertex(self, vertex_id: str) -> None:
        del self.vertices[vertex_id]

    def add(self, edge: Edge) -> Edge:
        """The edge with a number of its own."""
        placed = replace(edge, id=self._next)
        self._next += 1
        self.put(placed)
        return placed

    def put(self, edge: Edge) -> None:
        """Write an edge, new or changed, at its number."""
        if edge.id in self.edges:
            self.remove(edge.id)
        self.edges[edge.id] = edge
        self._out.setdefault(edge.source, {})[edge.id] = None
        self._into.setdefault(edge.target, {})[edge.id] = None

    def remove(self, edge_id: int) -> None:
        edge = self.edges.pop(edge_id)
        del self._out[edge.source][edge_id]
        del self._into[edge.target][edge_id]

    def out(self, vertex_id: str) -> list[Edge]:
        return [self.edges[each] for each in sorted(self._out.get(vertex_id, ()))]

    def into(self, vertex_id: str) -> list[Edge]:
        return [self.edges[each] for each in sorted(self._into.get(vertex_id, ()))]

    def behind(
        self, edges: Iterable[Edge], join: str, by_events: bool, but: Collection[str] = ()
    ) -> set[str]:
        """The vertices from which one of the edges can be reached without passing ``join`` or any of ``but``."""
        found, todo = set[str](), [edge for edge in edges if by_events or not edge.eventful]
        while todo:
            vertex = todo.pop().source
            if vertex not in found and vertex not in (join, OUTSIDE) and vertex not in but:
                found.add(vertex)
                todo += [edge for edge in self.into(vertex) if by_events or not edge.eventful]
        return found

    def elements(self) -> Iterator[str]:
        for edge in self.edges.values():
            yield from edge.inner
