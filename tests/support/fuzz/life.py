"""The life of one process: random moves of people, of the world and of the clock, played by all and compared."""

import random
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from shared.bpmn import Definition, DefinitionFiles, load
from shared.bpmn.definition import reload
from tests.support.bpmn_builder import Bpmn, files
from tests.support.fuzz.players import (
    VOCABULARY,
    IncidentSeen,
    Move,
    NothingHappened,
    OraclePlayer,
    count_up,
    kept,
    stored,
)
from tests.support.oracle import Operation, Seen

MOVES = 40
OUT_OF_STEPS = "incident step_budget"
BEGINS = (datetime(2026, 9, 1, 8, tzinfo=UTC), datetime(2026, 10, 24, 23, 30, tzinfo=UTC),
          datetime(2027, 1, 31, 9, tzinfo=UTC), datetime(2027, 3, 27, 23, 30, tzinfo=UTC))  # fmt: skip
Moment = tuple[Move, datetime]


@dataclass(frozen=True)
class Difference:
    """After which moves the players disagree, about what, and what each of them says."""

    moves: tuple[Moment, ...]
    about: str
    engine: Any
    other: Any

    def __str__(self) -> str:
        moves = "\n".join(f"  {now:%Y-%m-%d %H:%M} {move}" for move, now in self.moves)
        return f"{self.about}\nengine: {self.engine}\noracle: {self.other}\nafter\n{moves}"


class Life:
    """All players at the same process, move by move."""

    def __init__(self, diagrams: list[Bpmn], operation: Operation = count_up) -> None:
        """``operation``: what service tasks do in the oracle's eyes. Raises DefinitionRefused."""
        sources: DefinitionFiles = files(*diagrams)
        definition: Definition = load(sources, diagrams[0].id, VOCABULARY)
        self._outputs = definition.plan.form_outputs
        nodes = (node for each in definition.processes.values() for _, node in each.scope.everything())
        self._conditional = {node.id for node in nodes if node.trigger.kind == "conditional"}
        self._kept, self._oracle = kept(definition), OraclePlayer(diagrams, operation)
        self._stored = stored(definition, reload(sources, diagrams[0].id, VOCABULARY))
        self.moves: list[Moment] = []
        self.over = False

    def play(self, move: Move, now: datetime) -> Difference | None:
        """One move of all. A move that fits nowhere is none; an incident ends the life."""
        self.moves.append((move, now))
        answers = [_answer(player, move, now) for player in (self._stored, self._kept, self._oracle)]
        words = [answer if isinstance(answer, str) else "" for answer in answers]
        if words[:2] == [OUT_OF_STEPS] * 2 and self._oracle.ran_long:
            self.over = True  # where the engine stops is its own affair, that it stops is not
            return None
        if len(set(words)) > 1:
            return Difference(tuple(self.moves), "what comes of it", words[0], words[1:])
        if words[0]:
            self.over = words[0] != "nothing"
            sound = not words[0].startswith("incident deadlock")
            return (
                None
                if sound
                else Difference(tuple(self.moves), "what the checks say", "no deadlock", words[0])
            )
        if replace(self._stored.progress, before=None) != replace(self._kept.progress, before=None):
            return Difference(
                tuple(self.moves), "kept and stored", self._stored.progress, self._kept.progress
            )
        self.over = self._stored.progress.ended
        return _compare(self._stored.seen(), answers[2], tuple(self.moves))

    def can(self, move: Move, now: datetime) -> bool:
        """Whether the move is one that may be made here and now."""
        if move[0] in ("complete", "refuse"):
            return move[1] in self._stored.open
        timers = self._stored.progress.timers
        return move[0] != "fire" or (move[1] < len(timers) and timers[move[1]].due_at <= now)

    # the random moves

    def begin(self, chance: random.Random) -> Moment:
        people = ["a", "b", "c"][: chance.choice((0, 1, 2, 2, 3))]
        variables = {"total": chance.randint(0, 3), "qui": people, "liste": []}
        return ("start", variables), chance.choice(BEGINS)

    def next(self, chance: random.Random) -> Moment:
        """Something that may happen now."""
        progress, now = self._stored.progress, self.moves[-1][1]
        if chance.random() < 0.2:
            now += timedelta(minutes=chance.choice((1, 45, 60 * 5, 60 * 24 * 9)))
        kinds = ["complete"] * 12 * bool(self._stored.open) + ["refuse"] * bool(self._stored.open)
        kinds += ["fire"] * 6 * bool(progress.timers) + ["receive"] * (8 if progress.awaited else 1)
        kinds += ["signal"] * (6 if self._awaits_signals() else 1)
        return getattr(self, f"_{chance.choice(kinds)}")(chance, now)  # type: ignore[no-any-return]

    def carry_to_its_end(self, chance: random.Random) -> bool:
        """Do what the flow waits for until nothing or a condition is left; False when it has no end."""
        for _ in range(300):
            if self.over:
                break
            progress, now = self._stored.progress, self.moves[-1][1]
            names = [each.name for each in progress.awaited if each.element_id in progress.position]
            rings = [
                nth for nth, timer in enumerate(progress.timers) if timer.element_id in progress.position
            ]
            if self._stored.open:
                self.play(*self._complete(chance, now))
            elif names:
                self.play(("receive", names[0], {"recu": chance.randint(0, 9)}), now)
            elif rings:
                self.play(("fire", rings[0]), max(now, progress.timers[rings[0]].due_at))
            else:
                self.play(*self._signal(chance, now))
        return self.over or not self._conditional.isdisjoint(self._stored.progress.position)

    def _awaits_signals(self) -> bool:
        return bool(self._stored.progress.awaited_signals)

    def _complete(self, chance: random.Random, now: datetime) -> Moment:
        task = chance.choice(self._stored.open)
        outputs = {name: chance.randint(0, 9) for name in sorted(self._outputs[task.partition("#")[0]])}
        return ("complete", task, outputs), now

    def _refuse(self, chance: random.Random, now: datetime) -> Moment:
        return ("refuse", chance.choice(self._stored.open)), now

    def _fire(self, chance: random.Random, now: datetime) -> Moment:
        timers = self._stored.progress.timers
        nth = chance.randrange(len(timers))
        return ("fire", nth), max(now, timers[nth].due_at)

    def _receive(self, chance: random.Random, now: datetime) -> Moment:
        names = sorted({each.name for each in self._stored.progress.awaited}) or ["bilan.clos.v1"]
        return ("receive", chance.choice(names), {"recu": chance.randint(0, 9)}), now

    def _signal(self, chance: random.Random, now: datetime) -> Moment:
        return ("signal", chance.choice(("feu", "eau"))), now


def live(life: Life, seed: int, count: int = MOVES) -> Difference | None:
    """A life of random moves: the first difference, if any."""
    chance = random.Random(seed)
    difference = life.play(*life.begin(chance))
    while difference is None and not life.over and len(life.moves) < count:
        difference = life.play(*life.next(chance))
    return difference


def relive(life: Life, moves: tuple[Moment, ...]) -> Difference | None:
    """The same moves on another process; those that cannot be made there are left out."""
    for move, now in moves:
        if life.moves and not life.can(move, now):
            continue
        difference = life.play(move, now)
        if difference is not None or life.over:
            return difference
    return None


def _answer(player: Any, move: Move, now: datetime) -> Any:
    """What a player says: the oracle what it sees, anybody the word for why nothing came of it."""
    try:
        return player.play(move, now)
    except NothingHappened:
        return "nothing"
    except IncidentSeen as incident:
        if incident.code == "step_budget":
            return OUT_OF_STEPS
        return f"incident {incident.code} at {incident.element}"


def _compare(engine: Seen, other: Seen, moves: tuple[Moment, ...]) -> Difference | None:
    engine, other = _unordered(engine), _unordered(other)
    for field in fields(Seen):
        said, expected = getattr(engine, field.name), getattr(other, field.name)
        if said != expected:
            return Difference(moves, field.name, said, expected)
    return None


def _unordered(seen: Seen) -> Seen:
    """What is cancelled together has no order."""
    trace: list[tuple[str, str]] = []
    for is_cancelled, group in groupby(seen.trace, key=lambda entry: entry[1] == "cancelled"):
        entries = list(group)
        trace += sorted(entries) if is_cancelled else entries
    return replace(seen, trace=tuple(trace))
