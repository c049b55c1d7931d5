"""Work that two people would overwrite: user tasks that can be open together and write one variable."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from shared.bpmn.findings import Findings
from shared.bpmn.model import Node, Process, Scope
from shared.bpmn.reading.library import Library
from shared.bpmn.soundness.analysis import Analysis
from shared.bpmn.soundness.search import GONE, Explored
from shared.bpmn.soundness.words import Word, name_of, run_of, up_to

Key = tuple[str, str]
"""(scope that holds it, variable)"""


@dataclass(frozen=True)
class _Writer:
    """A node of a scope, and the user task in it (or itself) that writes the key."""

    node: str
    task: str
    key: Key


def check_written_together(
    process: Process, library: Library, analysis: Analysis, findings: Findings
) -> None:
    written = _written(process, library)
    nodes = {node.id: node for _, node in process.scope.everything()}
    _check_items(process, written, findings)
    for scope in [process.scope, *(node.body for node in nodes.values() if node.body is not None)]:
        _check_scope(scope, _writers(scope, written), nodes, analysis, findings)


def _check_scope(
    scope: Scope, writers: list[_Writer], nodes: Mapping[str, Node], analysis: Analysis, findings: Findings
) -> None:
    pairs = {
        frozenset((one, other)) for one, other in combinations(writers, 2)
        if one.key == other.key and one.node != other.node
    }  # fmt: skip
    told = set[tuple[str, str, str]]()
    for group in _groups(pairs, analysis, scope):
        runs = _open_together(group[1], {writer.node for pair in group[0] for writer in pair})
        for pair in group[0]:
            one, other = sorted(pair, key=lambda writer: writer.task)
            words = runs.get(frozenset((one.node, other.node)))
            if words is not None and (one.task, other.task, one.key[1]) not in told:
                told.add((one.task, other.task, one.key[1]))
                findings.add(
                    "written_together", one.task, nodes[one.task].name, other=other.task, variable=one.key[1],
                    run=run_of(words, (one.task, name_of(nodes[one.task])), (other.task, name_of(nodes[other.task]))),
                )  # fmt: skip
        if not group[1].complete:
            names = sorted({writer.key[1] for pair in group[0] for writer in pair})
            findings.add("writing_not_decided", scope.id, scope.name, variables=", ".join(names))


def _groups(
    pairs: set[frozenset[_Writer]], analysis: Analysis, scope: Scope
) -> Iterator[tuple[list[frozenset[_Writer]], Explored]]:
    """All pairs in one game; where that grows too large, those of each variable in a game of its own."""
    if not pairs:
        return
    found = analysis.play(scope, {writer.node for pair in pairs for writer in pair})
    if found.complete:
        yield _sorted(pairs), found
        return
    for key in sorted({writer.key for pair in pairs for writer in pair}):
        some = {pair for pair in pairs if next(iter(pair)).key == key}
        yield _sorted(some), analysis.play(scope, {writer.node for pair in some for writer in pair})


def _sorted(pairs: set[frozenset[_Writer]]) -> list[frozenset[_Writer]]:
    return sorted(pairs, key=lambda pair: sorted((w.key, w.node, w.task) for w in pair))


def _open_together(found: Explored, watched: set[str]) -> dict[frozenset[str], tuple[Word, ...]]:
    """Pairs of nodes that can both be open, with the shortest run."""
    runs: dict[frozenset[str], tuple[Word, ...]] = {}
    for state in found.cost:
        if state == GONE:
            continue
        here = {node: place for place in found.tokens(state) if (node := _node_at(found, place)) in watched}
        for pair in combinations(sorted(here), 2):
            words = (
                *found.words(state),
                *(word for node in pair for word in _before(found, here[node], node)),
            )
            if len(words) < len(runs.get(frozenset(pair), (*words, ("", "")))):
                runs[frozenset(pair)] = words
    return runs


def _node_at(found: Explored, place: int) -> str:
    element, edge = found.net.places.heads[place]
    return element if edge is None else edge.target


def _before(found: Explored, place: int, node: str) -> tuple[Word, ...]:
    edge = found.net.places.heads[place][1]
    return () if edge is None else up_to(edge.words, node)


def _writers(scope: Scope, written: Mapping[str, frozenset[Key]]) -> list[_Writer]:
    found = []
    for node in scope.nodes.values():
        inside = [node] if node.body is None else [inner for _, inner in node.body.everything()]
        found += [
            _Writer(node.id, task.id, key) for task in inside for key in sorted(written.get(task.id, ()))
        ]
    return found


def _written(process: Process, library: Library) -> dict[str, frozenset[Key]]:
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


def _check_items(process: Process, written: Mapping[str, frozenset[Key]], findings: Findings) -> None:
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
