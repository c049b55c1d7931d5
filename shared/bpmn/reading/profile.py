"""The part of BPMN that this kernel does, as an allow-list of elements and attributes.

Whatever is not listed is refused by id and name: a construct that an engine ignores is work that people lose.
"""

from collections import deque
from collections.abc import Iterable
from typing import Any

from lxml import etree

from shared.bpmn.findings import Findings
from shared.bpmn.reading.dialects import instead, says_nothing, written
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
        "id name parcours:role parcours:form parcours:due parcours:assignee isForCompensation",
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
    "parcours:field": ("name type variable", ""),
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
_PLAIN = ("documentation", "incoming", "outgoing")  # no hint to anybody


def check_profile(root: Any, findings: Findings) -> None:
    """Every element and attribute of the document that is outside the allow-list, as findings."""
    todo = deque([root])
    while todo:
        element = todo.popleft()
        name = prefixed(element.tag)
        _check_attributes(element, name, findings)
        allowed = ALLOWED[name][1].split()
        for child in element:
            if prefixed(child.tag) not in allowed:
                _refuse_element(child, allowed, findings)
            elif _is_misplaced(element, child):
                _refuse_element(child, (), findings)
            else:
                todo.append(child)


def prefixed(tag: Any) -> str:
    """``userTask`` for BPMN, ``parcours:role`` and ``xsi:type`` for the two other namespaces we know."""
    if not isinstance(tag, str):
        return ""
    name = etree.QName(tag)
    known = {BPMN: "", PARCOURS: "parcours:", XSI: "xsi:"}
    return known.get(name.namespace or "", f"{{{name.namespace or ''}}}") + name.localname


def _check_attributes(element: Any, name: str, findings: Findings) -> None:
    allowed = set(ALLOWED[name][0].split()) | (
        {"parcours:side", "parcours:etape"} if name in _SIDED else set()
    )
    for attribute, value in element.attrib.items():
        if _attribute_name(attribute) not in allowed and not says_nothing(attribute, value):
            findings.add(
                "attribute_not_supported", *owner(element), attribute=written(element, attribute), element=name,
                allowed=instead(attribute, allowed),
            )  # fmt: skip


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
        parent=prefixed(child.getparent().tag),
        allowed=instead(str(child.tag), [name for name in allowed if name not in _PLAIN]),
    )


def _is_misplaced(element: Any, child: Any) -> bool:
    """Extension elements have one kind of holder each: elsewhere they would mean nothing."""
    if local_name(element) != "extensionElements":
        return False
    holder = local_name(element.getparent())
    name = prefixed(child.tag)
    if name == "parcours:variables" and holder in _ACTIVITIES and holder != "subProcess":
        return element.getparent().find(f"{{{BPMN}}}multiInstanceLoopCharacteristics") is None
    return holder not in _EXTENSION_HOLDERS[name]
