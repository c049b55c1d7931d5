"""What other tools write: attributes that only say what holds anyway, and what to write here instead of theirs."""

from collections.abc import Collection, Mapping
from typing import Any

from lxml import etree

DEFAULTS: Mapping[str, str] = {
    "associationDirection": "None",
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


def says_nothing(attribute: str, value: str) -> bool:
    return DEFAULTS.get(attribute) == value.strip()


def instead(name: str, allowed: Collection[str]) -> tuple[str, ...]:
    """What is allowed, the words that come to the same first."""
    meant = INSTEAD.get(etree.QName(name).localname if name.startswith("{") else name.rpartition(":")[2])
    return tuple(dict.fromkeys([*([meant] if meant else []), *sorted(allowed)]))


def written(element: Any, name: str) -> str:
    """``camunda:assignee``: a name of another namespace as the file itself writes it."""
    qualified = etree.QName(name)
    prefixes = [prefix for prefix, uri in element.nsmap.items() if prefix and uri == qualified.namespace]
    return f"{prefixes[0]}:{qualified.localname}" if prefixes else name
