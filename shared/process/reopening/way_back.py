"""Which token goes back to the task: the one of the task's own frame that stands after it, if there is one alone."""

from collections.abc import Collection, Iterator

from shared.bpmn import Definition, OpenScope
from shared.bpmn.model import Node, Scope
from shared.process.reopening.errors import CallOver, NoWayBack


def token_after(definition: Definition, scopes: tuple[OpenScope, ...], element_id: str) -> tuple[str, int]:
    """(element where it waits, token's number). Raises NoWayBack, CallOver."""
    graph = _graph_of(definition, element_id)
    if graph is None:
        raise NoWayBack()
    waiting = [token for scope in scopes if scope.index is None for token in scope.tokens]
    following = _reachable(graph, element_id, {token.element_id for token in waiting})
    found = [(token.element_id, token.id) for token in waiting if token.element_id in following]
    if not found and (caller := _caller(definition, element_id)):
        raise CallOver(within=caller.name)
    if len(found) != 1:
        raise NoWayBack()
    return found[0]


def within_repeated(definition: Definition, element_id: str) -> dict[str, str]:
    """Tasks in the repeated activities that come after an element, each with the name of its activity."""
    graph = _graph_of(definition, element_id)
    if graph is None:
        return {}
    following = (graph.nodes[each] for each in sorted(_reachable(graph, element_id)))
    return {
        inner.id: node.name
        for node in following
        if node.multi is not None
        for inner in _inside(definition, node)
        if inner.type == "userTask"
    }


def _inside(definition: Definition, node: Node) -> Iterator[Node]:
    """Every node of an activity, of what it calls too."""
    called = definition.processes.get(node.called)
    body = called.scope if called else node.body
    for _, inner in body.everything() if body else ():
        yield inner
        if inner.called and inner.called != node.called:
            yield from _inside(definition, inner)


def _caller(definition: Definition, element_id: str) -> Node | None:
    """The activity that calls the process of an element; None: nothing calls it."""
    own = next(
        name for name, process in definition.processes.items()
        if any(node.id == element_id for _, node in process.scope.everything())
    )  # fmt: skip
    nodes = (node for each in definition.processes.values() for _, node in each.scope.everything())
    return next((node for node in nodes if node.called == own), None)


def _graph_of(definition: Definition, element_id: str) -> Scope | None:
    """The frame in which the task is drawn; of a process that is called, that process."""
    for process in definition.processes.values():
        for scope, node in process.scope.everything():
            if node.id == element_id:
                return scope
    return None


def _reachable(graph: Scope, element_id: str, until: Collection[str] = ()) -> set[str]:
    """What can come after an element in its frame, its boundary events' ways included; no further than ``until``:
    a token that waits at a join behind another one came there from elsewhere.
    """
    found: set[str] = set()
    todo = [element_id]
    while todo:
        here = todo.pop()
        starts = [here, *(node.id for node in graph.boundaries.get(here, ()))]
        for each in starts:
            for flow in graph.outgoing.get(each, ()):
                if flow.target not in found:
                    found.add(flow.target)
                    todo += [flow.target] if flow.target not in until else []
    return found
