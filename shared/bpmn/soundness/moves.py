"""The steps that tokens can take at each vertex of a graph, by the rules of ``engine/gateways.py``, ``events.py``."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from shared.bpmn.model import Node
from shared.bpmn.soundness.behaviour import DONE, FINISHED, TAU
from shared.bpmn.soundness.behaviour import Step as InnerStep
from shared.bpmn.soundness.building import operations_fail
from shared.bpmn.soundness.graph import END, NO_LABEL, Data, Edge, Label, Vertex
from shared.bpmn.soundness.places import Places, rests
from shared.bpmn.soundness.values import possible, tree_of
from shared.bpmn.soundness.words import Word, happened, name_of
from shared.feel.tree import Node as Tree

MOST_FLOWS = 8  # conditions of an inclusive gateway whose every choice is played
MOST_PAIRED = 40  # conditions of one whose choices of two are played
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


class Moves:
    """``joins``: the inclusive joins, whose moves depend on the whole marking. ``cut``: the gateways of which not every
    choice is among the moves."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self.joins: list[Join] = []
        self.cut: set[str] = set()

    def all(self) -> Iterator[Move]:
        graph = self._places.graph
        for vertex in graph.vertices.values():
            yield from self.of(vertex)
        for edge in graph.into(END):
            if need := self._places.bits([edge]):
                yield Move(END, need, need, (), edge.words, inner=edge.inner)
        for each in self._places.scope.event_subprocesses:
            yield from self.of_event_subprocess(each)

    def of(self, vertex: Vertex) -> Iterator[Move]:
        ways = self._places.graph.into(vertex.id)
        if vertex.id in self._places.inside:
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
        need = sum(1 << self._places.on[edge.id] for edge in taken)
        words = (*(word for edge in taken for word in edge.words), *vertex.words, *tail(out))
        instant = not (vertex.waits or any(edge.waits for edge in taken))
        label = next((edge.label for edge in out if edge.label != NO_LABEL), TAU)
        kind, code = vertex.effect
        if kind == "terminate":
            yield Move(vertex.id, need, self._places.tokens, (), words, instant=instant)
        elif kind in ("error", "escalation"):
            yield from self._thrown(
                vertex.id, (kind, code), need, need, self._places.of(out), words, instant, ended(out)
            )
        else:
            yield Move(
                vertex.id,
                need,
                need,
                self._places.of(out),
                words,
                0,
                instant,
                label,
                data=data,
                inner=ended(out),
            )

    def _ways_on(self, vertex: Vertex) -> list[tuple[tuple[Edge, ...], Data | None]]:
        outs = self._places.graph.out(vertex.id)
        if vertex.out == "none" or not outs:
            return [((), None)]
        if vertex.out == "all":
            return [(tuple(outs), None)]
        if vertex.out == "some" and len(outs) > 1:
            return [(chosen, None) for chosen in self._subsets(vertex.id, outs)]
        return [((out,), self._data(vertex.id, out)) for out in outs]

    def _data(self, vertex_id: str, edge: Edge) -> Data | None:
        """What the step that leaves a vertex by an edge asks and writes."""
        flags = self._places.aspect.flags
        if flags is None or vertex_id not in self._places.scope.nodes:
            return None
        if vertex_id in flags.deciding:
            [flow] = [each for each in self._places.scope.outgoing[vertex_id] if each.id in edge.flows]
            return flags.after_choice(self._places.node(vertex_id), flow)
        return flags.after_write(self._event_of(edge) if edge.by_event else self._places.node(vertex_id))

    def _subsets(self, vertex_id: str, outs: list[Edge]) -> list[tuple[Edge, ...]]:
        """Some of the conditions are true; or none, and the default flow is taken alone."""
        default = self._places.node(vertex_id).default
        alone = [edge for edge in outs if default in edge.flows]
        asked = [edge for edge in outs if edge.flows != {default}]
        sizes: Iterable[int] = range(1, len(asked) + 1)
        if len(asked) > MOST_FLOWS:
            self.cut.add(vertex_id)
            sizes = (1, 2, len(asked)) if len(asked) <= MOST_PAIRED else (1, len(asked))
        found = [chosen for size in sizes for chosen in combinations(asked, size)]
        found += [(edge,) for edge in alone if (edge,) not in found]
        if any(len(edge.flows) > 1 for edge in asked):
            return found
        trees = self._conditions(vertex_id, asked)
        return [chosen for chosen in found if _can_be(trees, chosen)]

    def _conditions(self, vertex_id: str, asked: list[Edge]) -> dict[str, Tree | None]:
        every = {flow for edge in asked for flow in edge.flows}
        return {
            flow.id: tree_of(flow.condition)
            for flow in self._places.scope.outgoing[vertex_id] if flow.condition and flow.id in every
        }  # fmt: skip

    # activities that hold a scope

    def _enter(self, vertex: Vertex, ways: list[Edge]) -> Iterator[Move]:
        for way in ways:
            need = 1 << self._places.on[way.id]
            yield Move(
                vertex.id, need, need, (self._places.inside[vertex.id][0],), way.words, instant=not way.waits
            )

    def _within(self, vertex: Vertex) -> Iterator[Move]:
        node, outs = self._places.node(vertex.id), self._places.graph.out(vertex.id)
        marks = sum(
            1 << self._places.mark(event_id) for edge in outs if edge.beside for event_id in edge.flows
        )
        for state, place in enumerate(self._places.inside[vertex.id]):
            for step in self._places.behaviour(vertex.id).steps[state]:
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
                    words, data, inner = (*told, *tail((edge,))), self._data(vertex_id, edge), ended((edge,))
                    places, label = self._places.of([edge]), _seen(edge)
                    yield Move(
                        vertex_id, need, need | marks, places, words, label=label, data=data, inner=inner
                    )
            if not outs:
                yield Move(vertex_id, need, need | marks, (), (*told, (vertex_id, name_of(node))))
        elif step.label[0] in ("error", "escalation"):
            yield from self._caught_here(vertex_id, node, outs, place, marks, step)
        else:
            yield Move(
                vertex_id, need, need, (self._places.inside[vertex_id][step.target],), told, label=step.label
            )

    def _caught_here(
        self, vertex_id: str, node: Node, outs: list[Edge], place: int, marks: int, step: InnerStep
    ) -> Iterator[Move]:
        told = tuple((vertex_id, word) for word in step.words)
        stays = (self._places.inside[vertex_id][step.target],) if step.target != FINISHED else ()
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
        label, told = _seen(edge), (*told, *tail((edge,)))
        if not edge.beside:
            places, inner = self._places.of([edge]), ended((edge,))
            yield Move(vertex_id, need, need | marks, places, told, label=label, data=data, inner=inner)
            return
        mark = self._places.mark(event.id)
        forbid = 0 if again else 1 << mark
        bit = () if again else (mark,)
        places = (*stays, *bit, *self._places.of([edge]))
        yield Move(vertex_id, need, need, places, told, forbid, label=label, data=data)

    def _event_of(self, edge: Edge) -> Node:
        return next(
            (self._places.node(each) for each in edge.flows if self._places.node(each).attached_to),
            Node("", "", ""),
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
        caught = [each for each in self._listening(vertex_id) if _catches(_start(each), label)]
        named = [each for each in caught if _start(each).trigger.name]
        for each in caught if label == ANY_ERROR else (named or caught)[:1]:
            begun = self._places.inside[each.id][0]
            said = (*words, (each.id, happened(_start(each), each)[1]))
            if _start(each).interrupting or label[0] == "error":
                yield Move(vertex_id, need, self._places.tokens, (begun,), said, instant=instant)
            else:
                yield Move(vertex_id, need, clear, (*stays, begun), said, instant=instant)
        if not caught or label == ANY_ERROR:
            leaves = label[0] == "error"
            emptied = self._places.tokens if leaves else clear
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

    def _listening(self, vertex_id: str) -> list[Node]:
        """The event subprocesses that may catch what leaves a vertex: not itself, none once one has interrupted."""
        node = self._places.node(vertex_id)
        if node.event_subprocess and _start(node).interrupting:
            return []
        return [each for each in self._places.scope.event_subprocesses if each.id != vertex_id]

    def of_event_subprocess(self, node: Node) -> Iterator[Move]:
        start, begun = _start(node), self._places.inside[node.id][0]
        running = sum(1 << place for each in self._places.scope.event_subprocesses if _start(each).interrupting
                      for place in self._places.inside[each.id])  # fmt: skip
        said = ((node.id, happened(start, node)[1]),)
        label = (
            ("receive", start.trigger.name)
            if self._places.aspect.messages and start.trigger.kind == "message"
            else TAU
        )
        fails = start.trigger.kind == "error" and operations_fail(self._places.scope)
        if fails or start.trigger.kind not in ("error", "escalation"):
            if start.interrupting or fails:
                yield Move(node.id, 0, self._places.tokens, (begun,), said, running, label=label)
            else:
                mark = self._places.mark(node.id)
                once = (begun, mark)
                yield Move(node.id, 0, 0, once, said, running | 1 << mark, label=label)
        for state, place in enumerate(self._places.inside[node.id]):
            for step in self._places.behaviour(node.id).steps[state]:
                yield from self._inner(node.id, node, [], place, 0, step)


def _can_be(trees: Mapping[str, Tree | None], chosen: tuple[Edge, ...]) -> bool:
    """Whether the conditions of the chosen flows may be true while the others are not; of very many, whether they may
    be true together."""
    taken = {flow for edge in chosen for flow in edge.flows}
    trues = [(tree, True) for flow, tree in trees.items() if flow in taken]
    falses = [(tree, False) for flow, tree in trees.items() if flow not in taken]
    return possible(trues if len(trees) > MOST_PAIRED else [*trues, *falses])


def tail(outs: tuple[Edge, ...]) -> tuple[Word, ...]:
    """What is said of edges that lead to the end, where no token rests."""
    return tuple(word for edge in outs if not rests(edge) for word in edge.words)


def ended(outs: Iterable[Edge]) -> frozenset[str]:
    return frozenset(element for edge in outs if not rests(edge) for element in edge.inner)


def _seen(edge: Edge) -> Label:
    return edge.label if edge.label != NO_LABEL else TAU


def _start(event_subprocess: Node) -> Node:
    return event_subprocess.body.starts()[0] if event_subprocess.body else Node("", "", "")


def _catches(event: Node, label: Label) -> bool:
    kind, code = label
    return event.trigger.kind == kind and (code == "*" or event.trigger.name in ("", code))
