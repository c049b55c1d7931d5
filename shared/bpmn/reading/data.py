"""Variables; and data objects: variables that are drawn, with arrows to and from what reads and writes them."""

from collections.abc import Mapping
from typing import Any

from shared.bpmn.expressions import free_names
from shared.bpmn.findings import Findings
from shared.bpmn.model import RETENTIONS, SIDES, TYPES, Variable
from shared.bpmn.reading.declarations import Faults, text_of
from shared.bpmn.reading.documents import BPMN, PARCOURS, is_true, local_name
from shared.feel import FeelSyntaxError

_B = f"{{{BPMN}}}"
_P = f"{{{PARCOURS}}}"
Attributes = Mapping[str, str | None]  # name, type, side, retention, label
PLACEHOLDER = (
    "__targetRef_placeholder"  # what editors write where the schema wants a target inside the activity
)


class DataReader(Faults):
    """Data objects of one file. A data object is a variable of its scope, its id is the name; all who show it
    (dataObjectReference) mean the same one."""

    def __init__(self, root: Any, findings: Findings) -> None:
        super().__init__(findings)
        self._shown = {each.get("id", ""): each for each in root.iter(f"{_B}dataObjectReference")}
        objects = {each.get("id", "") for each in root.iter(f"{_B}dataObject")}
        for reference in self._shown.values():
            if self._object(reference) not in objects:
                self._add(reference, "reference_unknown", kind="dataObject", reference=self._object(reference),
                          allowed=sorted(objects))  # fmt: skip

    def objects(self, scope: Any) -> list[tuple[Any, Attributes]]:
        """The data objects of a scope, each with the attributes of the variable that it declares."""
        return [(each, self._attributes(each)) for each in scope.findall(f"{_B}dataObject")]

    def _attributes(self, element: Any) -> Attributes:
        own = {name: element.get(_P + name) for name in ("type", "side", "retention")}
        if is_true(element.get("isCollection")) and own["type"] != "list":
            self._add(
                element, "variable_type", variable=element.get("id"), type=own["type"] or "", wanted="list"
            )
        return {"name": element.get("id", ""), "label": self._label(element), **own}

    def _label(self, element: Any) -> str:
        """Editors write the name on what they show, not on what it stands for."""
        shown = [each.get("name") for each in self._shown.values() if self._object(each) == element.get("id")]
        return next((name for name in (element.get("name"), *shown) if name), "")

    def read(self, element: Any) -> tuple[str, ...]:
        """The variables that arrows lead from, into this node."""
        if any(name != PLACEHOLDER for name in self._places(element).values()):
            self._add(element, "element_not_supported", element="property", parent=local_name(element))
        return self._arrows(element, "dataInputAssociation", "sourceRef", "targetRef")

    def written(self, element: Any) -> tuple[str, ...]:
        """The variables that arrows lead to, from this node."""
        return self._arrows(element, "dataOutputAssociation", "targetRef", "sourceRef")

    def _arrows(self, element: Any, tag: str, outer: str, inner: str) -> tuple[str, ...]:
        """``outer``: the end at a data object; ``inner``: the one in the node, which says nothing."""
        found: list[str] = []
        for arrow in element.findall(_B + tag):
            for end in arrow.findall(_B + inner):
                if self._places(element).get(text_of(end)) != PLACEHOLDER:
                    self._add(element, "reference_unknown", kind=inner, reference=text_of(end))
            found += self._named(element, arrow.findall(_B + outer))
        return tuple(found)

    def _places(self, element: Any) -> dict[str, str | None]:
        return {each.get("id", ""): each.get("name") for each in element.findall(f"{_B}property")}

    def _named(self, element: Any, references: list[Any]) -> list[str]:
        shown = [text_of(each) for each in references]
        for each in shown:
            if each not in self._shown:
                self._add(element, "reference_unknown", kind="dataObjectReference", reference=each,
                          allowed=sorted(self._shown))  # fmt: skip
        return [self._object(self._shown[each]) for each in shown if each in self._shown]

    def _object(self, reference: Any) -> str:
        return str(reference.get("dataObjectRef") or "")


class VariableReader(Faults):
    """The variables of a process or an activity: those of its extension element, and its data objects."""

    def __init__(self, findings: Findings, data: DataReader) -> None:
        super().__init__(findings)
        self._data = data

    def read(self, element: Any) -> dict[str, Variable]:
        listed = element.iterfind(f"{_B}extensionElements/{_P}variables/{_P}variable")
        found: list[tuple[Any, Attributes]] = [(element, dict(each.attrib)) for each in listed]
        variables = [self._variable(*each) for each in found + self._data.objects(element)]
        self._no_duplicates(element, [variable.name for variable in variables])
        return {variable.name: variable for variable in variables}

    def _variable(self, holder: Any, said: Attributes) -> Variable:
        """``holder``: the element that a finding is about."""
        for attribute, allowed in (("type", TYPES), ("side", SIDES), ("retention", RETENTIONS)):
            self._one_of(holder, attribute, said.get(attribute), allowed)
        name, label = said.get("name") or "", said.get("label") or ""
        if not (name.isascii() and name.isidentifier() and name == name.lower() and _is_free_in_feel(name)):
            self._add(holder, "variable_name", variable=name)
        if not label:
            self._add(holder, "variable_without_label", variable=name)
        type_ = said.get("type") or ""
        known = type_ if type_ in TYPES else "string"
        return Variable(name, known, said.get("side") or "both", said.get("retention") or "", label)


def _is_free_in_feel(name: str) -> bool:
    """A keyword, a built-in or ``item`` would mean something else in an expression."""
    try:
        return free_names(name, {}) == {name} and name not in ("item", "partial")
    except FeelSyntaxError:
        return False
