"""Those who play a life: the engine kept in memory and stored at every step, and the oracle."""

from collections.abc import Mapping
from datetime import datetime
from itertools import count
from typing import Any

from shared import bpmn
from shared.bpmn import Definition, NotAwaited, OperationCall, ProcessFailure, Progress, Runtime, Vocabulary
from shared.bpmn.errors import BusinessError
from tests.support import oracle
from tests.support.bpmn_builder import Bpmn, vocabulary
from tests.support.bpmn_walk import UAI, KeptRuntime
from tests.support.oracle import BusinessRefusal, Operation, Seen

BUDGET = 400
ENOUGH = 10 * BUDGET  # of the oracle, which knows of no step that an item brings with it
Move = tuple[Any, ...]


def count_up(variables: Mapping[str, Any]) -> Mapping[str, Any]:
    """The operation of every service task: it refuses a total of 7, and adds 2 to any other."""
    if variables["total"] == 7:
        raise BusinessRefusal("perdu")
    return {"total": (variables["total"] + 2) % 10}


def _call(call: OperationCall) -> Mapping[str, Any]:
    try:
        return count_up(call.variables)
    except BusinessRefusal as refusal:
        raise BusinessError(refusal.code) from refusal


VOCABULARY: Vocabulary = vocabulary(
    {"compter": bpmn.Operation(frozenset({"total"}), frozenset({"total"}), _call)}
)


class NothingHappened(Exception):
    """The move does not fit where the process stands: nobody waits for it."""


class IncidentSeen(Exception):
    """The move failed. ``code``: why."""

    def __init__(self, element: str, code: str) -> None:
        self.element, self.code = element, code
        super().__init__(f"{element}: {code}")


class EnginePlayer:
    """``definitions``: as many readings of the same files; each step goes on with the next of them."""

    def __init__(self, kind: type[Runtime], *definitions: Definition) -> None:
        numbers = count(1)
        self._runtimes = [
            kind(each, VOCABULARY, lambda: f"id-{next(numbers)}", BUDGET) for each in definitions
        ]
        self._names: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self.progress: Progress

    def play(self, move: Move, now: datetime) -> None:
        """Raises NothingHappened, IncidentSeen."""
        self._runtimes.append(self._runtimes.pop(0))
        try:
            progress = self._command(self._runtimes[0], move, now)
        except NotAwaited as error:
            raise NothingHappened from error
        except ProcessFailure as error:
            raise IncidentSeen(error.element_id, error.reason) from error
        if progress is None:
            raise NothingHappened
        self.progress = progress
        for task in progress.opened:
            self._counts[task.element_id] = self._counts.get(task.element_id, 0) + 1
            self._names[task.id] = f"{task.element_id}#{self._counts[task.element_id]}"
        self._closed = [(closed.reason, self._names.pop(closed.id)) for closed in progress.closed]

    def _command(self, runtime: Runtime, move: Move, now: datetime) -> Progress | None:
        kind, *said = move
        if kind == "start":
            return runtime.start("parcours-1", variables={"lycee": UAI, **said[0]}, now=now)
        state = self.progress.state
        if kind == "complete":
            return runtime.complete(state, self._id(said[0]), said[1], now=now)
        if kind == "refuse":
            return runtime.refuse(state, self._id(said[0]), now=now)
        if kind == "receive":
            return runtime.receive(state, said[0], said[1], now=now)
        if kind == "fire":
            return runtime.fire(state, self.progress.timers[said[0]].id, now=now)
        return runtime.signal(state, said[0], now=now)

    def _id(self, name: str) -> str:
        return next(id for id, known in self._names.items() if known == name)

    @property
    def open(self) -> list[str]:
        """The open tasks, in the order of their opening."""
        return list(self._names.values())

    def seen(self) -> Seen:
        """The last move, as the oracle says it."""
        progress, runtime = self.progress, self._runtimes[0]
        return Seen(
            opened=tuple(self._names[task.id] for task in progress.opened),
            completed=tuple(name for reason, name in self._closed if reason == "completed"),
            cancelled=frozenset(name for reason, name in self._closed if reason == "cancelled"),
            trace=tuple((entry.element_id, entry.event) for entry in progress.trace),
            thrown=tuple((thrown.name, thrown.payload) for thrown in progress.thrown),
            timers=tuple((timer.element_id, timer.due_at) for timer in progress.timers),
            signals=progress.signals,
            awaited_signals=progress.awaited_signals,
            awaited=tuple(sorted((each.name, each.element_id) for each in progress.awaited)),
            position=frozenset(progress.position),
            variables=runtime.variables(progress.state),
            task_variables={name: runtime.variables(progress.state, id) for id, name in self._names.items()},
            ended=progress.ended,
        )


class OraclePlayer:
    def __init__(self, diagrams: list[Bpmn], operation: Operation) -> None:
        self._game = oracle.Game([diagram.xml() for diagram in diagrams], {"compter": operation}, ENOUGH)

    @property
    def ran_long(self) -> bool:
        """Whether its last move took more steps than the engine may take without items."""
        return self._game.steps > BUDGET

    def play(self, move: Move, now: datetime) -> Seen:
        """Raises NothingHappened, IncidentSeen."""
        try:
            return self._command(move, now)
        except oracle.NotAwaited as error:
            raise NothingHappened from error
        except oracle.Incident as error:
            raise IncidentSeen(error.element, error.code) from error

    def _command(self, move: Move, now: datetime) -> Seen:
        kind, *said = move
        if kind == "start":
            return self._game.start({"lycee": UAI, **said[0]}, now)
        command = {"complete": self._game.complete, "refuse": self._game.refuse, "receive": self._game.receive,
                   "fire": self._game.fire, "signal": self._game.signal}[kind]  # fmt: skip
        return command(*said, now=now)  # type: ignore[operator, no-any-return]


def kept(definition: Definition) -> EnginePlayer:
    return EnginePlayer(KeptRuntime, definition)


def stored(*definitions: Definition) -> EnginePlayer:
    return EnginePlayer(Runtime, *definitions)
