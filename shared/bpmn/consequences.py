"""What follows on an element, way by way: which answers or which words of the drawing lead there, and to what.

Read from the arrows: nothing is evaluated. A condition that asks for one answer of the element's own form is told as
that answer; any other by what the drawing says at the gateway.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from shared.bpmn.model import Flow, Node, Process, Scope
from shared.bpmn.nesting import Nesting

TOLD = (
    "endEvent", "userTask", "intermediateCatchEvent", "intermediateThrowEvent", "sendTask", "receiveTask",
)  # fmt: skip
"""What is worth being named as next: what people do, what is waited for, sent and received, how it ends."""
MOST = 12
"""Ways that are told; what has more is better read on the diagram."""
MOST_READ = 200
"""Of a drawing with very many gateways in a row."""
_ONE = re.compile(r'(\w+)\s*=\s*(?:"([^"]*)"|(true|false))')
_CHOOSING = ("exclusiveGateway", "inclusiveGateway", "complexGateway")


@dataclass(frozen=True)
class Asked:
    """One condition of a way. ``field`` and ``answer``: of the form; or ``question`` and ``answer``: as drawn.

    ``answer`` is empty where the way is taken when no other one is.
    """

    field: str
    question: str
    answer: str


@dataclass(frozen=True)
class Way:
    """``then``: the nearest named elements on it."""

    asked: tuple[Asked, ...]
    then: tuple[Node, ...]


class Consequences:
    """Of one definition."""

    def __init__(self, process: Process, processes: Mapping[str, Process]) -> None:
        self._nesting = Nesting(process, processes)

    def of(self, element_id: str, fields: Collection[str]) -> list[Way]:
        """The ways on from an element, in the order of the drawing. ``fields``: that its form answers."""
        if element_id not in self._nesting.at:
            return []
        found: dict[tuple[Asked, ...], dict[str, Node]] = {}
        scope, node = self._nesting.at[element_id]
        ways = self._onward(scope, node, (), frozenset(), frozenset(fields))
        for asked, target in islice(ways, MOST_READ):
            found.setdefault(asked, {})[target.id] = target
        return [Way(asked, tuple(nodes.values())) for asked, nodes in found.items()][:MOST]

    def _onward(
        self, scope: Scope, node: Node, asked: tuple[Asked, ...], seen: frozenset[str], fields: frozenset[str]
    ) -> Iterator[tuple[tuple[Asked, ...], Node]]:
        flows = scope.outgoing[node.id]
        for flow in flows:
            more = (*asked, *_asked(node, flow, fields)) if len(flows) > 1 else asked
            yield from self._arrive(scope, scope.nodes[flow.target], more, seen, fields)
        if not flows:
            for outer, activity in self._nesting.holders(scope):
                if activity.id not in seen and not activity.repeats:
                    yield from self._onward(outer, activity, asked, seen | {activity.id}, fields)

    def _arrive(
        self, scope: Scope, node: Node, asked: tuple[Asked, ...], seen: frozenset[str], fields: frozenset[str]
    ) -> Iterator[tuple[tuple[Asked, ...], Node]]:
        if node.id in seen:
            return
        seen = seen | {node.id}
        if node.name and node.type in TOLD and not self._is_inner_end(scope, node):
            yield asked, node
        elif (inner := self._nesting.inner(node)) is not None:
            for start in inner.starts():
                yield from self._onward(inner, start, asked, seen, fields)
        else:
            yield from self._onward(scope, node, asked, seen, fields)

    def _is_inner_end(self, scope: Scope, node: Node) -> bool:
        """Where a part of the process is done, it goes on after it; of several alike, once all are: not told."""
        holders = self._nesting.holders(scope)
        goes_on = any(not activity.repeats for _, activity in holders)
        return node.type == "endEvent" and node.trigger.kind == "none" and goes_on


def _asked(node: Node, flow: Flow, fields: frozenset[str]) -> tuple[Asked, ...]:
    if node.type not in _CHOOSING:
        return ()
    parts = [_ONE.fullmatch(part.strip()) for part in flow.condition.removeprefix("=").split(" and ")]
    if flow.condition and all(part and part[1] in fields for part in parts):
        return tuple(Asked(part[1], "", part[2] or part[3]) for part in parts if part)
    return (Asked("", node.name, flow.name),) if node.name or flow.name else ()
