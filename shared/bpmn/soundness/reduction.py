"""Makes a graph smaller without changing what can go wrong in it.

Sequences, branches that one gateway opens and its partner closes, loops with one way in, and threads that end by
themselves are sound: each becomes a part of an edge. What is left of an ordinary diagram is its start and its end.
(The rules of Murata for Petri nets, 1989, with the inclusive gateway added.)
"""

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations

from shared.bpmn.soundness.graph import END, NO_LABEL, Edge, Graph, Vertex


def reduce_graph(graph: Graph) -> None:
    """Apply the rules until none applies."""
    rules = (_end_thread, _sequence, _twins, _loop, _merge)
    while sum(_each(graph, rule) for rule in rules):
        pass


def _each(graph: Graph, rule: Callable[[Graph, str], bool]) -> int:
    """How often a rule applied."""
    return sum(rule(graph, vertex) for vertex in list(graph.vertices) if vertex in graph.vertices)


def _plain(graph: Graph, vertex: Vertex) -> bool:
    ways_out = graph.out(vertex.id)
    return vertex.effect == NO_LABEL and not any(edge.beside or edge.label != NO_LABEL for edge in ways_out)


def _end_thread(graph: Graph, vertex_id: str) -> bool:
    """A thread that only has to end disturbs nobody, unless its fork may come again while it still waits."""
    for edge in graph.out(vertex_id):
        others = [each for each in graph.out(vertex_id) if each.id != edge.id and not each.beside]
        forked = graph.vertices[vertex_id].out == "all" and bool(others) and not edge.beside
        heirs = others if forked else graph.into(vertex_id)
        if edge.target != END or not (edge.beside or forked) or edge.label != NO_LABEL or not heirs:
            continue
        if edge.thrown or (edge.beside and graph.vertices[vertex_id].effect != NO_LABEL):
            continue  # whether it ever comes, and what it writes, is for the game to say
        if forked and edge.waits and vertex_id in graph.behind(graph.into(vertex_id), "", by_events=True):
            continue
        graph.put(_taking_in(heirs[0], replace(edge, waits=edge.waits and not edge.beside)))
        graph.remove(edge.id)
        return True
    return False


def _sequence(graph: Graph, vertex_id: str) -> bool:
    """One edge in, one out: one edge."""
    vertex, into, out = graph.vertices[vertex_id], graph.into(vertex_id), graph.out(vertex_id)
    if len(into) != 1 or len(out) != 1 or into[0].id == out[0].id or not _plain(graph, vertex):
        return False
    _join(graph, vertex, into[0], out[0])
    graph.remove(out[0].id)
    graph.remove_vertex(vertex_id)
    return True


def _join(graph: Graph, vertex: Vertex, before: Edge, after: Edge) -> None:
    graph.put(
        replace(
            before,
            target=after.target,
            first=before.first if before.waits else vertex.id if vertex.waits else after.first,
            words=(*before.words, *vertex.words, *after.words),
            inner=before.inner | {vertex.id} | after.inner,
            waits=before.waits or vertex.waits or after.waits,
            eventful=before.eventful or after.eventful,
        )
    )


def _twins(graph: Graph, vertex_id: str) -> bool:
    """Two edges from a gateway to the one that answers it: one edge."""
    vertex = graph.vertices[vertex_id]
    for one, other in combinations(graph.out(vertex_id), 2):
        if one.target == other.target and not one.beside and not other.beside and _alike(graph, one, other):
            into = "any" if one.target == END else graph.vertices[one.target].into
            if _plain(graph, vertex) and (vertex.out, into) in _ANSWERS and one.target != vertex_id:
                told, quiet = (other, one) if one.flows == {vertex.default} else (one, other)
                graph.put(_both(told, quiet, _ANSWERS[vertex.out, into]))
                graph.remove(quiet.id)
                return True
    return False


def _alike(graph: Graph, one: Edge, other: Edge) -> bool:
    """An inclusive join goes before what takes time: there, what takes none has to stay apart.

    It also looks where others may come from: what comes by an event says nothing of where its activity leads to.
    """
    joins = [vertex for vertex in graph.vertices.values() if vertex.into == "some"]
    if graph.vertices.get(one.target) in joins and (one.eventful or other.eventful):
        return False
    return one.waits == other.waits or one.target == END or not joins


_ANSWERS = {
    ("one", "any"): "one", ("one", "some"): "one", ("some", "some"): "one",
    ("all", "all"): "all", ("all", "some"): "all",
}  # fmt: skip


def _both(one: Edge, other: Edge, taken: str) -> Edge:
    shorter = one.words if taken == "some" else min(one.words, other.words, key=len)
    return replace(
        one,
        words=(*one.words, *other.words) if taken == "all" else shorter,
        first=other.first if taken == "one" and shorter is other.words else one.first,
        inner=one.inner | other.inner,
        waits=one.waits or other.waits,
        by_event=one.by_event and other.by_event,
        eventful=one.eventful and other.eventful,
        flows=one.flows | other.flows,
    )


def _loop(graph: Graph, vertex_id: str) -> bool:
    """A loop of one way in and some way out: it is passed, or passed again; both are as passing the way in."""
    vertex = graph.vertices[vertex_id]
    if not _plain(graph, vertex) or (vertex.into, vertex.out) != ("any", "one"):
        return False
    for back in graph.out(vertex_id):
        if len(graph.out(vertex_id)) > 1 and back.target == vertex_id:
            _into_the_way_in(graph, vertex, back)
            return True
        if len(graph.out(vertex_id)) > 1 and _is_back(graph, vertex, back):
            [way] = graph.into(vertex_id)
            graph.put(_taking_in(way, back))
            graph.remove(back.id)
            return True
    return False


def _taking_in(edge: Edge, other: Edge) -> Edge:
    """What lies on another edge may as well happen on this one."""
    first = edge.first if edge.waits or not other.waits else other.first
    return replace(edge, inner=edge.inner | other.inner, waits=edge.waits or other.waits, first=first)


def _is_back(graph: Graph, vertex: Vertex, back: Edge) -> bool:
    """``back`` leads to the merge from which alone, and nowhere else, ``vertex`` is reached."""
    merge = graph.vertices.get(back.target)
    if merge is None or merge.into != "any" or not _plain(graph, merge):
        return False
    way_in = graph.into(vertex.id)
    return len(way_in) == 1 and way_in[0].source == merge.id and len(graph.out(merge.id)) == 1


def _into_the_way_in(graph: Graph, vertex: Vertex, back: Edge) -> None:
    graph.remove(back.id)
    ways = graph.into(vertex.id)
    if not back.waits or len(ways) == 1:
        for way in ways:
            graph.put(_taking_in(way, back))
        return
    merge = Vertex(f"(merge {back.id}){vertex.id}")
    graph.add_vertex(merge)
    for way in ways:
        graph.put(replace(way, target=merge.id))
    graph.add(Edge(0, merge.id, vertex.id, back.first, (), back.inner, True))


def _merge(graph: Graph, vertex_id: str) -> bool:
    """A merge that leads on at once is where it leads to."""
    vertex, out = graph.vertices[vertex_id], graph.out(vertex_id)
    if len(out) != 1 or out[0].target == vertex_id or vertex.into != "any" or not _plain(graph, vertex):
        return False
    [on] = out
    if on.waits or vertex.waits or not graph.into(vertex_id) or not _takes_any(graph, on.target):
        return False
    for way in graph.into(vertex_id):
        _join(graph, vertex, way, on)
    graph.remove(on.id)
    graph.remove_vertex(vertex_id)
    return True


def _takes_any(graph: Graph, target: str) -> bool:
    """Whether it makes no difference by which edge a token comes there."""
    vertex = graph.vertices.get(target)
    return vertex is None or (vertex.into == "any" and vertex.effect == NO_LABEL and not vertex.waits)
