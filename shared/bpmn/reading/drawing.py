"""The drawing of a diagram out of its diagram interchange.

It decides nothing and was checked when it was drawn: what cannot be read of it is left out, never a fault. A file
without shapes has no drawing.
"""

import math
from collections.abc import Iterator
from typing import Any

from lxml import etree

from shared.bpmn.drawing import FRAMES, LINES, NOTES, Box, Drawing, Line, Point, Shape
from shared.bpmn.findings import Unheard
from shared.bpmn.model import Process
from shared.bpmn.reading.documents import DIAGRAM, NODES, local_name, parse_document

_BOUNDS = "{http://www.omg.org/spec/DD/20100524/DC}Bounds"
_WAYPOINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
_SHAPE, _EDGE, _LABEL = (f"{{{DIAGRAM}}}{tag}" for tag in ("BPMNShape", "BPMNEdge", "BPMNLabel"))
FARTHEST = 1_000_000.0
"""Pixels: no drawing goes beyond."""


def read_drawings(content: bytes, process: Process) -> dict[str, Drawing]:
    """The drawings of one file, by the id of what each shows: the process, folded subprocesses that have a plane."""
    root = parse_document(content, Unheard(process.file))
    if root is None:
        return {}
    known = {
        key: element
        for element in root.iter(etree.Element)
        if (key := element.get("id")) and _is_drawn(element)
    }
    defaults = {element.get("default") for element in known.values()} - {None}
    drawn: dict[str, Drawing] = {}
    for plane in root.iter(f"{{{DIAGRAM}}}BPMNPlane"):
        shown = known.get(plane.get("bpmnElement", ""))
        key, name = process.id, process.name
        if shown is not None and local_name(shown) == "subProcess":
            key, name = shown.get("id"), shown.get("name") or ""
        drawing = _drawing(plane, known, defaults, key, name)
        if drawing.shapes:
            drawn.setdefault(key, drawing)
    return drawn


def _is_drawn(element: Any) -> bool:
    tag = local_name(element)
    return tag in NODES or tag in FRAMES or tag in NOTES or tag in LINES


def _drawing(plane: Any, known: dict[str, Any], defaults: set[Any], key: str, name: str) -> Drawing:
    shapes = {shape.id: shape for shape in _shapes(plane, known)}
    folded = {shape.id for shape in shapes.values() if not shape.expanded}
    hidden = frozenset(each for each in known if _is_inside(known[each], folded))
    return Drawing(
        key,
        name,
        tuple(
            shapes[each] for each in sorted(shapes, key=lambda one: _depth(known[one])) if each not in hidden
        ),
        tuple({line.id: line for line in _lines(plane, known, defaults) if line.id not in hidden}.values()),
        hidden,
    )


def _shapes(plane: Any, known: dict[str, Any]) -> Iterator[Shape]:
    for drawn in plane.iter(_SHAPE):
        element, box = known.get(drawn.get("bpmnElement", "")), _box(drawn)
        if element is None or box is None or local_name(element) in LINES:
            continue
        tag = local_name(element)
        yield Shape(
            element.get("id"), tag, _name(element), box, _label(drawn),
            upright=drawn.get("isHorizontal") == "false",
            expanded=tag != "subProcess" or drawn.get("isExpanded") != "false",
        )  # fmt: skip


def _lines(plane: Any, known: dict[str, Any], defaults: set[Any]) -> Iterator[Line]:
    for drawn in plane.iter(_EDGE):
        element = known.get(drawn.get("bpmnElement", ""))
        points = tuple(point for each in drawn.iter(_WAYPOINT) if (point := _point(each)) is not None)
        if element is not None and local_name(element) in LINES and len(points) > 1:
            id_ = element.get("id")
            yield Line(
                id_, local_name(element), element.get("name") or "", points, _label(drawn), id_ in defaults
            )


def _name(element: Any) -> str:
    if local_name(element) == "textAnnotation":
        return " ".join(" ".join(element.itertext()).split())
    return element.get("name") or ""


def _is_inside(element: Any, folded: set[str]) -> bool:
    return any(around.get("id") in folded for around in element.iterancestors())


def _depth(element: Any) -> tuple[int, int]:
    """Pools first, then lanes, then what they hold, the outer before the inner, boundary events over their activity."""
    tag = local_name(element)
    rank = FRAMES.index(tag) if tag in FRAMES else len(FRAMES) + (tag == "boundaryEvent")
    inside = sum(1 for around in element.iterancestors() if local_name(around) == "subProcess")
    return (inside + len(FRAMES), rank) if tag not in FRAMES else (rank, 0)


def _label(drawn: Any) -> Box | None:
    label = drawn.find(_LABEL)
    return None if label is None else _box(label)


def _box(drawn: Any) -> Box | None:
    bounds = drawn.find(_BOUNDS)
    if bounds is None:
        return None
    sizes = [_number(bounds.get(name)) for name in ("x", "y", "width", "height")]
    x, y, width, height = sizes
    if x is None or y is None or width is None or height is None or width < 0 or height < 0:
        return None
    return Box(x, y, width, height)


def _point(waypoint: Any) -> Point | None:
    x, y = _number(waypoint.get("x")), _number(waypoint.get("y"))
    return None if x is None or y is None else (x, y)


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) and abs(number) <= FARTHEST else None
