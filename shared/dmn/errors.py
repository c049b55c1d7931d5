"""Why a decision model is refused, part by part."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong in one element; `code` is a key of the catalogue's area dmn, `params` its parameters."""

    element_id: str
    element_name: str
    code: str
    message: str
    params: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        where = " ".join(filter(None, (self.element_id, self.element_name and f"({self.element_name})")))
        return f"{where or 'the file'}: {self.message}"


class DmnError(Exception):
    """Any error of this package."""


class DmnRefused(DmnError):
    """The model cannot be used; `findings` say why, all of them."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("; ".join(map(str, findings)))
        self.findings = tuple(findings)


class UnknownDecision(DmnError):
    """The model has no decision of that id or name."""

    def __init__(self, decision: str) -> None:
        super().__init__(f"the model has no decision {decision!r}")
        self.decision = decision
