"""Between the processes of a service: who calls whom, and do names mean one thing in all that runs together?"""

from collections.abc import Iterator

from shared.bpmn.checks.flows import escaping
from shared.bpmn.engine.areas import called_processes
from shared.bpmn.findings import Findings
from shared.bpmn.model import Node, Process, Scope, Variable
from shared.bpmn.reading.library import Library


def check_calls(process: Process, library: Library, findings: Findings) -> None:
    _check_cycle(process, library, findings)
    _check_caught(process, library, findings)
    _check_same_meaning(process, library, findings)


def calls(process: Process) -> Iterator[tuple[Scope, Node]]:
    return ((scope, node) for scope, node in process.scope.everything() if node.type == "callActivity")


def _check_cycle(process: Process, library: Library, findings: Findings) -> None:
    """A process that calls itself, directly or not, would never end."""
    for _, node in calls(process):
        if node.called in library.processes:
            reached = called_processes(library.processes[node.called], library.processes)
            if process.id in reached:
                findings.add("call_cycle", node.id, node.name, called=node.called)


def _check_caught(process: Process, library: Library, findings: Findings) -> None:
    """Errors and escalations are caught within the process, unless it only runs as a part of others.

    A process is a part when another calls it and it has no label of its own; its callers, however far out, then catch
    what leaves it.
    """
    called = {node.called for other in library.processes.values() for _, node in calls(other)}
    if not process.label and process.id in called:
        return
    for node, thrown in escaping(process, library.processes):
        said = {"kind": thrown.trigger.kind, "thrown": thrown.trigger.name}
        if node is thrown:
            findings.add("not_caught", node.id, node.name, **said)
        else:
            findings.add("not_caught_by_caller", node.id, node.name, called=node.called, **said)


def _check_same_meaning(process: Process, library: Library, findings: Findings) -> None:
    """Across a process and those it calls: element ids are unique, a variable's declaration is the same everywhere."""
    ids: dict[str, str] = {}
    variables: dict[str, Variable] = {}
    for each in called_processes(process, library.processes).values():
        for _, node in each.scope.everything():
            if node.id in ids and each.file != process.file:
                findings.add("id_twice", node.id, node.name, other=ids[node.id])
            ids[node.id] = each.file
        for holder, variable in each.declarations():
            if variables.setdefault(variable.name, variable) != variable:
                findings.add("variable_differs", holder, "", variable=variable.name)
