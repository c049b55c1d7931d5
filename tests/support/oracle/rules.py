"""The way of a token: it comes to a node, waits or works there, and leaves by the flows that are taken."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.support.oracle.board import Board, Incident, Race, Scope, Token, condition, feel
from tests.support.oracle.dates import Cycle, instant, later
from tests.support.oracle.drawing import Drawing, Graph, Node
from tests.support.oracle.undoing import Undoing

Operation = Callable[[Mapping[str, Any]], Mapping[str, Any]]


class BusinessRefusal(Exception):
    """What an operation raises to take an error event."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class Rules(Undoing):
    """``operations``: what service tasks do."""

    def __init__(self, drawings: list[Drawing], operations: Mapping[str, Operation], budget: int) -> None:
        main = drawings[0].graph
        messages = {name: message for drawing in drawings for name, message in drawing.messages.items()}
        super().__init__(Board(Scope(main, main.types)), budget, messages)
        self._graphs: dict[str, Graph] = {drawing.id: drawing.graph for drawing in drawings}
        self._operations = operations

    def _run(self) -> None:
        """Until people or the world must act. Raises Incident."""
        while self._meet() or self._move_one() or self._close_one() or self._join_one():
            pass
        self._refuse_deadlock()
        if self._board.is_over(self._board.root):
            self._board.tokens.clear()  # who still listens hears nothing more

    def _move_one(self) -> bool:
        while self._queue:
            token = self._queue.pop(0)
            if token in self._board.tokens:
                self._spend(token)
                self._work(token)
                return True
        return False

    def _close_one(self) -> bool:
        """Leave the youngest scope in which no token is left."""
        for scope in reversed(self._board.scopes):
            if scope.holder is not None and self._board.is_over(scope):
                self._close(scope, scope.holder)
                return True
        return False

    def _refuse_deadlock(self) -> None:
        tokens = [token for token in self._board.all() if token.handler is None]
        if tokens and not any(self._is_awaited(token) for token in tokens):
            joins = [token for token in tokens if token.node.tag in ("parallelGateway", "inclusiveGateway")]
            raise Incident((joins or tokens)[0].node.id, "deadlock")

    def _is_awaited(self, token: Token) -> bool:
        if token.state != "waiting":
            return False
        return token.node.tag == "userTask" or token.node.kind in (
            "message",
            "timer",
            "signal",
            "conditional",
        )

    # a token comes to a node

    def _arrive(self, scope: Scope, node: Node, via: str = "") -> None:
        if node.tag == "eventBasedGateway":
            self._note(node, "entered")
            race = Race(node)
            for flow in scope.graph.out(node):
                self._enter(Token(scope, scope.graph.nodes[flow.target], race=race))
            return
        events = scope.graph.events_on(node)
        race = Race(node) if events else None
        self._enter(Token(scope, node, via, race))
        for event in events:
            self._enter(Token(scope, event, race=race))

    def _enter(self, token: Token) -> None:
        node = token.node
        self._board.tokens.append(token)
        if not token.is_silent and not token.is_aside:
            self._note(node, "entered")
        if node.many is not None:
            self._enter_many(token)
        elif node.loop is not None:
            self._enter_loop(token)
        elif token.is_aside or _waits(node):
            self._wait_for_event(token)
        elif node.tag == "userTask":
            self._open(token)
        elif node.tag == "subProcess":
            assert node.body is not None
            self._hold(token, Scope(node.body, node.body.types, token, token.scope))
        elif node.tag == "callActivity":
            self._call(token)
        elif node.kind == "compensate":
            self._compensate(token)
        elif node.tag in ("parallelGateway", "inclusiveGateway") and len(token.scope.graph.into(node)) > 1:
            self._wait_for_others(token)
        else:
            self._queue.append(token)

    def _wait_for_event(self, token: Token) -> None:
        token.state = "waiting"
        kind, text = token.node.timer
        if not kind:
            return
        value = feel(text, token.scope, token.node.id, self._now) if text.startswith("=") else text
        if value is None:
            raise Incident(token.node.id, "timer")
        if kind == "timeCycle":
            token.cycle = Cycle(value, self._now)
            token.due = token.cycle.due
        else:
            token.due = instant(value) if kind == "timeDate" else later(self._now, value)

    def _open(self, token: Token) -> None:
        token.state = "waiting"
        if not token.scope.read("lycee", token.node.id):
            raise Incident(token.node.id, "no_organisation")
        self._opened.append(token)

    def _hold(self, token: Token, scope: Scope) -> None:
        token.state = "holding"
        self._board.scopes.append(scope)
        self._enter_scope(scope)

    def _enter_scope(self, scope: Scope) -> None:
        """Who listens for an event subprocess does so before the first token moves."""
        for handler in scope.graph.event_subprocesses():
            assert handler.body is not None
            self._enter(Token(scope, handler.body.start(), handler=handler))
        self._arrive(scope, scope.graph.start())

    def _call(self, token: Token) -> None:
        """A called process sees nothing but what it is given."""
        called = self._graphs[token.node.said["calledElement"]]
        scope = Scope(called, called.types, token)
        for variable, expression in token.node.inputs:
            scope.write(variable, feel(expression, token.scope, token.node.id, self._now), token.node.id)
        self._hold(token, scope)

    # a scope is left

    def _close(self, scope: Scope, holder: Token) -> None:
        if scope.undoes:
            self._close_undoing(scope, holder)
            return
        if holder.node.many is not None:
            self._close_item(scope, holder)
            return
        if holder.node.loop is not None:
            self._close_turn(scope, holder)
            return
        self._record_scope(holder, scope)
        self._win(holder)  # what it gives back comes when nothing waits on it any more
        for variable, expression in holder.node.outputs:
            holder.scope.write(variable, feel(expression, scope, holder.node.id, self._now), holder.node.id)
        self._board.close(scope)
        self._go_on(holder)

    # a token does its work and goes

    def _work(self, token: Token) -> None:
        node = token.node
        if token.is_silent or node.kind == "compensate":
            pass  # it is done already
        elif node.kind and node.tag in ("endEvent", "intermediateThrowEvent", "sendTask"):
            self._throw(token)
        elif node.kind and (node.tag == "startEvent" or node.kind == "link"):
            self._note(node, "caught")
        elif node.tag == "scriptTask":
            for name, expression in node.script:
                token.scope.write(name, feel(expression, token.scope, node.id, self._now), node.id)
        elif node.tag == "serviceTask":
            self._serve(token)
        elif node.tag in ("exclusiveGateway", "inclusiveGateway"):
            token.taken = self._choose(token)
        if token in self._board.tokens:  # not when its own work ended it
            self._leave(token)

    def _serve(self, token: Token) -> None:
        operation = self._operations[token.node.said["operation"]]
        try:
            for name, value in operation(token.scope.visible()).items():
                token.scope.write(name, value, token.node.id)
        except BusinessRefusal as refusal:
            self._throw_error(token, refusal.code)

    def _choose(self, token: Token) -> list[str]:
        flows = token.scope.graph.out(token.node)
        if len(flows) == 1:
            return [flows[0].id]
        chosen: list[str] = []
        for flow in flows:
            if flow.id != token.node.default and condition(
                flow.condition, token.scope, token.node.id, self._now
            ):
                chosen.append(flow.id)
                if token.node.tag == "exclusiveGateway":
                    return chosen
        if not chosen and not token.node.default:
            raise Incident(token.node.id, "no_flow")
        return chosen or [token.node.default]

    def _leave(self, token: Token) -> None:
        node = token.node
        if not token.is_silent and not token.is_aside and not _waits(node):
            self._note(node, "completed")
        self._record(token)
        self._win(token)
        self._board.tokens.remove(token)
        for flow in [] if token.brings_back else token.scope.graph.out(node):
            if node.tag not in ("exclusiveGateway", "inclusiveGateway") or flow.id in token.taken:
                self._arrive(token.scope, token.scope.graph.nodes[flow.target], flow.id)


def _waits(node: Node) -> bool:
    """Whether a token waits here for an event."""
    return node.tag in ("intermediateCatchEvent", "receiveTask") and node.kind != "link"
