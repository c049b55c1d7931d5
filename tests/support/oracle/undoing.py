"""Compensation: what was completed is undone, last first, one after the other (BPMN 2.0.2, 10.6 and 13.5.5)."""

from tests.support.oracle.board import Record, Scope, Token
from tests.support.oracle.drawing import Graph, Node
from tests.support.oracle.joins import Joins


class Undoing(Joins):
    """The event that throws holds a scope in which the handlers run; a completed scope comes back with its values."""

    _graphs: dict[str, Graph]

    # what is on record

    def _record_scope(self, token: Token, scope: Scope) -> None:
        """A subprocess or a called process has no token left: it counts once its activity is left."""
        if scope.done and token.node.id not in token.scope.graph.handlers:
            token.done = [Record(token.node, scope=scope)]

    def _record_time(self, token: Token, scope: Scope) -> None:
        """An item or a turn is over: it counts once its activity is left."""
        if scope.done:
            token.done.append(Record(token.node, scope=scope, is_item=True))

    def _record(self, token: Token) -> None:
        """An activity is left."""
        if token.scope.undoes:
            return
        token.scope.done += token.done
        handler = token.scope.graph.handlers.get(token.node.id)
        if handler is not None and token.node.many is None and token.node.loop is None:
            token.scope.done.append(Record(token.node, handler))

    # undoing

    def _compensate(self, token: Token) -> None:
        """A token comes to an event that throws compensation: it stays until all is undone."""
        self._note(token.node, "thrown")
        scope, name = self._meant(token), token.node.name
        taken = [record for record in scope.done if name in ("", record.node.id)]
        scope.done = [record for record in scope.done if record not in taken]
        if taken:
            self._undo_in(token, Scope(scope.graph, {}, token, scope, done=taken))
        else:
            self._go_on(token)

    def _meant(self, token: Token) -> Scope:
        """The scope of the event or, of an event subprocess, the one that it listens in."""
        scope, name = token.scope, token.node.name
        while not (name in scope.graph.nodes if name else self._can_undo(scope.graph)):
            assert scope.holder is not None
            scope = scope.holder.scope
        return scope

    def _can_undo(self, graph: Graph) -> bool:
        beside = list(graph.handlers.values())
        inner = [self._inside(node) for node in graph.nodes.values() if node not in beside]
        return bool(graph.handlers) or any(each is not None and self._can_undo(each) for each in inner)

    def _inside(self, node: Node) -> Graph | None:
        return self._graphs[node.said["calledElement"]] if node.tag == "callActivity" else node.body

    def _undo_in(self, token: Token, scope: Scope) -> None:
        scope.undoes = True
        token.state = "holding"
        self._board.scopes.append(scope)
        self._undo_last(scope)

    def _undo_last(self, scope: Scope) -> None:
        record = scope.done.pop()
        if record.handler is not None:
            self._arrive(scope, record.handler)
            return
        past = record.scope
        assert past is not None
        token = Token(scope, record.node, brings_back=True)
        self._board.tokens.append(token)
        outer = None if past.outer is None else scope
        back = Scope(past.graph, past.types, token, outer, values=dict(past.values), done=list(past.done))
        self._undo_in(token, back)

    def _cancel(self, token: Token) -> None:
        self._give_back(token)
        super()._cancel(token)

    def _give_back(self, token: Token) -> None:
        """What is not yet begun to be undone as the event is cancelled is there for the next."""
        for scope in self._board.inside(token):
            for each in self._board.of(scope):
                self._give_back(each)
            if scope.undoes and scope.done and token.brings_back:
                token.scope.done.append(Record(token.node, scope=scope))
            elif scope.undoes and scope.done:
                meant = self._meant(token)
                meant.done = scope.done + meant.done

    def _close_undoing(self, scope: Scope, token: Token) -> None:
        """A handler is done."""
        if scope.done:
            self._undo_last(scope)
            return
        self._board.scopes.remove(scope)
        self._go_on(token)
