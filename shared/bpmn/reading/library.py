"""All the files of a service, read: processes, decisions and forms by their keys."""

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from shared.bpmn.findings import Finding, Findings, TooManyFindings, Unheard
from shared.bpmn.model import Process
from shared.bpmn.reading.documents import BPMN, parse_document, read_document, without_diagram
from shared.bpmn.reading.profile import check_profile
from shared.bpmn.reading.reader import find_processes, process_ids, read_process
from shared.bpmn.reading.references import check_references_in, without_prefixes
from shared.bpmn.reading.schema import check_schema
from shared.bpmn.vocabulary import DefinitionFiles, FormReading, FormRefused, Vocabulary
from shared.catalogue import sentence
from shared.dmn import DmnError, parse_dmn
from shared.dmn import Finding as DmnFinding
from shared.errors import Problem

FOREIGN = frozenset(("foreign_element", "foreign_attribute"))
"""Codes of what only other tools read: a fault, but the rest of the diagram has its meaning."""

MOST_PROCESSES = 20  # of a file that has to be cut up are looked at


@dataclass
class Library:
    """``decisions``: decision id → the DMN model that holds it; ``refused``: id of a process with faults → its file."""

    processes: dict[str, Process] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    decisions: dict[str, Any] = field(default_factory=dict)
    forms: dict[str, FormReading] = field(default_factory=dict)


def form_key(file_name: str) -> str:
    """``dossier_entree`` for ``forms/dossier_entree.form``: what ``parcours:form`` names."""
    return PurePosixPath(file_name).stem


def read_library(files: DefinitionFiles, vocabulary: Vocabulary) -> tuple[Library, list[Finding]]:
    """What the files hold, and what cannot be read in them."""
    library, found = Library(), list[Finding]()
    for name, content in sorted(files.bpmn.items()):
        found += _read_bpmn(name, content, library)
    for name, content in sorted(files.dmn.items()):
        found += _read_dmn(name, content, library)
    for name, content in sorted(files.forms.items()):
        found += _read_form(name, content, library, vocabulary)
    return library, found


def reread_library(files: DefinitionFiles, vocabulary: Vocabulary) -> tuple[Library, list[Finding]]:
    """Files that an older release has accepted: what has become a fault since is none here, only a diagram that
    cannot be read is told. A table or a form that cannot is left out: it stops who comes to it, nobody else."""
    library, found = Library(), list[Finding]()
    for name, content in sorted(files.bpmn.items()):
        found += _reread_bpmn(name, content, library)
    for name, content in sorted(files.dmn.items()):
        _read_dmn(name, content, library)
    for name, content in sorted(files.forms.items()):
        _read_form(name, content, library, vocabulary)
    return library, found


def _reread_bpmn(name: str, content: bytes, library: Library) -> list[Finding]:
    findings = Findings(name)
    root = parse_document(content, findings)
    if root is None:
        return findings.found
    try:
        without_prefixes(root)
        for element in root.findall(f"{{{BPMN}}}process"):
            process = read_process(root, element, Unheard(name))
            library.processes[process.id] = process
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        findings.add("xml_unreadable", "", detail=type(error).__name__)
    return findings.found


def _read_bpmn(name: str, content: bytes, library: Library) -> list[Finding]:
    findings = Findings(name)
    root = read_document(content, findings)
    if root is not None:
        with suppress(TooManyFindings):
            for process in _read_root(root, findings):
                if process.id in library.processes:
                    twin = library.processes[process.id]
                    findings.add("process_twice", process.id, process.name, other=twin.file)
                library.processes[process.id] = process
        if findings.found:
            library.refused |= dict.fromkeys(process_ids(root), name)
    return findings.found


def _read_root(root: Any, findings: Findings) -> list[Process]:
    drawn_less = without_diagram(root)
    without_prefixes(drawn_less)
    check_profile(drawn_less, findings)  # before the schema: it names elements, the schema lines
    if _is_whole(findings):
        check_schema(root, findings)
    has_meaning = _is_whole(findings)  # what is not in the profile has none that could be read further
    elements = find_processes(drawn_less, findings)
    if not has_meaning or len(elements) > MOST_PROCESSES:
        return []
    check_references_in(drawn_less, findings)
    return [read_process(drawn_less, element, findings) for element in elements]


def _is_whole(findings: Findings) -> bool:
    return all(finding.code in FOREIGN for finding in findings.found)


def _read_dmn(name: str, content: bytes, library: Library) -> list[Finding]:
    findings = Findings(name)
    try:
        model = parse_dmn(content)
    except DmnError as error:
        _tell("decision_refused", "", error, findings)
        return findings.found
    for identifier in model.decisions:
        if identifier in library.decisions:
            findings.add("decision_twice", str(identifier))
        library.decisions[str(identifier)] = model
    return findings.found


def _read_form(name: str, content: bytes, library: Library, vocabulary: Vocabulary) -> list[Finding]:
    findings = Findings(name)
    if form_key(name) in library.forms:
        findings.add("form_twice", form_key(name))
    try:
        library.forms[form_key(name)] = vocabulary.form_outputs(content)
    except (FormRefused, Problem, ValueError) as error:
        _tell("form_refused", form_key(name), error, findings)
    return findings.found


def _tell(code: str, element_id: str, error: Exception, findings: Findings) -> None:
    """Each fault of a table or a form, at its own element where it has one, in English and in French."""
    with suppress(TooManyFindings):
        for each in getattr(error, "findings", None) or [error]:
            place = getattr(each, "element_id", "") or getattr(each, "component", "") or element_id
            findings.add(code, place, detail=str(each), said=_in_french(each))


def _in_french(fault: Any) -> str:
    if isinstance(fault, DmnFinding):
        return sentence(f"dmn.{fault.code}", **dict(fault.params))
    return str(getattr(fault, "sentence", fault))
