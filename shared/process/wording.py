"""How the values of a parcours read: the labels of the options that its forms offered."""

from collections.abc import Mapping
from typing import Any

from shared.bpmn import Definition
from shared.forms import parse_form

Labels = Mapping[str, Mapping[str, str]]
"""Variable → value of an option → its French label."""


class OptionLabels:
    """Reads the forms of each version once."""

    def __init__(self) -> None:
        self._by_version: dict[str, Labels] = {}

    def of(self, definition: Definition) -> Labels:
        if definition.version not in self._by_version:
            self._by_version[definition.version] = _labels(definition)
        return self._by_version[definition.version]


def worded(labels: Labels, name: str, value: Any) -> Any:
    """A value with its options' labels in the place of their codes; other values as they are."""
    known = labels.get(name, {})
    if isinstance(value, list):
        return [known.get(item, item) if isinstance(item, str) else item for item in value]
    return known.get(value, value) if isinstance(value, str) else value


def _labels(definition: Definition) -> Labels:
    found: dict[str, dict[str, str]] = {}
    for content in definition.forms.values():
        for key, component in parse_form(content).fields.items():
            found.setdefault(key, {}).update({option.value: option.label for option in component.options})
    return found
