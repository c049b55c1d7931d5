"""What the token game shows: work that two people would overwrite, tokens that wait for ever, parts never reached."""

from collections.abc import Iterator, Mapping

from shared.bpmn.checks_flows import beginnings, reachable, scopes_of
from shared.bpmn.findings import Findings
from shared.bpmn.library import Library
from shared.bpmn.markings import LIMIT, Explored, explore
from shared.bpmn.model import Node, Process, Scope

Written = Mapping[str, frozenset[tuple[str, str]]]


def check_together(process: Process, library: Library, findings: Findings) -> None:
    """Explores the markings of the process within bounds."""
    written = _written(process, library)
    explored = explore(process, written)
    if not explored.complete:
        explored = explore(process, _contended(process, written))
    nodes = {node.id: node for _, node in process.scope.everything()}
    _check_items(process, written, findings)
    if not explored.complete:
        findings.add("too_complex", process.id, process.name, limit=LIMIT)
    for one, other in sorted(explored.together):
        for _, variable in sorted(written[one] & written[other]):
            findings.add("written_together", one, nodes[one].name, other=other, variable=variable)
    if explored.complete:
        _check_soundness(process, nodes, explored, findings)


def _contended(process: Process, written: Written) -> set[str]:
    """The tasks whose waiting cannot be left out: they share a variable, or something may end them from beside."""
    shared = {
        key
        for keys in written.values()
        for key in keys
        if sum(key in other for other in written.values()) > 1
    }
    found = {task for task, keys in written.items() if keys & shared}
    for scope in scopes_of(process):
        ends_others = any(
            node.trigger.kind in ("terminate", "error", "escalation") for _, node in scope.everything()
        )
        if ends_others or scope.event_subprocesses:
            found |= {node.id for node in scope.nodes.values() if node.type == "userTask"}
    return found


def _check_soundness(
    process: Process, nodes: Mapping[str, Node], explored: Explored, findings: Findings
) -> None:
    for code, found in (("lack_of_synchronisation", explored.doubled), ("deadlock", explored.stuck)):
        for node_id in sorted(found):
            findings.add(code, node_id, nodes[node_id].name)
    if explored.doubled or explored.stuck:
        return  # what follows would only repeat them
    for node_id in sorted(explored.hopeless):
        findings.add("no_way_out", node_id, nodes[node_id].name)
    for scope in [scope for scope in scopes_of(process) if scope.id not in _undoing_scopes(process)]:
        for node_id in sorted(reachable(scope, beginnings(scope)) - explored.entered):
            findings.add("never_entered", node_id, nodes[node_id].name)


def _undoing_scopes(process: Process) -> set[str]:
    """The scopes in handlers: no token of the flow comes there."""
    handlers = [
        node for _, node in process.scope.everything() if node.for_compensation and node.body is not None
    ]
    return {scope.id for node in handlers if node.body for scope in [node.body, *(
        inner.body for _, inner in node.body.everything() if inner.body is not None)]}  # fmt: skip


def _written(process: Process, library: Library) -> dict[str, frozenset[tuple[str, str]]]:
    """User task → (scope that holds it, variable) of what its form writes."""
    return {
        node.id: frozenset((_holder(around, node, name), name) for name in library.forms[node.form].outputs)
        for around, node in _with_scopes(process)
        if node.type == "userTask"
    }


def _with_scopes(process: Process) -> Iterator[tuple[tuple[tuple[Scope, Node | None], ...], Node]]:
    """Every node with the scopes around it, innermost first, and the activity that holds each."""
    todo: list[tuple[Scope, tuple[tuple[Scope, Node | None], ...]]] = [
        (process.scope, ((process.scope, None),))
    ]
    while todo:
        scope, around = todo.pop()
        for node in scope.nodes.values():
            yield around, node
            if node.body is not None:
                todo.append((node.body, ((node.body, node), *around)))


def _holder(around: tuple[tuple[Scope, Node | None], ...], node: Node, name: str) -> str:
    """The id of the scope that a write to ``name`` goes to; of a multi-instance item: ``(item)id``."""
    if node.multi is not None and name in node.multi.variables:
        return f"(item){node.id}"
    for scope, host in around:
        if name in scope.variables:
            return scope.id
        if host is not None and host.multi is not None and name in host.multi.variables:
            return f"(item){host.id}"
    return ""


def _check_items(process: Process, written: Written, findings: Findings) -> None:
    """Parallel items run at the same time: what a task in them writes has to live in the item."""
    for around, node in _with_scopes(process):
        if node.type != "userTask":
            continue
        hosts = [node, *(host for _, host in around if host is not None)]
        outermost = next((host for host in reversed(hosts) if host.multi and not host.multi.sequential), None)
        if outermost is None:
            continue
        own = {f"(item){outermost.id}", *_scopes_inside(outermost)}
        for holder, variable in sorted(written[node.id]):
            if holder not in own:
                findings.add("written_by_items", node.id, node.name, variable=variable)


def _scopes_inside(host: Node) -> set[str]:
    if host.body is None:
        return set()
    inner = [node for _, node in host.body.everything()]
    return {
        host.body.id,
        *(node.body.id for node in inner if node.body),
        *(f"(item){n.id}" for n in inner if n.multi),
    }
