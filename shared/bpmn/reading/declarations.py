"""Definitions-level elements: messages with their fields, signals, errors and escalations."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.bpmn.findings import Findings
from shared.bpmn.model import TYPES, MessageField, MessageType
from shared.bpmn.reading.documents import BPMN, PARCOURS, local_name

_B = f"{{{BPMN}}}"
_P = f"{{{PARCOURS}}}"
_LATER, _EARLIER = "later", "earlier"
"""Which releases of the sender sent a field of a message; without a word, all."""


@dataclass(frozen=True)
class Declarations:
    """Definitions-level elements by id: names of messages and signals, codes of errors and escalations."""

    messages: Mapping[str, MessageType]
    names: Mapping[str, str]


class Faults:
    """Adds findings about elements of one file."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings

    def _one_of(self, element: Any, attribute: str, value: str | None, allowed: tuple[str, ...]) -> None:
        if value not in allowed:
            self._add(element, "attribute_value", attribute=attribute, value=value or "", allowed=allowed)

    def _no_duplicates(self, element: Any, names: list[str]) -> None:
        for name in sorted(name for name, count in Counter(names).items() if count > 1):
            self._add(element, "declared_twice", declared=name)

    def _add(self, element: Any, code: str, /, *, allowed: Any = (), **params: Any) -> None:
        self._findings.add(code, element.get("id", ""), element.get("name") or "", allowed=allowed, **params)


class DeclarationsReader(Faults):
    """Reads what is declared beside the process."""

    def __init__(self, root: Any, findings: Findings) -> None:
        super().__init__(findings)
        self._root = root

    def read(self) -> Declarations:
        names = dict[str, str]()
        for tag, code in (("signal", "name"), ("error", "errorCode"), ("escalation", "escalationCode")):
            names |= {e.get("id", ""): self._told_by(e, code) for e in self._root.findall(_B + tag)}
        self._no_duplicates(self._root, [e.get("name") or "" for e in self._root.findall(f"{_B}message")])
        messages = {e.get("id", ""): self._message(e) for e in self._root.findall(f"{_B}message")}
        return Declarations(messages, names)

    def _told_by(self, element: Any, attribute: str) -> str:
        """What tells a declaration from the others."""
        if not element.get(attribute):
            self._add(element, "attribute_missing", attribute=f"{local_name(element)}: {attribute}")
        return element.get(attribute) or ""

    def _message(self, element: Any) -> MessageType:
        name = self._told_by(element, "name")
        told = list(element.iterfind(f"{_B}extensionElements/{_P}field"))
        self._no_duplicates(element, [field.get("name") or "" for field in told])
        now = [field for field in told if field.get("release") != _EARLIER]
        before = [field for field in told if field.get("release") == _EARLIER]
        identity = element.get("id", "")
        return MessageType(name, self._fields(element, now), identity, self._fields(element, before))

    def _fields(self, message: Any, told: Iterable[Any]) -> tuple[MessageField, ...]:
        return tuple(sorted((self._field(message, each) for each in told), key=lambda field: field.name))

    def _field(self, message: Any, field: Any) -> MessageField:
        name = field.get("name") or ""
        self._one_of(message, "type", field.get("type"), TYPES)
        self._one_of(message, "release", field.get("release", _LATER), (_LATER, _EARLIER))
        is_optional = field.get("release") is not None
        return MessageField(name, field.get("type") or "string", field.get("variable") or name, is_optional)


def text_of(element: Any) -> str:
    return (element.text or "").strip()
