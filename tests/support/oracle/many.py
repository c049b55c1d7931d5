"""Activities that are done several times: for each of many, or in a loop."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tests.support.oracle.board import Incident, Scope, Token, condition, feel
from tests.support.oracle.drawing import Graph, Node
from tests.support.oracle.events import Events


class Repeated(Events):
    """The token of the activity holds one scope for each item at work, or for the turn of a loop."""

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
        """An item, or a turn of a loop, is a scope of its own with the activity in it."""
        node, many = token.node, token.node.many
        once = Node(**{**vars(node), "many": None, "loop": None, "host": ""})
        handler = token.scope.graph.handlers.get(node.id)
        graph = Graph(f"(item){node.id}", {}, {node.id: once}, [], {node.id: handler} if handler else {})
        scope = Scope(graph, many.types if many else {}, token, token.scope, index=token.begun)
        token.begun += 1
        self._board.scopes.append(scope)
        if many and many.item:
            scope.write(many.item, token.items[scope.index], node.id)
        self._arrive(scope, once)

    def _close_item(self, scope: Scope, token: Token) -> None:
        many = token.node.many
        assert many is not None
        token.results[scope.index] = scope.values.get(many.result)
        self._record_time(token, scope)
        self._board.scopes.remove(scope)
        if len(token.results) == len(token.items) or self._is_enough(token):
            for other in self._board.inside(token):
                for each in self._board.of(other):
                    self._cancel(each)
                self._board.scopes.remove(other)
            self._win(token)  # before its results are there
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
        self._go_on(token)

    # loops

    def _enter_loop(self, token: Token) -> None:
        token.state = "holding"
        assert token.node.loop is not None
        if token.node.loop.before and not self._has_a_turn_left(token):
            self._go_on(token)
        else:
            self._next_item(token)

    def _close_turn(self, scope: Scope, token: Token) -> None:
        self._record_time(token, scope)
        self._board.scopes.remove(scope)
        if self._has_a_turn_left(token):
            self._next_item(token)
        else:
            self._go_on(token)

    def _has_a_turn_left(self, token: Token) -> bool:
        loop = token.node.loop
        assert loop is not None
        if loop.most is not None and token.begun >= loop.most:
            return False
        turns = {"nb_tours": token.begun}
        return not loop.condition or condition(loop.condition, token.scope, token.node.id, self._now, turns)


def _in_order(results: Mapping[int, Any]) -> list[Any]:
    return [results[index] for index in sorted(results)]
