"""What other tools write: attributes that only say what holds anyway, and what to write here instead of theirs."""

from collections.abc import Collection, Mapping
from typing import Any

from lxml import etree

from shared.bpmn.reading.documents import BPMN, PARCOURS, XSI, local_name

DEFAULTS: Mapping[str, str] = {
    "associationDirection": "None",
    "behavior": "All",
    "cancelActivity": "true",
    "completionQuantity": "1",
    "eventGatewayType": "Exclusive",
    "gatewayDirection": "Unspecified",
    "implementation": "##unspecified",
    "instantiate": "false",
    "isClosed": "false",
    "isCollection": "false",
    "isForCompensation": "false",
    "isInterrupting": "true",
    "isSequential": "false",
    "parallelMultiple": "false",
    "processType": "None",
    "startQuantity": "1",
    "testBefore": "false",
    "triggeredByEvent": "false",
    "typeLanguage": "http://www.w3.org/2001/XMLSchema",
}
"""Attributes of BPMN 2.0.2 with the value that they have when they are absent: written or not, nothing changes."""
_HOLDS_HERE: Mapping[str, Collection[str]] = {"processType": ("Private",), "isImmediate": ("true", "1")}
"""Absent they mean nothing; these values of theirs say what holds of every process that is run, and of every flow."""
_WEB_SERVICE = (
    "serviceTask",
    "sendTask",
    "receiveTask",
)  # whose `implementation` is absent with another meaning
_OURS = tuple(f"{{{namespace}}}" for namespace in (BPMN, PARCOURS, XSI))
_XML = "{http://www.w3.org/XML/1998/namespace}"  # xml:lang and xml:space are about text that people read

INSTEAD: Mapping[str, str] = {
    "assignee": "parcours:assignee", "assignmentDefinition": "parcours:assignee", "owner": "parcours:assignee",
    "candidateGroups": "parcours:role", "candidateUsers": "parcours:role", "potentialOwner": "parcours:role",
    "performer": "parcours:role", "humanPerformer": "parcours:role", "resourceRole": "parcours:role",
    "formKey": "parcours:form", "formRef": "parcours:form", "formDefinition": "parcours:form",
    "formData": "parcours:form", "formProperty": "parcours:form", "userTaskForm": "parcours:form",
    "dueDate": "parcours:due", "taskSchedule": "parcours:due",
    "class": "parcours:operation", "delegateExpression": "parcours:operation", "expression": "parcours:operation",
    "topic": "parcours:operation", "taskDefinition": "parcours:operation", "connector": "parcours:operation",
    "implementation": "parcours:operation", "operationRef": "parcours:operation",
    "decisionRef": "parcours:decision", "calledDecision": "parcours:decision", "resultVariable": "parcours:result",
    "ioMapping": "parcours:input, parcours:output", "inputOutput": "parcours:input, parcours:output",
    "in": "parcours:input", "out": "parcours:output", "calledElement": "calledElement",
    "collection": "loopDataInputRef", "elementVariable": "inputDataItem", "loopCharacteristics": "loopDataInputRef",
    "ioSpecification": "parcours:variables", "property": "parcours:variables", "itemDefinition": "parcours:variables",
    "itemSubjectRef": "parcours:variables", "structureRef": "parcours:field", "language": "FEEL",
    "expressionLanguage": "FEEL", "script": "script", "resource": "parcours:role",
}  # fmt: skip
"""What other engines or other parts of BPMN call it → what says it here."""


def says_nothing(attribute: str, value: str, element: str) -> bool:
    """Whether an attribute of this BPMN element could as well be left out."""
    if attribute == "implementation" and element in _WEB_SERVICE and value.strip() == "##WebService":
        return True
    value = value.strip()
    same = DEFAULTS.get(attribute) == value or value in _HOLDS_HERE.get(attribute, ())
    return same or attribute.startswith(_XML)


def directions(gateway: Any) -> tuple[str, ...]:
    """The values of ``gatewayDirection`` that agree with the flows of a gateway (BPMN 2.0.2, table 8.46)."""
    here = [flow for flow in gateway.getparent() if local_name(flow) == "sequenceFlow"]
    ins, outs = (
        sum(flow.get(end) == gateway.get("id") for flow in here) for end in ("targetRef", "sourceRef")
    )
    agreeing = {"Converging": outs <= 1, "Diverging": ins <= 1, "Mixed": ins > 1 and outs > 1}
    return ("Unspecified", *(name for name, agrees in agreeing.items() if agrees))


def is_foreign(attribute: str) -> bool:
    """Whether an attribute is another vocabulary's: the diagram means the same without it."""
    return attribute.startswith("{") and not attribute.startswith(_OURS)


def instead(name: str, allowed: Collection[str], words: Collection[str] | None = None) -> tuple[str, ...]:
    """What is allowed, first the words that come to the same (those of ``words``, when not all are of use)."""
    return tuple(dict.fromkeys([*(meant(name) if words is None else words), *sorted(allowed)]))


def meant(name: str) -> list[str]:
    """The words of this engine that come to the same as another's."""
    local = etree.QName(name).localname if name.startswith("{") else name.rpartition(":")[2]
    return [word for word in INSTEAD.get(local, "").split(", ") if word]


def written(element: Any, name: str) -> str:
    """``camunda:assignee``: a name of another namespace as the file itself writes it."""
    qualified = etree.QName(name)
    if name.startswith(_XML):
        return f"xml:{qualified.localname}"
    prefixes = [prefix for prefix, uri in element.nsmap.items() if prefix and uri == qualified.namespace]
    return f"{prefixes[0]}:{qualified.localname}" if prefixes else name
