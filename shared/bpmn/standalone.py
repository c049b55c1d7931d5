"""Checks files of any origin, outside every service: what only a service could know is taken as given.

Operations, roles, and the forms and decisions that are not among the files count as known by the names that the
diagrams give them. What is missing in a diagram, or could not run, is refused by name. Each diagram is checked as
one process; a call finds its process among the files.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from shared.bpmn.checks import check_process
from shared.bpmn.checks.calls import calls
from shared.bpmn.findings import Finding, Findings
from shared.bpmn.model import Process
from shared.bpmn.reading.library import FOREIGN, Library, read_library
from shared.bpmn.vocabulary import DefinitionFiles, FormFacts, FormReading, Operation, Vocabulary
from shared.dmn import Decision
from shared.feel import FeelFunction

T = TypeVar("T")

FUNCTIONS = {
    "ajouter_jours_ouvres": FeelFunction(
        "ajouter_jours_ouvres", ("date", "n", "calendrier"), lambda *_: None, optional=1
    )
}
"""Those that every service offers (``shared.process.feel_functions``): known by name, never called by a check."""


WHOLE = FOREIGN | {
    "not_executable",
    "one_process_per_file",
    "flow_said_otherwise",
    "message_flow_differs",
    "message_flow_end",
    "message_flow_inside",
    "text_not_supported",
}
"""Codes of faults that leave the rest of a diagram its meaning: it is looked at all the same."""


class Given(dict[str, T], Generic[T]):
    """Its own entries and, for every other name, one answer that promises nothing."""

    def __init__(self, known: Mapping[str, T], unknown: T) -> None:
        super().__init__(known)
        self._unknown = unknown

    def __contains__(self, name: object) -> bool:
        return bool(name)

    def __missing__(self, name: str) -> T:
        return self._unknown


class GivenModel:
    """Stands for a DMN model that was not given: its decisions ask for nothing."""

    decisions: Given[Decision] = Given({}, Decision("", ""))


def open_vocabulary() -> Vocabulary:
    """What diagrams may name when no service says what it has."""
    operation = Operation(frozenset(), frozenset(), lambda _call: {})
    return Vocabulary("", Given({}, None), Given({}, operation), FUNCTIONS, _form_facts)


def _form_facts(content: bytes) -> FormReading:
    from shared.forms import form_facts  # noqa: PLC0415 — half of the start-up time, and most checks see no form

    return form_facts(content)


def check_files(
    files: Mapping[str, bytes], beside: Mapping[str, bytes] = MappingProxyType({})
) -> list[Finding]:
    """All findings about ``files`` (path → content), file by file.

    ``beside``: the other files of their folder; then a form, a decision or a process that is in neither is unknown.
    """
    reading = _Reading(open_vocabulary(), complete=bool(beside))
    for name, content in {**beside, **files}.items():
        reading.read(name, content)
    return [finding for name in files for finding in reading.findings(name)]


class _Reading:
    """Files read one by one, so that one that cannot be read keeps nothing from being said about the others."""

    def __init__(self, vocabulary: Vocabulary, *, complete: bool) -> None:
        self._vocabulary, self._complete = vocabulary, complete
        self._found: dict[str, list[Finding]] = {}
        self._processes: dict[str, list[Process]] = {}
        self._refused: dict[str, str] = {}  # process id → file
        self._library = Library()

    def read(self, name: str, content: bytes) -> None:
        one, self._found[name] = read_library(_as_files(name, content), self._vocabulary)
        if not all(finding.code in WHOLE for finding in self._found[name]):
            self._refused |= one.refused
        else:
            self._processes[name] = list(one.processes.values())
        self._library.decisions |= one.decisions
        self._library.forms |= one.forms

    def findings(self, name: str) -> Iterator[Finding]:
        yield from self._found[name]
        processes, told = self._processes.get(name, []), set[Any]()
        for process in processes:
            for finding in self._process(process):
                if finding.key not in told and not (finding.code == "message_unused" and len(processes) > 1):
                    yield finding  # pools of one file share their declarations: another may use this one
                told.add(finding.key)

    def _process(self, process: Process) -> Iterator[Finding]:
        findings = Findings(process.file)
        for _, node in calls(process):
            if node.called in self._refused and node.called not in self._around(process).processes:
                findings.add(
                    "called_refused", node.id, node.name, called=node.called, other=self._refused[node.called]
                )
        yield from findings.found or check_process(process, self._around(process), self._vocabulary)

    def _around(self, process: Process) -> Library:
        """What the process may name: of two processes with one id, its own."""
        processes = {each.id: each for several in self._processes.values() for each in several}
        processes |= {process.id: process}
        if self._complete:
            return replace(self._library, processes=processes)
        nothing: FormReading = FormFacts({}, frozenset())
        decisions: dict[str, Any] = Given(self._library.decisions, GivenModel())
        return Library(processes, decisions=decisions, forms=Given(self._library.forms, nothing))


def _as_files(name: str, content: bytes) -> DefinitionFiles:
    """One file, of the kind that its name says; a BPMN diagram when that says nothing."""
    if name.endswith(".dmn"):
        return DefinitionFiles({}, dmn={name: content})
    if name.endswith(".form"):
        return DefinitionFiles({}, forms={name: content})
    return DefinitionFiles({name: content})
