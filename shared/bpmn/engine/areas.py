"""The scopes that a definition needs, each to become one specification.

A process and a subprocess are named by their ids, the scope of a multi-instance item or of a turn of a loop is
``(item)id``. Where something can be undone there are two more: ``(compensate)name`` undoes what a living scope has
completed, ``(undo)name`` what a scope had completed whose values are brought back.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from shared.bpmn.engine.compensation import LIVE, PAST
from shared.bpmn.engine.completed import undoable
from shared.bpmn.model import MessageType, Node, Process, Scope, Variable

Processes = Mapping[str, Process]


@dataclass(frozen=True)
class Area:
    """``handled``: the activities with a handler that are done as they stand here. Of a scope that undoes:
    ``undo_steps``, record name → step; ``pasts``: (step, node, scope) of what is undone by what is in it;
    ``stands_in``: the scope that it sees as if it were it."""

    name: str
    scope: Scope
    variables: Mapping[str, Variable]
    isolated: bool
    messages: Mapping[str, MessageType]
    handled: frozenset[str] = frozenset()
    undo_steps: Mapping[str, str] = field(default_factory=dict)
    pasts: tuple[tuple[str, Node, str], ...] = ()
    stands_in: str = ""


def called_processes(root: Process, processes: Mapping[str, Process]) -> dict[str, Process]:
    """The process and those it calls, directly or not, by id; unknown ones are left out."""
    found: dict[str, Process] = {}
    todo = [root]
    while todo:
        process = todo.pop()
        if process.id in found:
            continue
        found[process.id] = process
        todo += [processes[node.called] for _, node in process.scope.everything() if node.called in processes]
    return found


def count_nodes(scope: Scope, processes: Processes, counted: dict[str, int] | None = None) -> int:
    """The nodes of a scope, of those within and of what they call, as often as it is called.

    ``counted``: the nodes of the processes that were looked at.
    """
    counted = {} if counted is None else counted
    count = 0
    for _, node in scope.everything():
        if node.called in processes and node.called not in counted:
            counted[node.called] = 0  # one that calls itself is told elsewhere
            counted[node.called] = count_nodes(processes[node.called].scope, processes, counted)
        count += 1 + counted.get(node.called, 0)
    return count


def areas_of(root: Process, processes: Processes) -> Iterator[Area]:
    for area in _plain(root, processes):
        activities = undoable(area.scope, processes)
        yield replace(
            area, handled=frozenset(node.id for node in activities if _is_handled(area.scope, node))
        )
        if activities:
            past = _undoing(area, activities)
            yield replace(past, name=f"{PAST}{area.name}")
            yield replace(past, name=f"{LIVE}{area.name}", variables={}, isolated=False, stands_in=area.name)


def _plain(root: Process, processes: Processes) -> Iterator[Area]:
    for process in called_processes(root, processes).values():
        yield Area(process.id, process.scope, process.scope.variables, True, process.messages)
        for scope, node in process.scope.everything():
            if node.body is not None:
                yield Area(node.id, node.body, node.body.variables, False, process.messages)
            if node.repeats:
                own = node.multi.variables if node.multi else {}
                yield Area(f"(item){node.id}", item_scope(scope, node), own, False, process.messages)


def item_scope(scope: Scope, node: Node) -> Scope:
    """One item or turn: the activity alone, with what undoes it."""
    handler = scope.handlers.get(node.id)
    nodes = {node.id: replace(node, multi=None, loop=None, for_compensation=False)}
    if handler is None:
        return Scope(f"(item){node.id}", node.name, {}, nodes, ())
    return Scope(
        f"(item){node.id}", node.name, {}, nodes | {handler: scope.nodes[handler]}, (), {node.id: handler}
    )


def _is_handled(scope: Scope, node: Node) -> bool:
    """Each item of a repeated activity is undone for itself."""
    return node.id in scope.handlers and not node.repeats


def _undoing(area: Area, activities: list[Node]) -> Area:
    scope = area.scope
    handlers = {
        node.id: scope.nodes[scope.handlers[node.id]] for node in activities if _is_handled(scope, node)
    }
    pasts = tuple(_past(node) for node in activities if node.id not in handlers)
    steps = {activity: handler.id for activity, handler in handlers.items()} | {
        name: name for name, _, _ in pasts
    }
    graph = Scope(scope.id, scope.name, {}, {handler.id: handler for handler in handlers.values()}, ())
    return replace(area, scope=graph, undo_steps=steps, pasts=pasts)


def _past(node: Node) -> tuple[str, Node, str]:
    if node.repeats:
        return f"(item){node.id}", node, f"{PAST}(item){node.id}"
    return node.id, node, f"{PAST}{node.body.id if node.body else node.called}"
