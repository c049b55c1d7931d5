"""Scopes one by one: each is played alone, and those around it see only what it shows.

In the engine a scope's tokens touch nothing outside: it shows that it is done, the errors and escalations that leave
it, and (when services are looked at together) its messages. So a fault in a scope is found there once, however often
it is called, and a fault that comes about by a call is found where the call is.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from shared.bpmn.engine.completed import undoable
from shared.bpmn.model import THROWING, Node, Process, Scope
from shared.bpmn.soundness.behaviour import (
    DONE,
    FINISHED,
    PLAIN,
    Behaviour,
    Step,
    minimal,
    optional,
    repeated,
)
from shared.bpmn.soundness.building import Aspect, build, operations_fail
from shared.bpmn.soundness.flags import Flags, Writing, flags_of
from shared.bpmn.soundness.graph import Label
from shared.bpmn.soundness.moves import ANY_ERROR
from shared.bpmn.soundness.net import Net
from shared.bpmn.soundness.reduction import reduce_graph
from shared.bpmn.soundness.search import GONE, LIMIT, Explored, State, explore, hopeful, straight
from shared.bpmn.soundness.undoing import asks, undoing
from shared.bpmn.soundness.words import Word, up_to

_SHOWING = ("error", "escalation")
_JOINS = ("parallelGateway", "inclusiveGateway")


@dataclass
class Analysis:
    """``aspect``: how every scope is looked at; ``limit``: states of one scope; ``writing``: who writes what conditions
    ask, None: they are not followed."""

    processes: Mapping[str, Process]
    aspect: Aspect = field(default_factory=Aspect)
    limit: int = LIMIT
    writing: Writing | None = None
    undecided: set[str] = field(default_factory=set)
    _behaviours: dict[str, Behaviour] = field(default_factory=dict)

    def play(self, scope: Scope, kept: Collection[str] = (), reduced: bool = True) -> Explored:
        """Every run of a scope, from each of its start events. ``kept``: elements that are not taken out."""
        net = self.net(scope, kept, reduced)
        starts: dict[State, tuple[Word, ...]] = {
            (net.places.first(start.id), ()): () for start in scope.starts()
        }
        return explore(net, starts, after_reminders(scope), self.limit)

    def play_with_flags(self, process: Process, scope: Scope) -> Explored | None:
        """The runs that conditions allow, as far as they can be followed; None where there is nothing to follow."""
        flags = flags_of(process, scope, self.writing) if self.writing is not None else None
        if flags is None or not flags.deciding:
            return None
        net = self.net(scope, flags=flags)
        starts: dict[State, tuple[Word, ...]] = {
            (net.places.first(start.id), flags.anything()): () for start in scope.starts()
        }
        return explore(net, starts, after_reminders(scope), self.limit)

    def play_beside(
        self, process: Process, scope: Scope, event: Node, closely: bool = False
    ) -> Explored | None:
        """Every run of what one event that does not interrupt begins, by itself.

        None where that meets the rest of the scope, or has nothing that could go wrong in it. ``closely``: only the
        runs that conditions allow; None where there is nothing to follow.
        """
        region = reached_from(scope, [event.id])
        rest = reached_from(scope, [start.id for start in scope.starts()], without=event.id)
        if region & rest or not any(scope.nodes[each].type in _JOINS for each in region):
            return None
        flags = flags_of(process, scope, self.writing) if closely and self.writing is not None else None
        if closely and (flags is None or not flags.deciding):
            return None
        net = self.net(scope, reduced=False, flags=flags)
        begun = net.places.marking((), {event.id})
        return explore(
            net,
            {(begun, flags.anything() if flags is not None else ()): ()},
            after_reminders(scope, but=event.id),
            self.limit,
        )

    def play_on(self, scope: Scope, places: Collection[str], arrived: Collection[str]) -> Explored:
        """Every run from tokens that come to ``places`` (elements) and that have ``arrived`` at joins (flows)."""
        net = self.net(scope, reduced=False)
        return explore(
            net, {(net.places.marking(places, arrived), ()): ()}, after_reminders(scope), self.limit
        )

    def net(
        self, scope: Scope, kept: Collection[str] = (), reduced: bool = True, flags: Flags | None = None
    ) -> Net:
        behaviours = {
            node.id: behaviour for node in scope.nodes.values()
            if not (behaviour := self._behaviour_in(scope, node)).is_plain or self._listens(scope, node)
        }  # fmt: skip
        aspect = replace(self.aspect, kept=kept, behaviours=behaviours, flags=flags)
        graph = build(scope, aspect)
        if reduced:
            reduce_graph(graph)
        return Net(scope, graph, aspect)

    def _listens(self, scope: Scope, node: Node) -> bool:
        """Whether its boundary events wait for what comes from within."""
        inner = self.inside(node) is not None
        return inner and any(event.trigger.kind in _SHOWING for event in scope.boundaries[node.id])

    def _behaviour_in(self, scope: Scope, node: Node) -> Behaviour:
        if not asks(node):
            return self.behaviour(node)
        meant, named = scope, node.trigger.name
        while named not in meant.nodes if named else not undoable(meant, self.processes):
            if meant.id not in self._listening:
                return PLAIN
            meant = self._listening[meant.id]
        return undoing(meant, named, self.processes, self._let_out)

    @cached_property
    def _listening(self) -> Mapping[str, Scope]:
        """The scope around the content of each event subprocess, by the content's id."""
        everything = [pair for process in self.processes.values() for pair in process.scope.everything()]
        return {node.body.id: scope for scope, node in everything if node.event_subprocess and node.body}

    def _let_out(self, node: Node) -> set[Label]:
        """What a handler shows while it works."""
        found = self.behaviour(node).labels - {DONE}
        if node.type == "serviceTask":
            found.add(ANY_ERROR)
        if self.aspect.messages and node.trigger.kind == "message":
            found.add(("send" if node.type in THROWING else "receive", node.trigger.name))
        return found

    def behaviour(self, node: Node) -> Behaviour:
        """What an activity that holds a scope shows; several items or turns come one after the other."""
        inner = self.inside(node)
        if inner is None:
            return PLAIN
        shown = self._shown(inner)
        if shown.is_plain or (node.multi is None and node.loop is None):
            return shown
        return optional(shown) if self.aspect.messages else repeated(shown)

    def inside(self, node: Node) -> Scope | None:
        called = self.processes.get(node.called)
        return node.body or (called.scope if called is not None else None)

    def _shown(self, scope: Scope) -> Behaviour:
        if scope.id not in self._behaviours:
            self._behaviours[scope.id] = PLAIN  # a process that calls itself is refused elsewhere
            if self._may_show(scope):
                self._behaviours[scope.id] = self._project(scope)
        return self._behaviours[scope.id]

    def _may_show(self, scope: Scope) -> bool:
        """Whether anything in it, or in what it calls, could be seen from outside."""
        todo, seen = [scope], set[str]()
        while todo:
            each = todo.pop()
            if each.id in seen:
                continue
            seen.add(each.id)
            for node in each.nodes.values():
                inner = self.inside(node)
                todo += [] if inner is None else [inner]
                if node.type != "boundaryEvent" and node.trigger.kind in _SHOWING:
                    return True
                if node.type == "serviceTask" or (self.aspect.messages and node.trigger.kind == "message"):
                    return True
        return False

    def _project(self, scope: Scope) -> Behaviour:
        found = self.play(scope)
        if not found.complete:
            self.undecided.add(scope.id)
        return projected(found, scope)[0]


def projected(
    found: Explored, scope: Scope, shown_as: Callable[[Label, State], Label] = lambda label, _: label
) -> tuple[Behaviour, dict[State, int]]:
    """The smallest behaviour that shows the same, and the number there of each state.

    A state that leads nowhere is a fault told elsewhere: here it is done.
    """
    numbers = {state: number for number, state in enumerate(state for state in found.after if state != GONE)}
    good = hopeful(found)
    steps: dict[int, list[Step]] = {}
    for state, number in numbers.items():
        if found.is_end(state) or state not in good:
            steps[number] = [Step(DONE, FINISHED)]
            continue
        steps[number] = [
            Step(shown_as(move.label, state), numbers.get(reached, FINISHED), tuple(text for _, text in move.words))
            for move, reached in found.after[state] if reached == GONE or reached in numbers
        ]  # fmt: skip
        if state in found.failing or operations_fail(scope):
            steps[number].append(Step(ANY_ERROR, FINISHED))
    if not steps:
        return PLAIN, {}
    behaviour, blocks = minimal(steps, 0)
    return behaviour, {state: blocks[number] for state, number in numbers.items()}


def after_reminders(scope: Scope, but: str = "") -> set[str]:
    """The elements after events that do not interrupt, ``but`` not counted: several tokens there are meant."""
    events = [event.id for event in reminders(scope) if event.id != but]
    return reached_from(scope, events) | {node.id for node in scope.event_subprocesses}


def reminders(scope: Scope) -> list[Node]:
    """The boundary events that do not interrupt."""
    return [node for node in scope.nodes.values() if node.attached_to and not node.interrupting]


def reached_from(scope: Scope, elements: Iterable[str], without: str = "") -> set[str]:
    """The elements that flows and boundary events lead to, from ``elements`` on, never by ``without``."""
    seen, todo = set[str](), list(elements)
    while todo:
        element = todo.pop()
        if element not in seen and element != without:
            seen.add(element)
            todo += [flow.target for flow in scope.outgoing[element]]
            todo += [event.id for event in scope.boundaries[element]]
    return seen


def way_to(found: Explored, node: Node) -> tuple[Word, ...]:
    """The shortest run that brings a token to an element; () when none does."""
    ways = [up_to(edge.words, node.id) for edge in straight(found) if node.id in edge.inner]
    net = found.net
    for state in found.after:
        for place in found.tokens(state) if state != GONE else ():
            element, edge = net.places.heads[place]
            if edge is None and element == node.id:
                ways.append(found.words(state))
            elif edge is not None and (node.id in {*edge.inner, edge.target, edge.first}):
                ways.append((*found.words(state), *up_to(edge.words, node.id)))
        for move, _ in found.after[state]:
            if node.id in move.inner or node.id == move.vertex:
                ways.append((*found.words(state), *up_to(move.words, node.id)))
    return min(ways, key=len, default=())
