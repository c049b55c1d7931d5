"""The BPMN 2.0 schema: what it finds at which element, in French too."""

import re
from copy import deepcopy
from functools import cache
from threading import Lock
from typing import Any

from shared.bpmn.engine.kernel import BpmnValidator, ValidationException
from shared.bpmn.findings import Findings
from shared.bpmn.reading.documents import owner
from shared.catalogue import sentence

_SAID = (
    ("id", r"attribute '(?:id)': '(?P<value>.*)' is not a valid value of the atomic type 'xs:ID'"),
    ("value", r"attribute '(?P<attribute>[^']*)': '(?P<value>.*)' is not a valid value"),
    ("missing", r"The attribute '(?P<attribute>[^']*)' is required"),
    ("not_allowed", r"The attribute '(?P<attribute>[^']*)' is not allowed"),
    ("unexpected", r"Element '(?P<element>[^']*)': This element is not expected"),
    ("incomplete", r"Element '(?P<element>[^']*)': Missing child element"),
    ("text", r"Element '(?P<element>[^']*)': Character content"),
)
"""What the validator says → the end of the sentence ``bpmn.schema_*``."""
_schema_lock = Lock()


def check_schema(root: Any, findings: Findings) -> None:
    """Every fault by the BPMN 2.0 schema, diagram interchange included."""
    elements = list(root.iter())
    for number, message in _errors(root):
        element = elements[number]
        detail = re.sub(r"\{[^}]*\}", "", message)
        findings.add(
            "schema_invalid",
            *owner(element),
            line=element.sourceline or 0,
            detail=detail,
            said=_in_french(detail),
        )


def _errors(root: Any) -> list[tuple[int, str]]:
    """(element, what the validator says), elements counted in document order: several may stand on one line."""
    copy = deepcopy(root)  # the validator renames elements
    for number, element in enumerate(copy.iter()):
        element.sourceline = number + 1
    with _schema_lock:  # lxml keeps the error log on the schema object
        try:
            _validator().validate(copy)
        except ValidationException:
            return [(error.line - 1, error.message) for error in _validator().validator.error_log]
    return []


def _in_french(detail: str) -> str:
    for code, pattern in _SAID:
        if match := re.search(pattern, detail):
            return sentence(f"bpmn.schema_{code}", **match.groupdict())
    return detail


@cache
def _validator() -> Any:
    return BpmnValidator()
