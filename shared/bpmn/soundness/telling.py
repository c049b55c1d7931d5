"""From the moves that processes made together to a run that people can read, element by element."""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

from shared.bpmn.soundness.behaviour import FINISHED, TAU
from shared.bpmn.soundness.graph import Label
from shared.bpmn.soundness.moves import Move
from shared.bpmn.soundness.parts import Part
from shared.bpmn.soundness.search import State

VISIBLE = ("start", "send", "receive")
_Way = tuple[tuple[Move, State], ...]


@dataclass(frozen=True)
class Told:
    """``sent``: part, element and message, in order; ``awaited``: of each part, the elements that wait and for what;
    ``last``: the part and the element that moved last."""

    run: tuple[str, ...]
    sent: tuple[tuple[int, str, str], ...]
    awaited: tuple[tuple[tuple[str, str], ...], ...]
    last: tuple[int, str]


@dataclass(frozen=True)
class _Legs:
    """What one part did. ``words``: up to and with each visible step, then what came after the last one;
    ``elements``: that made each of these steps."""

    words: tuple[tuple[str, ...], ...]
    elements: tuple[str, ...]
    end: State | None


def tell(
    parts: Sequence[Part], acts: Sequence[tuple[int, Label]], locals_: Sequence[int], *, rests: bool = False
) -> Told:
    """The shortest run of each process that shows what it did, put together in the order of the messages.

    ``rests``: each is told until it rests, so that what it waits for is seen.
    """
    legs = [
        _legs(part, [label for which, label in acts if which == at], locals_[at], rests)
        for at, part in enumerate(parts)
    ]
    run: list[str] = []
    sent: list[tuple[int, str, str]] = []
    taken, speaker, last = [0] * len(parts), -1, (0, "")
    for at, label in [*acts, *((at, ("rest", "")) for at in range(len(parts)))]:
        if label[0] not in (*VISIBLE, "rest") or taken[at] >= len(legs[at].words):
            continue
        for word in legs[at].words[taken[at]]:
            run.append(word if at == speaker else f"{parts[at].member.service} : {word}")
            speaker = at
        last = (at, legs[at].elements[taken[at]]) if taken[at] < len(legs[at].elements) else last
        taken[at] += 1
        if label[0] == "send":
            name, speaker = parts[at].letters[label[1]][0], -1
            run.append(f"message {name}")
            sent.append((*last, name))
    awaited = tuple(_awaited(part, each.end) for part, each in zip(parts, legs, strict=True))
    return Told(tuple(run), tuple(sent), awaited, last)


def _legs(part: Part, labels: list[Label], block: int, rests: bool) -> _Legs:
    started = [label[1] for label in labels if label[0] == "start"]
    if not started and "" not in part.begins:
        return _Legs((), (), None)
    begin = part.begins[started[0] if started else ""]
    way = _shortest(part, begin, [label for label in labels if label[0] in ("send", "receive")], block, rests)
    words: list[list[str]] = [[], []] if started else [[]]
    elements = [""] * len(started)
    for move, _ in way:
        words[-1] += [text for _, text in move.words]
        if move.label[0] in ("send", "receive"):
            words.append([])
            elements.append(move.vertex)
    return _Legs(tuple(tuple(each) for each in words), tuple(elements), way[-1][1] if way else begin)


def _shortest(part: Part, begin: State, shown: list[Label], block: int, rests: bool) -> _Way:
    """The cheapest concrete run with these visible steps that ends in the block (``rests``: where it can rest)."""
    passing: _Way = ()
    heap: list[tuple[int, int, State, int, _Way]] = [(0, 0, begin, 0, ())]
    seen, number = set[tuple[State, int]](), 0
    while heap:
        cost, _, state, at, way = heappop(heap)
        if (state, at) in seen:
            continue
        seen.add((state, at))
        if at == len(shown) and _is_in(part, state, block):
            passing = passing or way
            ways_on = part.found.after.get(state, ())
            if not rests or not any(move.label == TAU and _is_in(part, on, block) for move, on in ways_on):
                return way
        for move, reached in part.found.after.get(state, ()):
            label = part.shown_as(move.label, state)
            if label[0] not in ("send", "receive") or label in shown[at : at + 1]:
                step = at + (label[0] in ("send", "receive"))
                number += 1
                heappush(heap, (cost + len(move.words), number, reached, step, (*way, (move, reached))))
    return passing


def _is_in(part: Part, state: State, block: int) -> bool:
    return part.found.is_end(state) if block == FINISHED else part.blocks.get(state) == block


def _awaited(part: Part, state: State | None) -> tuple[tuple[str, str], ...]:
    """The elements that wait for a message in a state."""
    steps = part.found.after.get(state, ()) if state is not None else ()
    return tuple(sorted({(move.vertex, move.label[1]) for move, _ in steps if move.label[0] == "receive"}))
