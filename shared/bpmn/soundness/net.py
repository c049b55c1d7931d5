"""A token game on a graph: what can be done in a marking. A marking is an int, one bit for each place."""

from collections.abc import Iterator

from shared.bpmn.model import Scope
from shared.bpmn.soundness.building import Aspect
from shared.bpmn.soundness.graph import Edge, Graph
from shared.bpmn.soundness.moves import Join, Move, Moves, ended, tail
from shared.bpmn.soundness.places import Places


class Net:
    """``places`` of the graph, and the moves between them, filed under the place that each begins at.

    ``cut``: the gateways of which not every choice is played.
    """

    def __init__(self, scope: Scope, graph: Graph, aspect: Aspect) -> None:
        self.places = Places(scope, graph, aspect)
        self._acts: dict[int, list[Move]] = {}
        self._instants: dict[int, list[Move]] = {}
        self._anywhere: list[Move] = []
        self._blocked: dict[tuple[str, int], int] = {}
        moves = Moves(self.places)
        for move in moves.all():
            self._file(move)
        self._joins, self.cut = moves.joins, frozenset(moves.cut)

    def _file(self, move: Move) -> None:
        if not move.need:
            self._anywhere.append(move)
            return
        place = (move.need & -move.need).bit_length() - 1
        (self._instants if move.instant else self._acts).setdefault(place, []).append(move)

    def possible(self, marking: int) -> list[Move]:
        """As in the engine: what needs nobody first, then inclusive joins, then what people and the world do."""
        found = self._first_instant(marking)
        if found:
            return found
        joins = [move for join in self._joins for move in self._released(join, marking)]
        if any(move.instant for move in joins):
            return [move for move in joins if move.instant]
        acts = [
            move for place in _bits(marking) for move in self._acts.get(place, ()) if _fits(move, marking)
        ]
        alive = bool(marking & self.places.tokens)
        return joins + acts + [move for move in self._anywhere if alive and not marking & move.forbid]

    def _first_instant(self, marking: int) -> list[Move]:
        for place in _bits(marking):
            found = [move for move in self._instants.get(place, ()) if _fits(move, marking)]
            if found:
                return found
        return []

    def _released(self, join: Join, marking: int) -> list[Move]:
        arrived = [edge for edge in join.ways if marking >> self.places.on[edge.id] & 1]
        if not arrived or marking & self._blocking(join, arrived):
            return []
        taken = self.places.bits(arrived)
        words = tuple(word for edge in arrived for word in edge.words) + join.words
        instant = not any(edge.waits for edge in arrived)
        return [
            Move(
                join.vertex,
                taken,
                taken,
                self.places.of(out),
                (*words, *tail(out)),
                instant=instant,
                inner=ended(out),
            )
            for out in join.outs
        ]

    def _blocking(self, join: Join, arrived: list[Edge]) -> int:
        """The places from which a token can still come by an empty edge, nowhere on its way as well by a full one."""
        key = join.vertex, self.places.bits(arrived)
        if key not in self._blocked:
            graph, empty = self.places.graph, [edge for edge in join.ways if edge not in arrived]
            full = graph.behind(arrived, join.vertex, by_events=False)
            self._blocked[key] = self.places.at(graph.behind(empty, join.vertex, by_events=True, but=full))
        return self._blocked[key]


def _bits(marking: int) -> Iterator[int]:
    while marking:
        low = marking & -marking
        yield low.bit_length() - 1
        marking ^= low


def _fits(move: Move, marking: int) -> bool:
    return marking & move.need == move.need and not marking & move.forbid
