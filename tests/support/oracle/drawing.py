"""What is drawn: the XML of the diagrams as nodes and flows, in document order."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

B = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
P = "{urn:ambition-emploi:bpmn:1}"
ACTIVITIES = ("task", "manualTask", "userTask", "serviceTask", "scriptTask", "sendTask", "receiveTask", "callActivity",
              "subProcess")  # fmt: skip
NODES = (*ACTIVITIES, "startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent",
         "exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway")  # fmt: skip


@dataclass
class Flow:
    id: str
    source: str
    target: str
    condition: str


@dataclass
class Many:
    """Multi-instance characteristics; ``types``: the variables of each item."""

    sequential: bool
    text: dict[str, str]
    item: str
    result: str
    types: dict[str, str]


@dataclass
class Loop:
    """A standard loop. ``most``: turns at the most, None without such an end."""

    before: bool
    most: int | None
    condition: str


@dataclass(eq=False)
class Node:
    """``kind`` and ``name`` say its event: message and its name, error and its code, …

    ``interrupting``: of a boundary event, and of the start event of an event subprocess.
    """

    id: str
    tag: str
    kind: str = ""
    name: str = ""
    timer: tuple[str, str] = ("", "")
    host: str = ""
    interrupting: bool = True
    default: str = ""
    condition: str = ""
    many: Many | None = None
    loop: Loop | None = None
    body: "Graph | None" = None
    is_event_subprocess: bool = False
    said: dict[str, str] = field(default_factory=dict)
    script: list[tuple[str, str]] = field(default_factory=list)
    inputs: list[tuple[str, str]] = field(default_factory=list)
    outputs: list[tuple[str, str]] = field(default_factory=list)


@dataclass(eq=False)
class Graph:
    """A process or a subprocess. ``handlers``: activity → what undoes it."""

    id: str
    types: dict[str, str]
    nodes: dict[str, Node]
    flows: list[Flow]
    handlers: dict[str, Node] = field(default_factory=dict)

    def out(self, node: Node) -> list[Flow]:
        return [flow for flow in self.flows if flow.source == node.id]

    def into(self, node: Node) -> list[Flow]:
        return [flow for flow in self.flows if flow.target == node.id]

    def events_on(self, node: Node) -> list[Node]:
        return [
            event for event in self.nodes.values() if event.host == node.id and event.kind != "compensate"
        ]

    def start(self) -> Node:
        """Where a token enters: the plain start event, or the one event of an event subprocess."""
        starts = [node for node in self.nodes.values() if node.tag == "startEvent"]
        return next((node for node in starts if not node.kind), starts[0])

    def event_subprocesses(self) -> list[Node]:
        return [node for node in self.nodes.values() if node.is_event_subprocess]


@dataclass
class Message:
    """Fields in order: (name, type, variable)."""

    name: str
    fields: list[tuple[str, str, str]]


class Drawing:
    """One file: one process and what it declares."""

    def __init__(self, xml: bytes) -> None:
        root = etree.fromstring(xml)
        process = root.find(f"{B}process")
        assert process is not None
        self._names = {
            each.get("id"): each.get("errorCode") or each.get("escalationCode") or each.get("name")
            for each in root
        }
        self.messages = {message.name: message for message in map(_message, root.iterfind(f"{B}message"))}
        self.id = process.get("id")
        self.graph = self._graph(process, _types(process))

    def _graph(self, element: Any, types: dict[str, str]) -> Graph:
        nodes = [self._node(child) for child in element if _tag(child) in NODES]
        flows = [
            Flow(
                each.get("id"),
                each.get("sourceRef"),
                each.get("targetRef"),
                _text(each, "conditionExpression"),
            )
            for each in element.iterfind(f"{B}sequenceFlow")
        ]
        known = {node.id: node for node in nodes}
        return Graph(element.get("id"), types, known, flows + _links(nodes), _handlers(element, known))

    def _node(self, element: Any) -> Node:
        many = _many(element)
        node = Node(element.get("id"), _tag(element), many=many)
        node.said = {key.removeprefix(P): value for key, value in element.attrib.items()}
        node.host = element.get("attachedToRef") or ""
        node.interrupting = "false" not in (element.get("cancelActivity"), element.get("isInterrupting"))
        node.is_event_subprocess = element.get("triggeredByEvent") == "true"
        node.loop = _loop(element)
        node.default = element.get("default") or ""
        node.script = [_assignment(line) for line in _text(element, "script").splitlines()]
        node.inputs, node.outputs = (_mapped(element, f"{P}{way}") for way in ("input", "output"))
        if node.tag == "subProcess":
            node.body = self._graph(element, {} if many else _types(element))
        self._read_event(node, element)
        return node

    def _read_event(self, node: Node, element: Any) -> None:
        if node.tag in ("sendTask", "receiveTask"):
            node.kind, node.name = "message", self._names[element.get("messageRef")]
        for child in element:
            if _tag(child).endswith("EventDefinition"):
                node.kind = _tag(child).removesuffix("EventDefinition")
                node.name = (
                    self._names.get(child.get(f"{node.kind}Ref"))
                    or child.get("name")
                    or child.get("activityRef")
                    or ""
                )
                node.condition = _text(child, "condition")
                node.timer = next(
                    ((_tag(each), each.text) for each in child if _tag(each).startswith("time")), ("", "")
                )


def _tag(element: Any) -> str:
    return etree.QName(element).localname


def _text(element: Any, name: str) -> str:
    return (element.findtext(B + name) or "").strip()


def _types(element: Any) -> dict[str, str]:
    """The variables that are declared on it, and those that are drawn in it as data objects."""
    declared = element.iterfind(f"{B}extensionElements/{P}variables/{P}variable")
    drawn = element.iterfind(f"{B}dataObject")
    return {each.get("name"): each.get("type") for each in declared} | {
        each.get("id"): each.get(f"{P}type") for each in drawn
    }


def _message(element: Any) -> Message:
    found: Iterable[Any] = element.iterfind(f"{B}extensionElements/{P}field")
    fields = [
        (each.get("name"), each.get("type"), each.get("variable") or each.get("name")) for each in found
    ]
    return Message(element.get("name"), fields)


def _mapped(element: Any, tag: str) -> list[tuple[str, str]]:
    return [
        (each.get("variable"), each.get("expression"))
        for each in element.iterfind(f"{B}extensionElements/{tag}")
    ]


def _assignment(line: str) -> tuple[str, str]:
    name, _, expression = line.partition("=")
    return name.strip(), expression.strip()


def _links(nodes: list[Node]) -> list[Flow]:
    """A link is a flow that is not drawn."""
    links = [node for node in nodes if node.kind == "link"]
    return [
        Flow(f"(link){thrown.id}", thrown.id, caught.id, "")
        for thrown in links
        for caught in links
        if thrown.tag == "intermediateThrowEvent" and caught.tag != thrown.tag and caught.name == thrown.name
    ]


def _handlers(element: Any, nodes: dict[str, Node]) -> dict[str, Node]:
    """The compensation event on an activity is associated with what undoes it."""
    drawn = [(each.get("sourceRef"), each.get("targetRef")) for each in element.iterfind(f"{B}association")]
    return {nodes[event].host: nodes[handler] for event, handler in drawn
            if event in nodes and nodes[event].kind == "compensate"}  # fmt: skip


def _loop(element: Any) -> Loop | None:
    found = element.find(f"{B}standardLoopCharacteristics")
    if found is None:
        return None
    most = found.get("loopMaximum")
    return Loop(found.get("testBefore") == "true", int(most) if most else None, _text(found, "loopCondition"))


def _many(element: Any) -> Many | None:
    found = element.find(f"{B}multiInstanceLoopCharacteristics")
    if found is None:
        return None
    text = {_tag(child): (child.text or "").strip() for child in found}
    item, result = (found.find(f"{B}{name}") for name in ("inputDataItem", "outputDataItem"))
    return Many(found.get("isSequential") == "true", text, "" if item is None else item.get("name"),
                "" if result is None else result.get("name"), _types(element))  # fmt: skip
