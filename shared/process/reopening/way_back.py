"""Which token goes back to the task: the one of the task's own frame that stands after it, if there is one alone."""

from shared.bpmn import Definition, OpenScope
from shared.bpmn.model import Scope
from shared.process.reopening.errors import NoWayBack


def token_after(definition: Definition, scopes: tuple[OpenScope, ...], element_id: str) -> tuple[str, int]:
    """(element where it waits, token's number). Raises NoWayBack."""
    graph = _graph_of(definition, element_id)
    if graph is None:
        raise NoWayBack()
    following = _reachable(graph, element_id)
    found = [
        (token.element_id, token.id)
        for scope in scopes
        for token in scope.tokens
        if token.element_id in following and scope.index is None
    ]
    if len(found) != 1:
        raise NoWayBack()
    return found[0]


def _graph_of(definition: Definition, element_id: str) -> Scope | None:
    """The frame in which the task is drawn; of a process that is called, that process."""
    for process in definition.processes.values():
        for scope, node in process.scope.everything():
            if node.id == element_id:
                return scope
    return None


def _reachable(graph: Scope, element_id: str) -> set[str]:
    """What can come after an element in its frame, its boundary events' ways included."""
    found: set[str] = set()
    todo = [element_id]
    while todo:
        here = todo.pop()
        starts = [here, *(node.id for node in graph.boundaries.get(here, ()))]
        for each in starts:
            for flow in graph.outgoing.get(each, ()):
                if flow.target not in found:
                    found.add(flow.target)
                    todo.append(flow.target)
    return found
