"""What an event that asks for compensation shows of the handlers that it may begin.

Handlers stand beside the flow, so no token of the game comes to them: what they let out comes from the event.
"""

from collections.abc import Callable, Mapping

from shared.bpmn.engine.completed import undoable
from shared.bpmn.model import Node, Process, Scope
from shared.bpmn.soundness.behaviour import DONE, FINISHED, PLAIN, TAU, Behaviour, Step
from shared.bpmn.soundness.graph import Label
from shared.bpmn.soundness.words import name_of

Shown = Callable[[Node], set[Label]]


def asks(node: Node) -> bool:
    return node.trigger.kind == "compensate" and not node.undoes


def undoing(scope: Scope, activity: str, processes: Mapping[str, Process], shown: Shown) -> Behaviour:
    """``activity``: the one that is undone, '' is all of the scope; ``shown``: what a handler lets out."""
    found = _let_out(scope, activity, processes, shown, frozenset())
    if not found:
        return PLAIN
    errors = [label for label in sorted(found) if label[0] == "error"]
    others = [label for label in sorted(found) if label[0] != "error"]
    steps = [(Step(label, number, found[label]), Step(TAU, number)) for number, label in enumerate(others, 1)]
    last = (Step(DONE, FINISHED), *(Step(label, FINISHED, found[label]) for label in errors))
    return Behaviour((*steps, last))


def _let_out(
    scope: Scope, activity: str, processes: Mapping[str, Process], shown: Shown, seen: frozenset[str]
) -> dict[Label, tuple[str, ...]]:
    """What may come of the handlers, with the name of one that lets it out. ``seen``: the scopes around."""
    found: dict[Label, tuple[str, ...]] = {}
    for node in undoable(scope, processes):
        called = processes.get(node.called)
        inner = node.body or (called.scope if called else None)
        if activity and node.id != activity:
            continue
        if node.id in scope.handlers:
            handler = scope.nodes[scope.handlers[node.id]]
            found |= dict.fromkeys(shown(handler), (name_of(handler),))
        elif inner is not None and inner.id not in seen:
            found |= _let_out(inner, "", processes, shown, seen | {scope.id})
    return found
