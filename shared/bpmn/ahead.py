"""What may come next after an element, by the drawing's arrows alone: no condition is asked."""

from collections.abc import Collection, Iterator, Mapping

from shared.bpmn.model import Node, Process, Scope
from shared.bpmn.nesting import Nesting, Place


class Ahead:
    """Of one definition. ``told``: the types of elements that are worth being named as next."""

    def __init__(self, process: Process, processes: Mapping[str, Process], told: Collection[str]) -> None:
        self._told, self._nesting = frozenset(told), Nesting(process, processes)

    def of(self, element_id: str) -> list[str]:
        """The nearest named elements behind it, in the order in which they are met; what interrupts it included."""
        found: dict[str, None] = {}
        seen, todo = {element_id}, list(self._behind(element_id)) if element_id in self._nesting.at else []
        while todo:
            _, node = todo.pop(0)
            if node.id in seen:
                continue
            seen.add(node.id)
            if node.name and node.type in self._told and _is_news(node):
                found[node.id] = None
            elif (inner := self._nesting.inner(node)) is not None:
                todo += [(inner, start) for start in inner.starts()]
            else:
                todo += self._behind(node.id)
        return list(found)

    def _behind(self, element_id: str) -> Iterator[Place]:
        scope, node = self._nesting.at[element_id]
        yield from ((scope, boundary) for boundary in scope.boundaries[node.id])
        yield from self._onward(scope, node, set())

    def _onward(self, scope: Scope, node: Node, seen: set[str]) -> Iterator[Place]:
        """Where its arrows lead; from the end of a scope, those of the activities that hold it."""
        seen.add(node.id)
        yield from ((scope, scope.nodes[flow.target]) for flow in scope.outgoing[node.id])
        if scope.outgoing[node.id]:
            return
        for outer, activity in self._nesting.holders(scope):
            if node.trigger.kind in ("error", "escalation"):
                yield from ((outer, boundary) for boundary in outer.boundaries[activity.id])
            elif activity.id not in seen:
                yield from self._onward(outer, activity, seen)


def _is_news(node: Node) -> bool:
    """The start of a subprocess is none."""
    return node.type != "startEvent" or node.trigger.kind != "none"
