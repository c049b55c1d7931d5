"""Whether somebody always has the next action of a parcours: an open task with a deadline, or a timer.

What waits for a message, a task without a deadline, a token that has come to a join: these alone give nobody the hand
(R45). A frame gives it when in each of its states at rest something in it does, or when a timer ends the frame.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.bpmn.model import Node, Process, Scope
from shared.bpmn.soundness.analysis import Analysis
from shared.bpmn.soundness.building import Aspect
from shared.bpmn.soundness.graph import END
from shared.bpmn.soundness.search import GONE, Explored, State

_RESTING = (
    "userTask",
    "receiveTask",
    "intermediateCatchEvent",
    "eventBasedGateway",
    "subProcess",
    "callActivity",
)


@dataclass
class Hands:
    """Of the processes that one member of a parcours is made of."""

    processes: Mapping[str, Process]
    limit: int
    _frames: dict[str, bool] = field(default_factory=dict)

    def at_rest_without(
        self, scope: Scope, found: Explored, ended_by: frozenset[str] = frozenset()
    ) -> set[State]:
        """The explored states of ``scope`` in which everything rests and nothing gives anybody the hand.

        ``ended_by``: what leaves the scope and ends it (error, escalation): what seems to go on after it does not.
        """
        return {
            state
            for state, steps in found.after.items()
            if state != GONE
            and not found.is_end(state)
            and not (state in found.before and found.before[state][1].label[0] in ended_by)
            and not any(move.instant for move, _ in steps)
            and not any(self._place_gives(scope, found, place) for place in found.tokens(state))
        }

    def _place_gives(self, scope: Scope, found: Explored, place: int) -> bool:
        element, edge = found.net.places.heads[place]
        if edge is None:
            return self.gives(scope, element)
        on_the_way = [each for each in edge.inner if each in scope.nodes and _rests(scope.nodes[each])]
        target = scope.nodes.get(edge.target) if edge.target != END else None
        if target is not None and _rests(target):
            on_the_way.append(target.id)
        elif target is not None and _joins(scope, target):
            return False
        return bool(on_the_way) and all(self.gives(scope, each) for each in on_the_way)

    def gives(self, scope: Scope, element: str) -> bool:
        """Whether a token that rests at an element means that somebody has the hand."""
        node = scope.nodes[element]
        if any(_is_timer(event) and event.interrupting for event in scope.boundaries.get(element, ())):
            return True
        if node.type == "userTask":
            return bool(node.due)
        if node.type == "eventBasedGateway":
            return any(_is_timer(scope.nodes[flow.target]) for flow in scope.outgoing[element])
        return (
            self._frame_gives(scope, node) if node.type in ("subProcess", "callActivity") else _is_timer(node)
        )

    def _frame_gives(self, scope: Scope, node: Node) -> bool:
        body = node.body or (self.processes[node.called].scope if node.called in self.processes else None)
        if body is None:
            return False
        if body.id not in self._frames:
            self._frames[body.id] = True  # a process that calls itself adds nothing
            analysis = Analysis(self.processes, Aspect(takes_time=False), self.limit)
            found = analysis.play(body, reduced=False)
            ended_by = {event.trigger.kind for event in scope.boundaries[node.id] if event.interrupting}
            self._frames[body.id] = not self.at_rest_without(body, found, frozenset(ended_by))
        return self._frames[body.id]


def _rests(node: Node) -> bool:
    return node.type in _RESTING and not node.event_subprocess and node.trigger.kind != "link"


def _joins(scope: Scope, node: Node) -> bool:
    return node.type in ("parallelGateway", "inclusiveGateway") and len(scope.incoming[node.id]) > 1


def _is_timer(node: Node) -> bool:
    return node.trigger.kind == "timer"
