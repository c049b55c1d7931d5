"""What those around a scope see of it: its visible steps, everything else left out; and the smallest such graph."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.bpmn.soundness.graph import Label

TAU: Label = ("tau", "")
DONE: Label = ("done", "")
FINISHED = -1


@dataclass(frozen=True)
class Step:
    label: Label
    target: int
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Behaviour:
    """``steps[state]``; state 0 is the first, FINISHED the end. Errors finish it as well as DONE."""

    steps: tuple[tuple[Step, ...], ...]

    @property
    def is_plain(self) -> bool:
        """All that can be seen is that it is done."""
        return {step.label for steps in self.steps for step in steps} <= {TAU, DONE}

    @property
    def labels(self) -> set[Label]:
        return {step.label for steps in self.steps for step in steps} - {TAU}


PLAIN = Behaviour(((Step(DONE, FINISHED),),))


def repeated(behaviour: Behaviour) -> Behaviour:
    """Any number of turns, one after the other: several items, or a loop."""
    again = tuple(tuple(more for step in steps for more in _go_on(step)) for steps in behaviour.steps)
    return optional(Behaviour(again))


def optional(behaviour: Behaviour) -> Behaviour:
    """Nothing, or the behaviour. Of repeated messages, how many there are is not known: one is looked at."""
    first = (Step(TAU, 1), Step(DONE, FINISHED))
    return Behaviour((first, *(tuple(_shifted(step) for step in steps) for steps in behaviour.steps)))


def _go_on(step: Step) -> tuple[Step, ...]:
    return (step, Step(TAU, 0, step.words)) if step.label == DONE else (step,)


def _shifted(step: Step) -> Step:
    return step if step.target == FINISHED else Step(step.label, step.target + 1, step.words)


def minimal(steps: Mapping[int, Sequence[Step]], start: int) -> tuple[Behaviour, dict[int, int]]:
    """The quotient by branching bisimulation, and the block of each state; unseen circles are left one day."""
    block = dict.fromkeys(steps, 0) | {FINISHED: FINISHED}
    count = 1
    while True:
        signatures = _signatures(steps, block)
        numbers: dict[tuple[int, frozenset[tuple[Label, int]]], int] = {}
        found = {
            state: numbers.setdefault((block[state], signatures[state]), len(numbers)) for state in steps
        }
        block = found | {FINISHED: FINISHED}
        if len(numbers) == count:
            break
        count = len(numbers)
    return _quotient(steps, block, start)


def _signatures(
    steps: Mapping[int, Sequence[Step]], block: Mapping[int, int]
) -> dict[int, frozenset[tuple[Label, int]]]:
    """What each state can do, unseen steps within its block not counted."""
    before: dict[int, list[int]] = {state: [] for state in steps}
    signature: dict[int, set[tuple[Label, int]]] = {state: set() for state in steps}
    for state, each in steps.items():
        for step in each:
            if step.label == TAU and block[step.target] == block[state]:
                before[step.target].append(state)
            else:
                signature[state].add((step.label, block[step.target]))
    todo = list(steps)
    while todo:
        state = todo.pop()
        for earlier in before[state]:
            if not signature[state] <= signature[earlier]:
                signature[earlier] |= signature[state]
                todo.append(earlier)
    return {state: frozenset(found) for state, found in signature.items()}


def _quotient(
    steps: Mapping[int, Sequence[Step]], block: Mapping[int, int], start: int
) -> tuple[Behaviour, dict[int, int]]:
    order = {block[start]: 0}
    for state in steps:
        order.setdefault(block[state], len(order))
    rows: list[dict[tuple[Label, int], Step]] = [{} for _ in order]
    for state, each in steps.items():
        for step in each:
            target = order[block[step.target]] if step.target != FINISHED else FINISHED
            if step.label != TAU or target != order[block[state]]:
                row = rows[order[block[state]]]
                known = row.get((step.label, target))
                if known is None or len(step.words) < len(known.words):
                    row[step.label, target] = Step(step.label, target, step.words)
    numbers = {state: order[block[state]] for state in steps}
    return Behaviour(tuple(tuple(row.values()) for row in rows)), numbers
