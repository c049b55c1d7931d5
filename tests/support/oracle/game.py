"""The game as it is played: a command comes, and what it brought about is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.support.oracle.base import NotAwaited
from tests.support.oracle.board import Token
from tests.support.oracle.drawing import Drawing
from tests.support.oracle.rules import Operation, Rules


@dataclass(frozen=True)
class Seen:
    """What one command brought about, and where the process stands after it. Tasks are ``element#nth``."""

    opened: tuple[str, ...]
    completed: tuple[str, ...]
    cancelled: frozenset[str]
    trace: tuple[tuple[str, str], ...]
    thrown: tuple[tuple[str, Mapping[str, Any]], ...]
    signals: tuple[str, ...]
    timers: tuple[tuple[str, datetime], ...]
    awaited: tuple[tuple[str, str], ...]
    awaited_signals: tuple[str, ...]
    position: frozenset[str]
    variables: Mapping[str, Any]
    task_variables: Mapping[str, Mapping[str, Any]]
    ended: bool


class Game(Rules):
    """One instance of the process of the first file. ``budget``: automatic steps in one command."""

    def __init__(self, files: list[bytes], operations: Mapping[str, Operation], budget: int) -> None:
        super().__init__([Drawing(xml) for xml in files], operations, budget)
        self._names: dict[Token, str] = {}
        self._counts: dict[str, int] = {}

    def start(self, variables: Mapping[str, Any], now: datetime) -> Seen:
        self._begin(now)
        for name, value in variables.items():
            self._board.root.write(name, value, "")
        self._enter_scope(self._board.root)
        return self._rest()

    def complete(self, task: str, outputs: Mapping[str, Any], now: datetime) -> Seen:
        self._begin(now)
        token = self._task(task)
        for name, value in outputs.items():
            token.scope.write(name, value, token.node.id)
        self._completed.append(task)
        self._leave(token)
        return self._rest()

    def receive(self, name: str, payload: Mapping[str, Any], now: datetime) -> Seen:
        self._begin(now)
        takers = self._waiting("message", name)
        if not takers:
            raise NotAwaited(name)
        self._happen(
            takers[0], {variable: payload[field] for field, _, variable in self._messages[name].fields}
        )
        return self._rest()

    def fire(self, nth: int, now: datetime) -> Seen:
        """The nth timer of those last seen is due."""
        self._begin(now)
        ringing = [token for token in self._board.all() if token.due is not None]
        self._happen(ringing[nth])
        return self._rest()

    def refuse(self, task: str, now: datetime) -> Seen:
        """Raises NotAwaited when the task has no event for it."""
        self._begin(now)
        token = self._task(task)
        event = self._event_on(token, "error", "refus", exact=True)
        if event is None and token.scope.graph.id == f"(item){token.node.id}":
            event = self._event_on(token.scope.holder, "error", "refus", exact=True)
        if event is None:
            raise NotAwaited(task)
        self._happen(event)
        return self._rest()

    def signal(self, name: str, now: datetime) -> Seen:
        self._begin(now)
        takers = self._waiting("signal", name)
        if not takers:
            raise NotAwaited(name)
        self._all_happen(takers)
        return self._rest()

    # what is seen

    def _rest(self) -> Seen:
        self._run()
        return self._look()

    def _is_shown(self, token: Token) -> bool:
        """Where the process stands: what it waits for in the flow, and an event until all is undone."""
        undoes = token.node.kind == "compensate" and token.state == "holding"
        return undoes or (self._is_awaited(token) and not token.is_aside)

    def _task(self, name: str) -> Token:
        return next(token for token in self._board.tokens if self._names.get(token) == name)

    def _look(self) -> Seen:
        told = [token for token in self._opened if token not in self._cancelled]
        for token in told:
            self._counts[token.node.id] = self._counts.get(token.node.id, 0) + 1
            self._names[token] = f"{token.node.id}#{self._counts[token.node.id]}"
        tokens = list(self._board.all())
        waiting = [token for token in tokens if token.state == "waiting"]
        messages, signals = (
            [each for each in waiting if each.node.kind == kind] for kind in ("message", "signal")
        )
        return Seen(
            opened=tuple(self._names[token] for token in told),
            completed=tuple(self._completed),
            cancelled=frozenset(self._names[token] for token in self._cancelled if token in self._names),
            trace=tuple(self._trace),
            thrown=tuple(self._thrown),
            timers=tuple((token.node.id, token.due) for token in tokens if token.due is not None),
            signals=tuple(self._signals),
            awaited=tuple(sorted((token.node.name, token.node.id) for token in messages)),
            awaited_signals=tuple(sorted({token.node.name for token in signals})),
            position=frozenset(each.node.id for each in tokens if self._is_shown(each)),
            variables=self._board.root.visible(),
            task_variables={self._names[t]: t.scope.visible() for t in tokens if t in self._names},
            ended=not self._board.tokens,
        )
