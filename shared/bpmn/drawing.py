"""Where the elements of a diagram are drawn: boxes and lines, in the modeller's pixels, y downwards. Pure facts."""

from collections.abc import Mapping
from dataclasses import dataclass

Point = tuple[float, float]
FRAMES = ("participant", "lane", "group")
NOTES = ("textAnnotation", "dataObjectReference", "dataStoreReference", "dataInput", "dataOutput")
LINES = ("sequenceFlow", "messageFlow", "association", "dataInputAssociation", "dataOutputAssociation")


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Shape:
    """``type``: BPMN tag; ``label``: where its name is written when that is not inside it;
    ``upright``: a pool or lane whose name stands above it, not at its left;
    ``expanded``: of a subprocess: what it holds is drawn in it."""

    id: str
    type: str
    name: str
    box: Box
    label: Box | None
    upright: bool = False
    expanded: bool = True


@dataclass(frozen=True)
class Line:
    """``type``: one of LINES; ``is_default``: taken when no other condition is true."""

    id: str
    type: str
    name: str
    points: tuple[Point, ...]
    label: Box | None
    is_default: bool = False


@dataclass(frozen=True)
class Drawing:
    """One plane. ``id``: of the process that it shows, or of the folded subprocess of which it shows the inside;
    shapes in document order, what holds others before what it holds; ``hidden``: the elements that are drawn inside
    something folded, and so not shown here."""

    id: str
    name: str
    shapes: tuple[Shape, ...]
    lines: tuple[Line, ...]
    hidden: frozenset[str] = frozenset()

    @property
    def box(self) -> Box:
        """All that is drawn, names included."""
        boxes = [box for shape in self.shapes for box in (shape.box, shape.label) if box]
        points = [point for line in self.lines for point in line.points]
        boxes += [Box(x, y, 0, 0) for x, y in points] + [line.label for line in self.lines if line.label]
        left, top = min(box.x for box in boxes), min(box.y for box in boxes)
        right = max(box.x + box.width for box in boxes)
        return Box(left, top, right - left, max(box.y + box.height for box in boxes) - top)


Drawings = Mapping[str, Drawing]
