"""The game: a command comes, tokens move until people or the world must act."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from tests.support.oracle.board import Board, Incident, Race, Scope, Token, condition, feel
from tests.support.oracle.dates import Cycle, instant, later
from tests.support.oracle.drawing import Drawing, Flow, Graph, Message, Node

Operation = Callable[[Mapping[str, Any]], Mapping[str, Any]]


class NotAwaited(Exception):
    """Nobody waits for that."""


class BusinessRefusal(Exception):
    """What an operation raises to take an error event."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True)
class Seen:
    """What one command brought about, and where the process stands after it. Tasks are ``element#nth``."""

    opened: tuple[str, ...]
    completed: tuple[str, ...]
    cancelled: frozenset[str]
    trace: tuple[tuple[str, str], ...]
    thrown: tuple[tuple[str, Mapping[str, Any]], ...]
    timers: tuple[tuple[str, datetime], ...]
    awaited: tuple[tuple[str, str], ...]
    position: frozenset[str]
    variables: Mapping[str, Any]
    task_variables: Mapping[str, Mapping[str, Any]]
    ended: bool


class Game:
    """One instance of the process of the first file. ``budget``: automatic steps in one command."""

    def __init__(self, files: list[bytes], operations: Mapping[str, Operation], budget: int) -> None:
        drawings = [Drawing(xml) for xml in files]
        self._drawings = {drawing.id: drawing for drawing in drawings}
        self._main, self._operations, self._budget = drawings[0], operations, budget
        self._messages: dict[str, Message] = {}
        for drawing in drawings:
            self._messages |= drawing.messages
        self._board = Board(Scope(self._main.graph, self._main.graph.types))
        self._names: dict[Token, str] = {}
        self._counts: dict[str, int] = {}

    # commands

    def start(self, variables: Mapping[str, Any], now: datetime) -> Seen:
        self._begin(now)
        for name, value in variables.items():
            self._board.root.write(name, value, "")
        self._arrive(self._board.root, self._main.graph.plain_start())
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
        for field, _, variable in self._messages[name].fields:
            takers[0].scope.write(variable, payload[field], takers[0].node.id)
        self._happen(takers[0])
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

    # one move

    def _begin(self, now: datetime) -> None:
        self._now, self._steps, self._queue = now, 0, list[Token]()
        self._trace: list[tuple[str, str]] = []
        self._thrown: list[tuple[str, Mapping[str, Any]]] = []
        self._opened: list[Token] = []
        self._completed: list[str] = []
        self._cancelled: list[Token] = []

    def _rest(self) -> Seen:
        while self._move_one() or self._close_one() or self._join_one():
            pass
        self._refuse_deadlock()
        return self._look()

    def _move_one(self) -> bool:
        while self._queue:
            token = self._queue.pop(0)
            if token in self._board.tokens:
                self._steps += 1
                if self._steps > self._budget:
                    raise Incident(token.node.id, "step_budget")
                self._work(token)
                return True
        return False

    def _close_one(self) -> bool:
        """Leave the youngest scope in which no token is left."""
        for scope in reversed(self._board.scopes):
            if scope.holder is not None and not self._board.of(scope):
                self._close(scope, scope.holder)
                return True
        return False

    def _join_one(self) -> bool:
        """Let an inclusive join go on for which nothing more can come."""
        for token in self._board.all():
            if (
                token.node.tag == "inclusiveGateway"
                and token.state == "waiting"
                and self._nothing_more(token)
            ):
                self._release(token)
                return True
        return False

    def _refuse_deadlock(self) -> None:
        tokens = list(self._board.all())
        if tokens and not any(self._is_awaited(token) for token in tokens):
            joins = [token for token in tokens if token.node.tag in ("parallelGateway", "inclusiveGateway")]
            raise Incident((joins or tokens)[0].node.id, "deadlock")

    def _is_awaited(self, token: Token) -> bool:
        if token.state != "waiting":
            return False
        return token.node.tag == "userTask" or token.node.kind in ("message", "timer", "signal")

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
        if node.many is None and not token.is_event_beside:
            self._note(node, "entered")
        if node.many is not None:
            self._enter_many(token)
        elif token.is_event_beside or node.tag in ("intermediateCatchEvent", "receiveTask"):
            self._wait_for_event(token)
        elif node.tag == "userTask":
            self._open(token)
        elif node.tag == "subProcess":
            assert node.body is not None
            self._hold(token, node.body, node.body.types, outer=token.scope)
        elif node.tag == "callActivity":
            self._call(token)
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

    def _hold(self, token: Token, graph: Graph, types: Mapping[str, str], outer: Scope | None) -> None:
        token.state = "holding"
        scope = Scope(graph, types, token, outer)
        self._board.scopes.append(scope)
        self._arrive(scope, graph.plain_start())

    def _call(self, token: Token) -> None:
        """A called process sees nothing but what it is given."""
        token.state = "holding"
        called = self._drawings[token.node.said["calledElement"]].graph
        scope = Scope(called, called.types, token)
        self._board.scopes.append(scope)
        for variable, expression in token.node.inputs:
            scope.write(variable, feel(expression, token.scope, token.node.id, self._now), token.node.id)
        self._arrive(scope, called.plain_start())

    def _wait_for_others(self, token: Token) -> None:
        token.state = "waiting"
        incoming = token.scope.graph.into(token.node)
        if token.node.tag == "parallelGateway" and len(self._first_by_flow(token)) == len(incoming):
            self._release(token)

    # many

    def _enter_many(self, token: Token) -> None:
        many = token.node.many
        assert many is not None
        token.state = "holding"
        if "loopDataInputRef" in many.text:
            items = token.scope.read(many.text["loopDataInputRef"], token.node.id)
            if items is None:
                raise Incident(token.node.id, "collection_null")
        else:
            count = feel(many.text["loopCardinality"], token.scope, token.node.id, self._now)
            if not isinstance(count, Decimal) or count != int(count) or not 0 <= count <= 1000:
                raise Incident(token.node.id, "cardinality")
            items = [None] * int(count)
        token.items = list(items)
        if not items:
            self._finish_many(token)
        for _ in items[:1] if many.sequential else items:
            self._next_item(token)

    def _next_item(self, token: Token) -> None:
        """An item is a scope of its own with the activity in it."""
        node, many = token.node, token.node.many
        assert many is not None
        once = Node(**{**vars(node), "many": None, "host": ""})
        scope = Scope(Graph(f"(item){node.id}", {}, {node.id: once}, []), many.types, token, token.scope)
        scope.index, token.begun = token.begun, token.begun + 1
        self._board.scopes.append(scope)
        if many.item:
            scope.write(many.item, token.items[scope.index], node.id)
        self._arrive(scope, once)

    def _close_item(self, scope: Scope, token: Token) -> None:
        many = token.node.many
        assert many is not None
        token.results[scope.index] = scope.values.get(many.result)
        self._board.scopes.remove(scope)
        if len(token.results) == len(token.items) or self._is_enough(token):
            for other in self._board.inside(token):
                for each in self._board.of(other):
                    self._cancel(each)
                self._board.scopes.remove(other)
            self._finish_many(token)
        elif many.sequential:
            self._next_item(token)

    def _is_enough(self, token: Token) -> bool:
        many = token.node.many
        assert many is not None
        if "completionCondition" not in many.text:
            return False
        known: dict[str, Any] = {"nb_instances": len(token.items), "nb_terminees": len(token.results),
                                 "nb_actives": len(self._board.inside(token))}  # fmt: skip
        if "loopDataOutputRef" in many.text:
            known[many.text["loopDataOutputRef"]] = _in_order(token.results)
        return condition(many.text["completionCondition"], token.scope, token.node.id, self._now, known)

    def _finish_many(self, token: Token) -> None:
        assert token.node.many is not None
        results = token.node.many.text.get("loopDataOutputRef")
        if results:
            token.scope.write(results, _in_order(token.results), token.node.id)
        token.state = "moving"
        self._queue.append(token)

    # a scope is left

    def _close(self, scope: Scope, holder: Token) -> None:
        if holder.node.many is not None:
            self._close_item(scope, holder)
            return
        for variable, expression in holder.node.outputs:
            holder.scope.write(variable, feel(expression, scope, holder.node.id, self._now), holder.node.id)
        self._board.scopes.remove(scope)
        holder.state = "moving"
        self._queue.append(holder)

    # joins

    def _first_by_flow(self, token: Token) -> dict[str, Token]:
        """Flow → the token that has waited longest at this gateway of those that came by it."""
        found: dict[str, Token] = {}
        for each in self._board.of(token.scope):
            if each.node is token.node and each.state == "waiting":
                found.setdefault(each.via, each)
        return found

    def _release(self, token: Token) -> None:
        """One token of each flow is consumed, one goes on."""
        first, *others = sorted(self._first_by_flow(token).values(), key=self._board.tokens.index)
        for other in others:
            self._board.tokens.remove(other)
        first.state = "moving"
        self._queue.append(first)

    def _nothing_more(self, token: Token) -> bool:
        """BPMN 2.0.2, 13.4.3: no token can come by an empty flow, save one that could as well come by a full one.

        What an event on an activity would bring may come, and says nothing of where the activity's own token goes.
        """
        graph, gateway = token.scope.graph, token.node
        full = set(self._first_by_flow(token))
        empty = {flow.id for flow in graph.into(gateway)} - full
        for other in self._board.of(token.scope):
            place = other.race.origin if other.race else other.node
            if place is gateway:
                continue
            ways = _ways(graph, place, gateway, by_events=True)
            if ways & empty and not _ways(graph, place, gateway, by_events=False) & full:
                return False
        return True

    # a token does its work and goes

    def _work(self, token: Token) -> None:
        node = token.node
        if node.many is not None:
            pass  # its items have done it
        elif node.kind and node.tag in ("endEvent", "intermediateThrowEvent", "sendTask"):
            self._throw(token)
        elif node.kind and node.tag == "startEvent":
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
        waited = token.is_event_beside or node.tag in ("intermediateCatchEvent", "receiveTask")
        if node.many is None and not waited:
            self._note(node, "completed")
        self._win(token)
        self._board.tokens.remove(token)
        for flow in token.scope.graph.out(node):
            if node.tag not in ("exclusiveGateway", "inclusiveGateway") or flow.id in token.taken:
                self._arrive(token.scope, token.scope.graph.nodes[flow.target], flow.id)

    # events

    def _throw(self, token: Token) -> None:
        node = token.node
        self._note(node, "thrown")
        if node.kind == "message":
            fields = self._messages[node.name].fields
            payload = {field: _sent(token.scope.read(variable, node.id)) for field, _, variable in fields}
            self._thrown.append((node.name, payload))
        elif node.kind == "signal":
            self._all_happen(self._waiting("signal", node.name))
        elif node.kind == "terminate":
            for other in self._board.of(token.scope):
                if other is not token and other in self._board.tokens:
                    self._cancel(other)
        elif node.kind == "error":
            self._throw_error(token, node.name)
        elif node.kind == "escalation":
            event = self._catcher(token.scope.holder, "escalation", node.name)
            if event is not None:
                self._happen(event)

    def _throw_error(self, token: Token, code: str) -> None:
        event = self._catcher(token, "error", code)
        if event is None:
            raise Incident(token.node.id, "error_not_caught")
        self._happen(event)

    def _catcher(self, token: Token | None, kind: str, code: str) -> Token | None:
        """The nearest event outwards that catches it."""
        while token is not None:
            event = self._event_on(token, kind, code)
            if event is not None:
                return event
            token = token.scope.holder
        return None

    def _event_on(self, token: Token | None, kind: str, code: str, exact: bool = False) -> Token | None:
        """The waiting event of this kind on the token's activity: that of the code, else the one that takes any."""
        if token is None:
            return None
        events = [
            other for other in self._board.racing(token) if other.is_event_beside and other.node.kind == kind
        ]
        named = [event for event in events if event.node.name == code]
        return next(iter(named + [event for event in events if not event.node.name and not exact]), None)

    def _waiting(self, kind: str, name: str) -> list[Token]:
        """Who waits for it: the innermost first, then who has waited longest."""
        found = [token for token in self._board.tokens if token.state == "waiting"
                 and (token.node.kind, token.node.name) == (kind, name)]  # fmt: skip
        return sorted(found, key=lambda token: -token.scope.depth)

    def _all_happen(self, takers: list[Token]) -> None:
        for token in takers:
            if token in self._board.tokens and token.state == "waiting":
                self._happen(token)

    def _happen(self, token: Token) -> None:
        """What a token waited for has come."""
        node = token.node
        self._note(node, "caught")
        if token.is_event_beside and not node.interrupting:
            self._wait_again(token)
            token.race = None
        else:
            self._win(token)
        token.due, token.state = None, "moving"
        self._queue.append(token)

    def _wait_again(self, token: Token) -> None:
        """An event beside an activity may come again; a date or a duration comes once, a cycle while it has turns."""
        again = Token(token.scope, token.node, race=token.race, state="waiting")
        if token.node.kind == "timer":
            if token.cycle is None:
                return
            token.cycle.go_on(self._now)
            if token.cycle.due is None:
                return
            again.cycle, again.due = token.cycle, token.cycle.due
        self._board.tokens.append(again)

    def _win(self, token: Token) -> None:
        for other in self._board.racing(token):
            self._cancel(other)
        token.race = None

    def _cancel(self, token: Token) -> None:
        for each in self._board.take_away(token):
            if not each.is_event_beside and each.node.many is None:
                self._note(each.node, "cancelled")
            if each.node.tag == "userTask" and each.node.many is None:
                self._cancelled.append(each)

    # what is seen

    def _note(self, node: Node, event: str) -> None:
        self._trace.append((node.id, event))

    def _task(self, name: str) -> Token:
        return next(token for token in self._board.tokens if self._names.get(token) == name)

    def _look(self) -> Seen:
        told = [token for token in self._opened if token not in self._cancelled]
        for token in told:
            self._counts[token.node.id] = self._counts.get(token.node.id, 0) + 1
            self._names[token] = f"{token.node.id}#{self._counts[token.node.id]}"
        tokens = list(self._board.all())
        awaited = [token for token in tokens if self._is_awaited(token)]
        return Seen(
            opened=tuple(self._names[token] for token in told),
            completed=tuple(self._completed),
            cancelled=frozenset(self._names[token] for token in self._cancelled if token in self._names),
            trace=tuple(self._trace),
            thrown=tuple(self._thrown),
            timers=tuple((token.node.id, token.due) for token in tokens if token.due is not None),
            awaited=tuple(sorted((t.node.name, t.node.id) for t in awaited if t.node.kind == "message")),
            position=frozenset(token.node.id for token in awaited if not token.is_event_beside),
            variables=self._board.root.visible(),
            task_variables={self._names[t]: t.scope.visible() for t in tokens if t in self._names},
            ended=not self._board.of(self._board.root),
        )


def _ways(graph: Graph, place: Node, gateway: Node, by_events: bool) -> set[str]:
    """The flows into the gateway by which a token from this place can come to it, going nowhere through it."""
    found, seen, todo = set[str](), set[str](), [place]
    while todo:
        node = todo.pop()
        if node.id in seen or node is gateway:
            continue
        seen.add(node.id)
        flows: list[Flow] = graph.out(node)
        found |= {flow.id for flow in flows if flow.target == gateway.id}
        todo += [graph.nodes[flow.target] for flow in flows]
        todo += graph.events_on(node) if by_events else []
    return found


def _in_order(results: Mapping[int, Any]) -> list[Any]:
    return [results[index] for index in sorted(results)]


def _sent(value: Any) -> Any:
    """As it travels: a whole number is one, another is text."""
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == value.to_integral_value() else str(value)
