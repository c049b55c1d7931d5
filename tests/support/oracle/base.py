"""What every rule uses: the board, the queue of those who move, and what one command brings about."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tests.support.oracle.board import Board, Incident, Scope, Token
from tests.support.oracle.drawing import Node


class NotAwaited(Exception):
    """Nobody waits for that."""


class Base:
    """``budget``: automatic steps in one command."""

    def __init__(self, board: Board, budget: int) -> None:
        self._board, self._budget = board, budget

    def _begin(self, now: datetime) -> None:
        self._now, self._steps, self._queue = now, 0, list[Token]()
        self._trace: list[tuple[str, str]] = []
        self._thrown: list[tuple[str, Mapping[str, Any]]] = []
        self._signals: list[str] = []
        self._opened: list[Token] = []
        self._completed: list[str] = []
        self._cancelled: list[Token] = []

    def _arrive(self, scope: Scope, node: Node, via: str = "") -> None:
        """A token comes to a node."""
        raise NotImplementedError

    def _hold(self, token: Token, scope: Scope) -> None:
        """A token stays while the scope that it opens is at work."""
        raise NotImplementedError

    def _record_time(self, token: Token, scope: Scope) -> None:
        """An item or a turn is over."""
        raise NotImplementedError

    def _go_on(self, token: Token) -> None:
        """It moves when those before it have moved."""
        token.state = "moving"
        self._queue.append(token)

    @property
    def steps(self) -> int:
        """The automatic steps of the last command."""
        return self._steps

    def _spend(self, token: Token) -> None:
        self._steps += 1
        if self._steps > self._budget:
            raise Incident(token.node.id, "step_budget")

    def _note(self, node: Node, event: str) -> None:
        self._trace.append((node.id, event))

    def _cancel(self, token: Token) -> None:
        """End a token with all that is inside it; who waited aside and was not needed is no news."""
        for each in self._board.take_away(token):
            if not each.is_aside and not each.is_silent:
                self._note(each.node, "cancelled")
            if each.node.tag == "userTask" and not each.is_silent:
                self._cancelled.append(each)

    def _cancel_all(self, scope: Scope, but: Token | None = None) -> None:
        for other in self._board.of(scope):
            if other is not but and other in self._board.tokens:
                self._cancel(other)

    def _win(self, token: Token) -> None:
        """The others of its race are over."""
        for other in self._board.racing(token):
            self._cancel(other)
        token.race = None
