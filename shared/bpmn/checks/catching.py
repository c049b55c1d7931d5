"""Who may catch what leaves an element, seen on the model: the order in which the running engine asks."""

from collections.abc import Iterator
from dataclasses import dataclass

from shared.bpmn.model import Node, Process, Scope


@dataclass(frozen=True)
class Catcher:
    """``event``: a boundary event, or the start event of the event subprocess ``handler``; it waits in ``scope``."""

    event: Node
    scope: Scope
    handler: Node | None = None


def catchers(process: Process, scope: Scope, node: Node) -> Iterator[Catcher]:
    """The events that might catch an error or escalation leaving a node of ``scope``, nearest first.

    Boundary events of the node, event subprocesses of its scope, boundary events of the activity around, and so on.
    What leaves an event subprocess is not caught by itself; one that interrupts has ended its siblings' listening.
    """
    holders = {
        inner.body.id: (outer, inner) for outer, inner in process.scope.everything() if inner.body is not None
    }
    while True:
        for event in scope.boundaries[node.id]:
            yield Catcher(event, scope)
        if not (node.event_subprocess and any(start.interrupting for start in _starts(node))):
            for handler in scope.event_subprocesses:
                yield from (
                    Catcher(start, scope, handler) for start in _starts(handler) if handler is not node
                )
        if scope.id not in holders:
            return
        scope, node = holders[scope.id]


def catcher_of(process: Process, scope: Scope, node: Node, thrown: Node) -> Catcher | None:
    """What catches ``thrown`` where it leaves ``node``: at one place, a code before what catches any."""
    places: dict[tuple[str, bool], list[Catcher]] = {}
    for catcher in catchers(process, scope, node):
        if catcher.event.trigger.kind == thrown.trigger.kind:
            place = (catcher.event.attached_to or catcher.scope.id, catcher.handler is None)
            places.setdefault(place, []).append(catcher)
    for found in places.values():
        for wanted in (thrown.trigger.name, ""):
            for catcher in found:
                if catcher.event.trigger.name == wanted:
                    return catcher
    return None


def start_of(handler: Node) -> Node:
    """The start event of an event subprocess that was checked: it has just one."""
    return _starts(handler)[0]


def _starts(handler: Node) -> list[Node]:
    return [] if handler.body is None else handler.body.starts()
