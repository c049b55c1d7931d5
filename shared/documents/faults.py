"""A fault of a document's or appointment's files, told as the faults of diagrams are."""

from typing import Any

from shared.bpmn import Finding
from shared.catalogue import sentence


class DocumentFinding(Finding):
    """Its sentences are in ``catalogue/documents.toml``."""

    def __str__(self) -> str:
        return self.sentence

    @property
    def message(self) -> str:
        return sentence(f"documents.fault_{self.code}", **self._told())


def fault(file: str, element: str, code: str, **params: Any) -> Finding:
    return DocumentFinding(file, element, "", code, params)
