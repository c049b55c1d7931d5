"""What a service offers to its diagrams, and what it hands over to be deployed."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Any, Protocol

from shared.feel import FeelFunction


@dataclass(frozen=True)
class OperationCall:
    """``variables``: copies of the declared reads; ``context``: what the caller of the Runtime passed."""

    variables: Mapping[str, Any]
    now: datetime
    parcours_id: str
    context: Any


@dataclass(frozen=True)
class Operation:
    """A function that service tasks may name. It returns the declared writes (all or some of them).

    ``optional``: read where the diagram declares them, left out elsewhere; a running parcours keeps its diagram.
    It may raise BusinessError to take an error boundary event; any other exception is an incident.
    """

    reads: frozenset[str]
    writes: frozenset[str]
    call: Callable[[OperationCall], Mapping[str, Any]]
    optional: frozenset[str] = frozenset()


class FormReading(Protocol):
    """What a form writes (variable → type) and reads, whoever found it out."""

    @property
    def outputs(self) -> Mapping[str, str]: ...

    @property
    def reads(self) -> frozenset[str]: ...


@dataclass(frozen=True)
class FormFacts:
    """What a form writes (variable → type) and reads."""

    outputs: Mapping[str, str]
    reads: frozenset[str]


class FormRefused(Exception):
    """A form that cannot be used; ``findings``: English lines."""

    def __init__(self, findings: Collection[str]) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(self.findings))


@dataclass(frozen=True)
class Vocabulary:
    """``service``: its name, '' when files are checked outside every service.

    ``form_outputs`` reads a form's bytes, and raises FormRefused (or an error with ``findings``).
    """

    service: str
    roles: Collection[str]
    operations: Mapping[str, Operation]
    functions: Mapping[str, FeelFunction]
    form_outputs: Callable[[bytes], FormReading]


@dataclass(frozen=True)
class DefinitionFiles:
    """The files of one service's diagrams: file name → content."""

    bpmn: Mapping[str, bytes]
    dmn: Mapping[str, bytes] = field(default_factory=dict)
    forms: Mapping[str, bytes] = field(default_factory=dict)

    @cached_property
    def version(self) -> str:
        """SHA-256, in hexadecimal, over all names and contents."""
        digest = sha256()
        for name, content in self._all():
            for part in (name.encode(), content):
                digest.update(len(part).to_bytes(8, "big") + part)
        return digest.hexdigest()

    def _all(self) -> list[tuple[str, bytes]]:
        kinds = (("bpmn", self.bpmn), ("dmn", self.dmn), ("forms", self.forms))
        return sorted((f"{kind}/{name}", content) for kind, files in kinds for name, content in files.items())
