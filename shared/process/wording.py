"""How the values of a parcours read: the labels of the options that its forms offered."""

from collections.abc import Mapping
from typing import Any

from shared.bpmn import Definition
from shared.forms import Component, parse_form

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
    """A value with its options' labels in the place of their codes, also in the rows of a list; others as they are."""
    known = labels.get(name, {})
    if isinstance(value, list):
        return [worded(labels, name, item) for item in value]
    if isinstance(value, Mapping):
        return {key: worded(labels, f"{name}.{key}", item) for key, item in value.items()}
    return known.get(value, value) if isinstance(value, str) else value


def _labels(definition: Definition) -> Labels:
    found: dict[str, dict[str, str]] = {}
    for content in definition.forms.values():
        for key, component in parse_form(content).fields.items():
            _note(found, key, component)
    return found


def _note(found: dict[str, dict[str, str]], name: str, component: Component) -> None:
    """Of a field in the rows of a list under ``list.key``."""
    found.setdefault(name, {}).update({option.value: option.label for option in component.options})
    for part in (part for top in component.row_parts for part in top.walk() if part.key):
        _note(found, f"{name}.{part.key}", part)
