"""All the processes of a parcours together, with their messages: what is sent and never received, awaited and never
sent, and a parcours that cannot end.

A message that nobody awaits yet waits in the mailbox (R37 says what it carries), so its order is no fault; a process
is started once for a parcours. People, timers and conditions may do anything that a diagram allows.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from shared.bpmn.findings import Finding
from shared.bpmn.soundness.behaviour import FINISHED
from shared.bpmn.soundness.graph import Label
from shared.bpmn.soundness.hand import Hands
from shared.bpmn.soundness.parts import Member, Part, parts_of
from shared.bpmn.soundness.telling import Told, tell

NOT_BEGUN = -2
MOST_LETTERS = 3  # of one kind at a time: more is not decided
LIMIT = 50_000

Mail = tuple[tuple[str, int], ...]
"""(label of a letter, how many), sorted."""
Together = tuple[tuple[int, ...], Mail]
Act = tuple[int, Label]
"""(which part, what it does): "start" and "send" name a letter by its label, "receive" a message."""


@dataclass
class _Explored:
    before: dict[Together, tuple[Together, Act] | None] = field(default_factory=dict)
    after: dict[Together, list[tuple[Act, Together]]] = field(default_factory=dict)
    complete: bool = True


def check_across(members: Sequence[Member], limit: int = LIMIT) -> Iterator[Finding]:
    """Findings about the parcours; what could not be looked at to the end is a notice."""
    parts, complete = parts_of(members, limit)
    found = _explore(parts, limit)
    if not (complete and found.complete):
        where = members[0].process
        yield Finding("-", where.id, where.name, "not_decided", {"limit": limit})
        return
    faults = list(_faults(parts, found))
    yield from faults


def _faults(parts: Sequence[Part], found: _Explored) -> Iterator[Finding]:
    lost = [fault for name in _names(parts) for fault in _lost(parts, found, name)]
    yield from lost
    waits = [fault for at in range(len(parts)) for fault in _waits_for_ever(parts, found, at)]
    yield from waits
    if not lost and not waits:
        yield from _endless(parts, found)
        yield from _nobody(parts, found)


def _names(parts: Sequence[Part]) -> list[str]:
    return sorted({letter[0] for part in parts for letter in part.letters.values()})


# playing together


def _explore(parts: Sequence[Part], limit: int) -> _Explored:
    found = _Explored()
    todo = deque(_beginnings(parts))
    found.before |= dict.fromkeys(todo)
    while todo:
        state = todo.popleft()
        if len(found.after) >= limit:
            found.complete = False
            return found
        found.after[state] = []
        for act, reached in _acts(parts, state):
            if any(count > MOST_LETTERS for _, count in reached[1]):
                found.complete = False
                continue
            found.after[state].append((act, reached))
            if reached not in found.before:
                found.before[reached] = state, act
                todo.append(reached)
    return found


def _beginnings(parts: Sequence[Part]) -> Iterator[Together]:
    """A person starts one of the processes."""
    for at, part in enumerate(parts):
        if "" in part.begins:
            locals_ = [NOT_BEGUN] * len(parts)
            locals_[at] = part.blocks.get(part.begins[""], FINISHED)
            yield tuple(locals_), ()


def _acts(parts: Sequence[Part], state: Together) -> Iterator[tuple[Act, Together]]:
    locals_, mail = state
    for at, part in enumerate(parts):
        if locals_[at] == NOT_BEGUN:
            for label, _ in mail:
                if label in part.begins:
                    begun = part.blocks.get(part.begins[label], FINISHED)
                    yield (at, ("start", label)), (_set(locals_, at, begun), _less(mail, label))
        elif locals_[at] != FINISHED:
            yield from _steps(parts, part, at, state)


def _steps(parts: Sequence[Part], part: Part, at: int, state: Together) -> Iterator[tuple[Act, Together]]:
    locals_, mail = state
    for step in part.behaviour.steps[locals_[at]]:
        after = _set(locals_, at, step.target)
        kind, name = step.label
        if kind == "send":
            yield (at, step.label), (after, _more(mail, name))
        elif kind == "receive":
            for label, _ in mail:
                if _name(parts, label) == name:
                    yield (at, step.label), (after, _less(mail, label))
        elif kind != "error":
            yield (at, step.label), (after, mail)


def _name(parts: Sequence[Part], label: str) -> str:
    return next(part.letters[label][0] for part in parts if label in part.letters)


def _set(locals_: tuple[int, ...], at: int, value: int) -> tuple[int, ...]:
    return (*locals_[:at], value, *locals_[at + 1 :])


def _more(mail: Mail, label: str) -> Mail:
    return tuple(sorted((dict(mail) | {label: dict(mail).get(label, 0) + 1}).items()))


def _less(mail: Mail, label: str) -> Mail:
    counts = dict(mail) | {label: dict(mail)[label] - 1}
    return tuple(sorted((each, count) for each, count in counts.items() if count))


# judging


def _lost(parts: Sequence[Part], found: _Explored, name: str) -> Iterator[Finding]:
    """A message that is never received, whatever happens next."""

    def holds(state: Together) -> bool:
        return any(_name(parts, label) == name for label, _ in state[1])

    hopeful = _backwards(found, [state for state in found.after if not holds(state)])
    first = next((state for state in found.before if holds(state) and state not in hopeful), None)
    if first is not None:
        told = tell(parts, *_path(found, first))
        at, element, _ = next(sent for sent in reversed(told.sent) if sent[2] == name)
        yield _finding(parts, "message_lost", (at, element), told, message=name)


def _waits_for_ever(parts: Sequence[Part], found: _Explored, at: int) -> Iterator[Finding]:
    """A process that waits for a message that never comes, whatever the others do."""
    moving = [state for state, acts in found.after.items() if any(act[0] == at for act, _ in acts)]
    idle = [state for state in found.after if state[0][at] in (NOT_BEGUN, FINISHED)]
    hopeful = _backwards(found, moving + idle)
    first = next((state for state in found.before if state not in hopeful), None)
    if first is not None:
        told = tell(parts, *_path(found, first), rests=True)
        for element, name in told.awaited[at]:
            yield _finding(parts, "wait_for_ever", (at, element), told, message=name)


def _endless(parts: Sequence[Part], found: _Explored) -> Iterator[Finding]:
    """A parcours of which something always goes on."""
    ended = [state for state in found.after if all(each in (NOT_BEGUN, FINISHED) for each in state[0])]
    hopeful = _backwards(found, ended)
    first = next((state for state in found.before if state not in hopeful), None)
    if first is not None:
        told = tell(parts, *_path(found, first))
        yield _finding(parts, "parcours_without_end", told.last, told)


def _nobody(parts: Sequence[Part], found: _Explored) -> Iterator[Finding]:
    """The parcours is open, all is at rest, no letter is on its way, and nobody has the next action (R45)."""
    idle = [_without_hand(part) for part in parts]

    def is_nobodys(state: Together) -> bool:
        going = [at for at, each in enumerate(state[0]) if each not in (NOT_BEGUN, FINISHED)]
        moves = any(label[0] in ("start", "receive") for (_, label), _ in found.after.get(state, ()))
        return bool(going) and not moves and all(state[0][at] in idle[at] for at in going)

    first = next((state for state in found.before if is_nobodys(state)), None)
    if first is not None:
        told = tell(parts, *_path(found, first), rests=True)
        at = next(at for at, each in enumerate(first[0]) if each not in (NOT_BEGUN, FINISHED))
        element = next((element for element, _ in told.awaited[at]), told.last[1])
        yield _finding(parts, "nobody_has_the_hand", (at, element), told)


def _without_hand(part: Part) -> set[int]:
    """The states in which a process may be at rest while nobody in it has the hand."""
    hands = Hands(part.member.processes, LIMIT)
    scope = part.member.process.scope
    return {part.blocks[state] for state in hands.at_rest_without(scope, part.found) if state in part.blocks}


def _backwards(found: _Explored, goals: Iterable[Together]) -> set[Together]:
    before: dict[Together, list[Together]] = {}
    for state, acts in found.after.items():
        for _, reached in acts:
            before.setdefault(reached, []).append(state)
    seen, todo = set[Together](), list(goals)
    while todo:
        state = todo.pop()
        if state not in seen:
            seen.add(state)
            todo += before.get(state, ())
    return seen


def _path(found: _Explored, state: Together) -> tuple[list[Act], tuple[int, ...]]:
    acts: list[Act] = []
    at = state
    while (step := found.before[at]) is not None:
        at = step[0]
        acts.append(step[1])
    return acts[::-1], state[0]


def _finding(parts: Sequence[Part], code: str, where: tuple[int, str], told: Told, **params: str) -> Finding:
    process = parts[where[0]].member.process
    node = next((node for _, node in process.scope.everything() if node.id == where[1]), None)
    element, name = (node.id, node.name) if node is not None else (process.id, process.name)
    return Finding(process.file, element, name, code, params, (), told.run)
