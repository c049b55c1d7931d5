"""Events: who throws, who catches, and what an event that has come does to those beside it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tests.support.oracle.base import Base
from tests.support.oracle.board import Board, Incident, Scope, Token, holds
from tests.support.oracle.drawing import Message, Node


class Events(Base):
    """``messages``: what each carries, by name."""

    def __init__(self, board: Board, budget: int, messages: Mapping[str, Message]) -> None:
        super().__init__(board, budget)
        self._messages = messages

    # thrown

    def _throw(self, token: Token) -> None:
        node = token.node
        self._note(node, "thrown")
        if node.kind == "message":
            fields = self._messages[node.name].fields
            payload = {field: _sent(token.scope.read(variable, node.id)) for field, _, variable in fields}
            self._thrown.append((node.name, payload))
        elif node.kind == "signal":
            self._signals.append(node.name)
            self._all_happen(self._waiting("signal", node.name))
        elif node.kind == "terminate":
            self._cancel_all(token.scope, but=token)
        elif node.kind == "error":
            self._throw_error(token, node.name)
        elif node.kind == "escalation":
            event = self._catcher(token, "escalation", node.name)
            if event is not None:
                self._happen(event)

    def _throw_error(self, token: Token, code: str) -> None:
        event = self._catcher(token, "error", code)
        if event is None:
            raise Incident(token.node.id, "error_not_caught")
        self._happen(event)

    # caught

    def _catcher(self, token: Token | None, kind: str, code: str) -> Token | None:
        """The nearest event outwards that catches it: on the activity's edge, then the scope's event subprocesses."""
        while token is not None:
            event = self._event_on(token, kind, code) or self._listener(token, kind, code)
            if event is not None:
                return event
            token = token.scope.holder
        return None

    def _event_on(self, token: Token | None, kind: str, code: str, exact: bool = False) -> Token | None:
        if token is None:
            return None
        return _fitting([each for each in self._board.racing(token) if each.is_aside], kind, code, exact)

    def _listener(self, token: Token, kind: str, code: str) -> Token | None:
        """Who listens in the token's scope; an event subprocess does not catch what leaves itself."""
        others = [other for other in self._board.of(token.scope) if other.handler not in (None, token.node)]
        return _fitting(others, kind, code)

    def _waiting(self, kind: str, name: str) -> list[Token]:
        """Who waits for it: the innermost first, then who has waited longest."""
        found = [token for token in self._board.tokens if token.state == "waiting"
                 and (token.node.kind, token.node.name) == (kind, name)]  # fmt: skip
        return sorted(found, key=lambda token: -token.scope.depth)

    def _all_happen(self, takers: list[Token]) -> None:
        for token in takers:
            if token in self._board.tokens and token.state == "waiting":
                self._happen(token)

    def _meet(self) -> bool:
        """The conditions that have become true: as a token came there, or by what a step has written."""
        met = False
        waiting = [
            each for each in self._board.tokens if each.state == "waiting" and each.node.kind == "conditional"
        ]
        for token in sorted(waiting, key=lambda token: -token.scope.depth):
            if token not in self._board.tokens:
                continue  # one before it has ended its scope
            was_true = token.was_true
            token.was_true = holds(token.node.condition, token.scope, token.node.id, self._now)
            if token.was_true and not was_true:
                self._happen(token)
                met = True
        return met

    def _happen(self, token: Token, values: Mapping[str, Any] | None = None) -> None:
        """What a token waited for has come, with ``values`` if it is a message."""
        if token.handler is not None:
            self._handle(token, token.handler, values or {})
            return
        node = token.node
        for variable, value in (values or {}).items():
            token.scope.write(variable, value, node.id)
        self._note(node, "caught")
        if token.is_aside and not node.interrupting:
            self._wait_again(token)
            token.race = None
        else:
            self._win(token)
        token.due = None
        self._go_on(token)

    def _handle(self, token: Token, handler: Node, values: Mapping[str, Any]) -> None:
        """An event subprocess: interrupting, all else in the scope is over, who listens too; else it runs beside."""
        if token.node.interrupting:
            self._cancel_all(token.scope)
        else:
            self._wait_again(token)
            self._board.tokens.remove(token)
        assert handler.body is not None
        holder = Token(token.scope, handler)
        inner = Scope(handler.body, handler.body.types, holder, token.scope)
        self._board.tokens.append(holder)
        self._note(handler, "entered")
        for variable, value in values.items():
            inner.write(variable, value, token.node.id)
        self._hold(holder, inner)

    def _wait_again(self, token: Token) -> None:
        """An event beside an activity may come again; a date or a duration comes once, a cycle while it has turns."""
        again = Token(token.scope, token.node, race=token.race, state="waiting", handler=token.handler,
                      was_true=token.was_true)  # fmt: skip
        if token.node.kind == "timer":
            if token.cycle is None:
                return
            token.cycle.go_on(self._now)
            if token.cycle.due is None:
                return
            again.cycle, again.due = token.cycle, token.cycle.due
        self._board.tokens.append(again)


def _fitting(waiting: list[Token], kind: str, code: str, exact: bool = False) -> Token | None:
    """The event of this kind: that of the code, else the one that takes any."""
    same = [token for token in waiting if token.node.kind == kind]
    named = [token for token in same if token.node.name == code]
    return next(iter(named + [token for token in same if not token.node.name and not exact]), None)


def _sent(value: Any) -> Any:
    """As it travels: a whole number is one, another is text."""
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == value.to_integral_value() else str(value)
