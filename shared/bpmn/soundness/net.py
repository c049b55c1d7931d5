"""The steps that tokens can take on a graph: a token game with one bit for each place.

Places are the edges of the graph, the states of activities that hold a scope of their own, and marks that are no
tokens ("this event has come"). A marking is an int. The rules are the engine's (``gateways.py``, ``events.py``).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from shared.bpmn.model import Node, Scope
from shared.bpmn.soundness.behaviour import DONE, FINISHED, PLAIN, TAU, Behaviour
from shared.bpmn.soundness.behaviour import Step as InnerStep
from shared.bpmn.soundness.building import Aspect, operations_fail
from shared.bpmn.soundness.graph import END, NO_LABEL, Data, Edge, Graph, Label, Vertex
from shared.bpmn.soundness.values import possible, tree_of
from shared.bpmn.soundness.words import Word, happened, name_of

MOST_FLOWS = 8
ANY_ERROR = ("error", "*")


@dataclass(frozen=True)
class Move:
    """``need`` must be marked, ``forbid`` must not; then ``clear`` is emptied and ``post`` marked, one by one.

    ``label``: what is seen outside; ``leaves``: it ends the whole scope; ``data``: what it asks and writes of the
    known values, None when it cannot be; ``inner``: elements passed on the way to the end.
    """

    vertex: str
    need: int
    clear: int
    post: tuple[int, ...]
    words: tuple[Word, ...] = ()
    forbid: int = 0
    instant: bool = False
    label: Label = TAU
    leaves: bool = False
    data: Data | None = None
    inner: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Join:
    """An inclusive join: its edges, with their bits, and what it does when it may go on."""

    vertex: str
    ways: tuple[Edge, ...]
    outs: tuple[tuple[Edge, ...], ...]
    words: tuple[Word, ...]


class Net:
    """``heads``: place → (the element that a second token there would come to, the edge or None)."""

    def __init__(self, scope: Scope, graph: Graph, aspect: Aspect) -> None:
        self._scope, self.graph, self._aspect = scope, graph, aspect
        self._bits = 0
        self.heads: dict[int, tuple[str, Edge | None]] = {}
        self.tokens = 0
        self.edge_place = {
            edge.id: self._place(edge.first, edge) for edge in graph.edges.values() if _rests(edge)
        }
        self._inside: dict[str, list[int]] = {}
        self._marks: dict[str, int] = {}
        self.acts: dict[int, list[Move]] = {}
        self.instants: dict[int, list[Move]] = {}
        self.anywhere: list[Move] = []
        self.joins: list[Join] = []
        self._blocked: dict[tuple[str, int], int] = {}
        listening = [each.id for each in scope.event_subprocesses]
        held = [vertex.id for vertex in graph.vertices.values() if self._holds(vertex)]
        for element in held + listening:
            self._inside[element] = [self._place(element, None) for _ in self._behaviour(element).steps]
        for vertex in graph.vertices.values():
            for move in self._moves(vertex):
                self._file(move)
        for edge in graph.into(END):
            if edge.id in self.edge_place:
                need = 1 << self.edge_place[edge.id]
                self._file(Move(END, need, need, (), edge.words, inner=edge.inner))
        for each in scope.event_subprocesses:
            for move in self._event_subprocess(each):
                self._file(move)

    # places

    def _holds(self, vertex: Vertex) -> bool:
        """Whether a token stays at it while other things happen: in the scope that it holds, or beside it."""
        return vertex.effect[0] == "scope" or any(edge.beside for edge in self.graph.out(vertex.id))

    def _place(self, element: str, edge: Edge | None, is_token: bool = True) -> int:
        place = self._bits
        self._bits += 1
        if is_token:
            self.heads[place] = element, edge
            self.tokens |= 1 << place
        return place

    def _mark(self, name: str) -> int:
        if name not in self._marks:
            self._marks[name] = self._place(name, None, is_token=False)
        return 1 << self._marks[name]

    def _node(self, element: str) -> Node:
        return self._scope.nodes.get(element, Node("", "", ""))

    def _behaviour(self, element: str) -> Behaviour:
        return self._aspect.behaviours.get(element, PLAIN)

    def first(self, start: str) -> int:
        """The marking with one token at a start event."""
        edge = self.graph.starts[start]
        return 1 << self.edge_place[edge] if edge in self.edge_place else 0

    def is_inside(self, place: int) -> bool:
        return self.heads[place][1] is None

    def marking(self, places: Iterable[str], arrived: Iterable[str]) -> int:
        """Tokens that come to elements, and tokens that have arrived at joins by these flows."""
        bits = 0
        for element in places:
            ways = [
                self.edge_place[edge.id] for edge in self.graph.into(element) if edge.id in self.edge_place
            ]
            for place in (self._inside.get(element) or ways)[:1]:
                bits |= 1 << place
        for edge in self.graph.edges.values():
            if edge.id in self.edge_place and edge.flows & set(arrived):
                bits |= 1 << self.edge_place[edge.id]
        return bits

    def _file(self, move: Move) -> None:
        if not move.need:
            self.anywhere.append(move)
            return
        place = (move.need & -move.need).bit_length() - 1
        (self.instants if move.instant else self.acts).setdefault(place, []).append(move)

    # what is possible

    def possible(self, marking: int) -> list[Move]:
        """As in the engine: what needs nobody first, then inclusive joins, then what people and the world do."""
        found = self._first_instant(marking)
        if found:
            return found
        joins = [move for join in self.joins for move in self._released(join, marking)]
        if any(move.instant for move in joins):
            return [move for move in joins if move.instant]
        acts = [move for place in _bits(marking) for move in self.acts.get(place, ()) if _fits(move, marking)]
        alive = bool(marking & self.tokens)
        return joins + acts + [move for move in self.anywhere if alive and not marking & move.forbid]

    def _first_instant(self, marking: int) -> list[Move]:
        for place in _bits(marking):
            found = [move for move in self.instants.get(place, ()) if _fits(move, marking)]
            if found:
                return found
        return []

    def _released(self, join: Join, marking: int) -> list[Move]:
        arrived = [edge for edge in join.ways if marking >> self.edge_place[edge.id] & 1]
        if not arrived or marking & self._blocking(join, arrived):
            return []
        taken = sum(1 << self.edge_place[edge.id] for edge in arrived)
        words = tuple(word for edge in arrived for word in edge.words) + join.words
        instant = not any(edge.waits for edge in arrived)
        return [
            Move(
                join.vertex,
                taken,
                taken,
                self._places(out),
                (*words, *_tail(out)),
                instant=instant,
                inner=_ended(out),
            )
            for out in join.outs
        ]

    def _blocking(self, join: Join, arrived: list[Edge]) -> int:
        """The places from which a token can still come by an empty edge, and by none that has one."""
        key = join.vertex, sum(1 << self.edge_place[edge.id] for edge in arrived)
        if key not in self._blocked:
            empty = self.graph.behind([e for e in join.ways if e not in arrived], join.vertex, by_events=True)
            full = self.graph.behind(arrived, join.vertex, by_events=False)
            self._blocked[key] = sum(1 << place for place in self._at(empty - full))
        return self._blocked[key]

    def _at(self, vertices: set[str]) -> Iterator[int]:
        for edge_id, place in self.edge_place.items():
            if self.graph.edges[edge_id].target in vertices:
                yield place
        for vertex, places in self._inside.items():
            if vertex in vertices:
                yield from places

    def _places(self, edges: Iterable[Edge]) -> tuple[int, ...]:
        return tuple(self.edge_place[edge.id] for edge in edges if edge.id in self.edge_place)

    # the moves of one vertex

    def _moves(self, vertex: Vertex) -> Iterator[Move]:
        ways = self.graph.into(vertex.id)
        if vertex.id in self._inside:
            yield from self._enter(vertex, ways)
            yield from self._within(vertex)
            return
        outs = self._ways_on(vertex)
        if vertex.into == "some" and len(ways) > 1:
            self.joins.append(Join(vertex.id, tuple(ways), tuple(out for out, _ in outs), vertex.words))
            return
        for taken in [ways] if vertex.into == "all" else [[way] for way in ways]:
            for out, data in outs:
                yield from self._step(vertex, taken, out, data)

    def _step(
        self, vertex: Vertex, taken: list[Edge], out: tuple[Edge, ...], data: Data | None
    ) -> Iterator[Move]:
        need = sum(1 << self.edge_place[edge.id] for edge in taken)
        words = (*(word for edge in taken for word in edge.words), *vertex.words, *_tail(out))
        instant = not (vertex.waits or any(edge.waits for edge in taken))
        label = next((edge.label for edge in out if edge.label != NO_LABEL), TAU)
        kind, code = vertex.effect
        if kind == "terminate":
            yield Move(vertex.id, need, self.tokens, (), words, instant=instant)
        elif kind in ("error", "escalation"):
            yield from self._thrown(
                vertex.id, (kind, code), need, need, self._places(out), words, instant, _ended(out)
            )
        else:
            yield Move(
                vertex.id,
                need,
                need,
                self._places(out),
                words,
                0,
                instant,
                label,
                data=data,
                inner=_ended(out),
            )

    def _ways_on(self, vertex: Vertex) -> list[tuple[tuple[Edge, ...], Data | None]]:
        outs = self.graph.out(vertex.id)
        if vertex.out == "none" or not outs:
            return [((), None)]
        if vertex.out == "all":
            return [(tuple(outs), None)]
        if vertex.out == "some" and len(outs) > 1:
            return [(chosen, None) for chosen in self._subsets(vertex.id, outs)]
        return [((out,), self._data(vertex.id, out)) for out in outs]

    def _data(self, vertex_id: str, edge: Edge) -> Data | None:
        """What the step that leaves a vertex by an edge asks and writes."""
        flags = self._aspect.flags
        if flags is None or vertex_id not in self._scope.nodes:
            return None
        if vertex_id in flags.deciding:
            [flow] = [each for each in self._scope.outgoing[vertex_id] if each.id in edge.flows]
            return flags.after_choice(self._node(vertex_id), flow)
        return flags.after_write(self._event_of(edge) if edge.by_event else self._node(vertex_id))

    def _subsets(self, vertex_id: str, outs: list[Edge]) -> list[tuple[Edge, ...]]:
        """Some of the conditions are true; or none, and the default flow is taken alone."""
        default = self._node(vertex_id).default
        alone = [edge for edge in outs if default in edge.flows]
        asked = [edge for edge in outs if edge.flows != {default}]
        sizes = range(1, len(asked) + 1) if len(asked) <= MOST_FLOWS else (1, len(asked))
        found = [chosen for size in sizes for chosen in combinations(asked, size)]
        found += [(edge,) for edge in alone if (edge,) not in found]
        return [chosen for chosen in found if self._can_be(vertex_id, asked, chosen)]

    def _can_be(self, vertex_id: str, asked: list[Edge], chosen: tuple[Edge, ...]) -> bool:
        """Whether the conditions of the chosen flows may be true while the others are not."""
        taken = {flow for edge in chosen for flow in edge.flows}
        every = {flow for edge in asked for flow in edge.flows}
        single = all(len(edge.flows) == 1 for edge in asked)
        flows = [flow for flow in self._scope.outgoing[vertex_id] if flow.condition and flow.id in every]
        trues = [(tree_of(flow.condition), True) for flow in flows if flow.id in taken]
        falses = [(tree_of(flow.condition), False) for flow in flows if flow.id not in taken]
        return not single or possible([*trues, *falses])

    # activities that hold a scope

    def _enter(self, vertex: Vertex, ways: list[Edge]) -> Iterator[Move]:
        for way in ways:
            need = 1 << self.edge_place[way.id]
            yield Move(vertex.id, need, need, (self._inside[vertex.id][0],), way.words, instant=not way.waits)

    def _within(self, vertex: Vertex) -> Iterator[Move]:
        node, outs = self._node(vertex.id), self.graph.out(vertex.id)
        marks = sum(self._mark(event_id) for edge in outs if edge.beside for event_id in edge.flows)
        for state, place in enumerate(self._inside[vertex.id]):
            for step in self._behaviour(vertex.id).steps[state]:
                yield from self._inner(vertex.id, node, outs, place, marks, step)
            for edge in outs:
                if edge.by_event and self._from_the_world(node, edge):
                    yield from self._event(vertex.id, edge, place, (place,), marks, ())

    def _inner(
        self, vertex_id: str, node: Node, outs: list[Edge], place: int, marks: int, step: InnerStep
    ) -> Iterator[Move]:
        need = 1 << place
        told = tuple((vertex_id, word) for word in step.words)
        if step.label == DONE:
            for edge in outs:
                if not edge.by_event:
                    words = (*told, *_tail((edge,)))
                    yield Move(
                        vertex_id,
                        need,
                        need | marks,
                        self._places([edge]),
                        words,
                        label=_seen(edge),
                        inner=_ended((edge,)),
                    )
            if not outs:
                yield Move(vertex_id, need, need | marks, (), (*told, (vertex_id, name_of(node))))
        elif step.label[0] in ("error", "escalation"):
            yield from self._caught_here(vertex_id, node, outs, place, marks, step)
        else:
            yield Move(vertex_id, need, need, (self._inside[vertex_id][step.target],), told, label=step.label)

    def _caught_here(
        self, vertex_id: str, node: Node, outs: list[Edge], place: int, marks: int, step: InnerStep
    ) -> Iterator[Move]:
        told = tuple((vertex_id, word) for word in step.words)
        stays = (self._inside[vertex_id][step.target],) if step.target != FINISHED else ()
        catching = [edge for edge in outs if edge.by_event and _catches(self._event_of(edge), step.label)]
        named = [edge for edge in catching if self._event_of(edge).trigger.name]
        taken = catching if step.label == ANY_ERROR else (named or catching)[:1]
        for edge in taken:
            yield from self._event(vertex_id, edge, place, stays, marks, told, again=True)
        if not taken or step.label == ANY_ERROR:
            yield from self._thrown(vertex_id, step.label, 1 << place, 1 << place | marks, stays, told, False)

    def _event(
        self, vertex_id: str, edge: Edge, place: int, stays: tuple[int, ...], marks: int,
        told: tuple[Word, ...], again: bool = False,
    ) -> Iterator[Move]:  # fmt: skip
        need, event, data = 1 << place, self._event_of(edge), self._data(vertex_id, edge)
        label, told = _seen(edge), (*told, *_tail((edge,)))
        if not edge.beside:
            places, ended = self._places([edge]), _ended((edge,))
            yield Move(vertex_id, need, need | marks, places, told, label=label, data=data, inner=ended)
            return
        mark = self._mark(event.id)
        forbid = 0 if again else mark
        bit = () if again else (mark.bit_length() - 1,)
        places = (*stays, *bit, *self._places([edge]))
        yield Move(vertex_id, need, need, places, told, forbid, label=label, data=data)

    def _event_of(self, edge: Edge) -> Node:
        return next(
            (self._node(each) for each in edge.flows if self._node(each).attached_to), Node("", "", "")
        )

    def _from_the_world(self, host: Node, edge: Edge) -> bool:
        """Errors and escalations of a scope come from within it."""
        event = self._event_of(edge)
        if event.trigger.kind not in ("error", "escalation"):
            return event.trigger.kind != "compensate"
        return host.type not in ("subProcess", "callActivity") or event.trigger.name == "refus"

    # what is thrown out of the scope, and its event subprocesses

    def _thrown(
        self, vertex_id: str, label: Label, need: int, clear: int, stays: tuple[int, ...],
        words: tuple[Word, ...], instant: bool, inner: frozenset[str] = frozenset(),
    ) -> Iterator[Move]:  # fmt: skip
        deaf = self._node(vertex_id).event_subprocess and _start(self._node(vertex_id)).interrupting
        caught = [] if deaf else [each for each in self._scope.event_subprocesses if _catches(_start(each), label)
                  and vertex_id != each.id]  # fmt: skip
        named = [each for each in caught if _start(each).trigger.name]
        for each in caught if label == ANY_ERROR else (named or caught)[:1]:
            begun = self._inside[each.id][0]
            said = (*words, (each.id, happened(_start(each), each)[1]))
            if _start(each).interrupting or label[0] == "error":
                yield Move(vertex_id, need, self.tokens, (begun,), said, instant=instant)
            else:
                yield Move(vertex_id, need, clear, (*stays, begun), said, instant=instant)
        if not caught or label == ANY_ERROR:
            leaves = label[0] == "error"
            emptied = self.tokens if leaves else clear
            yield Move(
                vertex_id,
                need,
                emptied,
                () if leaves else stays,
                words,
                0,
                instant,
                label,
                leaves,
                inner=inner,
            )

    def _event_subprocess(self, node: Node) -> Iterator[Move]:
        start, begun = _start(node), self._inside[node.id][0]
        running = sum(1 << place for each in self._scope.event_subprocesses if _start(each).interrupting
                      for place in self._inside[each.id])  # fmt: skip
        said = ((node.id, happened(start, node)[1]),)
        label = (
            ("receive", start.trigger.name)
            if self._aspect.messages and start.trigger.kind == "message"
            else TAU
        )
        fails = start.trigger.kind == "error" and operations_fail(self._scope)
        if fails or start.trigger.kind not in ("error", "escalation"):
            if start.interrupting or fails:
                yield Move(node.id, 0, self.tokens, (begun,), said, running, label=label)
            else:
                mark = self._mark(node.id)
                once = (begun, mark.bit_length() - 1)
                yield Move(node.id, 0, 0, once, said, running | mark, label=label)
        for state, place in enumerate(self._inside[node.id]):
            for step in self._behaviour(node.id).steps[state]:
                yield from self._inner(node.id, node, [], place, 0, step)


def _bits(marking: int) -> Iterator[int]:
    while marking:
        low = marking & -marking
        yield low.bit_length() - 1
        marking ^= low


def _fits(move: Move, marking: int) -> bool:
    return marking & move.need == move.need and not marking & move.forbid


def _tail(outs: tuple[Edge, ...]) -> tuple[Word, ...]:
    """What is said of edges that lead to the end, where no token rests."""
    return tuple(word for edge in outs if not _rests(edge) for word in edge.words)


def _ended(outs: Iterable[Edge]) -> frozenset[str]:
    return frozenset(element for edge in outs if not _rests(edge) for element in edge.inner)


def _rests(edge: Edge) -> bool:
    """Whether a token can be seen on it: not where it only ends."""
    return edge.target != END or edge.waits


def _seen(edge: Edge) -> Label:
    return edge.label if edge.label != NO_LABEL else TAU


def _start(event_subprocess: Node) -> Node:
    return event_subprocess.body.starts()[0] if event_subprocess.body else Node("", "", "")


def _catches(event: Node, label: Label) -> bool:
    kind, code = label
    return event.trigger.kind == kind and (code == "*" or event.trigger.name in ("", code))
