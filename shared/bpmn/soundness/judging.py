"""From what was explored to findings, each with its run."""

from collections.abc import Iterable, Iterator

from shared.bpmn.findings import Findings
from shared.bpmn.model import Node, Process, Scope
from shared.bpmn.soundness.analysis import Analysis, reached_from, reminders, way_to
from shared.bpmn.soundness.endless import endless
from shared.bpmn.soundness.moves import MOST_FLOWS
from shared.bpmn.soundness.search import Explored, Fault, entered, hopeful, stuck
from shared.bpmn.soundness.words import Word, name_of, run_of

Way = tuple[Word, ...]


def check_soundness(process: Process, analysis: Analysis, findings: Findings) -> None:
    """Every scope of a process: what goes wrong in it, told from the start of the process on."""
    todo: list[tuple[Scope, Way]] = [(process.scope, ())]
    while todo:
        scope, way = todo.pop()
        found = analysis.play(scope)
        faults = _faults(scope, found)
        closer = analysis.play_with_flags(process, scope) if faults else None
        if closer is not None and _is_closer(closer):  # a run that its own conditions forbid shows nothing
            faults = _faults(scope, closer)
            found = found if closer.complete else closer
        for code, fault in faults:
            node = scope.nodes[fault.element]
            findings.add(code, node.id, node.name, run=run_of((*way, *fault.words), (node.id, name_of(node))))
        if not faults:
            _judge_the_rest(process, scope, found, findings)
            _judge_reminders(process, scope, analysis, way, found, findings)
        for node in scope.nodes.values():
            if node.body is not None:
                todo.append((node.body, (*way, *way_to(found, node), (node.id, name_of(node)))))


def _judge_reminders(
    process: Process, scope: Scope, analysis: Analysis, way: Way, found: Explored, findings: Findings
) -> None:
    """What each event that does not interrupt begins, once and by itself: several of them at once are meant."""
    for event in reminders(scope):
        alone = analysis.play_beside(process, scope, event)
        faults = _faults(scope, alone) if alone is not None else []
        closer = analysis.play_beside(process, scope, event, closely=True) if faults else None
        if closer is not None and _is_closer(closer):
            faults = _faults(scope, closer)
            alone = alone if closer.complete else closer
        before = (*way, *way_to(found, event)) if faults else ()
        for code, fault in faults:
            node = scope.nodes[fault.element]
            findings.add(
                code, node.id, node.name, run=run_of((*before, *fault.words), (node.id, name_of(node)))
            )
        if alone is not None and not alone.complete and not faults:
            _not_decided(process, scope, alone, findings)


def _is_closer(found: Explored) -> bool:
    """Choices that were left out forbid no more than they would show."""
    return found.complete or bool(found.net.cut)


def _judge_the_rest(process: Process, scope: Scope, found: Explored, findings: Findings) -> None:
    if not found.complete:
        _not_decided(process, scope, found, findings)
        return
    seen = entered(found)
    for node in scope.nodes.values():
        if node.id not in seen and not _comes_by_itself(node):
            findings.add("never_entered", node.id, node.name)


def _not_decided(process: Process, scope: Scope, found: Explored, findings: Findings) -> None:
    for gateway in sorted(found.net.cut):
        findings.add("choices_not_decided", gateway, scope.nodes[gateway].name, limit=MOST_FLOWS)
    if not found.net.cut:
        findings.add("not_decided", scope.id, scope.name or process.name, limit=len(found.after))


def _comes_by_itself(node: Node) -> bool:
    return node.is_beside


def faulty(scope: Scope, found: Explored) -> set[str]:
    """The elements where something goes wrong in what was explored."""
    return {fault.element for _, fault in _faults(scope, found)} | set(found.doubled)


def _faults(scope: Scope, found: Explored) -> list[tuple[str, Fault]]:
    doubled, waiting = _upstream(scope, found.doubled), stuck(found)
    faults = [("lack_of_synchronisation", fault) for fault in doubled]
    faults += [("deadlock", waiting[element]) for element in sorted(waiting)]
    if faults or not found.complete:
        return faults
    circles = [("endless_loop", fault) for fault in _circles(scope, found)]
    return circles or [("no_way_out", fault) for fault in _no_way_out(scope, found)]


def _upstream(scope: Scope, doubled: dict[str, Fault]) -> list[Fault]:
    """Those that are not what follows from another."""
    kept: list[Fault] = []
    for fault in sorted(doubled.values(), key=lambda each: (len(each.words), each.element)):
        if not any(fault.element in reached_from(scope, [other.element]) for other in kept):
            kept.append(fault)
    return kept


def _circles(scope: Scope, found: Explored) -> Iterator[Fault]:
    circles = endless(scope)
    ways = [(node, way_to(found, node)) for node in circles if node.id in entered(found)]
    if ways:
        node, way = min(ways, key=lambda each: (len(each[1]), each[0].id))
        yield Fault(node.id, (*way, *_turn(scope, node, {each.id for each in circles})))


def _turn(scope: Scope, node: Node, circle: set[str]) -> Iterable[Word]:
    """Once around."""
    seen, at = set[str](), node
    while at.id not in seen:
        seen.add(at.id)
        if at.name or at is node:
            yield at.id, name_of(at)
        at = next(scope.nodes[flow.target] for flow in scope.outgoing[at.id] if flow.target in circle)
    yield at.id, name_of(at)


def _no_way_out(scope: Scope, found: Explored) -> Iterator[Fault]:
    """The step after which no end can be reached."""
    good = hopeful(found)
    for start, said in found.starts.items():
        if start not in good:
            begun = [node for node in scope.starts() if found.net.places.first(node.id) == start[0]]
            yield Fault((begun or scope.starts())[0].id, said)
            return
    lost = [
        Fault(_element_of(scope, found, move.post, move.vertex), (*found.words(state), *move.words))
        for state, steps in found.after.items() if state in good
        for move, reached in steps if reached not in good
    ]  # fmt: skip
    if lost:
        yield min(lost, key=lambda fault: (len(fault.words), fault.element))


def _element_of(scope: Scope, found: Explored, post: tuple[int, ...], vertex: str) -> str:
    heads = [found.net.places.heads[place][0] for place in post if place in found.net.places.heads]
    return next((element for element in [*heads, vertex] if element in scope.nodes), scope.starts()[0].id)
