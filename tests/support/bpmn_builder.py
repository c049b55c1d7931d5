"""Writes small BPMN diagrams for tests: nodes, flows, lanes, variables and messages in a few words.

diagram = Bpmn().variables(age="number").node("startEvent", "debut").user("saisir", outputs=["age"])
diagram.node("endEvent", "fin").chain("debut", "saisir", "fin")
"""

import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Self
from xml.sax.saxutils import escape, quoteattr

from shared.bpmn import DefinitionFiles, FormFacts, Operation, Vocabulary
from shared.feel import FeelFunction

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:parcours="urn:ambition-emploi:bpmn:1"'
    ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'
    ' xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"'
    ' id="definitions" targetNamespace="urn:test">\n'
)
TAIL = "</bpmn:definitions>\n"


class Body:
    """The content of a process or a subprocess."""

    def __init__(self) -> None:
        self._nodes: list[tuple[str, str, Mapping[str, str], str, str]] = []
        self._flows: list[tuple[str, str, str, str]] = []
        self._variables: dict[str, str] = {}
        self._drawn: dict[str, str] = {}  # the types of data objects
        self._objects = ""
        self.subs: list[Body] = []
        self.users: list[str] = []
        self.forms: dict[str, dict[str, Any]] = {}

    def variables(self, **types: str) -> Self:
        """Declare variables: name="type"; side both, retention parcours."""
        self._variables |= types
        return self

    def node(self, tag: str, id: str, inner: str = "", ext: str = "", **attributes: str) -> Self:
        """Any flow node; an attribute ``parcours__role`` is written ``parcours:role``, ``cls_`` drops its tail."""
        self._nodes.append((tag, id, attributes, inner, ext))
        return self

    def start(self, id: str = "debut", inner: str = "", **attributes: str) -> Self:
        return self.node("startEvent", id, inner, **attributes)

    def end(self, id: str = "fin", inner: str = "", **attributes: str) -> Self:
        return self.node("endEvent", id, inner, **attributes)

    def user(self, id: str, inner: str = "", outputs: Sequence[str] | Mapping[str, str] = (), ext: str = "",
             reads: Sequence[str] = (), **attributes: str) -> Self:  # fmt: skip
        """A user task of the lycée's référent with a form of its own that writes ``outputs``."""
        self.users.append(id)
        self.forms[id] = {"outputs": dict.fromkeys(outputs, "?") if not isinstance(outputs, Mapping) else dict(outputs),
                          "reads": list(reads)}  # fmt: skip
        return self.node(
            "userTask", id, inner, ext, **({"parcours__role": "referent", "parcours__form": id} | attributes)
        )

    def script(self, id: str, *lines: str, **attributes: str) -> Self:
        inner = f"<bpmn:script>{escape(chr(10).join(lines))}</bpmn:script>"
        return self.node("scriptTask", id, inner, **{"scriptFormat": "feel"} | attributes)

    def service(self, id: str, operation: str, inner: str = "", **attributes: str) -> Self:
        return self.node("serviceTask", id, inner, **{"parcours__operation": operation} | attributes)

    def xor(self, id: str, default: str = "") -> Self:
        return self.node("exclusiveGateway", id, **({"default": default} if default else {}))

    def inclusive(self, id: str, default: str = "") -> Self:
        return self.node("inclusiveGateway", id, **({"default": default} if default else {}))

    def parallel(self, *ids: str) -> Self:
        for id in ids:
            self.node("parallelGateway", id)
        return self

    def data(self, id: str, type_: str = "string", label: str = "Donnée", **attributes: str) -> Self:
        """A data object, a variable of this scope, and one reference ``vue_<id>`` that shows it."""
        self._objects += (
            f'<bpmn:dataObject id="{id}" parcours:type="{type_}" parcours:side="both" parcours:retention="parcours"'
            f"{''.join(f' {key}={quoteattr(value)}' for key, value in attributes.items())}/>\n"
            f'<bpmn:dataObjectReference id="vue_{id}" name={quoteattr(label)} dataObjectRef="{id}"/>\n'
        )
        self._drawn[id] = type_
        return self

    def sub(self, id: str, body: "Body", inner: str = "", **attributes: str) -> Self:
        """An embedded subprocess; its variables are declared on it."""
        self.subs.append(body)
        self.users += body.users
        self.forms |= body.forms
        return self.node("subProcess", id, inner + body.content(), body.extension(), **attributes)

    def boundary(self, id: str, host: str, inner: str, interrupting: bool = True) -> Self:
        return self.node(
            "boundaryEvent", id, inner, attachedToRef=host, cancelActivity=str(interrupting).lower()
        )

    def event_sub(
        self, id: str, body: "Body", start: str, definition: str, interrupting: bool = True, **attributes: str
    ) -> Self:
        """An event subprocess; its start event is added to ``body``."""
        said = {} if interrupting else {"isInterrupting": "false"}
        body.node("startEvent", start, definition, **said)
        return self.sub(id, body, triggeredByEvent="true", **attributes)

    def undone(self, host: str, handler: str, id: str = "") -> Self:
        """A compensation event on ``host``, associated to ``handler`` (drawn with isForCompensation="true")."""
        event = id or f"annuler_{host}"
        self._objects += f'<bpmn:association id="as_{event}" sourceRef="{event}" targetRef="{handler}"/>\n'
        return self.node("boundaryEvent", event, compensate(), attachedToRef=host)

    def flow(self, source: str, target: str, condition: str = "", id: str = "") -> Self:
        self._flows.append((id or f"f_{source}_{target}", source, target, condition))
        return self

    def chain(self, *ids: str) -> Self:
        for source, target in pairwise(ids):
            self.flow(source, target)
        return self

    def types(self) -> dict[str, str]:
        found = self._variables | self._drawn
        for sub in self.subs:
            found |= sub.types()
        return found

    def extension(self) -> str:
        return variables_xml(self._variables)

    def content(self) -> str:
        return "".join(
            [self._node_xml(*node) for node in self._nodes]
            + [_flow_xml(*flow) for flow in self._flows]
            + [self._objects]
        )

    def _node_xml(self, tag: str, id: str, attributes: Mapping[str, str], inner: str, ext: str) -> str:
        said = "".join(
            f" {key.rstrip('_').replace('__', ':')}={quoteattr(value)}" for key, value in attributes.items()
        )
        extension = f"<bpmn:extensionElements>{ext}</bpmn:extensionElements>" if ext else ""
        incoming = "".join(f"<bpmn:incoming>{f[0]}</bpmn:incoming>" for f in self._flows if f[2] == id)
        outgoing = "".join(f"<bpmn:outgoing>{f[0]}</bpmn:outgoing>" for f in self._flows if f[1] == id)
        name = "" if "name" in attributes else f' name="{id.replace("_", " ")}"'
        return f'<bpmn:{tag} id="{id}"{name}{said}>{extension}{incoming}{outgoing}{inner}</bpmn:{tag}>\n'


class Bpmn(Body):
    """One file: a process with a lycée lane around its user tasks."""

    def __init__(
        self, id: str = "essai", label: str = '"Essai"', executable: bool = True, lane: bool = True
    ) -> None:
        super().__init__()
        self.id, self.label, self._executable, self._lane = id, label, executable, "lycee" if lane else ""
        self._declarations = ""
        self._variables = {"lycee": "string"}

    def message(self, name: str, **fields: str) -> Self:
        """Declare a message; its id is its event's part (``m_confie`` for ``enrolment.confie.v1``)."""
        inner = "".join(f'<parcours:field name="{field}" type="{type_}"/>' for field, type_ in fields.items())
        extension = f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>" if inner else ""
        self._declarations += (
            f'<bpmn:message id="m_{name.split(".")[1]}" name="{name}">{extension}</bpmn:message>\n'
        )
        return self

    def error(self, code: str) -> Self:
        self._declarations += f'<bpmn:error id="e_{code}" errorCode="{code}"/>\n'
        return self

    def escalation(self, code: str) -> Self:
        self._declarations += f'<bpmn:escalation id="x_{code}" escalationCode="{code}"/>\n'
        return self

    def signal(self, name: str) -> Self:
        self._declarations += f'<bpmn:signal id="s_{name}" name="{name}"/>\n'
        return self

    def xml(self, before: str = "", after: str = "") -> bytes:
        executable = ' isExecutable="true"' if self._executable else ""
        label = f" parcours:label={quoteattr(self.label)}" if self.label else ""
        extension = (
            f"<bpmn:extensionElements>{self.extension()}</bpmn:extensionElements>" if self._variables else ""
        )
        process = f'<bpmn:process id="{self.id}" name="Essai"{executable}{label}>{extension}{self._lanes()}\n'
        parts = (HEAD, before, self._declarations, process, self.content(), "</bpmn:process>\n", after, TAIL)
        return "".join(parts).encode()

    def _lanes(self) -> str:
        if not (self._lane and self.users):
            return ""
        references = "".join(f"<bpmn:flowNodeRef>{id}</bpmn:flowNodeRef>" for id in self.users)
        return f'<bpmn:laneSet id="ls_{self.id}"><bpmn:lane id="lane_{self.id}" name="Lycée" parcours:organisation="{self._lane}">{references}</bpmn:lane></bpmn:laneSet>'  # noqa: E501

    def in_lane(self, organisation: str) -> Self:
        """Its user tasks are another organisation's than the lycée's."""
        self._lane = organisation
        return self

    def form_bytes(self) -> dict[str, bytes]:
        """The forms of its user tasks; an output of type "?" has the type of the variable."""
        types = self.types()
        return {f"{key}.form": _form(form, types) for key, form in self.forms.items()}


def _form(form: Mapping[str, Any], types: Mapping[str, str]) -> bytes:
    outputs = {
        name: types.get(name, "string") if type_ == "?" else type_ for name, type_ in form["outputs"].items()
    }
    return json.dumps({"outputs": outputs, "reads": form["reads"]}).encode()


def variables_xml(types: Mapping[str, str]) -> str:
    if not types:
        return ""
    inner = "".join(f'<parcours:variable name="{name}" type="{type_}" side="both" retention="parcours" label="{name}"/>'
                    for name, type_ in types.items())  # fmt: skip
    return f"<parcours:variables>{inner}</parcours:variables>"


def _flow_xml(id: str, source: str, target: str, condition: str) -> str:
    inner = (
        f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{escape(condition)}</bpmn:conditionExpression>'
        if condition
        else ""
    )
    return f'<bpmn:sequenceFlow id="{id}" sourceRef="{source}" targetRef="{target}">{inner}</bpmn:sequenceFlow>\n'


# event definitions


def message(event: str) -> str:
    return f'<bpmn:messageEventDefinition messageRef="m_{event}"/>'


def error(code: str) -> str:
    return f'<bpmn:errorEventDefinition errorRef="e_{code}"/>' if code else "<bpmn:errorEventDefinition/>"


def escalation(code: str) -> str:
    return (
        f'<bpmn:escalationEventDefinition escalationRef="x_{code}"/>'
        if code
        else "<bpmn:escalationEventDefinition/>"
    )


def signal(name: str) -> str:
    return f'<bpmn:signalEventDefinition signalRef="s_{name}"/>'


def conditional(text: str) -> str:
    return (
        '<bpmn:conditionalEventDefinition><bpmn:condition xsi:type="bpmn:tFormalExpression">'
        f"{escape(text)}</bpmn:condition></bpmn:conditionalEventDefinition>"
    )


def compensate(activity: str = "") -> str:
    named = f' activityRef="{activity}"' if activity else ""
    return f"<bpmn:compensateEventDefinition{named}/>"


def terminate() -> str:
    return "<bpmn:terminateEventDefinition/>"


def link(name: str) -> str:
    return f'<bpmn:linkEventDefinition name="{name}"/>'


def timer(text: str, kind: str = "timeDuration") -> str:
    return (f'<bpmn:timerEventDefinition><bpmn:{kind} xsi:type="bpmn:tFormalExpression">{escape(text)}</bpmn:{kind}>'
            "</bpmn:timerEventDefinition>")  # fmt: skip


def many(collection: str = "", item: str = "", results: str = "", result: str = "", *, cardinality: str = "",
         until: str = "", sequential: bool = False) -> str:  # fmt: skip
    """Multi-instance characteristics."""
    parts = [
        f'<bpmn:loopCardinality xsi:type="bpmn:tFormalExpression">{escape(cardinality)}</bpmn:loopCardinality>'
        if cardinality
        else "",
        f"<bpmn:loopDataInputRef>{collection}</bpmn:loopDataInputRef>" if collection else "",
        f"<bpmn:loopDataOutputRef>{results}</bpmn:loopDataOutputRef>" if results else "",
        f'<bpmn:inputDataItem id="in_{item}" name="{item}"/>' if item else "",
        f'<bpmn:outputDataItem id="out_{result}" name="{result}"/>' if result else "",
        f'<bpmn:completionCondition xsi:type="bpmn:tFormalExpression">{escape(until)}</bpmn:completionCondition>'
        if until
        else "",
    ]
    flag = str(sequential).lower()
    return f'<bpmn:multiInstanceLoopCharacteristics isSequential="{flag}">{"".join(parts)}</bpmn:multiInstanceLoopCharacteristics>'  # noqa: E501


def arrows(host: str, reads: Sequence[str] = (), writes: Sequence[str] = ()) -> str:
    """Arrows from and to data objects as editors write them; before loop characteristics."""
    hold = '<bpmn:property id="{0}" name="__targetRef_placeholder"/>'
    into = "<bpmn:dataInputAssociation><bpmn:sourceRef>vue_{0}</bpmn:sourceRef><bpmn:targetRef>{1}</bpmn:targetRef></bpmn:dataInputAssociation>"  # noqa: E501
    out = "<bpmn:dataOutputAssociation><bpmn:targetRef>vue_{0}</bpmn:targetRef></bpmn:dataOutputAssociation>"
    place = f"lieu_{host}"
    return "".join([hold.format(place) if reads else "", *(into.format(name, place) for name in reads),
                    *(out.format(name) for name in writes)])  # fmt: skip


def loop(condition: str = "", maximum: int | None = None, *, before: bool = False) -> str:
    """Standard loop characteristics."""
    most = "" if maximum is None else f' loopMaximum="{maximum}"'
    asked = f'<bpmn:loopCondition xsi:type="bpmn:tFormalExpression">{escape(condition)}</bpmn:loopCondition>'
    return (f'<bpmn:standardLoopCharacteristics testBefore="{str(before).lower()}"{most}>'
            f'{asked if condition else ""}</bpmn:standardLoopCharacteristics>')  # fmt: skip


# what surrounds a diagram in a test


def vocabulary(operations: Mapping[str, Operation] | None = None, functions: Mapping[str, FeelFunction] | None = None,
               service: str = "enrolment") -> Vocabulary:  # fmt: skip
    return Vocabulary(service, {"referent", "conseiller"}, operations or {}, functions or {}, read_form)


def read_form(content: bytes) -> FormFacts:
    """The tests' forms say their facts plainly; shared.forms reads the real ones."""
    facts = json.loads(content)
    return FormFacts(facts["outputs"], frozenset(facts["reads"]))


def files(*diagrams: Bpmn, dmn: Mapping[str, bytes] | None = None) -> DefinitionFiles:
    forms = {name: content for diagram in diagrams for name, content in diagram.form_bytes().items()}
    return DefinitionFiles({f"{diagram.id}.bpmn": diagram.xml() for diagram in diagrams}, dmn or {}, forms)
