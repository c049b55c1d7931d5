"""Everything that is checked about readable files before they may run, each subject in its module."""

from collections.abc import Iterator
from contextlib import suppress

from shared.bpmn.checks.calls import check_calls
from shared.bpmn.checks.compensation import check_compensation
from shared.bpmn.checks.data import check_data
from shared.bpmn.checks.flows import check_flows, check_references
from shared.bpmn.checks.handlers import check_handlers
from shared.bpmn.checks.messages import check_messages
from shared.bpmn.checks.objects import check_objects
from shared.bpmn.checks.together import check_together
from shared.bpmn.findings import Finding, Findings, TooManyFindings
from shared.bpmn.model import Process
from shared.bpmn.reading.library import Library
from shared.bpmn.vocabulary import Vocabulary


def check_all(library: Library, vocabulary: Vocabulary) -> list[Finding]:
    """All findings about all processes of a service, file by file."""
    return [
        finding
        for process in library.processes.values()
        for finding in check_process(process, library, vocabulary)
    ]


def check_process(process: Process, library: Library, vocabulary: Vocabulary) -> Iterator[Finding]:
    """All findings about one process, among the others of the library."""
    findings = Findings(process.file)
    with suppress(TooManyFindings):
        _look_at(process, library, vocabulary, findings)
    yield from findings.found


def _look_at(process: Process, library: Library, vocabulary: Vocabulary, findings: Findings) -> None:
    check_references(process, findings)
    if not findings.found:  # a graph with holes has nothing more to say
        check_flows(process, findings)
        check_compensation(process, library.processes, findings)
        check_data(process, library, vocabulary, findings)
        check_messages(process, library, vocabulary, findings)
    if not findings.found:
        check_objects(process, library, vocabulary, findings)  # every name is known
        check_handlers(process, library, findings)
        check_together(process, library, vocabulary, findings)
    check_calls(process, library, findings)
