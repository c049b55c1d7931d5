"""What people write in event subprocesses that may be open several times at once."""

from collections.abc import Iterator

from shared.bpmn.findings import Findings
from shared.bpmn.model import Process, Scope
from shared.bpmn.reading.library import Library


def check_handlers(process: Process, library: Library, findings: Findings) -> None:
    """Two people who answer two events write beside each other: what their forms write has to live in the handler."""
    for _, handler in process.scope.everything():
        if handler.event_subprocess and handler.body is not None and _comes_again(handler.body):
            own = set(_declared(handler.body))
            for _, node in handler.body.everything():
                outputs = library.forms[node.form].outputs if node.type == "userTask" else ()
                for variable in sorted(set(outputs) - own):
                    findings.add(
                        "written_by_handlers", node.id, node.name, variable=variable, handler=handler.id
                    )


def _comes_again(body: Scope) -> bool:
    """An event that does not interrupt may come while its last handling is still open; but a timer's one hour."""
    return any(
        not start.interrupting and (start.trigger.kind != "timer" or start.trigger.timer[0] == "cycle")
        for start in body.starts()
    )


def _declared(body: Scope) -> Iterator[str]:
    """The variables of a handler, of the subprocesses in it and of the items of groups."""
    yield from body.variables
    for _, node in body.everything():
        for holder in (node.body, node.multi):
            yield from holder.variables if holder is not None else ()
