"""Makes a graph smaller without changing what can go wrong in it.

Sequences, branches that one gateway opens and its partner closes, loops with one way in, and threads that end by
themselves are sound: each becomes a part of an edge. What is left of an ordinary diagram is its start and its end.
(The rules of Murata for Petri nets, 1989, with the inclusive gateway added.)
"""

from collections.abc import Callable
from dataclasses import replace

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
    forks, ways = graph.vertices[vertex_id].out == "all", graph.out(vertex_id)
    for edge in ways:
        if edge.target != END or not (edge.beside or forks) or edge.label != NO_LABEL:
            continue
        others = [each for each in ways if each.id != edge.id and not each.beside]
        forked = forks and bool(others) and not edge.beside
        heirs = others if forked else graph.into(vertex_id)
        if not (edge.beside or forked) or not heirs:
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
    """Edges from a gateway to the one that answers it: one edge."""
    vertex = graph.vertices[vertex_id]
    if len(graph.out(vertex_id)) < 2 or not _plain(graph, vertex):
        return False
    found = False
    for (target, _), edges in _alike(graph, vertex_id).items():
        into = "any" if target == END else graph.vertices[target].into
        if len(edges) > 1 and (vertex.out, into) in _ANSWERS and target != vertex_id:
            told, *quiet = sorted(edges, key=lambda edge: edge.flows == {vertex.default})
            graph.put(_as_one(told, quiet, _ANSWERS[vertex.out, into]))
            for edge in quiet:
                graph.remove(edge.id)
            found = True
    return found


def _alike(graph: Graph, vertex_id: str) -> dict[tuple[str, bool], list[Edge]]:
    """The edges that leave a vertex, those together that may be one.

    An inclusive join goes before what takes time: there, what takes none has to stay apart. It also looks where others
    may come from: what comes by an event says nothing of where its activity leads to.
    """
    joins = {vertex.id for vertex in graph.vertices.values() if vertex.into == "some"}
    groups: dict[tuple[str, bool], list[Edge]] = {}
    for edge in graph.out(vertex_id):
        if not edge.beside and not (edge.eventful and edge.target in joins):
            apart = bool(joins) and edge.target != END and edge.waits
            groups.setdefault((edge.target, apart), []).append(edge)
    return groups


_ANSWERS = {
    ("one", "any"): "one", ("one", "some"): "one", ("some", "some"): "one",
    ("all", "all"): "all", ("all", "some"): "all",
}  # fmt: skip


def _as_one(told: Edge, quiet: list[Edge], taken: str) -> Edge:
    edges = [told, *quiet]
    shortest = min(edges, key=lambda edge: len(edge.words)) if taken == "one" else told
    return replace(
        told,
        words=tuple(word for edge in edges for word in edge.words) if taken == "all" else shortest.words,
        first=shortest.first,
        inner=frozenset().union(*(edge.inner for edge in edges)),
        waits=any(edge.waits for edge in edges),
        by_event=all(edge.by_event for edge in edges),
        eventful=all(edge.eventful for edge in edges),
        flows=frozenset().union(*(edge.flows for edge in edges)),
    )


def _loop(graph: Graph, vertex_id: str) -> bool:
    """A loop of one way in and some way out: it is passed, or passed again; both are as passing the way in."""
    vertex = graph.vertices[vertex_id]
    if not _plain(graph, vertex) or (vertex.into, vertex.out) != ("any", "one"):
        return False
    ways = graph.out(vertex_id)
    for back in ways if len(ways) > 1 else ():
        if back.target == vertex_id:
            _into_the_way_in(graph, vertex, back)
            return True
        if _is_back(graph, vertex, back):
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
