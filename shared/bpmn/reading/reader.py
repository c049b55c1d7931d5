"""From a valid XML tree to the model. Faults of reference are findings; reading goes on to collect them all."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.bpmn.findings import Findings
from shared.bpmn.model import (
    ORGANISATIONS,
    PASSATIONS,
    SIDES,
    Flow,
    Mapped,
    MessageFlows,
    Node,
    Process,
    Scope,
    Trigger,
    Variable,
)
from shared.bpmn.reading.beside import link_flows, read_handlers
from shared.bpmn.reading.data import DataReader, VariableReader
from shared.bpmn.reading.declarations import DeclarationsReader, Faults, text_of
from shared.bpmn.reading.documents import BPMN, NODES, PARCOURS, is_true, local_name
from shared.bpmn.reading.repetition import LoopReader, read_multi_instance

_B = f"{{{BPMN}}}"
_P = f"{{{PARCOURS}}}"
_JALON = re.compile(r"[a-z][a-z0-9_]{0,39}")
_KINDS = {
    "messageEventDefinition": "message",
    "timerEventDefinition": "timer",
    "errorEventDefinition": "error",
    "escalationEventDefinition": "escalation",
    "signalEventDefinition": "signal",
    "conditionalEventDefinition": "conditional",
    "terminateEventDefinition": "terminate",
    "linkEventDefinition": "link",
    "compensateEventDefinition": "compensate",
}


@dataclass(frozen=True)
class Lane:
    name: str
    organisation: str


@dataclass(frozen=True)
class Context:
    """What a node inherits from where it stands."""

    side: str = "both"
    etape: int | None = None
    lane: Lane = Lane("", "")


def process_ids(root: Any) -> list[str]:
    return [element.get("id", "") for element in root.findall(f"{_B}process")]


def find_processes(root: Any, findings: Findings) -> list[Any]:
    """The processes of a document, which should hold one. Each has to say that it is executable."""
    processes = root.findall(f"{_B}process")
    for element in processes:
        if not element.get("id"):  # nodes say by it which process they call
            findings.add("attribute_missing", root.get("id", ""), attribute="process: id")
        if not is_true(element.get("isExecutable")):
            findings.add(
                "not_executable",
                element.get("id", ""),
                element.get("name", ""),
                allowed=('isExecutable="true"',),
            )
    if len(processes) != 1:
        findings.add("one_process_per_file", root.get("id", ""), count=len(processes))
    return [element for element in processes if element.get("id")]


def read_process(root: Any, element: Any, findings: Findings) -> Process:
    """The process ``element`` of a document, with what is declared beside it."""
    return Reader(root, element, findings).process()


class Reader(Faults):
    """Reads one document."""

    def __init__(self, root: Any, element: Any, findings: Findings) -> None:
        super().__init__(findings)
        self._root, self._element = root, element
        self._declared = DeclarationsReader(root, findings).read()
        self._lanes = self._read_lanes()
        self._data, self._loops = DataReader(root, findings), LoopReader(findings)
        self._variables = VariableReader(findings, self._data)

    def process(self) -> Process:
        element = self._element
        etape = self._etape(element, None)
        return Process(
            id=element.get("id", ""),
            name=element.get("name", ""),
            file=self._findings.file,
            label=element.get(f"{_P}label", ""),
            etape=etape,
            scope=self._scope(element, Context(etape=etape), self._variables.read(element)),
            messages={message.name: message for message in self._declared.messages.values()},
            drawn=self._message_flows(),
        )

    def _message_flows(self) -> MessageFlows | None:
        if self._root.find(f"{_B}collaboration") is None:
            return None
        flows = self._root.findall(f"{_B}collaboration/{_B}messageFlow")
        ends = [frozenset(flow.get(end, "") for flow in flows) for end in ("sourceRef", "targetRef")]
        return MessageFlows(*ends)

    def _read_lanes(self) -> dict[str, Lane]:
        lanes: dict[str, Lane] = {}
        known = {node.get("id") for node in self._element.iter() if local_name(node) in NODES}
        for element in self._element.iter(f"{_B}lane"):
            organisation = element.get(f"{_P}organisation") or ""
            if organisation:
                self._one_of(element, "parcours:organisation", organisation, ORGANISATIONS)
            for reference in element.findall(f"{_B}flowNodeRef"):
                node = text_of(reference)
                if node not in known:
                    self._add(element, "reference_unknown", kind="flowNodeRef", reference=node)
                if organisation and lanes.get(node, Lane("", "")).organisation not in ("", organisation):
                    self._add(element, "declared_twice", declared=f"flowNodeRef {node}")
                lanes[node] = Lane(element.get("name") or "", organisation)
        return lanes

    # scopes

    def _scope(self, element: Any, context: Context, variables: Mapping[str, Variable]) -> Scope:
        found = [self._node(child, context) for child in element if local_name(child) in NODES]
        flows = tuple(self._flow(child) for child in element.findall(f"{_B}sequenceFlow"))
        nodes = {node.id: node for node in found}
        return Scope(
            element.get("id", ""),
            element.get("name") or "",
            variables,
            nodes,
            flows + link_flows(nodes, flows, self._findings),
            read_handlers(self._root, nodes, self._findings),
        )

    def _flow(self, element: Any) -> Flow:
        if not element.get("id"):  # tokens are told apart by the flow they came by
            source, name = element.get("sourceRef", ""), element.get("name") or ""
            self._findings.add("attribute_missing", source, name, attribute="sequenceFlow: id")
        condition = element.find(f"{_B}conditionExpression")
        if condition is not None and not text_of(condition):
            self._findings.add("flow_condition_empty", element.get("id", ""), element.get("name") or "")
        return Flow(
            id=element.get("id", ""), name=element.get("name") or "", source=element.get("sourceRef", ""),
            target=element.get("targetRef", ""), condition="" if condition is None else text_of(condition),
        )  # fmt: skip

    # nodes

    def _node(self, element: Any, outer: Context) -> Node:
        tag = local_name(element)
        context = self._context(element, outer)
        variables = self._variables.read(element)
        multi = read_multi_instance(element, variables)
        return Node(
            id=element.get("id", ""),
            name=element.get("name") or "",
            type=tag,
            trigger=self._trigger(element),
            attached_to=element.get("attachedToRef") or "",
            interrupting=is_true(element.get("cancelActivity", element.get("isInterrupting", "true"))),
            event_subprocess=is_true(element.get("triggeredByEvent")),
            default=element.get("default") or "",
            side=context.side,
            etape=context.etape,
            jalon=self._jalon(element),
            passation=self._passation(element),
            lane=context.lane.name,
            organisation=context.lane.organisation,
            **{name: (element.get(_P + name) or "").strip() for name in
               ("valeur", "role", "form", "due", "assignee", "objet", "operation", "decision", "result", "motif")},
            script=self._script(element),
            called=element.get("calledElement") or "",
            inputs=self._mapped(element, "input"),
            outputs=self._mapped(element, "output"),
            multi=multi,
            loop=self._loops.read(element),
            data_read=self._data.read(element),
            data_written=self._data.written(element),
            for_compensation=is_true(element.get("isForCompensation")),
            body=self._body(element, context, {} if multi else variables),
        )  # fmt: skip

    def _context(self, element: Any, outer: Context) -> Context:
        side = element.get(f"{_P}side")
        if side is not None:
            self._one_of(element, "parcours:side", side, SIDES)
        lane = self._lanes.get(element.get("id", ""), outer.lane)
        return Context(side or outer.side, self._etape(element, outer.etape), lane)

    def _etape(self, element: Any, outer: int | None) -> int | None:
        text = element.get(f"{_P}etape")
        if text is None:
            return outer
        self._one_of(element, "parcours:etape", text, ("2", "3", "4", "5"))
        return int(text) if text in ("2", "3", "4", "5") else outer

    def _jalon(self, element: Any) -> str:
        name: str | None = element.get(f"{_P}jalon")
        if name is not None and not _JALON.fullmatch(name):
            allowed = ("admission", "fiche_envoyee", "…")
            self._add(element, "attribute_value", attribute="parcours:jalon", value=name, allowed=allowed)
        if name is None and element.get(f"{_P}valeur") is not None:
            self._add(element, "attribute_missing", attribute="parcours:jalon")
        return name or ""

    def _passation(self, element: Any) -> str:
        status: str | None = element.get(f"{_P}passation")
        if status is not None:
            self._one_of(element, "parcours:passation", status, PASSATIONS)
        return status or ""

    def _body(self, element: Any, context: Context, variables: Mapping[str, Variable]) -> Scope | None:
        """The variables of a multi-instance subprocess live in its items: it has none here."""
        return self._scope(element, context, variables) if local_name(element) == "subProcess" else None

    def _trigger(self, element: Any) -> Trigger:
        if local_name(element) in ("sendTask", "receiveTask"):
            return Trigger("message", self._message_name(element, element.get("messageRef")))
        definitions = [child for child in element if local_name(child) in _KINDS]
        if not definitions:
            return Trigger()
        return self._event(element, definitions[0])

    def _event(self, element: Any, definition: Any) -> Trigger:
        kind = _KINDS[local_name(definition)]
        match kind:
            case "timer":
                return Trigger(kind, timer=self._timer(element, definition))
            case "conditional":
                return Trigger(kind, condition=self._condition(element, definition))
            case "compensate":
                return Trigger(kind, self._compensated(element, definition))
        return Trigger(kind, self._event_name(element, definition, kind))

    def _event_name(self, element: Any, definition: Any, kind: str) -> str:
        if kind in ("terminate", "link"):
            return definition.get("name") or ""  # the schema demands that of a link
        if kind == "message":
            return self._message_name(element, definition.get("messageRef"))
        reference = definition.get(f"{kind}Ref")
        if reference is None:
            if kind == "signal" or local_name(element) not in ("boundaryEvent", "startEvent"):
                self._add(element, "reference_missing", kind=kind)
            return ""
        return self._declared_name(element, kind, reference)

    def _compensated(self, element: Any, definition: Any) -> str:
        """The activity that is named, '' for all of the scope."""
        if not is_true(definition.get("waitForCompletion", "true")):
            self._add(
                element, "attribute_value", attribute="waitForCompletion", value="false", allowed=("true",)
            )
        named = definition.get("activityRef", "")
        if named and local_name(element) == "boundaryEvent":
            self._add(element, "attribute_not_supported", attribute="activityRef", element="boundaryEvent")
        return str(named)

    def _declared_name(self, element: Any, kind: str, reference: str) -> str:
        declared = self._root.find(f"{_B}{kind}[@id='{reference}']") if "'" not in reference else None
        if declared is None:
            known = [found.get("id", "") for found in self._root.findall(_B + kind)]
            self._add(element, "reference_unknown", kind=kind, reference=reference, allowed=known)
        return self._declared.names.get(reference, "")

    def _message_name(self, element: Any, reference: str | None) -> str:
        message = self._declared.messages.get(reference or "")
        known = sorted(self._declared.messages)
        if reference is None:
            self._add(element, "reference_missing", kind="message", allowed=known)
        elif message is None:
            self._add(element, "reference_unknown", kind="message", reference=reference, allowed=known)
        return message.name if message else ""

    def _timer(self, element: Any, definition: Any) -> tuple[str, str]:
        for tag, kind in (("timeDate", "date"), ("timeDuration", "duration"), ("timeCycle", "cycle")):
            found = definition.find(_B + tag)
            if found is not None and text_of(found):
                return kind, text_of(found)
        self._add(element, "timer_empty", allowed=("timeDate", "timeDuration", "timeCycle"))
        return "duration", "P1D"

    def _condition(self, element: Any, definition: Any) -> str:
        text = text_of(definition.find(f"{_B}condition"))  # the schema demands the element
        if not text:
            self._add(element, "condition_empty")
        return text or "false"

    def _script(self, element: Any) -> tuple[Mapped, ...]:
        if local_name(element) != "scriptTask":
            return ()
        written = element.get("scriptFormat")
        if written is None:
            self._add(element, "attribute_missing", attribute="scriptFormat", allowed=("feel",))
        elif written != "feel":
            self._add(element, "script_format", format=written, allowed=("feel",))
        found = element.find(f"{_B}script")
        lines = [] if found is None else [line.strip() for line in text_of(found).splitlines()]
        return tuple(self._assignment(element, line) for line in lines if line)

    def _assignment(self, element: Any, line: str) -> Mapped:
        name, equals, expression = (part.strip() for part in line.partition("="))
        if not equals or not expression or expression.startswith("=") or not name.isidentifier():
            self._add(element, "script_line", line=line, allowed=("name = FEEL",))
            return Mapped("", "null")
        return Mapped(name, expression)

    def _mapped(self, element: Any, kind: str) -> tuple[Mapped, ...]:
        found = element.iterfind(f"{_B}extensionElements/{_P}{kind}")
        return tuple(Mapped(each.get("variable") or "", each.get("expression") or "") for each in found)
