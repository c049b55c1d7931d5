"""The drawing of a diagram: shapes, edges and labels in the modeller's coordinates (pixels, y downwards)."""

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from tests.diagrams.files import BPMN, DC, DI, WAYPOINT, diagram

FRAMES = ("participant", "lane", "subProcess", "textAnnotation")


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    width: float
    height: float

    def overlaps(self, other: "Box") -> bool:
        return (
            self.x < other.x + other.width and other.x < self.x + self.width
            and self.y < other.y + other.height and other.y < self.y + self.height
        )  # fmt: skip

    def contains(self, other: "Box") -> bool:
        return (
            self.x <= other.x and other.x + other.width <= self.x + self.width
            and self.y <= other.y and other.y + other.height <= self.y + self.height
        )  # fmt: skip

    def inset(self, by: float) -> "Box":
        return Box(self.x + by, self.y + by, self.width - 2 * by, self.height - 2 * by)


@dataclass(frozen=True)
class Edge:
    points: tuple[tuple[float, float], ...]

    def segments(self) -> tuple[Box, ...]:
        """Each stretch as a flat box, two pixels thick at least."""
        return tuple(
            Box(min(a, c) - 1, min(b, d) - 1, abs(a - c) + 2, abs(b - d) + 2)
            for (a, b), (c, d) in pairwise(self.points)
        )

    @property
    def is_orthogonal(self) -> bool:
        return all(a == c or b == d for (a, b), (c, d) in pairwise(self.points))


@dataclass(frozen=True)
class Drawing:
    boxes: dict[str, Box]
    labels: dict[str, Box]
    edges: dict[str, Edge]


@cache
def drawing(service: str) -> Drawing:
    root = diagram(service)
    drawn = [(shape.get("bpmnElement"), shape) for shape in root.iter(f"{DI}BPMNShape", f"{DI}BPMNEdge")]
    return Drawing(
        {key: _box(shape) for key, shape in drawn if shape.tag == f"{DI}BPMNShape"},
        {key: _box(label) for key, shape in drawn for label in shape.iter(f"{DI}BPMNLabel")},
        {key: _edge(shape) for key, shape in drawn if shape.tag == f"{DI}BPMNEdge"},
    )


def elements(service: str, *tags: str) -> dict[str, Any]:
    """The elements with these BPMN tags, by id."""
    wanted = [f"{BPMN}{tag}" for tag in tags]
    return {element.get("id"): element for element in diagram(service).iter(*wanted)}


def nodes(service: str) -> dict[str, Any]:
    """Everything drawn as a shape of its own: tasks, events, gateways, subprocesses."""
    return {
        element.get("id"): element
        for element in diagram(service).iter()
        if isinstance(element.tag, str)
        and element.tag.startswith(BPMN)
        and _is_node(element.tag.removeprefix(BPMN))
    }


def _is_node(tag: str) -> bool:
    return tag in ("subProcess", "callActivity") or tag.endswith(("Task", "Event", "Gateway"))


def _box(element: Any) -> Box:
    bounds = element.find(f"{DC}Bounds")
    return Box(*(float(bounds.get(name)) for name in ("x", "y", "width", "height")))


def _edge(element: Any) -> Edge:
    return Edge(tuple((float(point.get("x")), float(point.get("y"))) for point in element.iter(WAYPOINT)))
