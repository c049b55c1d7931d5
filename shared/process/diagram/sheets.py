"""What one version of a definition says of its drawings: made once, shared by all its parcours."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.bpmn import Definition
from shared.bpmn.ahead import Ahead
from shared.bpmn.drawing import Box, Drawing, Line, Shape
from shared.bpmn.model import Node
from shared.process.views import TOLD_TYPES


@dataclass(frozen=True)
class Sheet:
    """``drawings``: as JSON, by the id of what each shows; ``names``: of the same, the process's own first;
    ``holders``: element id → the activities that may hold it, by any of the calls of its process;
    ``ends``: flow id → the elements that it joins."""

    drawings: Mapping[str, Mapping[str, Any]]
    names: Mapping[str, str]
    ahead: Ahead
    holders: Mapping[str, frozenset[str]]
    ends: Mapping[str, tuple[str, str]]


class Sheets:
    """Makes the sheet of each version once."""

    def __init__(self) -> None:
        self._by_version: dict[str, Sheet] = {}

    def of(self, definition: Definition) -> Sheet:
        if definition.version not in self._by_version:
            self._by_version[definition.version] = _sheet(definition)
        return self._by_version[definition.version]


def _sheet(definition: Definition) -> Sheet:
    nodes = {
        node.id: node
        for process in definition.processes.values()
        for _, node in process.scope.everything()
    }  # fmt: skip
    drawings = definition.drawings
    return Sheet(
        {key: _drawing(drawing, nodes, drawings.keys()) for key, drawing in drawings.items()},
        {key: drawing.name for key, drawing in drawings.items()},
        Ahead(definition.process, definition.processes, TOLD_TYPES),
        _holders(definition),
        {
            flow.id: (flow.source, flow.target)
            for process in definition.processes.values()
            for scope in {id(scope): scope for scope, _ in process.scope.everything()}.values()
            for flow in scope.flows
        },
    )


def _holders(definition: Definition) -> dict[str, frozenset[str]]:
    """A process that is called from several places has an element in each of them, under one id."""
    scopes: dict[str, str] = {}
    direct: dict[str, set[str]] = {}
    for process in definition.processes.values():
        for scope, node in process.scope.everything():
            scopes[node.id] = scope.id
            called = definition.processes.get(node.called)
            inner = node.body or (called.scope if called else None)
            if inner is not None:
                direct.setdefault(inner.id, set()).add(node.id)
    return {key: _all_around(key, scopes, direct) for key in scopes}


def _all_around(element_id: str, scopes: Mapping[str, str], direct: Mapping[str, set[str]]) -> frozenset[str]:
    found, todo = set[str](), [element_id]
    while todo:
        new = direct.get(scopes[todo.pop()], set()) - found
        found |= new
        todo += new
    return frozenset(found)


def _drawing(drawing: Drawing, nodes: Mapping[str, Node], known: Any) -> dict[str, Any]:
    return {
        "id": drawing.id,
        "name": drawing.name,
        "box": _box(drawing.box),
        "shapes": [_shape(each, nodes.get(each.id), known) for each in drawing.shapes],
        "lines": [_line(each) for each in drawing.lines],
    }


def _shape(shape: Shape, node: Node | None, known: Any) -> dict[str, Any]:
    told = {
        "id": shape.id, "type": shape.type, "name": shape.name, "box": _box(shape.box),
        "label": shape.label and _box(shape.label), "upright": shape.upright, "expanded": shape.expanded,
    }  # fmt: skip
    if node is None:
        return told
    inside = node.called or node.id
    return told | {
        "trigger": node.trigger.kind,
        "interrupting": node.interrupting,
        "beside": node.event_subprocess,
        "repeats": _repeats(node),
        "undoes": node.for_compensation,
        "inside": inside if inside in known and node.type in ("callActivity", "subProcess") else None,
    }


def _repeats(node: Node) -> str | None:
    """loop | sequential | parallel."""
    if node.multi is not None:
        return "sequential" if node.multi.sequential else "parallel"
    return "loop" if node.loop is not None else None


def _line(line: Line) -> dict[str, Any]:
    return {
        "id": line.id, "type": line.type, "name": line.name, "points": [list(point) for point in line.points],
        "label": line.label and _box(line.label), "default": line.is_default,
    }  # fmt: skip


def _box(box: Box) -> list[float]:
    return [box.x, box.y, box.width, box.height]
