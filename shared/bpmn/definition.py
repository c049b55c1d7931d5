"""A deployable definition: one process of a service with all that it calls, read, checked, and ready to run."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from shared.bpmn.checks import check_all
from shared.bpmn.consequences import Consequences
from shared.bpmn.drawing import Drawings
from shared.bpmn.engine.areas import called_processes
from shared.bpmn.engine.plan import Plan, build_plan
from shared.bpmn.errors import DefinitionRefused
from shared.bpmn.findings import Finding
from shared.bpmn.model import THROWING, MessageType, Node, Process, Scope, Variable
from shared.bpmn.reading.drawing import read_drawings
from shared.bpmn.reading.library import Library, form_key, read_library, reread_library
from shared.bpmn.vocabulary import DefinitionFiles, Vocabulary

_CATCHING = ("intermediateCatchEvent", "receiveTask", "boundaryEvent", "startEvent")


@dataclass(frozen=True)
class Element:
    """A flow node as screens need it. ``path``: ids of the activities around it, outermost first; ``passation``:
    what it does to the hand-over, ``motif``: the variable that says why; ``message``: of what throws or catches one;
    or ''."""

    id: str
    name: str
    type: str
    lane: str
    organisation: str
    side: str
    etape: int | None
    passation: str
    motif: str
    path: tuple[str, ...]
    message: str = ""


@dataclass(frozen=True)
class Definition:
    """One process and those it calls, in one version of the service's files."""

    process: Process
    processes: Mapping[str, Process]
    files: DefinitionFiles
    plan: Plan

    @property
    def version(self) -> str:
        """SHA-256 of the files that it needs: those of another process of the service do not change it."""
        return self.files.version

    @cached_property
    def forms(self) -> Mapping[str, bytes]:
        """Form key → form-js JSON."""
        return {form_key(name): content for name, content in self.files.forms.items()}

    @property
    def process_id(self) -> str:
        return self.process.id

    @property
    def name(self) -> str:
        return self.process.name

    @property
    def etape(self) -> int | None:
        return self.process.etape

    @cached_property
    def variables(self) -> Mapping[str, Variable]:
        """Every declared variable by name; the checks hold that a name means one thing in all scopes."""
        found = dict(self.process.scope.variables)
        for process in self.processes.values():
            found = dict(process.scope.variables) | found
            for _, node in process.scope.everything():
                inner = (node.body.variables if node.body else {}, node.multi.variables if node.multi else {})
                found = {**inner[0], **inner[1], **found}
        return found

    @cached_property
    def elements(self) -> Mapping[str, Element]:
        return {element.id: element for element in _elements(self.process.scope, (), self.processes)}

    @cached_property
    def drawings(self) -> Drawings:
        """Where its elements are drawn, by the id of what each drawing shows: the process itself first, then those
        that it calls, and folded subprocesses with a plane of their own. Read once per version."""
        own = [self.process, *(each for each in self.processes.values() if each.id != self.process.id)]
        return {
            key: drawing
            for process in own
            for key, drawing in read_drawings(self.files.bpmn[process.file], process).items()
        }

    @cached_property
    def consequences(self) -> Consequences:
        """What follows on each element, read once per version."""
        return Consequences(self.process, self.processes)

    @cached_property
    def start_messages(self) -> Mapping[str, MessageType]:
        """The messages that start this process."""
        return {node.trigger.name: self.process.messages[node.trigger.name]
                for node in self.process.scope.starts() if node.trigger.kind == "message"}  # fmt: skip

    @cached_property
    def start_timers(self) -> Mapping[str, tuple[str, str]]:
        """Timer start events: element id → (date | duration | cycle, text)."""
        return {
            node.id: node.trigger.timer
            for node in self.process.scope.starts()
            if node.trigger.kind == "timer"
        }

    @cached_property
    def caught_messages(self) -> Mapping[str, MessageType]:
        """The messages that a running instance may wait for."""
        return self._messages(_CATCHING)

    @cached_property
    def thrown_messages(self) -> Mapping[str, MessageType]:
        return self._messages(THROWING)

    def _messages(self, types: tuple[str, ...]) -> dict[str, MessageType]:
        return {
            node.trigger.name: process.messages[node.trigger.name]
            for process in self.processes.values()
            for scope, node in process.scope.everything()
            if node.trigger.kind == "message" and _is_one(node, types, scope is process.scope)
        }


def _is_one(node: Node, types: tuple[str, ...], is_process: bool) -> bool:
    """Whether a node is of these types; the start of an event subprocess catches, that of a process does not wait."""
    return node.type in types and not (node.type == "startEvent" and is_process)


def _elements(scope: Scope, path: tuple[str, ...], processes: Mapping[str, Process]) -> Iterator[Element]:
    todo: list[tuple[Scope, tuple[str, ...]]] = [(scope, path)]
    while todo:
        scope, path = todo.pop()
        for node in scope.nodes.values():
            yield _element(node, path)
            inner = node.body or (processes[node.called].scope if node.called in processes else None)
            if inner is not None:
                todo.append((inner, (*path, node.id)))


def _element(node: Node, path: tuple[str, ...]) -> Element:
    return Element(
        node.id, node.name, node.type, node.lane, node.organisation, node.side, node.etape, node.passation,
        node.motif, path, node.trigger.name if node.trigger.kind == "message" else "",
    )  # fmt: skip


def check(files: DefinitionFiles, vocabulary: Vocabulary) -> tuple[Finding, ...]:
    """Everything to say about the files of a service; they can be deployed when it is nothing, or notices only."""
    library, findings = read_library(files, vocabulary)
    return tuple(findings) or tuple(check_all(library, vocabulary))


def load(files: DefinitionFiles, process_id: str, vocabulary: Vocabulary) -> Definition:
    """The definition of one process. Raises DefinitionRefused with all findings about the files."""
    return load_all(files, vocabulary, [process_id])[process_id]


def load_all(
    files: DefinitionFiles, vocabulary: Vocabulary, process_ids: Any = None
) -> dict[str, Definition]:
    """The definitions of several processes of the files (of all when none is named)."""
    library, findings = read_library(files, vocabulary)
    wanted = list(library.processes) if process_ids is None else list(process_ids)
    refused = [finding for finding in check_all(library, vocabulary) if not finding.is_notice]
    found = findings or refused or _unknown(library, wanted)
    if found:
        raise DefinitionRefused(found)
    return {process_id: _definition(files, library, process_id) for process_id in wanted}


def _unknown(library: Library, wanted: list[str]) -> list[Finding]:
    known = tuple(sorted(library.processes))
    return [
        Finding("-", name, "", "process_unknown", {"process": name}, known)
        for name in wanted
        if name not in known
    ]


def reload(files: DefinitionFiles, process_id: str, vocabulary: Vocabulary) -> Definition:
    """A definition that was checked when it was registered: neither a check that came later nor an operation that
    has gone since may stop its instances. Raises DefinitionRefused when a diagram cannot be read at all."""
    library, findings = reread_library(files, vocabulary)
    if findings:
        raise DefinitionRefused(findings)
    return _definition(files, library, process_id)


def _definition(files: DefinitionFiles, library: Library, process_id: str) -> Definition:
    process = library.processes[process_id]
    outputs = {key: frozenset(facts.outputs) for key, facts in library.forms.items()}
    plan = build_plan(process, library.processes, library.decisions, outputs)
    processes = called_processes(process, library.processes)
    bpmn = {each.file: files.bpmn[each.file] for each in processes.values()}
    return Definition(process, processes, DefinitionFiles(bpmn, files.dmn, files.forms), plan)
