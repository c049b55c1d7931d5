"""Two tasks that can be open together must not write the same variable: one person's work would be lost."""

from shared.bpmn.findings import Findings
from shared.bpmn.library import Library
from shared.bpmn.model import Process


def check_together(process: Process, library: Library, findings: Findings) -> None:
    """Explores the markings of the process, see shared.bpmn.markings."""
