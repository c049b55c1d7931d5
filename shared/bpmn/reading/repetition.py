"""Activities that are done several times: multi-instance, and standard loops."""

from collections.abc import Mapping
from typing import Any

from shared.bpmn.model import MultiInstance, StandardLoop, Variable
from shared.bpmn.reading.declarations import Faults, text_of
from shared.bpmn.reading.documents import BPMN, is_true, local_name

_B = f"{{{BPMN}}}"
_ALWAYS = ("true", "= true", "=true")
_AT_ONCE = ("task", "manualTask", "serviceTask", "sendTask", "businessRuleTask", "scriptTask")
MOST_DIGITS = 9  # of a number of turns


def read_multi_instance(element: Any, variables: Mapping[str, Variable]) -> MultiInstance | None:
    """``variables``: those that each item has for itself."""
    found = element.find(f"{_B}multiInstanceLoopCharacteristics")
    if found is None:
        return None
    text = {local_name(child): text_of(child) for child in found}
    return MultiInstance(
        sequential=is_true(found.get("isSequential")),
        collection=text.get("loopDataInputRef", ""),
        item=_item_name(found.find(f"{_B}inputDataItem")),
        results=text.get("loopDataOutputRef", ""),
        result=_item_name(found.find(f"{_B}outputDataItem")),
        cardinality=text.get("loopCardinality", ""),
        completion=text.get("completionCondition", ""),
        variables=variables,
    )


def _item_name(element: Any) -> str:
    return "" if element is None else str(element.get("name") or element.get("id") or "")


class LoopReader(Faults):
    """Standard loops (BPMN 2.0.2, section 10.3.8)."""

    def read(self, element: Any) -> StandardLoop | None:
        found = element.find(f"{_B}standardLoopCharacteristics")
        if found is None:
            return None
        condition = found.find(f"{_B}loopCondition")
        text = "" if condition is None else text_of(condition)
        maximum = self._maximum(element, found.get("loopMaximum"))
        if maximum is None and (not text or (text in _ALWAYS and local_name(element) in _AT_ONCE)):
            self._add(element, "loop_without_end", allowed=("loopCondition", "loopMaximum"))
        return StandardLoop(is_true(found.get("testBefore")), maximum, text)

    def _maximum(self, element: Any, text: str | None) -> int | None:
        """The schema holds it to be a whole number."""
        if text is None:
            return None
        digits = text.strip().lstrip("+-0")
        if not digits or "-" in text or len(digits) > MOST_DIGITS:
            allowed = ("1", "2", "…", "9" * MOST_DIGITS)
            self._add(element, "attribute_value", attribute="loopMaximum", value=text[:40], allowed=allowed)
            return 1
        return int(digits)
