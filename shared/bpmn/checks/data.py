"""Names and expressions: everything that a diagram reads, writes or names exists and has the right type."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from shared.bpmn.engine.loops import TURNS
from shared.bpmn.expressions import feel_text, free_names
from shared.bpmn.findings import Findings
from shared.bpmn.model import PARTS, Mapped, Node, Process, Scope, Variable
from shared.bpmn.reading.library import Library
from shared.bpmn.timers import TimerRefused, refuse_unreadable
from shared.bpmn.values import takes, variable_type
from shared.bpmn.vocabulary import Vocabulary
from shared.catalogue import sentence
from shared.feel import FeelSyntaxError, reads_clock
from shared.feel.types import ANY

Names = Mapping[str, Variable]
MOST_LINES = 200  # of a script, as many as the automatic steps of a command
COUNTS = ("nb_instances", "nb_terminees", "nb_actives")


def check_data(process: Process, library: Library, vocabulary: Vocabulary, findings: Findings) -> None:
    checker = _Checker(process, library, vocabulary, findings)
    if process.label:
        checker.expression(process.id, process.name, process.label, process.scope.variables)
    for place in places(process):
        checker.node(place)
    for scope, names in scopes_with_names(process):
        for flow in scope.flows:
            if flow.condition:
                checker.expression(flow.id, flow.name, flow.condition, names)


@dataclass(frozen=True)
class Place:
    """A node, the names visible around it, and those visible inside a multi-instance item of it."""

    node: Node
    outer: Names
    names: Names


def scopes_with_names(process: Process) -> Iterator[tuple[Scope, Names]]:
    """Every scope of a process with all names that are visible in it."""
    todo: list[tuple[Scope, Names]] = [(process.scope, process.scope.variables)]
    while todo:
        scope, names = todo.pop()
        yield scope, names
        for node in scope.nodes.values():
            if node.body is not None:
                item = node.multi.variables if node.multi else {}
                todo.append((node.body, {**names, **_undone(scope, node), **item, **node.body.variables}))


def places(process: Process) -> Iterator[Place]:
    for scope, names in scopes_with_names(process):
        for node in scope.nodes.values():
            outer = {**names, **_undone(scope, node)}
            yield Place(node, outer, {**outer, **(node.multi.variables if node.multi else {})})


def _undone(scope: Scope, handler: Node) -> Names:
    """What undoes an item sees the item's variables."""
    activities = [scope.nodes[activity] for activity, node in scope.handlers.items() if node == handler.id]
    return next((activity.multi.variables for activity in activities if activity.multi), {})


class _Checker:
    def __init__(
        self, process: Process, library: Library, vocabulary: Vocabulary, findings: Findings
    ) -> None:
        self._process, self._library, self._vocabulary, self._findings = (
            process,
            library,
            vocabulary,
            findings,
        )

    def node(self, place: Place) -> None:
        node = place.node
        if node.type != "startEvent":
            self._event(node, place.outer)
        elif node.id in self._process.scope.nodes:
            self._event(node, {})
        if node.event_subprocess and node.body is not None:
            for (
                start
            ) in node.body.starts():  # it waits in the scope around, where its own variables are not yet
                self._event(start, place.outer)
        if node.valeur:
            self.expression(node.id, node.name, node.valeur, place.outer)
        if node.multi is not None:
            self._multi_instance(place)
        self._passation(node, place.outer)
        if node.loop is not None and node.loop.condition:
            self.expression(node.id, node.name, node.loop.condition, place.outer, (TURNS,))
        check = {
            "userTask": self._user_task,
            "serviceTask": self._service_task,
            "businessRuleTask": self._rule_task,
            "scriptTask": self._script_task,
            "callActivity": self._call,
        }.get(node.type)
        if check is not None:
            check(node, place.names)

    def expression(
        self, element_id: str, name: str, text: str, names: Collection[str], extra: Collection[str] = ()
    ) -> None:
        try:
            read = free_names(text, self._vocabulary.functions, {*names, *extra})
        except FeelSyntaxError as error:
            self._findings.add(
                "feel_syntax", element_id, name, text=text, detail=error.message, at=error.position + 1
            )
            return
        for unknown in sorted(read - set(names) - set(extra)):
            self._findings.add(
                "variable_unknown", element_id, name, variable=unknown, allowed=sorted({*names, *extra})
            )

    # what nodes name

    def _user_task(self, node: Node, names: Names) -> None:
        self._one_of(node, "parcours:role", node.role, self._vocabulary.roles)
        self._organisation(node, names)
        if self._one_of(node, "parcours:form", node.form, self._library.forms):
            self._form(node, names)
        for text in (node.due, node.assignee, node.objet):
            if text:
                self.expression(node.id, node.name, text, names)

    def _passation(self, node: Node, names: Names) -> None:
        """A hand-over is between the organisations of the lanes; why, is a variable of the process that is a text."""
        if node.passation and not node.organisation:
            self._add(node, "no_organisation_lane")
        if not node.motif:
            return
        if not node.passation:
            self._add(node, "attribute_missing", attribute="parcours:passation")
        self._has_type(node, node.motif, "string", self._process.scope.variables)

    def _organisation(self, node: Node, names: Names) -> None:
        if not node.organisation:
            self._add(node, "no_organisation_lane")
            return
        told = (node.organisation, PARTS.get(node.organisation))
        for variable in filter(None, told):
            if variable not in self._process.scope.variables:
                self._add(node, "organisation_variable", variable=variable)
            elif names[variable].type != "string":
                self._has_type(node, variable, "string", names)

    def _form(self, node: Node, names: Names) -> None:
        facts = self._library.forms[node.form]
        for name, type_ in sorted(facts.outputs.items()):
            self._has_type(node, name, type_, names)
        self._known(node, facts.reads, names)

    def _service_task(self, node: Node, names: Names) -> None:
        if self._one_of(node, "parcours:operation", node.operation, self._vocabulary.operations):
            operation = self._vocabulary.operations[node.operation]
            self._known(node, operation.reads | operation.writes, names)

    def _rule_task(self, node: Node, names: Names) -> None:
        if not node.result:
            self._add(node, "attribute_missing", attribute="parcours:result")
        else:
            self._known(node, [node.result], names)
        if not self._one_of(node, "parcours:decision", node.decision, self._library.decisions):
            return
        decision = self._library.decisions[node.decision].decisions[node.decision]
        self._known(node, decision.inputs, names)
        for name, type_ in decision.inputs.items():
            if name in names and not takes(type_, names[name].type):
                self._has_type(node, name, variable_type(type_), names)
        if node.result in names and decision.type is not ANY:
            self._has_type(node, node.result, variable_type(decision.type), names)

    def _script_task(self, node: Node, names: Names) -> None:
        if not node.script:
            self._add(node, "script_empty")
        if len(node.script) > MOST_LINES:
            self._add(node, "script_too_long", count=len(node.script), limit=MOST_LINES)
            return
        for line in node.script:
            self._known(node, [line.variable], names)
            self.expression(node.id, node.name, line.expression, names)

    def _call(self, node: Node, names: Names) -> None:
        if not self._one_of(node, "calledElement", node.called, self._library.processes):
            return
        called = self._library.processes[node.called].scope
        if not any(start.trigger.kind == "none" for start in called.starts()):
            self._add(node, "called_without_start", called=node.called)
        self._mapping(node, node.inputs, called.variables, names)
        self._mapping(node, node.outputs, names, called.variables)

    def _mapping(self, node: Node, mapped: tuple[Mapped, ...], into: Names, out_of: Names) -> None:
        for each in mapped:
            self._known(node, [each.variable], into)
            self.expression(node.id, node.name, each.expression, out_of)

    def _multi_instance(self, place: Place) -> None:
        node, many = place.node, place.node.multi
        if many is None:
            return
        if bool(many.collection) == bool(many.cardinality):
            self._add(node, "multi_instance_source", allowed=("loopDataInputRef", "loopCardinality"))
        for listed in (many.collection, many.results):
            if listed:
                self._has_type(node, listed, "list", place.outer)
        for own in (many.item, many.result):
            if own:
                self._known(node, [own], many.variables)
        if bool(many.results) != bool(many.result) or (many.item and not many.collection):
            self._add(node, "multi_instance_half")
        if many.cardinality:
            self.expression(node.id, node.name, many.cardinality, place.outer)
        if many.completion:
            self.expression(node.id, node.name, many.completion, place.outer, COUNTS)

    def _event(self, node: Node, names: Names) -> None:
        if node.trigger.kind == "timer":
            self._timer(node, names)
        elif node.trigger.kind == "conditional":
            self._condition(node, names)

    def _condition(self, node: Node, names: Names) -> None:
        self.expression(node.id, node.name, node.trigger.condition, names)
        if reads_clock(feel_text(node.trigger.condition), names=names, functions=self._vocabulary.functions):
            self._add(node, "condition_of_time", allowed=("timerEventDefinition",))

    def _timer(self, node: Node, names: Names) -> None:
        kind, text = node.trigger.timer
        if text.startswith("="):
            self.expression(node.id, node.name, text, names)
            return
        try:
            refuse_unreadable(kind, text)
        except TimerRefused as error:
            said = sentence(f"bpmn.timer_{error}")
            self._add(node, "timer_unreadable", text=text, detail=str(error), said=said)

    # faults

    def _one_of(self, node: Node, attribute: str, value: str, known: Collection[str]) -> bool:
        if not value:
            self._add(node, "attribute_missing", attribute=attribute)
        elif value not in known:
            self._add(node, "unknown_name", attribute=attribute, value=value, allowed=sorted(known))
        return value in known

    def _known(self, node: Node, wanted: Collection[str], names: Collection[str]) -> None:
        for unknown in sorted(set(wanted) - set(names)):
            self._findings.add(
                "variable_unknown", node.id, node.name, variable=unknown, allowed=sorted(names)
            )

    def _has_type(self, node: Node, name: str, type_: str, names: Names) -> None:
        if name not in names:
            self._known(node, [name], names)
        elif names[name].type != type_:
            self._add(node, "variable_type", variable=name, type=names[name].type, wanted=type_)

    def _add(self, node: Node, code: str, *, allowed: Collection[str] = (), **params: Any) -> None:
        self._findings.add(code, node.id, node.name, allowed=allowed, **params)
