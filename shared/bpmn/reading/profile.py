"""The part of BPMN that this kernel does, as an allow-list of elements and attributes.

Whatever is not listed is refused by id and name: a construct that an engine ignores is work that people lose.
"""

from collections import deque
from collections.abc import Iterable
from typing import Any

from lxml import etree

from shared.bpmn.findings import Findings
from shared.bpmn.reading.dialects import directions, instead, is_foreign, meant, says_nothing, written
from shared.bpmn.reading.documents import BPMN, NODES, PARCOURS, XSI, local_name, owner

_NODE = "documentation extensionElements incoming outgoing"
_EVENTS_THROWN = (
    "messageEventDefinition escalationEventDefinition signalEventDefinition compensateEventDefinition"
)
_EVENTS_CAUGHT = (
    "messageEventDefinition timerEventDefinition signalEventDefinition conditionalEventDefinition"
)
_STARTING = f"{_EVENTS_CAUGHT} errorEventDefinition escalationEventDefinition"
_BOUNDARY = f"{_STARTING} compensateEventDefinition"
_FLOW_ELEMENTS = (
    "laneSet startEvent endEvent intermediateCatchEvent intermediateThrowEvent boundaryEvent task userTask manualTask"
    " serviceTask sendTask receiveTask businessRuleTask scriptTask callActivity subProcess exclusiveGateway"
    " parallelGateway inclusiveGateway eventBasedGateway sequenceFlow textAnnotation association group dataObject"
    " dataObjectReference"
)
_READS, _WRITES = "property dataInputAssociation", "property dataOutputAssociation"
_MULTI = (
    f"{_NODE} {_READS} dataOutputAssociation multiInstanceLoopCharacteristics standardLoopCharacteristics"
)
_EXPRESSION = ("id xsi:type", "")  # no language: expressions are FEEL

# element → (attributes, children); `parcours:` attributes are written with their prefix
ALLOWED: dict[str, tuple[str, str]] = {
    "definitions": (
        "id name targetNamespace exporter exporterVersion xsi:schemaLocation",
        "documentation extensionElements message signal error escalation category collaboration process",
    ),
    "documentation": ("id textFormat", ""),
    "extensionElements": ("", "parcours:variables parcours:field parcours:input parcours:output"),
    "message": ("id name", "documentation extensionElements"),
    "signal": ("id name", "documentation extensionElements"),
    "error": ("id name errorCode", "documentation extensionElements"),
    "escalation": ("id name escalationCode", "documentation extensionElements"),
    "category": ("id name", "categoryValue"),
    "categoryValue": ("id value", ""),
    "collaboration": ("id name", "documentation participant messageFlow textAnnotation association group"),
    "participant": ("id name processRef", "documentation extensionElements"),
    "messageFlow": ("id name sourceRef targetRef messageRef", "documentation extensionElements"),
    "process": (
        "id name isExecutable parcours:label parcours:etape",
        f"documentation extensionElements {_FLOW_ELEMENTS}",
    ),
    "laneSet": ("id name", "documentation lane"),
    "lane": ("id name parcours:organisation", "documentation extensionElements flowNodeRef childLaneSet"),
    "childLaneSet": ("id name", "documentation lane"),
    "flowNodeRef": ("", ""),
    "incoming": ("", ""),
    "outgoing": ("", ""),
    "sequenceFlow": ("id name sourceRef targetRef", "documentation extensionElements conditionExpression"),
    "conditionExpression": _EXPRESSION,
    "textAnnotation": ("id textFormat", "documentation text"),
    "text": ("", ""),
    "association": ("id sourceRef targetRef associationDirection", "documentation"),
    "group": ("id categoryValueRef", "documentation"),
    "startEvent": ("id name isInterrupting", f"{_NODE} {_WRITES} {_STARTING}"),
    "endEvent": (
        "id name",
        f"{_NODE} {_READS} {_EVENTS_THROWN} errorEventDefinition terminateEventDefinition",
    ),
    "intermediateCatchEvent": ("id name", f"{_NODE} {_WRITES} {_EVENTS_CAUGHT} linkEventDefinition"),
    "intermediateThrowEvent": (
        "id name",
        f"{_NODE} {_READS} {_EVENTS_THROWN} linkEventDefinition",
    ),
    "boundaryEvent": ("id name attachedToRef cancelActivity", f"{_NODE} {_WRITES} {_BOUNDARY}"),
    "messageEventDefinition": ("id messageRef", ""),
    "signalEventDefinition": ("id signalRef", ""),
    "linkEventDefinition": ("id name", ""),
    "compensateEventDefinition": ("id activityRef waitForCompletion", ""),
    "errorEventDefinition": ("id errorRef", ""),
    "escalationEventDefinition": ("id escalationRef", ""),
    "terminateEventDefinition": ("id", ""),
    "timerEventDefinition": ("id", "timeDate timeDuration timeCycle"),
    "conditionalEventDefinition": ("id", "condition"),
    "condition": _EXPRESSION,
    "timeDate": _EXPRESSION,
    "timeDuration": _EXPRESSION,
    "timeCycle": _EXPRESSION,
    "task": ("id name isForCompensation", _MULTI),
    "userTask": (
        "id name parcours:role parcours:form parcours:due parcours:assignee parcours:objet isForCompensation",
        _MULTI,
    ),
    "manualTask": ("id name isForCompensation", _MULTI),
    "serviceTask": ("id name parcours:operation isForCompensation", _MULTI),
    "sendTask": ("id name messageRef isForCompensation", _MULTI),
    "receiveTask": ("id name messageRef isForCompensation", _MULTI),
    "businessRuleTask": ("id name parcours:decision parcours:result isForCompensation", _MULTI),
    "scriptTask": ("id name scriptFormat isForCompensation", f"{_MULTI} script"),
    "script": ("", ""),
    "callActivity": ("id name calledElement isForCompensation", _MULTI),
    "subProcess": (
        "id name triggeredByEvent isForCompensation",
        f"{_MULTI} {_FLOW_ELEMENTS.removeprefix('laneSet ')}",
    ),
    "exclusiveGateway": ("id name default", _NODE),
    "inclusiveGateway": ("id name default", _NODE),
    "parallelGateway": ("id name", _NODE),
    "eventBasedGateway": ("id name", _NODE),
    "multiInstanceLoopCharacteristics": (
        "id isSequential",
        "documentation loopCardinality loopDataInputRef loopDataOutputRef inputDataItem outputDataItem"
        " completionCondition",
    ),
    "standardLoopCharacteristics": ("id testBefore loopMaximum", "documentation loopCondition"),
    "loopCondition": _EXPRESSION,
    "loopCardinality": _EXPRESSION,
    "completionCondition": _EXPRESSION,
    "loopDataInputRef": ("", ""),
    "loopDataOutputRef": ("", ""),
    "inputDataItem": ("id name", ""),
    "outputDataItem": ("id name", ""),
    "dataObject": ("id name isCollection parcours:type parcours:side parcours:retention", "documentation"),
    "dataObjectReference": ("id name dataObjectRef", "documentation"),
    "property": ("id name", ""),
    "dataInputAssociation": ("id", "sourceRef targetRef"),
    "dataOutputAssociation": ("id", "sourceRef targetRef"),
    "sourceRef": ("", ""),
    "targetRef": ("", ""),
    "parcours:variables": ("", "parcours:variable"),
    "parcours:variable": ("name type side retention label", ""),
    "parcours:field": ("name type variable release", ""),
    "parcours:input": ("variable expression", ""),
    "parcours:output": ("variable expression", ""),
}
_EXTENSION_HOLDERS = {
    "parcours:variables": ("process", "subProcess"),
    "parcours:field": ("message",),
    "parcours:input": ("callActivity",),
    "parcours:output": ("callActivity",),
}
_ACTIVITIES = frozenset(name for name, (_, inner) in ALLOWED.items() if "multiInstance" in inner)
_SIDED = NODES
_ON_NODES = {f"parcours:{name}" for name in ("side", "etape", "jalon", "valeur", "passation", "motif")}
_DRAWN = frozenset((*_FLOW_ELEMENTS.split(), "transaction", "adHocSubProcess")) - {"laneSet"}
_PLAIN = ("documentation", "extensionElements", "incoming", "outgoing")  # no hint to anybody
_LIKE = {
    "transaction": "subProcess",
    "adHocSubProcess": "subProcess",
}  # refused, and so is what is wrong inside


def check_profile(root: Any, findings: Findings) -> None:
    """Every element and attribute of the document that is outside the allow-list, as findings.

    What only other tools read is told and taken out: the rest means the same without it.
    """
    todo = deque([root])
    while todo:
        element = todo.popleft()
        _check_attributes(element, findings)
        _check_definitions(element, findings)
        allowed = _children(element)
        for child in list(element):
            if _is_foreign_extension(child):
                _refuse_extension(child, findings)
                element.remove(child)
            elif prefixed(child.tag) not in allowed:
                _refuse_element(child, allowed, findings)
            elif _is_misplaced(element, child):
                _refuse_element(child, (), findings)
            if prefixed(child.tag) in allowed or local_name(child) in _LIKE:
                todo.append(child)


def _rule(element: Any) -> tuple[str, str]:
    name = prefixed(element.tag)
    return ALLOWED[_LIKE.get(name, name)]


def _children(element: Any) -> list[str]:
    """Whatever has an id may be documented and extended, but for expressions: those are text and nothing else."""
    rule = _rule(element)
    described = rule != _EXPRESSION and "id" in rule[0].split() and local_name(element) != "documentation"
    return [*rule[1].split(), *(("documentation", "extensionElements") if described else ())]


def _is_foreign_extension(child: Any) -> bool:
    inside = local_name(child.getparent()) == "extensionElements"
    return inside and not local_name(child) and not prefixed(child.tag).startswith("parcours:")


def prefixed(tag: Any) -> str:
    """``userTask`` for BPMN, ``parcours:role`` and ``xsi:type`` for the two other namespaces we know."""
    if not isinstance(tag, str):
        return ""
    name = etree.QName(tag)
    known = {BPMN: "", PARCOURS: "parcours:", XSI: "xsi:"}
    return known.get(name.namespace or "", f"{{{name.namespace or ''}}}") + name.localname


def _check_attributes(element: Any, findings: Findings) -> None:
    name = prefixed(element.tag)
    allowed = set(_rule(element)[0].split()) | (_ON_NODES if name in _SIDED else set())
    for attribute, value in element.attrib.items():
        if _attribute_name(attribute) in allowed or says_nothing(attribute, value, name):
            continue
        if attribute == "gatewayDirection" and name.endswith("Gateway"):
            _check_direction(element, value, findings)
        elif is_foreign(attribute):
            _refuse_foreign(element, attribute, findings)
        else:
            findings.add(
                "attribute_not_supported", *owner(element), attribute=written(element, attribute),
                element=_in_node(element, name), allowed=instead(attribute, allowed, _instead_at(element, attribute)),
            )  # fmt: skip


def _check_direction(gateway: Any, value: str, findings: Findings) -> None:
    agreeing = directions(gateway)
    if value.strip() not in agreeing:
        findings.add("direction_contradicted", *owner(gateway), value=value, allowed=agreeing)


def _refuse_foreign(element: Any, attribute: str, findings: Findings) -> None:
    findings.add(
        "foreign_attribute", *owner(element), attribute=written(element, attribute),
        element=_in_node(element, prefixed(element.tag)), allowed=_instead_at(element, attribute),
    )  # fmt: skip
    del element.attrib[attribute]


def _node_around(part: Any) -> str:
    """``boundaryEvent refus`` for a part that has an id but is not drawn by itself: nobody sees its id."""
    if not part.get("id") or local_name(part) in _DRAWN:
        return ""
    around = next((each for each in part.iterancestors() if local_name(each) in _DRAWN), None)
    return "" if around is None else f"{local_name(around)} {around.get('id', '')}"


def _in_node(element: Any, name: str) -> str:
    around = _node_around(element)
    return f"{name} ({around})" if around else name


def _check_definitions(element: Any, findings: Findings) -> None:
    definitions = [child for child in element if local_name(child).endswith("EventDefinition")]
    if len(definitions) > 1:
        findings.add("several_event_definitions", *owner(element))


def _attribute_name(attribute: str) -> str:
    # a BPMN attribute has no namespace; one written bpmn:name would be ignored by every tool
    qualified = etree.QName(attribute).namespace
    return prefixed(attribute) if qualified in (PARCOURS, XSI) else attribute


def _refuse_element(child: Any, allowed: Iterable[str], findings: Findings) -> None:
    known = local_name(child)  # an element of another vocabulary is told by the BPMN element it stands in
    findings.add(
        "element_not_supported",
        *owner(child if known else child.getparent()),
        element=prefixed(child.tag) if known else written(child, str(child.tag)),
        parent=_node_around(child) or prefixed(child.getparent().tag),
        allowed=instead(str(child.tag), [name for name in allowed if name not in _PLAIN]),
    )


def _refuse_extension(child: Any, findings: Findings) -> None:
    holder = child.getparent().getparent()
    name = written(child, str(child.tag))
    findings.add("foreign_element", *owner(holder), element=name, allowed=_instead_at(holder, str(child.tag)))


def _instead_at(holder: Any, name: str) -> list[str]:
    """What says at this element what another tool's word says there."""
    attributes = _rule(holder)[0].split()
    return [
        word
        for word in meant(name)
        if not word.startswith("parcours:")
        or word in attributes
        or local_name(holder) in _EXTENSION_HOLDERS.get(word, ())
    ]


def _is_misplaced(element: Any, child: Any) -> bool:
    """Extension elements have one kind of holder each: elsewhere they would mean nothing."""
    if local_name(element) != "extensionElements":
        return False
    holder = local_name(element.getparent())
    name = prefixed(child.tag)
    if name == "parcours:variables" and holder in _ACTIVITIES and holder != "subProcess":
        return element.getparent().find(f"{{{BPMN}}}multiInstanceLoopCharacteristics") is None
    return holder not in _EXTENSION_HOLDERS[name]
