"""From bytes to a trustworthy XML tree: no DOCTYPE, no entities, bounded size.

Diagram interchange is dropped: moving a shape never changes what a process does.
"""

from copy import deepcopy
from typing import Any

from lxml import etree

from shared.bpmn.findings import Findings

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DIAGRAM = "http://www.omg.org/spec/BPMN/20100524/DI"
PARCOURS = "urn:ambition-emploi:bpmn:1"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
MAX_BYTES = 2_000_000
BEGINNING = 100_000  # bytes of a larger file that say whether it is a diagram
MAX_NODES = 300
MAX_FLOWS = 1_000
MAX_DEPTH = 100  # frames within frames
MAX_PARTS = 50_000  # elements and attributes
MAX_ATTRIBUTES = 200  # of one element: more take a time that grows with their square
_EVENTS = ("startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent")
_TASKS = (
    "task",
    "userTask",
    "manualTask",
    "serviceTask",
    "sendTask",
    "receiveTask",
    "businessRuleTask",
    "scriptTask",
)
_HOLDERS = ("callActivity", "subProcess")
_GATEWAYS = ("exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway")
NODES = frozenset((*_EVENTS, *_TASKS, *_HOLDERS, *_GATEWAYS))
_CAREFUL: dict[str, Any] = {
    "resolve_entities": False, "no_network": True, "load_dtd": False, "dtd_validation": False, "huge_tree": False,
    "remove_comments": True, "remove_pis": True,
}  # fmt: skip


def read_document(raw: bytes, findings: Findings) -> Any | None:
    """The root element of a BPMN file, or None with the reason in ``findings``."""
    if len(raw) > MAX_BYTES:
        if _begins_as_bpmn(raw, findings):
            findings.add("file_too_large", "", size=len(raw), limit=MAX_BYTES)
        return None
    root = parse_document(raw, findings)
    if root is None:
        return None
    return None if _is_too_large(root, findings) else root


def _is_too_large(root: Any, findings: Findings) -> bool:
    attributes = [len(element.attrib) for element in root.iter()]
    nodes = sum(1 for element in root.iter() if local_name(element) in NODES)
    flows = sum(1 for _ in root.iter(f"{{{BPMN}}}sequenceFlow"))
    frames = root.iter(f"{{{BPMN}}}subProcess")
    depth = max((1 + sum(1 for _ in frame.iterancestors(frame.tag)) for frame in frames), default=0)
    sizes = (
        ("too_many_parts", len(attributes) + sum(attributes), MAX_PARTS),
        ("too_many_attributes", max(attributes), MAX_ATTRIBUTES),
        ("too_many_nodes", nodes, MAX_NODES),
        ("too_many_flows", flows, MAX_FLOWS),
        ("too_deep", depth, MAX_DEPTH),
    )
    code, count, limit = next((each for each in sizes if each[1] > each[2]), ("", 0, 0))
    if code:
        findings.add(code, root.get("id", ""), count=count, limit=limit)
    return bool(code)


def without_diagram(root: Any) -> Any:
    """A copy without shapes and edges."""
    copy = deepcopy(root)
    for diagram in copy.findall(f"{{{DIAGRAM}}}BPMNDiagram"):
        copy.remove(diagram)
    return copy


def parse_document(raw: bytes, findings: Findings) -> Any | None:
    """The root element of a BPMN file of any size, or None with the reason in ``findings``."""
    try:
        root = etree.fromstring(raw, etree.XMLParser(**_CAREFUL))
    except (etree.XMLSyntaxError, ValueError) as error:
        findings.add("xml_unreadable", "", detail=getattr(error, "msg", None) or str(error))
        return None
    info = root.getroottree().docinfo
    if info.internalDTD is not None or info.externalDTD is not None or info.doctype:
        findings.add("doctype_refused", "")
        return None
    return root if _is_definitions(root, findings) else None


def _begins_as_bpmn(raw: bytes, findings: Findings) -> bool:
    """Whether a file that is too large to be read would be a diagram."""
    parser = etree.XMLPullParser(("start",), **_CAREFUL)
    try:
        parser.feed(raw[:BEGINNING])
    except etree.XMLSyntaxError as error:
        findings.add("xml_unreadable", "", detail=str(error.msg))
        return False
    root = next((element for _, element in parser.read_events()), None)
    return root is None or _is_definitions(root, findings)


def _is_definitions(root: Any, findings: Findings) -> bool:
    if root.tag != f"{{{BPMN}}}definitions":
        findings.add("not_bpmn", root.get("id", ""), tag=str(root.tag))
        return False
    return True


def local_name(element: Any) -> str:
    """The tag of a BPMN element without its namespace; '' for any other node."""
    tag = element.tag
    if not isinstance(tag, str) or not tag.startswith(f"{{{BPMN}}}"):
        return ""
    return tag[len(BPMN) + 2 :]


def is_true(text: str | None) -> bool:
    """An XML boolean: ``true`` or ``1``, blanks around it mean nothing."""
    return (text or "").strip() in ("true", "1")


def owner(element: Any) -> tuple[str, str]:
    """(id, name) of the nearest element, from this one outwards, that has an id."""
    while element is not None and not element.get("id"):
        element = element.getparent()
    return ("", "") if element is None else (element.get("id"), element.get("name") or "")
