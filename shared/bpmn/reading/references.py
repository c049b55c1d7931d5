"""References between the elements of one file: each names something that is there, whatever its prefix."""

from collections.abc import Mapping
from typing import Any

from shared.bpmn.findings import Findings
from shared.bpmn.reading.dialects import written
from shared.bpmn.reading.documents import BPMN, NODES, PARCOURS, local_name, owner

_B = f"{{{BPMN}}}"
_QUALIFIED = (
    "activityRef", "attachedToRef", "calledElement", "dataObjectRef", "errorRef", "escalationRef", "messageRef",
    "processRef", "signalRef", "sourceRef", "targetRef",
)  # fmt: skip
_QUALIFIED_TEXT = (
    "incoming",
    "outgoing",
    "flowNodeRef",
    "loopDataInputRef",
    "loopDataOutputRef",
    "sourceRef",
    "targetRef",
)


def without_prefixes(root: Any) -> None:
    """``tns:Message_1`` is ``Message_1`` where ``tns`` stands for the file's own target namespace."""
    own = root.get("targetNamespace", "")
    for element in root.iter():
        for attribute in _QUALIFIED:
            if ":" in element.get(attribute, ""):
                element.set(attribute, _local(element, element.get(attribute), own))
        if local_name(element) in _QUALIFIED_TEXT and ":" in (element.text or ""):
            element.text = _local(element, element.text.strip(), own)


def _local(element: Any, reference: str, own: str) -> str:
    prefix, _, name = reference.partition(":")
    return name if own and element.nsmap.get(prefix) == own else reference


def check_references_in(root: Any, findings: Findings) -> None:
    """What the reader does not look up: pools, message flows, associations, and what nodes say of their flows."""
    ids = {element.get("id") for element in root.iter() if element.get("id")}
    referring = ("participant", "messageFlow", "association", "group")
    for element in root.iter(*(_B + tag for tag in referring)):
        for attribute in ("processRef", "sourceRef", "targetRef", "categoryValueRef"):
            if element.get(attribute, next(iter(ids), None)) not in ids:
                _unknown(element, attribute, element.get(attribute), findings)
    for element in root.iter(f"{{{PARCOURS}}}*"):
        if (element.text or "").strip():  # the schema looks after BPMN's own elements
            findings.add("text_not_supported", *owner(element), element=written(element, element.tag))
    for scope in root.iter(f"{_B}process", f"{_B}subProcess"):
        _check_scope(scope, findings)
    _check_message_flows(root, findings)


def _check_scope(scope: Any, findings: Findings) -> None:
    """Nodes have ids, and say of their flows what the flows say."""
    nodes = [child for child in scope if local_name(child) in NODES]
    for node in nodes:
        if not node.get("id"):  # without one it could not be told from the others
            findings.add("attribute_missing", *owner(node), attribute=f"{local_name(node)}: id")
    flows = scope.findall(f"{_B}sequenceFlow")
    ids = {node.get("id") for node in nodes}
    if not all(flow.get("id") and {flow.get("sourceRef"), flow.get("targetRef")} <= ids for flow in flows):
        return  # a flow with a fault of its own is told at the flow
    for tag, end in (("incoming", "targetRef"), ("outgoing", "sourceRef")):
        drawn: dict[str, dict[str, None]] = {}  # node → its flows, in the order of the document
        for flow in flows:
            drawn.setdefault(flow.get(end), {})[flow.get("id")] = None
        for node in nodes:
            _check_said(node, tag, drawn.get(node.get("id"), {}), findings)


def _check_said(node: Any, tag: str, drawn: Mapping[str, None], findings: Findings) -> None:
    for flow in dict.fromkeys((said.text or "").strip() for said in node.findall(_B + tag)):
        if flow not in drawn:
            findings.add("flow_said_otherwise", *owner(node), what=tag, flow=flow, allowed=tuple(drawn))


def _check_message_flows(root: Any, findings: Findings) -> None:
    """A message flow joins two pools, and names, if any, the message of the elements that it joins (section 9.4)."""
    pools = _pools(root)
    thrown = {
        element.get("id"): _message_of(element) for element in root.iter() if local_name(element) in NODES
    }
    for flow in root.iter(f"{_B}messageFlow"):
        named = flow.get("messageRef")
        ends = [flow.get(end) for end in ("sourceRef", "targetRef")]
        for end in ends:
            if end not in pools:
                findings.add("message_flow_end", *owner(flow), end=end)
        if all(end in pools for end in ends) and len({pools[end] for end in ends}) == 1:
            findings.add("message_flow_inside", *owner(flow))
        for end in ("sourceRef", "targetRef"):
            meant = thrown.get(flow.get(end))
            if named and meant and named != meant:
                findings.add("message_flow_differs", *owner(flow), message=named, other=meant)


def _pools(root: Any) -> dict[str, str]:
    """What a message flow may join → the pool that it is, or that it is in: its process, where there is one."""
    pools = {
        each.get("id"): each.get("processRef") or each.get("id") for each in root.iter(f"{_B}participant")
    }
    for process in root.iter(f"{_B}process"):
        for element in process.iter():
            if local_name(element) in NODES:
                pools[element.get("id")] = process.get("id")
    return pools


def _message_of(element: Any) -> str:
    definition = element.find(f"{_B}messageEventDefinition")
    found = element.get("messageRef") if definition is None else definition.get("messageRef")
    return found or ""


def _unknown(element: Any, attribute: str, reference: str, findings: Findings) -> None:
    findings.add("reference_unknown", *owner(element), kind=attribute, reference=reference)
