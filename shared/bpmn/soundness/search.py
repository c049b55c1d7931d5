"""Plays a net, cheapest runs first, within bounds; and says what it came upon."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush

from shared.bpmn.soundness.graph import END, OUTSIDE, Edge, Values
from shared.bpmn.soundness.moves import ANY_ERROR, Move
from shared.bpmn.soundness.net import Net
from shared.bpmn.soundness.words import Word, up_to

State = tuple[int, Values]
LIMIT = 20_000
GONE: State = (-1, ())


@dataclass(frozen=True)
class Fault:
    """``element``: where; ``words``: the shortest run that shows it."""

    element: str
    words: tuple[Word, ...]


@dataclass
class Explored:
    """``cost`` and ``before`` of each state that was reached; ``after`` of each that was looked at.

    ``doubled``: element → the shortest run in which a second token comes there. ``cut``: states from which a step was
    not followed because two tokens met where several are meant. ``failing``: an operation's error may leave the scope
    there, which is no way to end that could be counted on.
    """

    net: Net
    starts: dict[State, tuple[Word, ...]]
    cost: dict[State, int] = field(default_factory=dict)
    before: dict[State, tuple[State, Move]] = field(default_factory=dict)
    after: dict[State, list[tuple[Move, State]]] = field(default_factory=dict)
    doubled: dict[str, Fault] = field(default_factory=dict)
    cut: set[State] = field(default_factory=set)
    failing: set[State] = field(default_factory=set)
    complete: bool = True

    def words(self, state: State) -> tuple[Word, ...]:
        """The shortest run to a state."""
        moves: list[Move] = []
        while state in self.before:
            state, move = self.before[state]
            moves.append(move)
        return (*self.starts.get(state, ()), *(word for move in reversed(moves) for word in move.words))

    def is_end(self, state: State) -> bool:
        return state == GONE or not state[0] & self.net.places.tokens

    def tokens(self, state: State) -> list[int]:
        return [place for place in self.net.places.heads if state[0] >> place & 1]

    def pending(self, state: State) -> tuple[Word, ...]:
        """What lies on the edges on which tokens are: it happens before they come to rest at the edges' ends."""
        edges = [self.net.places.heads[place][1] for place in self.tokens(state)]
        return tuple(word for edge in edges if edge is not None for word in edge.words)


def explore(
    net: Net, starts: Mapping[State, tuple[Word, ...]], several: Collection[str] = (), limit: int = LIMIT
) -> Explored:
    """``several``: elements where several tokens at once are meant (they follow an event that does not interrupt)."""
    found = Explored(net, dict(starts), complete=not net.cut)
    heap: list[tuple[int, int, int, State]] = []
    for number, state in enumerate(starts):
        found.cost[state] = 0
        heappush(heap, (0, 0, number, state))
    count = len(heap)
    while heap:
        cost, length, _, state = heappop(heap)
        if state in found.after:
            continue
        if len(found.after) >= limit:
            found.complete = False
            return found
        found.after[state] = []
        if found.is_end(state):
            continue
        for move in net.possible(state[0]):
            reached = _after(found, state, move, several)
            if reached is None:
                continue
            found.after[state].append((move, reached))
            dearer = cost + len(move.words)
            if reached not in found.cost or dearer < found.cost[reached]:
                found.cost[reached] = dearer
                found.before[reached] = state, move
                count += 1
                heappush(heap, (dearer, length + 1, count, reached))
    return found


def _after(found: Explored, state: State, move: Move, several: Collection[str]) -> State | None:
    marking, values = state
    if move.data is not None:
        known = move.data(values)
        if known is None:
            return None
        values = known
    if move.leaves:
        if move.label == ANY_ERROR:
            found.failing.add(state)
            return None
        return GONE
    marking &= ~move.clear
    for place in move.post:
        if marking >> place & 1 and place in found.net.places.heads:
            _meet(found, state, move, place, several)
            return None
        marking |= 1 << place
    return marking, values


def _meet(found: Explored, state: State, move: Move, place: int, several: Collection[str]) -> None:
    element, edge = found.net.places.heads[place]
    found.cut.add(state)
    if element in several:
        return
    leading = () if edge is None else up_to(edge.words, element)
    words = (*found.words(state), *move.words, *leading)
    if element not in found.doubled or len(words) < len(found.doubled[element].words):
        found.doubled[element] = Fault(element, words)


def hopeful(found: Explored, also: Iterable[State] = ()) -> set[State]:
    """The states from which an end can be reached, or from which not all was followed."""
    before: dict[State, list[State]] = {}
    for state, steps in found.after.items():
        for _, reached in steps:
            before.setdefault(reached, []).append(state)
    good = set[State]()
    todo = [state for state in found.after if found.is_end(state)] + list(found.cut) + list(also)
    while todo:
        state = todo.pop()
        if state not in good:
            good.add(state)
            todo += before.get(state, ())
    return good


def entered(found: Explored) -> set[str]:
    """The elements that some token came to."""
    seen = {element for edge in straight(found) for element in edge.inner}
    marked = 0
    for state, steps in found.after.items():
        if state != GONE:
            marked |= state[0]
        for move, _ in steps:
            seen |= {move.vertex} | move.inner
            seen.update(word[0] for word in move.words)
    for place, (element, edge) in found.net.places.heads.items():
        if marked >> place & 1:
            seen |= {element} | (edge.inner if edge is not None else set())
    return seen


def straight(found: Explored) -> list[Edge]:
    """The edges that lead from the start to the end: of a sound scope nothing else may be left."""
    return [edge for edge in found.net.places.graph.into(END) if edge.source == OUTSIDE]


def stuck(found: Explored) -> dict[str, Fault]:
    """Joins where tokens wait for ever, each with the shortest run."""
    faults: dict[str, Fault] = {}
    for state, steps in found.after.items():
        if any(move.need for move, _ in steps) or found.is_end(state) or state in found.cut:
            continue  # an event subprocess might end the wait: that does not make it right
        words = (*found.words(state), *found.pending(state))
        for element in _first_causes(found, state):
            if element not in faults or len(words) < len(faults[element].words):
                faults[element] = Fault(element, words)
    return faults


def _first_causes(found: Explored, state: State) -> set[str]:
    """The joins where tokens wait, those left out that only wait for another of them."""
    graph = found.net.places.graph
    on = [edge for place in found.tokens(state) if (edge := found.net.places.heads[place][1]) is not None]
    waiting = {edge.target for edge in on}
    marked = {edge.id for edge in on}
    found_causes = set()
    for join in waiting:
        missing = [edge for edge in graph.into(join) if edge.id not in marked]
        if not (waiting - {join}) & graph.behind(missing, join, by_events=True):
            found_causes.add(join)
    return found_causes or waiting
